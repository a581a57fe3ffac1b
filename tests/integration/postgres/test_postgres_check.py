# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
import sys

import pytest

from tests.integration.postgres.conftest import empty_database
from tests.integration.postgres.modules import ROOT, as_scripts
from tests.support.ansible import run_playbook

RULES = as_scripts({path.name: path.read_bytes() for path in sorted((ROOT / "sql" / "checks").glob("*.sql"))})
LOOKED_AT = len(RULES) - 1  # there is no pg_stat_statements for R51
NOT_FORCED = {
    "check": "R02_rls_not_forced.sql", "rule": "R02", "severity": "error", "object": "app.tasks",
    "detail": "row level security is enabled but not forced on the owner", "remedy": "alter table ... force row level security",
}
SENTENCE = (
    "R02: 'app.tasks': row level security is enabled but not forced on the owner. Remedy: alter table ... force row level security."
)
UNINDEXED = "R22: 'app.tasks: tasks_tenant_id_parent_task_id_fkey': no index begins with the columns of the foreign key."


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
    (definition,) = launch.rows("SELECT pg_get_indexdef(oid) FROM pg_class WHERE relname = 'tasks_tenant_id_parent_task_id_idx'")[0]
    launch.execute("SET ROLE launch_owner; DROP INDEX app.tasks_tenant_id_parent_task_id_idx")
    yield launch
    launch.execute(f"SET ROLE launch_owner; {definition}")


# Rows behind a foreign key are looked at by who may see all of them, and no login of a tenant's may.
@pytest.mark.parametrize(("login", "blind"), [("launch_admin", []), ("launch_app", ["R46"])])
def test_the_schema_of_the_migrations_breaks_no_rule(launch, login, blind):
    outcome = look(launch.as_user(login))
    assert (outcome["changed"], outcome["findings"], outcome["not_applicable"]) == (False, [], blind)
    # The extension is not here.
    assert outcome["not_looked_at"] == {"R51": "pg_stat_statements is not installed in this database"}
    assert [name[:3] for name, count in outcome["examined"].items() if not count] == [*blind, "R51"] and list(outcome["examined"]) == outcome["checked"]
    assert outcome["checked"] == [rule["name"] for rule in RULES] and len(RULES) > 20


def test_a_group_that_is_not_there_is_unknown(launch):
    """The view lets whoever works in the group read every tenant's rows, and under another name no rule would look at it."""
    launch.execute("SET ROLE launch_owner; CREATE VIEW app.everybodys AS SELECT * FROM app.projects; GRANT SELECT ON app.everybodys TO launch_rw")
    misspelt = {"read_write": "launch_rwx", "seal_schema": "seel", "audit_schema": "journal"}
    try:
        right, wrong = look(launch), look(launch, names=launch.names | misspelt)
    finally:
        launch.execute("SET ROLE launch_owner; DROP VIEW app.everybodys")
    assert {finding["rule"] for finding in right["findings"]} == {"R16"} and not right["unknown_names"]
    assert "launch_rw" in right["application_roles"] and "launch_rw" not in wrong["application_roles"]
    assert wrong["unknown_names"] == {"read_write": "launch_rwx", "seal_schema": "seel"}


@pytest.mark.parametrize("check", [False, True])
def test_a_table_that_is_not_forced_is_the_only_finding(unforced, check):
    outcome = look(unforced, check=check)
    assert outcome["failed"] and outcome["msg"] == SENTENCE
    assert (outcome["findings"], outcome["not_applicable"]) == ([NOT_FORCED], [])
    assert outcome["errors"][0] == {"option": "R02", "value": "app.tasks", "problem": NOT_FORCED["detail"] + ".", "remedy": SENTENCE[SENTENCE.index("Remedy"):]}


