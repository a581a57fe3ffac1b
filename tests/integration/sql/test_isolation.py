# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A tenant sees and changes its own rows, and nothing without saying who it is."""

from __future__ import annotations

import contextlib
import typing as t
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest
from psycopg2 import errors

from tests.integration.sql.sessions import Session, Tenant

if t.TYPE_CHECKING:
    from tests.integration.sql.conftest import Connect
    from tests.support.postgres import Database

TABLES = ("app.tenants", "app.projects", "app.tasks", "audit.audit_log")


def owners(session: Session, table: str) -> set[str]:
    column = "id" if table == "app.tenants" else "tenant_id"
    return {row[0] for row in session.run(f"select {column} from {table}")}


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("login", ["launch_app", "launch_report"])
def test_each_tenant_sees_its_own_rows_only(
    connect: Connect, tenants: tuple[Tenant, Tenant], login: str, table: str
) -> None:
    session = connect(login)
    for tenant in tenants:
        with session.transaction(tenant):
            assert owners(session, table) == {tenant.id}


def test_auditor_sees_the_log_of_one_tenant_and_no_business_rows(connect: Connect, alpha: Tenant, beta: Tenant) -> None:
    session = connect("launch_audit")
    with session.transaction(alpha):
        assert owners(session, "audit.audit_log") == {alpha.id}
    with session.transaction(alpha), pytest.raises(errors.InsufficientPrivilege):
        session.run("select from app.projects")


def test_archiver_sees_the_whole_log(connect: Connect, alpha: Tenant, beta: Tenant) -> None:
    with connect("launch_archive").transaction() as session:
        assert {alpha.id, beta.id} <= owners(session, "audit.audit_log")


WITHOUT_CONTEXT = (
    *(f"select from {table}" for table in TABLES),
    *(f"select count(*) from {table} where false or id::text = 'none'" for table in TABLES),
    "select from app.projects where name = 'no such project'",
    "select from app.tasks where title = 'no such task' and is_active",
    "update app.tenants set name = 'x'",
    "insert into app.projects (name) values ('x')",
    "insert into app.projects (tenant_id, name) values ('01ARZ3NDEKTSV4RRFFQ69G5FAV', 'x')",
    "insert into app.tasks (project_id, title) values ('01ARZ3NDEKTSV4RRFFQ69G5FAV', 'x')",
    "delete from app.tasks where title = 'no such task'",
    *(f"update {table} set is_active = false" for table in ("app.projects", "app.tasks")),
    *(f"update {table} set is_active = false where false" for table in ("app.projects", "app.tasks")),
    *(f"delete from {table}" for table in TABLES),
    "insert into app.tenants (name) values ('x')",
    "insert into audit.audit_log (action) values ('insert')",
    "update audit.audit_log set changes = '{}'",
)


@pytest.mark.usefixtures("tenants")
@pytest.mark.parametrize("statement", WITHOUT_CONTEXT)
def test_without_context_everything_is_refused(app: Session, statement: str) -> None:
    with app.transaction(), pytest.raises(errors.InsufficientPrivilege):
        app.run(statement)


@pytest.mark.parametrize("table", ["app.tenants", "app.projects", "app.tasks"])
def test_rows_of_another_tenant_are_out_of_reach(app: Session, alpha: Tenant, beta: Tenant, table: str) -> None:
    column, value = ("name", "'taken'") if table == "app.tenants" else ("is_active", "false")
    foreign = {"app.tenants": beta.id, "app.projects": beta.project, "app.tasks": beta.task}[table]
    with app.transaction(alpha):
        assert app.rows_touched(f"update {table} set {column} = {value} where id = '{foreign}'") == 0


@pytest.mark.parametrize("table", ["app.projects", "app.tasks"])
def test_rows_of_another_tenant_cannot_be_deleted(app: Session, alpha: Tenant, beta: Tenant, table: str) -> None:
    with app.transaction(alpha):
        assert app.rows_touched(f"delete from {table} where tenant_id = '{beta.id}'") == 0


def test_spoofed_tenant_is_refused(app: Session, alpha: Tenant, beta: Tenant) -> None:
    with app.transaction(alpha), pytest.raises(errors.InsufficientPrivilege, match="row-level security"):
        app.run("insert into app.projects (tenant_id, name) values (%s, 'planted')", beta.id)


def test_reference_to_another_tenants_row_is_refused(app: Session, alpha: Tenant, beta: Tenant) -> None:
    with app.transaction(alpha), pytest.raises(errors.ForeignKeyViolation):
        app.run("insert into app.tasks (project_id, title) values (%s, 'reach over')", beta.project)


