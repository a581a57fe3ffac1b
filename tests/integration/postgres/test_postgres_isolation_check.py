# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import re
import secrets

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.isolation import job as isolation_job
from ansible_collections.launch.database.plugins.module_utils._postgres.isolation import plan as isolation_plan

A = "01JAMZ0000CANARY0000000001"
B = "01JAMZ0000CANARY0000000002"
PROJECT = "01JAMZ0000CANARY00PR0JECT0"
ACTOR = "00000000P1AYB00K0000000000"
TABLES = ["app.projects", "app.tasks", "app.tenants", "audit.audit_log"]
REASON = "the same for every tenant"
CANARIES = [
    {"table": "app.projects", "values": {"id": PROJECT, "name": "a secret of a tenant"}},
    {"table": "app.tasks", "values": {"project_id": PROJECT, "title": "a secret of a tenant"}},
]


@pytest.fixture(scope="session")
def canaries(launch):
    launch.run("postgres_tenant", actor=ACTOR, tenants=[{"id": A, "name": "Canary A"}, {"id": B, "name": "Canary B"}])
    return launch


@pytest.fixture
def app(canaries):
    return canaries.as_user("launch_app")


def prove(app, check=False, **options):
    return app.run("postgres_isolation_check", check=check, **{"tenants": [A, B], "actor": ACTOR, "canaries": CANARIES, **options})


@pytest.fixture
def fault(canaries):
    """Do something to the schema as its owner that is undone after the test."""
    undo = []

    def cause(statement, back):
        canaries.execute(f"SET ROLE launch_owner; {statement}")
        undo.append(back)

    yield cause
    for back in undo:
        canaries.execute(f"SET ROLE launch_owner; {back}")


def test_isolation_is_proved_with_canary_rows_that_are_made_once(app):
    checked = prove(app, check=True)
    assert checked["proved"] is False and f"app.tasks: {A} has no row" in checked["not_proved"]
    outcome = prove(app)
    assert [change["path"] for change in outcome["plan"]] == [f"{tenant}.{table}" for tenant in (A, B) for table in ("app.projects", "app.tasks")]
    assert (outcome["proved"], outcome["not_proved"]) == (True, [])
    assert {(seen["tenant"], seen["table"]) for seen in outcome["seen"]} == {(tenant, table) for tenant in (A, B) for table in TABLES}
    assert all(seen["own_rows"] > 0 and seen["foreign_rows"] == 0 for seen in outcome["seen"])
    assert (outcome["tables"], outcome["exempt_tables"]) == (TABLES, [])
    assert outcome["without_context"] == dict.fromkeys(TABLES, "42501")
    assert outcome["logged"] == TABLES[:3]
    again = prove(app)
    assert (again["changed"], again["proved"]) == (False, True)


def test_a_table_that_shows_other_tenants_rows_is_a_leak_by_count_and_not_by_content(app, fault):
    prove(app)
    fault("CREATE POLICY leak ON app.projects FOR SELECT TO launch_rw USING (true)", "DROP POLICY leak ON app.projects")
    outcome = prove(app, check=True)
    assert outcome["failed"]
    assert re.search(f"LEAK: app.projects shows {A} [1-9][0-9]* rows of other tenants", outcome["msg"])
    assert "app.tasks" not in outcome["msg"]
    del outcome["invocation"]  # what the playbook itself said
    assert "a secret" not in str(outcome)


def test_a_table_that_answers_without_context_is_a_leak(app, fault):
    prove(app)
    fault("ALTER TABLE app.tasks DISABLE ROW LEVEL SECURITY", "ALTER TABLE app.tasks ENABLE ROW LEVEL SECURITY")
    outcome = prove(app)
    assert outcome["failed"] and "LEAK: app.tasks answers without a tenant context" in outcome["msg"]


