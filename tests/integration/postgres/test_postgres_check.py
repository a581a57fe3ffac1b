# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
import sys

import pytest

from tests.integration.postgres.modules import ROOT, as_scripts
from tests.support.ansible import run_playbook

RULES = as_scripts({path.name: path.read_bytes() for path in sorted((ROOT / "sql" / "checks").glob("*.sql"))})
NOT_FORCED = {
    "check": "R02_rls_not_forced.sql", "rule": "R02", "severity": "error", "object": "app.tasks",
    "detail": "row level security is enabled but not forced on the owner", "remedy": "alter table ... force row level security",
}
SENTENCE = (
    "R02: 'app.tasks': row level security is enabled but not forced on the owner. Remedy: alter table ... force row level security."
)
UNINDEXED = "R22: 'app.tasks: tasks_parent': no index begins with the columns of the foreign key."


def look(target, **options):
    return target.run("postgres_check", **{"path": "sql/checks", "checks": RULES, **options})


def finding(severity="error", rule="X"):
    return f"SELECT '{rule}' AS rule, '{severity}' AS severity, 'o' AS object, 'd' AS detail, 'r' AS remedy"


@pytest.fixture
def unforced(launch):
    launch.execute("SET ROLE launch_owner; ALTER TABLE app.tasks NO FORCE ROW LEVEL SECURITY")
    yield launch
    launch.execute("SET ROLE launch_owner; ALTER TABLE app.tasks FORCE ROW LEVEL SECURITY")


@pytest.fixture
def unindexed(launch):
    (definition,) = launch.rows("SELECT pg_get_indexdef(oid) FROM pg_class WHERE relname = 'tasks_tenant_parent'")[0]
    launch.execute("SET ROLE launch_owner; DROP INDEX app.tasks_tenant_parent")
    yield launch
    launch.execute(f"SET ROLE launch_owner; {definition}")


@pytest.mark.parametrize("login", ["launch_admin", "launch_app"])
def test_the_schema_of_the_migrations_breaks_no_rule(launch, login):
    outcome = look(launch.as_user(login))
    assert (outcome["changed"], outcome["findings"]) == (False, [])
    assert outcome["checked"] == [rule["name"] for rule in RULES] and len(RULES) > 20


@pytest.mark.parametrize("check", [False, True])
def test_a_table_that_is_not_forced_is_the_only_finding(unforced, check):
    outcome = look(unforced, check=check)
    assert outcome["failed"] and outcome["msg"] == SENTENCE
    assert outcome["findings"] == [NOT_FORCED]
    assert outcome["errors"][0] == {"option": "R02", "value": "app.tasks", "problem": NOT_FORCED["detail"] + ".", "remedy": SENTENCE[SENTENCE.index("Remedy"):]}


def test_what_is_less_than_a_failure_is_a_warning(unindexed):
    outcome = look(unindexed)
    assert not outcome.get("failed") and [found["rule"] for found in outcome["findings"]] == ["R22"]
    (told,) = outcome["told"]
    assert told.startswith(UNINDEXED)
    assert look(unindexed, fail_on="warning")["msg"].startswith(UNINDEXED)


def test_with_never_even_an_error_is_a_warning(unforced):
    outcome = look(unforced, fail_on="never")
    assert outcome["findings"] == [NOT_FORCED] and outcome["told"] == [SENTENCE]


def test_a_check_can_not_change_anything(target):
    target.execute("CREATE TABLE t (i int); CREATE FUNCTION write() RETURNS void LANGUAGE sql AS $$ INSERT INTO public.t VALUES (1) $$")
    outcome = look(target, checks=as_scripts({"A.sql": "SELECT public.write() AS rule"}))
    assert outcome["failed"] and "A.sql can't be run: SQLSTATE 25006" in outcome["msg"]
    assert target.rows("SELECT * FROM t") == []


def test_a_check_does_not_take_somebody_elses_function_for_the_servers(target):
    target.execute("CREATE FUNCTION now() RETURNS text LANGUAGE sql AS $$ SELECT 'trap' $$")
    target.execute(f"ALTER DATABASE {target.name} SET search_path = public, pg_catalog")
    assert target.rows("SELECT now()") == [("trap",)]
    (found,) = look(target, checks=as_scripts({"A.sql": f"SELECT rule, severity, now()::text AS object, detail, remedy FROM ({finding('warning')})"}))["findings"]
    assert found["object"] != "trap"


