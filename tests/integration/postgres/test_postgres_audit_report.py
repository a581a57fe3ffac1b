# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A tenant's log of a period, as an auditor reads it: as a result, and as files for people."""
from __future__ import annotations

import csv
import datetime
import io
import json
import pathlib
import re
import secrets

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.context.setting import set_context
from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names
from ansible_collections.launch.database.plugins.module_utils._postgres.report import job
from ansible_collections.launch.database.plugins.module_utils._postgres.session import open_session
from local.endpoint.scram import verifier
from tests.integration.postgres.audit import OWNER, TENANT
from tests.integration.postgres.modules import ROOT
from tests.support.ansible import run_playbook_file

A = "01JAMZ0000REP0RT0000000001"
B = "01JAMZ0000REP0RT0000000002"
PROJECT = "01JAMZ0000REP0RT00PR0JECT0"
ACTOR = "00000000P1AYB00K0000000000"
TODAY = datetime.datetime.now(datetime.timezone.utc).date()
TOMORROW = TODAY + datetime.timedelta(days=1)
# Of months that have a partition in the log: the first is this one.
PERIOD = {"starts": str(TODAY.replace(day=1)), "ends": str(TOMORROW)}
NAME = '=1+1, <b>"x"</b>'


@pytest.fixture(scope="module")
def auditor(launch):
    """Two tenants with entries, and a login of the auditors."""
    launch.database.passwords["report_auditor"] = password = secrets.token_urlsafe(16)
    login = {"name": "report_auditor", "login": True, "password_verifier": verifier(password), "member_of": ["launch_auditor"]}
    for outcome in (
        launch.run("postgres_role", roles=[login]),
        launch.run("postgres_tenant", actor=ACTOR, tenants=[{"id": A, "name": "Report A"}, {"id": B, "name": "Report B"}]),
    ):
        assert not outcome.get("failed"), outcome["msg"]
    app = launch.as_user("launch_app")
    app.execute(f"SELECT app.set_context('{A}', '{ACTOR}'); INSERT INTO app.projects (id, name) VALUES ('{PROJECT}', '{NAME}');"
                f" SELECT audit.record('export', '=cmd', '{PROJECT}', '{{\"rows\": 3}}')")
    app.execute(f"SELECT app.set_context('{B}', '{ACTOR}'); INSERT INTO app.projects (name) VALUES ('foreign')")
    return launch.as_user("report_auditor")


def read(target, **options):
    return target.run("postgres_audit_report", **{"tenant": A, "actor": ACTOR, **PERIOD, **options})


def test_a_tenants_entries_are_counted_and_listed(auditor):
    outcome = read(auditor)
    assert (outcome["changed"], outcome["total"], len(outcome["entries"]), outcome["missing"]) == (False, 3, 3, [])
    assert outcome["looked_at"] == [{"first": f"{TODAY:%Y-%m}", "last": f"{TODAY:%Y-%m}"}]
    assert {(row["kind"], row["entity_type"], row["action"], row["performed_by"], row["entries"]) for row in outcome["counts"]} == {
        ("change", "app.tenants", "insert", ACTOR, 1), ("change", "app.projects", "insert", ACTOR, 1), ("event", "=cmd", "export", ACTOR, 1),
    }
    assert [entry["action"] for entry in outcome["entries"]] == ["export", "insert", "insert"]
    assert outcome["entries"][1]["changes"]["name"] == {"new": NAME}


def test_counts_are_of_all_where_entries_are_not(auditor):
    outcome = read(auditor, at_most=1)
    assert (outcome["total"], outcome["complete"], len(outcome["entries"])) == (3, False, 1)


def test_what_is_over_is_complete_and_what_goes_on_is_not(auditor):
    now = datetime.datetime.now(datetime.timezone.utc).isoformat()
    assert read(auditor, ends=now)["complete"] is True
    outcome = read(auditor)
    assert (outcome["complete"], outcome["read_at"] >= now, outcome["read_at"] < outcome["ends"]) == (False, True, True)


def test_a_period_without_a_partition_is_not_complete(auditor):
    outcome = read(auditor, starts="2020-01-01", ends="2020-02-01T00:00+01:00")
    assert (outcome["total"], outcome["complete"], outcome["counts"], outcome["entries"], outcome["looked_at"]) == (0, False, [], [], [])
    assert (outcome["starts"], outcome["ends"]) == ("2020-01-01T00:00:00+00:00", "2020-01-31T23:00:00+00:00")
    assert outcome["missing"] == [{"first": "2020-01", "last": "2020-01", "reason": "no partition", "export": None}]
    assert outcome["archives_read"] is False


