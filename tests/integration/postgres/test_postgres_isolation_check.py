# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import re

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.isolation import plan as isolation_plan

A = "01JAMZ0000CANARY0000000001"
B = "01JAMZ0000CANARY0000000002"
PROJECT = "01JAMZ0000CANARY00PR0JECT0"
TABLES = [{"name": "app.tenants", "tenant_column": "id"}, {"name": "app.projects"}, {"name": "app.tasks"}, {"name": "audit.audit_log"}]
CANARIES = [
    {"table": "app.projects", "values": {"id": PROJECT, "name": "a secret of a tenant"}},
    {"table": "app.tasks", "values": {"project_id": PROJECT, "title": "a secret of a tenant"}},
]


@pytest.fixture(scope="session")
def canaries(launch):
    launch.run("postgres_tenant", tenants=[{"id": A, "name": "Canary A"}, {"id": B, "name": "Canary B"}])
    return launch


@pytest.fixture
def app(canaries):
    return canaries.as_user("launch_app")


def prove(app, check=False, **options):
    return app.run("postgres_isolation_check", check=check, **{"tenants": [A, B], "tables": TABLES, "canaries": CANARIES, **options})


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
    assert {(seen["tenant"], seen["table"]) for seen in outcome["seen"]} == {(tenant, table["name"]) for tenant in (A, B) for table in TABLES}
    assert all(seen["own_rows"] > 0 and seen["foreign_rows"] == 0 for seen in outcome["seen"])
    assert outcome["without_context"] == {table["name"]: "42501" for table in TABLES}
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
    assert outcome["failed"] and f"app.projects has no row of {A}" in outcome["msg"] and outcome["errors"][0]["option"] == "canaries"


@pytest.mark.parametrize(("options", "option"), [
    ({"tenants": [A, A]}, "tenants"),
    ({"tenants": [A, "b"]}, "tenants"),
    ({"tables": [{"name": "projects"}]}, "tables[0].name"),
    ({"tables": [{"name": "app.projects", "tenant_column": "a b"}]}, "tables[0].tenant_column"),
    ({"canaries": [{"table": "app.other", "values": {}}]}, "canaries[0].table"),
])
def test_what_makes_no_sense_is_refused(app, options, option):
    outcome = prove(app, **options)
    assert outcome["failed"] and outcome["option"] == option and outcome["remedy"]


def test_an_unknown_tenant_is_no_proof(app):
    outcome = prove(app, tenants=[A, "01JAMZ0000CANARY0000000009"])
    assert outcome["failed"] and "No context for 01JAMZ0000CANARY0000000009: SQLSTATE 42501" in outcome["msg"]


def test_a_missing_table_is_not_taken_for_a_refusal(app):
    outcome = prove(app, tables=[{"name": "app.missing"}], canaries=[])
    assert outcome["failed"] and "42P01" in outcome["msg"]


def test_a_server_before_the_fix_of_its_planner_is_no_proof(app, monkeypatch):
    """The server here is a newer one, so the fix is said to have come later."""
    (version,) = app.rows("SHOW server_version_num")[0]
    major, minor = divmod(int(version), 10000)
    monkeypatch.setitem(isolation_plan._FIRST_SOUND, major, minor + 1)
    outcome = prove(app)
    assert outcome["failed"] and f"NOT PROVED: the server is PostgreSQL {major}.{minor}," in outcome["msg"]
    assert outcome["remedy"] == f"Upgrade it to {major}.{minor + 1} or later."