def test_a_policy_that_hides_a_tenants_own_rows_is_no_proof(app, fault):
    prove(app)
    fault(
        "CREATE POLICY nothing ON app.projects AS RESTRICTIVE FOR SELECT TO launch_rw USING (false)", "DROP POLICY nothing ON app.projects",
    )
    outcome = prove(app, canaries=[])
    assert outcome["failed"] and f"app.projects shows {A} no row of its own" in outcome["msg"] and outcome["errors"][0]["option"] == "canaries"


@pytest.mark.parametrize(("options", "option"), [
    ({"tenants": [A, A]}, "tenants"),
    ({"tenants": [A, "b"]}, "tenants"),
    ({"actor": "me"}, "actor"),
    ({"exempt_tables": [{"name": "projects", "reason": REASON}]}, "exempt_tables[0].name"),
    ({"exempt_tables": [{"name": "app.projects", "reason": " "}]}, "exempt_tables[0].reason"),
    ({"exempt_tables": [{"name": "app.tasks", "reason": REASON}] * 2}, "exempt_tables[1].name"),
    ({"exempt_tables": [{"name": "app.other", "reason": REASON}]}, "exempt_tables"),
    ({"canaries": [{"table": "projects", "values": {}}]}, "canaries[0].table"),
    ({"canaries": [{"table": "app.projects", "values": {"a b": 1}}]}, "canaries[0].values"),
    ({"canaries": [{"table": "app.other", "values": {"name": "x"}}]}, "canaries"),
    ({"canaries": [{"table": "app.projects", "values": {}}]}, "canaries[0].values"),
    ({"canaries": [{"table": "app.projects", "values": {"name": {"a": 1}}}]}, "canaries[0].values.name"),
    ({"canaries": [{"table": "app.projects", "values": {"name": [{"a": 1}]}}]}, "canaries[0].values.name"),
    ({"canaries": [{"table": "app.projects", "values": {"name": "a\0b"}}]}, "canaries[0].values.name"),
    ({"canaries": [CANARIES[1], {"table": "app.projects", "values": {"nope": 1}}]}, "canaries"),
])
def test_what_makes_no_sense_is_refused(app, options, option):
    outcome = prove(app, **options)
    assert outcome["failed"] and outcome["option"] == option and outcome["remedy"]


def test_an_unknown_tenant_is_no_proof(app):
    outcome = prove(app, tenants=[A, "01JAMZ0000CANARY0000000009"])
    assert outcome["failed"] and "No context for 01JAMZ0000CANARY0000000009: SQLSTATE 42501" in outcome["msg"]


NOTES = "CREATE TABLE app.notes (tenant_id app.entity_id NOT NULL, note text); INSERT INTO app.notes VALUES ('{}', 'a secret of a tenant')"
COUNTRIES = "CREATE TABLE app.countries (code text); GRANT SELECT ON app.countries TO launch_rw"


def test_a_tenant_table_that_nobody_listed_is_proved_too(app, fault):
    prove(app)
    fault(f"{NOTES.format(B)}; GRANT SELECT ON app.notes TO launch_rw", "DROP TABLE app.notes")
    outcome = prove(app)
    assert outcome["failed"] and f"LEAK: app.notes shows {A} 1 rows of other tenants." in outcome["msg"], outcome
    assert "LEAK: app.notes answers without a tenant context." in outcome["msg"]


def test_a_view_that_passes_the_policies_is_a_leak(app, fault):
    prove(app)
    fault("CREATE VIEW app.everything AS SELECT * FROM app.tasks; GRANT SELECT ON app.everything TO launch_rw", "DROP VIEW app.everything")
    assert re.search(f"LEAK: app.everything shows {A} [1-9][0-9]* rows of other tenants", prove(app)["msg"])


def test_a_table_that_the_login_can_not_read_is_none_of_it(app, fault):
    fault(NOTES.format(B), "DROP TABLE app.notes")
    assert "app.notes" not in prove(app)["tables"]


