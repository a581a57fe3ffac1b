# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The scripts themselves, and what they make that no rule looks at."""

from __future__ import annotations

import re
import typing as t

import pytest
from psycopg2 import errors

from tests.integration.sql.migrations import order, scripts
from tests.integration.sql.sessions import Session, Tenant
from tests.support.platform import CHECKS, LAUNCH_NAMES, LOCATIONS, PLATFORM, SQL, checked, filled

REPEATABLE = [path for path in scripts(*LOCATIONS) if path.name.startswith("R__")]


def test_versions_are_applied_by_number() -> None:
    names = ["R__b.sql", "V1_10_0__c.sql", "V1_9_0__d.sql", "R__a.sql", "V1_9__e.sql"]
    assert sorted(names, key=lambda name: order(PLATFORM / name)) == [
        "V1_9__e.sql",
        "V1_9_0__d.sql",
        "V1_10_0__c.sql",
        "R__a.sql",
        "R__b.sql",
    ]


@pytest.mark.parametrize("path", scripts(*LOCATIONS), ids=lambda path: path.stem)
def test_scripts_pin_their_owner_and_search_path(path: t.Any) -> None:
    statements = [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("--")]
    assert statements[0].startswith("set local role ")
    assert statements[1] == "set local search_path = pg_catalog, pg_temp;"


@pytest.mark.parametrize("path", REPEATABLE, ids=lambda path: path.stem)
def test_repeatable_scripts_can_be_repeated(master: Session, alpha: Tenant, path: t.Any) -> None:
    with master.transaction():
        master.run(filled(path, LAUNCH_NAMES))
        master.run("set local role launch_rw")
        master.run("select app.set_context(%s, %s)", alpha.id, alpha.actor)


def documented(heading: str) -> str:
    """The SQL under a heading of the README."""
    text = (SQL / "README.md").read_text(encoding="utf-8")
    found = re.search(rf"^### {heading}\n.*?```sql\n(.*?)```", text, re.DOTALL | re.MULTILINE)
    assert found, heading
    return found[1]


def test_documented_table_breaks_no_rule(master: Session) -> None:
    with master.transaction():
        master.run("set local role launch_owner")
        master.run(documented("A new tenant table"))
        found = [row for path in CHECKS.glob("*.sql") for row in master.run(checked(path, LAUNCH_NAMES))]
    # R51 has no statements to look at: the server of this suite has not loaded the extension.
    assert [row for row in found if row[3] is not None and row[:2] != ("R51", "unseen")] == []


def test_documented_data_migration_reaches_every_tenant(master: Session, alpha: Tenant, beta: Tenant) -> None:
    with master.transaction():
        master.run("set local role launch_migrator")
        for tenant in (alpha, beta):
            master.run("select app.assume_context(%s, %s)", tenant.id, tenant.actor)
            master.run("update app.projects set name = ' untidy ' where tenant_id = %s", tenant.id)
        master.run(documented("Data migrations"))
        assert master.run("select distinct name from app.projects") == [("untidy",)]


def test_every_function_pins_its_search_path(master: Session) -> None:
    """But for those that were parsed when they were made: their names are bound."""
    with master.transaction():
        assert (
            master.run(
                "select f.oid::regprocedure::text, proconfig from pg_proc f join pg_namespace n on n.oid = pronamespace"
                " where nspname in ('app', 'audit', 'seal') and ('search_path=pg_catalog, pg_temp' = any (proconfig)) is not true and prosqlbody is null"
            )
            == []
        )


def test_public_may_execute_nothing(master: Session) -> None:
    with master.transaction():
        assert (
            master.run(
                "select f.oid::regprocedure::text"
                " from pg_proc f join pg_namespace n on n.oid = pronamespace"
                " cross join aclexplode(coalesce(proacl, acldefault('f', proowner))) x"
                " where nspname in ('app', 'audit', 'seal') and x.grantee = 0"
            )
            == []
        )


def test_added_column_is_writable_after_protection(master: Session, alpha: Tenant) -> None:
    with master.transaction():
        master.run("set local role launch_owner")
        master.run(
            "alter table app.projects add column note text,"
            " add column shout text generated always as (upper(name)) stored"
        )
        master.run("select app.protect_tenant_table('app.projects')")
        master.run("set local role launch_rw")
        master.run("select app.set_context(%s, %s)", alpha.id, alpha.actor)
        assert master.rows_touched("update app.projects set note = 'new'") == 1


def test_foreign_key_added_later_sees_orphans(master: Session, alpha: Tenant) -> None:
    """The check of a new key runs under the owner's policies: without one it would find no row, and no orphan."""
    with master.transaction(), pytest.raises(errors.ForeignKeyViolation, match="violates foreign key constraint"):
        master.run("set local role launch_owner")
        master.run("select app.assume_context(%s, %s)", alpha.id, alpha.actor)
        master.run("alter table app.tasks drop constraint tasks_tenant_id_project_id_fkey")
        master.run("update app.tasks set project_id = app.new_entity_id() where tenant_id = %s", alpha.id)
        master.run("set constraints all immediate")
        master.run("select app.drop_context()")
        master.run(
            "alter table app.tasks add foreign key (tenant_id, project_id) references app.projects (tenant_id, id)"
        )