def test_the_future_is_not_complete(auditor):
    outcome = read(auditor, starts="2999-01-01", ends="2999-12-01")
    assert (outcome["total"], outcome["complete"]) == (0, False)
    assert [(months["first"], months["last"]) for months in outcome["missing"]] == [("2999-01", "2999-11")]


@pytest.mark.parametrize(("query", "values"), [(job._COUNTS, ()), (job._ENTRIES, (10,))])
def test_entries_of_other_months_are_not_planned(auditor, query, values):
    bounds = [datetime.datetime.fromisoformat(PERIOD[end]).replace(tzinfo=datetime.timezone.utc) for end in ("starts", "ends")]
    with open_session({**auditor.connection(), "ssl_mode": "verify-full", "connect_timeout": 10}) as session, session.transaction():
        set_context(session, Names.from_options(auditor.names), A, ACTOR, None)
        plan = session.rows("EXPLAIN " + query.format(schema="audit", tenant_column="tenant_id"), (*bounds, A, *values))
    assert set(re.findall(r"audit_log_y\d{4}m\d\d\b", str(plan))) == {f"{TODAY:audit_log_y%Ym%m}"}, plan


@pytest.mark.parametrize(("options", "option"), [
    ({"tenant": "none"}, "tenant"), ({"actor": ""}, "actor"), ({"starts": "yesterday"}, "starts"), ({"ends": PERIOD["starts"]}, "ends"),
    ({"at_most": -1}, "at_most"), ({"at_most": 100001}, "at_most"), ({"key": "short"}, "key"),
])
def test_what_makes_no_report_is_refused_before_anything_is_connected_to(auditor, options, option):
    outcome = read(auditor, login_port=1, **options)
    assert outcome["failed"] and outcome["option"] == option


def test_an_unknown_tenant_is_refused_by_the_database(auditor):
    outcome = read(auditor, tenant=PROJECT)
    assert (outcome["option"], outcome["value"]) == ("tenant", PROJECT) and "the database refuses its context: SQLSTATE 42501" in outcome["msg"]
    assert "key_secret" in outcome["remedy"]


def report(target, folder, **variables):
    """Run the playbook without an inventory; its files by name."""
    given = folder / "report.json"
    given.write_text(json.dumps(target.connection() | {
        "audit_report_names": target.names, "audit_report_tenant": A, "audit_report_actor": ACTOR, "audit_report_starts": PERIOD["starts"],
        "audit_report_ends": PERIOD["ends"], "audit_report_folder": str(folder / "reports"), **variables,
    }), encoding="utf-8")
    done = run_playbook_file(ROOT / "playbooks" / "audit_report.yml", arguments=["-e", f"@{given}", "--diff", "-v"])
    return done, {path.suffix: path for path in (folder / "reports").glob("audit_report.*")}


def test_the_files_say_who_did_what(auditor, tmp_path):
    done, files = report(auditor, tmp_path)
    assert done.returncode == 0 and done.stats["localhost"]["changed"] == 0, done.output
    assert set(files) == {".json", ".csv", ".html"} and all(path.stat().st_mode & 0o077 == 0 for path in files.values())
    whole = json.loads(files[".json"].read_text(encoding="utf-8"))
    assert (whole["tenant"], whole["total"], whole["complete"], whole["missing"]) == (A, 3, False, [])
    rows = list(csv.DictReader(io.StringIO(files[".csv"].read_text(encoding="utf-8"))))
    assert [row["action"] for row in rows] == ["export", "insert", "insert", "incomplete"]
    assert (rows[0]["entity_type"], json.loads(rows[0]["details"])) == ("'=cmd", {"rows": 3})
    assert json.loads(rows[1]["changes"])["name"] == {"new": NAME}
    page = files[".html"].read_text(encoding="utf-8")
    assert "&lt;b&gt;" in page and "<b>" not in page and "<script" not in page and "http" not in page, "it stands by itself"
    assert "What was refused" in page and "Only the latest" not in page
    assert f"Looked at: the months {TODAY:%Y-%m} of the log" in page and "The period was not over when it was read." in page
    assert "Not in the log" not in page
    assert "foreign" not in "".join(path.read_text(encoding="utf-8") for path in files.values())
    assert NAME not in done.output and "1+1" not in done.output, "what people wrote is in the files only"


def test_the_page_says_what_it_leaves_out(auditor, tmp_path):
    _done, files = report(auditor, tmp_path, audit_report_at_most=2)
    assert "Only the latest 2 entries are listed." in files[".html"].read_text(encoding="utf-8")