def test_what_is_less_than_a_failure_is_a_warning(unindexed):
    outcome = look(unindexed)
    assert not outcome.get("failed") and [found["rule"] for found in outcome["findings"]] == ["R22"]
    (warned,) = outcome["warned"]
    assert warned.startswith(UNINDEXED)
    assert look(unindexed, fail_on="warning")["msg"].startswith(UNINDEXED)


def test_with_never_even_an_error_is_a_warning(unforced):
    outcome = look(unforced, fail_on="never")
    assert outcome["findings"] == [NOT_FORCED] and outcome["warned"] == [SENTENCE]


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


def test_a_check_is_not_compiled(target):
    """Its plan is dear enough for it, and compiling takes longer than answering."""
    target.execute(f"ALTER DATABASE {target.name} SET jit = on")
    (found,) = look(target, checks=as_scripts({"A.sql": f"SELECT rule, severity, current_setting('jit') AS object, detail, remedy FROM ({finding('warning')})"}))["findings"]
    assert found["object"] == "off"


def test_a_check_that_takes_too_long_is_no_result(launch):
    slow = as_scripts({"A.sql": f"SELECT x.* FROM ({finding()}) x, pg_sleep(5)"})
    outcome = look(launch, checks=slow, statement_timeout="50ms")
    assert outcome["failed"] and "A.sql can't be run: SQLSTATE 57014" in outcome["msg"]


def test_a_check_that_can_not_be_run_hides_nothing_of_the_others(unforced):
    broken = as_scripts({"R00.sql": "SELECT 1 / 0 AS rule"})
    outcome = look(unforced, checks=broken + RULES)
    assert outcome["failed"] and outcome["findings"] == [NOT_FORCED] and list(outcome["not_run"]) == ["R00"]
    assert SENTENCE in outcome["msg"] and "R00.sql can't be run: SQLSTATE 22012" in outcome["msg"]
    never = look(unforced, checks=broken + RULES, fail_on="never")
    assert never["failed"] and "R00.sql can't be run" in never["msg"], "whatever is a failure, this is no result"


@pytest.mark.parametrize(("options", "option", "words"), [
    ({"statement_timeout": "soon"}, "statement_timeout", "it is not a duration"),
    ({"checks": []}, "path", "it holds no check"),
    ({"checks": as_scripts({"A.sql": f"{finding()}; DROP TABLE a"})}, "path", "it is not one query"),
    ({"checks": as_scripts({"A.sql": "SELECT 1 AS rule WHERE false"})}, "path", "it answers with the columns rule"),
    ({"checks": as_scripts({"A.sql": finding("fatal")})}, "path", "it has the severity 'fatal'"),
])
def test_what_is_no_check_is_refused(launch, options, option, words):
    outcome = look(launch, **options)
    assert outcome["failed"] and outcome["option"] == option and words in outcome["msg"] and outcome["remedy"]


ORDERS = (
    "CREATE ROLE shop_rw; CREATE SCHEMA shop; CREATE TABLE shop.orders (id int); GRANT USAGE ON SCHEMA shop TO shop_rw;"
    " GRANT SELECT ON shop.orders TO shop_rw"
)
NOT_APPLICABLE = "R01: there was nothing it applies to, so it is unknown whether it is broken."


@pytest.fixture(scope="session")
def shop(launch):
    """A database with one table, made by hand, and names of its own for schema and role."""
    target = empty_database(launch.database)
    target.execute(ORDERS)
    return target


def test_a_table_of_any_schema_that_the_systems_roles_reach_is_looked_at(shop):
    outcome = look(shop, names={"app_schema": "shop", "read_write": "shop_rw"}, fail_on="never")
    assert {(found["rule"], found["object"]) for found in outcome["findings"]} >= {("R01", "shop.orders"), ("R04", "shop.orders"), ("R28", "shop.orders")}


def test_a_rule_that_applies_to_nothing_is_not_applicable_and_a_warning(shop):
    outcome = look(shop, names={}, fail_on="never")
    assert outcome["findings"] == [] and {"R01", "R02", "R07", "R15", "R27"} <= set(outcome["not_applicable"])
    assert NOT_APPLICABLE in outcome["warned"]
    assert outcome["examined"]["R01_rls_disabled.sql"] == 0