def test_a_table_without_a_tenant_is_exempt_with_a_reason_or_no_proof(app, fault):
    fault(COUNTRIES, "DROP TABLE app.countries")
    outcome = prove(app)
    assert outcome["failed"] and "NOT PROVED: app.countries has no column tenant_id" in outcome["msg"]
    exempt = [{"name": "app.countries", "reason": REASON}]
    outcome = prove(app, exempt_tables=exempt)
    assert (outcome["proved"], outcome["tables"], outcome["exempt_tables"]) == (True, TABLES, exempt)


def test_a_login_that_can_read_nothing_is_no_proof(canaries):
    canaries.database.create_login("launch_nobody", "pg_monitor")
    outcome = prove(canaries.as_user("launch_nobody"))
    assert outcome["failed"] and "NOT PROVED: this login can read no table" in outcome["msg"] and outcome["option"] == "names"


def test_a_server_before_the_fix_of_its_planner_is_no_proof(app, monkeypatch):
    """The server here is a newer one, so the fix is said to have come later."""
    (version,) = app.rows("SHOW server_version_num")[0]
    major, minor = divmod(int(version), 10000)
    monkeypatch.setitem(isolation_plan._FIRST_SOUND, major, minor + 1)
    outcome = prove(app)
    assert outcome["failed"] and f"NOT PROVED: the server is PostgreSQL {major}.{minor}," in outcome["msg"]
    assert outcome["remedy"] == f"Upgrade it to {major}.{minor + 1} or later."


@pytest.fixture
def key(canaries):
    """A key of a database that takes nothing but tokens."""
    made = secrets.token_hex(32)
    canaries.run("postgres_context", strength="signed", key=made, overlap=0)
    yield made
    canaries.run("postgres_context", strength="transaction")


def test_it_makes_its_own_tokens_and_proves_that_nothing_else_is_taken(app, key):
    outcome = prove(app, strength="signed", key=key)
    assert (outcome["proved"], outcome["without_token"]) == (True, "context_unsigned"), outcome
    assert key not in str(outcome)
    assert "SQLSTATE 42501: tenant context refused" in prove(app)["msg"]
    assert "SQLSTATE 42501: tenant context refused" in prove(app, strength="signed", key=secrets.token_hex(32))["msg"]


def test_a_database_that_takes_less_than_a_token_is_not_proved(app, canaries, key):
    canaries.run("postgres_context", strength="both", key=key)
    assert prove(app, key=key, strength="both")["without_token"] is None
    assert "strength: NOT PROVED: a context without a token is taken" in prove(app, strength="signed", key=key)["msg"]


def test_a_strength_that_needs_a_key_is_refused_without_one(app):
    assert "strength: 'signed': it takes nothing but tokens" in prove(app, strength="signed")["msg"]
    assert "key_secret: '/key': it was not read" in prove(app, key_secret="/key")["msg"]


NO_LOG = "CREATE OR REPLACE FUNCTION audit.capture() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN null; END $$"


@pytest.mark.parametrize(("role", "statement", "tables"), [
    ("launch_owner", "DROP TRIGGER row_audited ON app.tasks", ["app.tasks"]),
    ("launch_owner", "ALTER TABLE app.projects DISABLE TRIGGER row_audited", ["app.projects"]),
    ("launch_owner", "CREATE OR REPLACE TRIGGER row_audited AFTER INSERT ON app.tenants FOR EACH ROW EXECUTE FUNCTION audit.capture('id')", ["app.tenants"]),
    ("launch_audit_owner", NO_LOG, TABLES[:3]),
])
def test_a_change_that_leaves_no_entry_in_the_log_is_no_proof(app, canaries, role, statement, tables):
    prove(app)
    definition = canaries.rows("SET ROLE launch_audit_owner; SELECT pg_get_functiondef('audit.capture()'::regprocedure)")[0][0]
    canaries.execute(f"SET ROLE {role}; {statement}")
    try:
        outcome = prove(app, check=True)
    finally:
        canaries.execute(f"SET ROLE launch_audit_owner; {definition}")
        for table in TABLES[:3]:
            canaries.execute(f"SET ROLE launch_owner; SELECT app.apply_row_triggers('{table}', '{'id' if table == 'app.tenants' else 'tenant_id'}')")
    said = [f"NOT PROVED: a change of {table} by {tenant} leaves no entry" for tenant in (A, B) for table in tables]
    assert outcome["failed"] and [error["problem"][:len(words)] for error, words in zip(outcome["errors"], said, strict=True)] == said


