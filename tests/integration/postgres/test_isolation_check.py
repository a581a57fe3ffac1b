# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules on a database that is given by its address, with the reports."""
from __future__ import annotations

import json
import pathlib
import shutil
import xml.etree.ElementTree

import pytest

from tests.integration.postgres.modules import ROOT
from tests.support.ansible import run_playbook_file

RULES = len(list((ROOT / "sql" / "checks").glob("*.sql")))
LOOKED_AT = RULES - 1  # there is no pg_stat_statements for R51
REPORTS = ("isolation.txt", "isolation.json", "isolation.xml", "isolation.html")
EXCUSE = {"rule": "R02", "object": "app.tasks", "owner": "the <platform>", "reason": "until Monday & no longer", "expires": "2999-12-31"}


def check(target, folder, *, check_mode=False, **variables):
    """Run the playbook without an inventory; its verdict, and the reports by name."""
    given = folder / "check.json"
    given.write_text(json.dumps(target.connection() | {
        "isolation_proof_names": target.names or {}, "isolation_proof_report_folder": str(folder / "reports"), **variables,
    }), encoding="utf-8")
    done = run_playbook_file(ROOT / "playbooks" / "isolation_check.yml", arguments=["-e", f"@{given}"], check=check_mode)
    return done, {path.name: path.read_text(encoding="utf-8") for path in (folder / "reports").glob("*")}


@pytest.fixture
def broken(launch):
    launch.execute('SET ROLE launch_owner; ALTER TABLE app.tasks NO FORCE ROW LEVEL SECURITY; CREATE VIEW app."<b>&" AS SELECT * FROM app.tasks;'
                   ' GRANT SELECT ON app."<b>&" TO launch_ro')
    yield launch
    launch.execute('SET ROLE launch_owner; ALTER TABLE app.tasks FORCE ROW LEVEL SECURITY; DROP VIEW app."<b>&"')


def test_a_database_that_breaks_no_rule_is_clean_and_has_four_reports(launch, tmp_path):
    done, reports = check(launch, tmp_path)
    assert done.returncode == 0, done.output
    assert done.stats["localhost"]["changed"] == 0
    assert set(reports) == set(REPORTS)
    assert f"Verdict: clean. {LOOKED_AT} rules of isolation were looked at; none is broken; 1 not looked at: R51." in reports["isolation.txt"]
    report = json.loads(reports["isolation.json"])
    assert (report["verdict"], report["counts"], len(report["rules"])) == ("clean", {"clean": LOOKED_AT, "not looked at": 1}, RULES)
    for name in REPORTS:
        assert "not looked at: pg_stat_statements is not installed in this database" in reports[name].lower().replace('"why_not_looked_at": "', "not looked at: ")
    assert "What the rules do not see is in sql/checks/README.md." in reports["isolation.txt"]
    for name in ("isolation.txt", "isolation.html"):
        assert "Looked at as the application: " in reports[name] and "launch_rw" in reports[name]


def test_what_is_broken_is_not_clean_where_nothing_is_to_be_a_failure(broken, tmp_path):
    done, reports = check(broken, tmp_path, isolation_proof_fail_on="never")
    assert done.returncode == 0 and json.loads(reports["isolation.json"])["verdict"] == "findings", done.output


def test_a_rule_that_can_not_be_run_is_unknown_in_each_report(launch, tmp_path):
    folder = tmp_path / "rules"
    folder.mkdir()
    shutil.copy(ROOT / "sql" / "checks" / "R01_rls_disabled.sql", folder)
    (folder / "R99_broken.sql").write_text("select 1 / 0 as rule", encoding="utf-8")
    done, reports = check(launch, tmp_path, isolation_proof_rules=str(folder))
    assert done.returncode == 2 and "Verdict: unknown. 2 rules of isolation were looked at; 1 unknown, because they could not be run: R99." in reports["isolation.txt"]
    (failure,) = xml.etree.ElementTree.fromstring(reports["isolation.xml"]).iter("failure")
    assert failure.get("message") == "it could not be run"
    for text in (reports["isolation.txt"], reports["isolation.html"], failure.text):
        assert "R99_broken.sql can" in text and "SQLSTATE 22012" in text