def test_a_check_that_takes_too_long_is_no_result(launch):
    slow = as_scripts({"A.sql": f"SELECT x.* FROM ({finding()}) x, pg_sleep(5)"})
    outcome = look(launch, checks=slow, statement_timeout="50ms")
    assert outcome["failed"] and "A.sql can't be run: SQLSTATE 57014" in outcome["msg"]


@pytest.mark.parametrize(("options", "option", "words"), [
    ({"statement_timeout": "soon"}, "statement_timeout", "is no duration"),
    ({"checks": []}, "path", "holds no check"),
    ({"checks": as_scripts({"A.sql": f"{finding()}; DROP TABLE a"})}, "path", "is not one query"),
    ({"checks": as_scripts({"A.sql": "SELECT 1 AS rule WHERE false"})}, "path", "answers with the columns rule"),
    ({"checks": as_scripts({"A.sql": finding("fatal")})}, "path", "has the severity 'fatal'"),
])
def test_what_is_no_check_is_refused(launch, options, option, words):
    outcome = look(launch, **options)
    assert outcome["failed"] and outcome["option"] == option and words in outcome["msg"] and outcome["remedy"]


def rules(target, tmp_path, *, check=False, **variables):
    """The role's tasks by the real Ansible; with the report of a drift check if there is one."""
    role = {"name": "Rules", "ansible.builtin.import_role": {"name": "launch.database.isolation_proof", "tasks_from": "rules"}, "vars": variables}
    play = {
        "name": "Rules of isolation", "hosts": "localhost", "connection": "local", "gather_facts": False,
        "vars": {"ansible_python_interpreter": sys.executable},
        "module_defaults": {"group/launch.database.postgres": target.connection()},
        "tasks": [role, {"name": "Tell", "ansible.builtin.debug": {"var": "isolation_proof_rules_sentence"}}],
    }
    report = tmp_path / "drift.json"
    verdict = {"name": "Verdict", "hosts": "localhost", "gather_facts": False, "tags": ["drift_verdict"]}
    env = {"ANSIBLE_CALLBACKS_ENABLED": "launch.database.drift_report", "LAUNCH_DRIFT_REPORT": str(report)}
    done = run_playbook([play, verdict], check=check, env=env)
    return done, json.loads(report.read_text(encoding="utf-8")) if report.exists() else None


def test_the_role_looks_at_the_rules_of_the_collection(launch, tmp_path):
    done, _report = rules(launch, tmp_path)
    assert done.returncode == 0, done.output
    assert done.tasks[-1]["isolation_proof_rules_sentence"] == f"{len(RULES)} rules of isolation were looked at; none is broken"
    assert done.stats["localhost"]["changed"] == 0


def test_a_finding_ends_the_play_and_is_in_the_report_of_a_drift_check(unforced, tmp_path):
    done, _none = rules(unforced, tmp_path)
    assert done.returncode == 2 and done.tasks[-1]["msg"] == SENTENCE
    checked, report = rules(unforced, tmp_path, check=True)
    assert checked.returncode == 0 and SENTENCE in " ".join(checked.output.split()), "and the rest is looked at"
    (item,) = report["items"]
    assert (report["verdict"], item["kind"], item["reason"]) == ("drift", "change", SENTENCE)


def test_what_kept_the_rules_from_being_looked_at_is_unknown(launch, tmp_path):
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "R99.sql").write_text("select 1 / 0 as rule", encoding="utf-8")
    checked, report = rules(launch, tmp_path, check=True, isolation_proof_rules=str(folder))
    assert (checked.returncode, report["verdict"], report["counts"]["unknown"]) == (2, "unknown", 1)


def test_a_check_in_check_mode_without_a_finding_is_clean(launch, tmp_path):
    done, report = rules(launch, tmp_path, check=True)
    assert (done.returncode, report["verdict"], report["items"]) == (0, "clean", [])


def test_the_role_tells_a_warning_and_goes_on(unindexed, tmp_path):
    done, _report = rules(unindexed, tmp_path)
    assert done.returncode == 0 and UNINDEXED in " ".join(done.output.replace("\n", " ").split())
    assert done.tasks[-1]["isolation_proof_rules_sentence"].endswith("findings: R22")
    assert rules(unindexed, tmp_path, isolation_proof_fail_on="warning")[0].returncode == 2