def test_what_a_system_has_none_of_may_be_said_with_the_reason(shop):
    outcome = look(shop, names={}, fail_on="never", may_not_apply=[{"rule": "R15", "reason": "there is no log"}])
    assert "R15" not in outcome["not_applicable"] and "R01" in outcome["not_applicable"]


@pytest.mark.parametrize(("entry", "option"), [
    ({"rule": "R99", "reason": "x"}, "may_not_apply[0].rule"), ({"rule": "R15", "reason": " "}, "may_not_apply[0].reason"),
])
def test_what_may_not_apply_is_a_rule_with_a_reason(launch, entry, option):
    outcome = look(launch, may_not_apply=[entry])
    assert outcome["failed"] and outcome["option"] == option and outcome["remedy"]


def test_what_may_not_apply_is_found_all_the_same(unforced):
    outcome = look(unforced, may_not_apply=[{"rule": "R02", "reason": "nobody looks"}])
    assert outcome["findings"] == [NOT_FORCED]


EXCUSE = {"rule": "R02", "object": "app.tasks", "owner": "the platform", "reason": "until the owner's job is moved", "expires": "2999-12-31"}


def test_an_exception_keeps_a_finding_from_being_a_failure_and_tells_it(unforced):
    outcome = look(unforced, exceptions=[EXCUSE])
    assert not outcome.get("failed") and (outcome["findings"], outcome["warned"]) == ([], [])
    assert outcome["excepted"] == [NOT_FORCED | EXCUSE] and outcome["unused_exceptions"] == []


def test_an_exception_whose_day_is_over_is_a_finding_beside_what_it_was_for(unforced):
    outcome = look(unforced, exceptions=[EXCUSE | {"expires": "2026-01-31"}])
    assert outcome["failed"] and outcome["excepted"] == []
    assert [found["detail"] for found in outcome["findings"]] == [NOT_FORCED["detail"], "the exception that the platform answers for expired on 2026-01-31"]


def test_an_exception_that_nothing_is_found_for_is_told(launch):
    outcome = look(launch, exceptions=[EXCUSE])
    assert (outcome["findings"], outcome["unused_exceptions"]) == ([], [EXCUSE])
    assert outcome["warned"] == ["exceptions: 'R02 app.tasks': this exception matches no finding. Take it out, or fix its object."]


@pytest.mark.parametrize(("option", "value", "wrong"), [
    ("exceptions", EXCUSE | {"expires": "2026-02-30"}, "exceptions[0].expires"), ("exceptions", EXCUSE | {"rule": "R99"}, "exceptions[0].rule"),
    ("shared_tables", {"name": "countries", "reason": "x"}, "shared_tables[0].name"),
])
def test_what_is_no_exception_and_no_shared_table_is_refused(launch, option, value, wrong):
    outcome = look(launch, **{option: [value]})
    assert outcome["failed"] and outcome["option"] == wrong and outcome["remedy"]


COUNTRIES = {"name": "app.countries", "reason": "the same for every tenant"}


@pytest.fixture
def countries(launch):
    launch.execute("SET ROLE launch_owner; CREATE TABLE app.countries (code text PRIMARY KEY); GRANT SELECT ON app.countries TO launch_ro, launch_rw")
    yield launch
    launch.execute("SET ROLE launch_owner; DROP TABLE app.countries")


def test_a_table_is_shared_by_being_named_and_as_long_as_the_application_only_reads_it(countries):
    assert {found["rule"] for found in look(countries, fail_on="never")["findings"]} >= {"R01", "R04"}
    outcome = look(countries, shared_tables=[COUNTRIES])
    assert (outcome["findings"], outcome["warned"]) == ([], [])
    countries.execute("SET ROLE launch_owner; GRANT UPDATE (code) ON app.countries TO launch_rw")
    found = look(countries, shared_tables=[COUNTRIES])["findings"]
    assert {"R01", "R04"} <= {each["rule"] for each in found}
    assert "it is shared, and the application can write to it" in {each["detail"] for each in found if each["rule"] == "R04"}


