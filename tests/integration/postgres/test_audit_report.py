# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A tenant's log of a period, as an auditor reads it: as a result, and as files for people."""
from __future__ import annotations

import csv
import datetime
import io
import json
import secrets

import pytest

from local.endpoint.scram import verifier
from tests.integration.postgres.modules import ROOT
from tests.support.ansible import run_playbook_file

A = "01JAMZ0000REP0RT0000000001"
B = "01JAMZ0000REP0RT0000000002"
PROJECT = "01JAMZ0000REP0RT00PR0JECT0"
ACTOR = "00000000P1AYB00K0000000000"
TODAY = datetime.datetime.now(datetime.timezone.utc).date()
PERIOD = {"starts": str(TODAY - datetime.timedelta(days=1)), "ends": str(TODAY + datetime.timedelta(days=2))}
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
    assert (outcome["changed"], outcome["total"], outcome["complete"]) == (False, 3, True)
    assert {(row["kind"], row["entity_type"], row["action"], row["performed_by"], row["entries"]) for row in outcome["counts"]} == {
        ("change", "app.tenants", "insert", ACTOR, 1), ("change", "app.projects", "insert", ACTOR, 1), ("event", "=cmd", "export", ACTOR, 1),
    }
    assert [entry["action"] for entry in outcome["entries"]] == ["export", "insert", "insert"]
    assert outcome["entries"][1]["changes"]["name"] == {"new": NAME}


def test_counts_are_of_all_where_entries_are_not(auditor):
    outcome = read(auditor, at_most=1)
    assert (outcome["total"], outcome["complete"], len(outcome["entries"])) == (3, False, 1)


def test_another_period_has_nothing(auditor):
    outcome = read(auditor, starts="2020-01-01", ends="2020-02-01T00:00+01:00")
    assert (outcome["total"], outcome["complete"], outcome["counts"], outcome["entries"]) == (0, True, [], [])
    assert (outcome["starts"], outcome["ends"]) == ("2020-01-01T00:00:00+00:00", "2020-01-31T23:00:00+00:00")


@pytest.mark.parametrize(("options", "option"), [
    ({"tenant": "none"}, "tenant"), ({"actor": ""}, "actor"), ({"starts": "yesterday"}, "starts"), ({"ends": PERIOD["starts"]}, "ends"),
    ({"at_most": -1}, "at_most"), ({"at_most": 100001}, "at_most"), ({"key": "short"}, "key"),
])
def test_what_makes_no_report_is_refused_before_anything_is_connected_to(auditor, options, option):
    outcome = read(auditor, login_port=1, **options)
    assert outcome["failed"] and outcome["option"] == option


def test_an_unknown_tenant_is_refused_by_the_database(auditor):
    outcome = read(auditor, tenant=PROJECT)
    assert outcome["failed"] and f"No context for {PROJECT}: SQLSTATE 42501" in outcome["msg"]


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
    assert (whole["tenant"], whole["total"], whole["complete"]) == (A, 3, True)
    rows = list(csv.DictReader(io.StringIO(files[".csv"].read_text(encoding="utf-8"))))
    assert [row["action"] for row in rows] == ["export", "insert", "insert"]
    assert (rows[0]["entity_type"], json.loads(rows[0]["details"])) == ("'=cmd", {"rows": 3})
    assert json.loads(rows[1]["changes"])["name"] == {"new": NAME}
    page = files[".html"].read_text(encoding="utf-8")
    assert "&lt;b&gt;" in page and "<b>" not in page and "<script" not in page and "http" not in page, "it stands by itself"
    assert "What was refused" in page and "Only the latest" not in page
    assert "foreign" not in "".join(path.read_text(encoding="utf-8") for path in files.values())
    assert NAME not in done.output and "1+1" not in done.output, "what people wrote is in the files only"


def test_the_page_says_what_it_leaves_out(auditor, tmp_path):
    _done, files = report(auditor, tmp_path, audit_report_at_most=2)
    assert "Only the latest 2 entries are listed." in files[".html"].read_text(encoding="utf-8")


def test_why_there_is_no_report_is_told(auditor, tmp_path):
    done, files = report(auditor, tmp_path, audit_report_tenant=PROJECT)
    assert done.returncode == 2 and files == {} and "No context for" in done.tasks[-1]["msg"]