def test_what_was_said_beforehand_stands_in_each_report_for_people(launch, tmp_path):
    shared, absent = {"name": "app.none", "reason": "all <read>"}, {"rule": "R36", "reason": "no & partition"}
    done, reports = check(launch, tmp_path, isolation_proof_shared_tables=[shared], isolation_proof_may_not_apply=[absent])
    assert done.returncode == 0, done.output
    assert "Shared by all tenants: app.none (all <read>)" in reports["isolation.txt"]
    assert "May have nothing to look at: R36 (no & partition)" in reports["isolation.txt"]
    assert "all &lt;read&gt;" in reports["isolation.html"] and "no &amp; partition" in reports["isolation.html"]
    report = json.loads(reports["isolation.json"])
    assert (report["shared_tables"], report["may_not_apply"]) == ([shared], [absent])


def test_what_is_broken_ends_the_run_and_stands_in_each_report(broken, tmp_path):
    done, reports = check(broken, tmp_path, isolation_proof_exceptions=[EXCUSE])
    assert done.returncode == 2 and f"The verdict is findings: {LOOKED_AT} rules of isolation were looked at; 1 broken: R16" in done.tasks[-1]["msg"]
    assert 'error: app."<b>&": launch_ro can read tenants\' rows through this view' in reports["isolation.txt"]
    assert "excepted until 2999-12-31 by the <platform> (until Monday & no longer): app.tasks" in reports["isolation.txt"]
    suites = xml.etree.ElementTree.fromstring(reports["isolation.xml"])
    cases = {case.get("name"): case for case in suites.iter("testcase")}
    assert (suites.get("tests"), suites.get("failures"), suites.get("skipped")) == (str(RULES), "1", "1") and len(cases) == RULES
    assert 'app."<b>&"' in cases["R16 view as owner"].findtext("failure")
    assert "until Monday & no longer" in cases["R02 rls not forced"].findtext("system-out")
    html = reports["isolation.html"]
    assert 'class="verdict findings"' in html and "app.&#34;&lt;b&gt;&amp;&#34;" in html and "the &lt;platform&gt;" in html
    assert "<b>&" not in html and "<script" not in html and "http" not in html, "it stands by itself"


def test_names_that_the_database_does_not_have_make_it_unknown(launch, tmp_path):
    done, reports = check(launch, tmp_path, isolation_proof_names={"read_write": "nobody", "app_schema": "nowhere"})
    assert done.returncode == 2 and json.loads(reports["isolation.json"])["verdict"] in ("unknown", "findings")
    assert xml.etree.ElementTree.fromstring(reports["isolation.xml"]).get("skipped") != "0"


def test_where_nobody_is_the_application_the_reports_say_what_names_it(target, tmp_path):
    done, reports = check(target, tmp_path)
    assert done.returncode != 0, done.output
    for name in ("isolation.txt", "isolation.html"):
        assert "Looked at as the application: nobody: isolation_proof_names says which roles it is" in reports[name]


def test_what_can_not_be_looked_at_has_no_report(launch, tmp_path):
    done, reports = check(launch, tmp_path, login_port=1)
    assert done.returncode == 2 and reports == {} and launch.connection()["login_password"] not in done.output


def test_an_exception_without_an_owner_is_refused_before_anything_is_looked_at(launch, tmp_path):
    done, reports = check(launch, tmp_path, isolation_proof_exceptions=[{key: value for key, value in EXCUSE.items() if key != "owner"}])
    assert done.returncode == 2 and reports == {} and "owner" in done.output


def test_no_password_is_in_a_report(broken, tmp_path):
    done, reports = check(broken, tmp_path)
    password = broken.connection()["login_password"]
    assert pathlib.Path(tmp_path, "reports").is_dir() and all(password not in text for text in (done.output, *reports.values()))


def test_a_relative_folder_is_where_ansible_was_started_and_check_mode_writes_it_too(launch, tmp_path):
    done, _none = check(launch, tmp_path, check_mode=True, isolation_proof_report_folder="local/state/reports of a test")
    folder = ROOT / "local" / "state" / "reports of a test"
    try:
        assert done.returncode == 0 and f"The reports are in {folder}." in done.output, done.output
        assert {path.name for path in folder.glob("*")} == set(REPORTS)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