def test_a_change_that_the_log_refuses_is_no_proof(app, canaries):
    prove(app)
    (partition,) = canaries.rows("SELECT 'audit.audit_log_y' || to_char(now() AT TIME ZONE 'UTC', 'YYYY\"m\"MM')")[0]
    (bounds,) = canaries.rows(f"SET ROLE launch_audit_owner; SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE oid = '{partition}'::regclass")[0]
    canaries.execute(f"SET ROLE launch_audit_owner; ALTER TABLE audit.audit_log DETACH PARTITION {partition}")
    try:
        outcome = prove(app)
    finally:
        canaries.execute(f"SET ROLE launch_audit_owner; ALTER TABLE audit.audit_log ATTACH PARTITION {partition} {bounds}")
    assert outcome["failed"] and f"NOT PROVED: {A} can't change its row in app.projects: SQLSTATE 23514: no partition of relation" in outcome["msg"], outcome


def test_nothing_of_a_proof_stays(app):
    prove(app)
    rows = f"SELECT app.set_context('{A}', '{ACTOR}'); SELECT p.xmin::text, p.ctid, p.version, (SELECT count(*) FROM audit.audit_log) FROM app.projects p"
    before = app.rows(rows)
    prove(app)
    assert app.rows(rows) == before


def test_a_login_that_can_change_nothing_looks_at_no_log(canaries):
    canaries.database.create_login("launch_looker", "launch_ro")
    outcome = prove(canaries.as_user("launch_looker"), canaries=[])
    assert (outcome["proved"], outcome["logged"]) == (True, [])


def test_where_nothing_can_be_written_no_log_is_looked_at(app):
    prove(app)
    app.database.server.psql("ALTER ROLE launch_app SET default_transaction_read_only = on")
    try:
        outcome = prove(app, check=True)
    finally:
        app.database.server.psql("ALTER ROLE launch_app RESET default_transaction_read_only")
    assert (outcome["proved"], outcome["logged"]) == (True, [])


def test_a_canary_that_is_there_and_hidden_names_the_policies(app, fault):
    prove(app)
    policy = "CREATE POLICY tenant_select ON app.projects FOR SELECT TO launch_rw, launch_ro USING (tenant_id = (SELECT app.current_tenant()))"
    fault("DROP POLICY tenant_select ON app.projects", policy)
    assert "NOT PROVED: app.projects has a canary row, and does not show it" in prove(app)["msg"]


def test_a_canary_that_another_run_inserts_meanwhile_is_no_error(app, canaries, monkeypatch):
    canaries.execute(f"SET ROLE launch_migrator; SELECT app.assume_context('{A}', '{ACTOR}'); DELETE FROM app.projects WHERE tenant_id = '{A}'")
    inserted = f"INSERT INTO app.projects (id, name) VALUES ('{PROJECT}', 'a secret of a tenant')"

    def meanwhile(*given):
        app.execute(f"SELECT app.set_context('{A}', '{ACTOR}'); {inserted}")
        return plan_canaries(*given)

    plan_canaries = isolation_plan.plan_canaries
    monkeypatch.setattr(isolation_job, "plan_canaries", lambda *given: (monkeypatch.undo(), meanwhile(*given))[1])
    outcome = prove(app)
    assert outcome["proved"] is True, outcome