def test_why_there_is_no_report_is_told(auditor, tmp_path):
    done, files = report(auditor, tmp_path, audit_report_tenant=PROJECT)
    assert done.returncode == 2 and files == {} and "the database refuses its context" in done.tasks[-1]["msg"]


@pytest.fixture(params=["detached", "dropped"])
def shortened(request, sealed):
    """A log of which the archiver took a month with entries away."""
    sealed.write(1)
    sealed.past("2025-01", 5)
    sealed.past("2025-03", 2)
    sealed.make()
    login = {"name": "report_auditor", "login": True, "member_of": ["launch_auditor"]}
    both = {"name": "report_both", "login": True, "member_of": ["launch_auditor", "launch_archiver"]}
    for role in (login, both):
        password = sealed.target.database.passwords.setdefault(role["name"], secrets.token_urlsafe(16))
        outcome = sealed.target.run("postgres_role", roles=[{**role, "password_verifier": verifier(password)}])
        assert not outcome.get("failed"), outcome
    before = january(sealed.target.as_user("report_auditor"))
    assert (before["total"], before["complete"], before["missing"]) == (5, True, [])
    sealed.target.execute(OWNER + "SELECT audit.set_retention(12)")
    archives = sealed.archive()["archives"]
    sealed.archiver.execute("SELECT audit.detach_month('2025-01-01')")
    if request.param == "dropped":
        sealed.archiver.execute("SELECT audit.drop_month('2025-01-01')")
    yield sealed, pathlib.Path(archives["2025-01"]["place"])
    # Roles are the whole server's, and in both of these groups one would be a finding in other databases.
    sealed.target.database.server.psql("DROP ROLE report_auditor, report_both")


def january(target, **options):
    return read(target, **{"tenant": TENANT, "starts": "2025-01-01", "ends": "2025-02-01", **options})


def test_a_month_that_was_removed_is_told_of(shortened):
    sealed, export = shortened
    outcome = january(sealed.target.as_user("report_auditor"))
    assert (outcome["total"], outcome["complete"], outcome["looked_at"], outcome["archives_read"]) == (0, False, [], False)
    assert outcome["missing"] == [{"first": "2025-01", "last": "2025-01", "reason": "no partition", "export": None}]
    outcome = january(sealed.target.as_user("report_both"), ends="2025-04-01")
    (removed, never) = outcome["missing"]
    assert (removed["reason"], str(export).endswith(removed["export"]), outcome["archives_read"]) == ("exported and removed", True, True)
    assert (never["first"], never["reason"], never["export"]) == ("2025-02", "no partition", None)
    assert (outcome["total"], outcome["complete"], outcome["looked_at"]) == (2, False, [{"first": "2025-03", "last": "2025-03"}])


def test_a_login_that_reads_all_tenants_reports_of_one(shortened):
    sealed, _export = shortened
    sealed.target.execute(f"SET LOCAL ROLE launch_platform; SELECT app.create_tenant('{A}', 'Report A', 'a.test', '{ACTOR}')")
    outcomes = [read(sealed.target.as_user(login), tenant=A) for login in ("report_auditor", "report_both")]
    assert [(outcome["total"], outcome["entries"][0]["action"]) for outcome in outcomes] == [(1, "insert")] * 2


def test_the_files_say_which_months_are_not_there(shortened, tmp_path):
    sealed, _export = shortened
    asked = {"audit_report_tenant": TENANT, "audit_report_starts": "2025-01-01", "audit_report_ends": "2025-02-01"}
    done, files = report(sealed.target.as_user("report_both"), tmp_path, **asked)
    assert done.returncode == 0 and "NOT complete" in done.output and "2025-01 to 2025-01 (exported and removed, see the export" in done.output, done.output
    whole = json.loads(files[".json"].read_text(encoding="utf-8"))
    assert (whole["total"], whole["complete"], whole["looked_at"], len(whole["missing"])) == (0, False, [], 1)
    (row,) = csv.DictReader(io.StringIO(files[".csv"].read_text(encoding="utf-8")))
    assert (row["kind"], row["action"], json.loads(row["details"])["missing"]) == ("report", "incomplete", whole["missing"])
    page = files[".html"].read_text(encoding="utf-8")
    assert "Not in the log, so not looked at: 2025-01: exported and removed, see the export " in page and "Nothing was looked at." in page
    done, files = report(sealed.target.as_user("report_auditor"), tmp_path, **{**asked, "audit_report_ends": "2025-04-01"})
    page = files[".html"].read_text(encoding="utf-8")
    assert "not looked at: 2025-01 to 2025-02: no partition." in page and "is not known: the login may not read that" in page
    assert "Looked at: the months 2025-03 of the log, as it was at 20" in page