def test_repeated_insertion_of_a_known_id_changes_nothing(app: Session, alpha: Tenant) -> None:
    insertion = (
        f"insert into app.projects (id, name) values ('{alpha.actor}', 'canary') on conflict (tenant_id, id) do nothing"
    )
    with app.transaction(alpha):
        assert [app.rows_touched(insertion), app.rows_touched(insertion)] == [1, 0]
        assert app.value("select count(*) from audit.audit_log where entity_id = %s", alpha.actor) == 1


def test_the_policy_is_an_index_condition(app: Session, alpha: Tenant) -> None:
    with app.transaction(alpha):
        app.run("set local enable_seqscan = off")
        plan = "\n".join(row[0] for row in app.run("explain select from app.tasks order by tenant_id, id limit 1"))
    assert "Index Cond: (tenant_id = (InitPlan 1).col1)" in plan


def test_same_id_under_two_tenants_is_no_collision(app: Session, alpha: Tenant, beta: Tenant) -> None:
    with app.transaction(alpha):
        app.run("insert into app.projects (id, name) values (%s, 'same id')", beta.project)


def test_deletion_stays_within_the_tenant(app: Session, alpha: Tenant, beta: Tenant) -> None:
    with app.transaction(alpha):
        app.run("insert into app.projects (id, name) values (%s, 'same id')", beta.project)
        app.run("insert into app.tasks (project_id, title) values (%s, 'child')", beta.project)
        assert app.rows_touched(f"delete from app.projects where id = '{beta.project}'") == 1
        assert app.value("select count(*) from app.tasks where title = 'child'") == 0
    with app.transaction(beta):
        assert app.value("select count(*) from app.tasks where id = %s", beta.task) == 1


def test_deleted_parent_task_leaves_its_children(app: Session, alpha: Tenant) -> None:
    with app.transaction(alpha):
        child = app.value(
            "insert into app.tasks (project_id, parent_task_id, title) values (%s, %s, 'child') returning id",
            alpha.project,
            alpha.task,
        )
        app.run("delete from app.tasks where id = %s", alpha.task)
        found = app.run("select tenant_id, parent_task_id from app.tasks where id = %s", child)
        assert found == [(alpha.id, None)]


PROTECTED = [
    ("app.tenants", column)
    for column in ("id", "domain", "status", "created_by", "created_at", "updated_by", "version")
] + [
    (table, column)
    for table in ("app.projects", "app.tasks")
    for column in ("id", "tenant_id", "created_by", "created_at", "updated_by", "updated_at", "version")
]


@pytest.mark.parametrize(("table", "column"), PROTECTED)
def test_protected_columns_cannot_be_updated(app: Session, alpha: Tenant, table: str, column: str) -> None:
    with app.transaction(alpha), pytest.raises(errors.InsufficientPrivilege, match="permission denied"):
        app.run(f"update {table} set {column} = {column}")


@pytest.mark.parametrize(
    "statement",
    [
        "truncate app.tasks",
        "create temporary table t (i int)",
        "create table public.t (i int)",
        "create table app.t (i int)",
    ],
)
def test_what_policies_do_not_cover_is_not_granted(app: Session, alpha: Tenant, statement: str) -> None:
    with app.transaction(alpha), pytest.raises(errors.InsufficientPrivilege):
        app.run(statement)


def test_rows_are_stamped_from_the_context(app: Session, alpha: Tenant) -> None:
    with app.transaction(alpha):
        app.run("update app.projects set name = 'second' where id = %s", alpha.project)
        assert app.run(
            "select created_by, updated_by, version, updated_at = now() from app.projects where id = %s", alpha.project
        ) == [(alpha.actor, alpha.actor, 2, True)]


def owners_met_while_writing(database: Database, tenant: Tenant, times: int) -> set[str]:
    """Write and read in many transactions; return the tenants of all rows that were seen."""
    met: set[str] = set()
    with contextlib.closing(database.connect("launch_app")) as connection:
        session = Session(connection)
        for number in range(times):
            with session.transaction(tenant, keep=True):
                session.run("insert into app.projects (name) values (%s)", f"race {number}")
                met |= owners(session, "app.projects") | owners(session, "audit.audit_log")
                session.run("delete from app.projects where name like %s", "race%")
    return met


def test_writers_at_the_same_time_see_no_strangers(database: Database, tenants: tuple[Tenant, Tenant]) -> None:
    writers = tenants * 2
    with ThreadPoolExecutor(len(writers)) as pool:
        met = list(pool.map(lambda tenant: owners_met_while_writing(database, tenant, 25), writers))
    assert met == [{tenant.id} for tenant in writers]


def test_connection_outside_a_group_reaches_nothing(database: Database) -> None:
    database.create_login("launch_stranger", "pg_monitor")
    with pytest.raises(psycopg2.Error, match="permission denied for schema"):
        database.execute("select from app.projects", user="launch_stranger")