def test_a_shared_table_that_is_not_there_is_told(launch):
    outcome = look(launch, shared_tables=[COUNTRIES])
    assert outcome["warned"] == ["shared_tables: 'app.countries': there is no such table. Take it out, or fix its name."]


def test_rules_that_apply_to_nothing_are_unknown_and_never_unbroken(shop, tmp_path):
    done, _none = rules(shop, tmp_path)
    assert done.returncode == 2
    assert "unknown: nothing applies to R01," in done.tasks[-1]["msg"] and "none is broken" not in done.output
    checked, report = rules(shop, tmp_path, check=True)
    assert (checked.returncode, report["verdict"]) == (2, "unknown")


def test_a_name_that_nothing_has_is_unknown_and_never_unbroken(launch, tmp_path):
    wrong = {"isolation_proof_names": launch.names | {"ops_schema": "opps"}}
    done, _none = rules(launch, tmp_path, **wrong)
    assert done.returncode == 2 and "Isolation is unknown: nothing is called opps. " in done.tasks[-1]["msg"]
    assert rules(launch, tmp_path, check=True, **wrong)[1]["verdict"] == "unknown"


def rules(target, tmp_path, *, check=False, **variables):
    """The role's tasks by the real Ansible; with the report of a drift check if there is one."""
    role = {"name": "Rules", "ansible.builtin.import_role": {"name": "launch.database.isolation_proof", "tasks_from": "rules"}}
    role["vars"] = {"isolation_proof_names": target.names or {}, **variables}
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
    assert done.tasks[-1]["isolation_proof_rules_sentence"] == f"{LOOKED_AT} rules of isolation were looked at; none is broken; 1 not looked at: R51"
    assert done.stats["localhost"]["changed"] == 0


def test_a_finding_ends_the_play_and_is_in_the_report_of_a_drift_check(unforced, tmp_path):
    done, _none = rules(unforced, tmp_path)
    assert done.returncode == 2 and done.tasks[-1]["msg"] == SENTENCE
    checked, report = rules(unforced, tmp_path, check=True)
    assert checked.returncode == 0 and SENTENCE in " ".join(checked.output.split()), "and the rest is looked at"
    assert checked.tasks[-1]["isolation_proof_rules_sentence"] == f"{LOOKED_AT} rules of isolation were looked at; 1 broken: R02; 1 not looked at: R51"
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


def test_the_role_tells_what_was_left_out(unforced, tmp_path):
    exception = {"rule": "R02", "object": "app.tasks", "owner": "the platform", "reason": "until Monday", "expires": "2999-12-31"}
    done, _report = rules(unforced, tmp_path, isolation_proof_exceptions=[exception], isolation_proof_shared_tables=[COUNTRIES])
    assert done.returncode == 0, done.output
    assert done.tasks[-1]["isolation_proof_rules_sentence"] == (
        f"{LOOKED_AT} rules of isolation were looked at; none is broken beyond the exceptions; 1 not looked at: R51;"
        " excepted: R02 app.tasks until 2999-12-31 by the platform; shared by all tenants: app.countries"
    )


def test_the_role_tells_a_warning_and_goes_on(unindexed, tmp_path):
    done, _report = rules(unindexed, tmp_path)
    assert done.returncode == 0 and UNINDEXED in " ".join(done.output.replace("\n", " ").split())
    assert done.tasks[-1]["isolation_proof_rules_sentence"].endswith("looked at; 1 with a warning: R22; 1 not looked at: R51")
    assert rules(unindexed, tmp_path, isolation_proof_fail_on="warning")[0].returncode == 2
