# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is told stays: nobody forges the log or empties it, and what remains possible is known."""

from __future__ import annotations

import io
import typing as t

import pytest
from psycopg2 import errors

from local.endpoint.postgres import BIN
from tests.integration.sql.months import months_from_now, partition_of
from tests.integration.sql.sessions import Session, Tenant

if t.TYPE_CHECKING:
    from tests.integration.sql.conftest import Connect
    from tests.support.postgres import Database

FORGERIES = (
    "insert into audit.audit_log (tenant_id, entity_id, entity_type, action, changes, performed_by)"
    " values (app.current_tenant(), app.new_entity_id(), 'app.projects', 'insert', '{{}}', app.new_entity_id())",
    "update audit.audit_log set performed_by = app.new_entity_id()",
    "delete from audit.audit_log",
    "truncate audit.audit_log",
    "alter table audit.audit_log disable row level security",
    "alter table app.projects disable trigger row_audited",
    "drop trigger row_audited on app.projects",
    "select from audit.{partition}",
    "delete from audit.{partition}",
    "truncate audit.{partition}",
    "alter table audit.audit_log detach partition audit.{partition}",
    "select audit.create_partition('2040-01-01')",
    "set session_replication_role = replica",
    "set local role launch_audit_owner",
)


@pytest.mark.parametrize("login", ["launch_app", "launch_audit", "launch_archive", "launch_ops"])
@pytest.mark.parametrize("statement", FORGERIES)
def test_log_cannot_be_forged_or_erased(connect: Connect, alpha: Tenant, login: str, statement: str) -> None:
    session = connect(login)
    context = alpha if login in ("launch_app", "launch_audit") else None
    with session.transaction(context), pytest.raises(errors.InsufficientPrivilege):
        session.run(statement.format(partition=partition_of(months_from_now(1)[0])))


@pytest.mark.parametrize("statement", ["update audit.audit_log set changes = '{}'", "delete from audit.audit_log"])
def test_even_the_owner_finds_no_row_to_change(master: Session, alpha: Tenant, statement: str) -> None:
    with master.transaction():
        master.run("set local role launch_audit_owner")
        assert master.rows_touched(statement) == 0


def test_owner_cannot_write_what_the_context_does_not_say(master: Session, alpha: Tenant, beta: Tenant) -> None:
    with master.transaction(), pytest.raises(errors.InsufficientPrivilege, match="row-level security"):
        master.run("set local role launch_owner")
        master.run("select app.assume_context(%s, %s)", alpha.id, alpha.actor)
        master.run("update app.projects set name = 'moved' where tenant_id = %s", beta.id)


DUMPED = (
    ("launch_audit_owner", "--enable-row-security", "no tenant context"),
    ("launch_audit_owner", "", "row-level security policy"),
    ("launch_archiver", "--enable-row-security", "permission denied"),
    ("launch_rw", "--enable-row-security", "permission denied"),
)


@pytest.mark.parametrize(("role", "options", "error"), DUMPED)
def test_a_dump_fails_instead_of_being_empty(database: Database, alpha: Tenant, role: str, options: str, error: str) -> None:
    """Nobody but a superuser, or a role with BYPASSRLS, dumps the log by pg_dump; a copy of a query as archiver has all of it."""
    server = database.server
    dump = f"{BIN}/pg_dump -U rdsadmin -p {server.port} --role={role} --data-only --schema=audit {options} {database.name}"
    output = server._shell(f"{dump} 2>&1 >/dev/null || echo failed")
    assert error in output and "failed" in output


def test_the_archiver_copies_the_whole_log(master: Session, alpha: Tenant, beta: Tenant) -> None:
    with master.transaction():
        master.run("set local role launch_archiver")
        copied = io.StringIO()
        with master.connection.cursor() as cursor:
            cursor.copy_expert("copy (select * from audit.audit_log) to stdout", copied)
        assert copied.getvalue().count("\n") == master.value("select count(*) from audit.audit_log")
    assert alpha.project in copied.getvalue() and beta.project in copied.getvalue()


@pytest.mark.parametrize("role", ["origin", "replica"])
@pytest.mark.parametrize("table", ["audit_log", partition_of(months_from_now(1)[0]), partition_of(months_from_now(3)[2])])
def test_even_the_owner_cannot_truncate(master: Session, table: str, role: str) -> None:
    with master.transaction(), pytest.raises(errors.InsufficientPrivilege, match="can't be emptied"):
        master.run(f"set local session_replication_role = {role}")
        master.run("set local role launch_audit_owner")
        master.run(f"truncate audit.{table}")


def test_residual_the_owner_switches_the_protection_off(master: Session, alpha: Tenant) -> None:
    """Only the database's owner can become it. R44 finds the trigger, R02 the policies, while they are off."""
    with master.transaction():
        master.run("set local role launch_audit_owner")
        master.run(f"alter table audit.{partition_of(months_from_now(1)[0])} disable trigger truncate_refused")
        master.run(f"truncate audit.{partition_of(months_from_now(1)[0])}")
        master.run("set local role launch_archiver")
        assert master.value("select count(*) from audit.audit_log where tenant_id = %s", alpha.id) == 0


def test_residual_an_application_calls_itself_what_it_likes(app: Session, alpha: Tenant) -> None:
    with app.transaction(alpha):
        app.run("set local application_name = 'payroll'")
        app.run("update app.projects set name = 'renamed'")
        assert app.run("select application_name, database_user from audit.audit_log where action = 'update'") == [("payroll", "launch_app")]


@pytest.mark.parametrize("login", ["launch_app", "launch_report", "launch_admin"])
def test_nobody_calls_himself_another_login(connect: Connect, login: str) -> None:
    session = connect(login)
    with session.transaction(), pytest.raises(errors.InsufficientPrivilege):
        session.run("set session authorization launch_ops")


def test_residual_the_owner_of_tables_has_changes_told_that_were_none(master: Session, alpha: Tenant) -> None:
    """Who may make triggers may have the log tell of a table by any name. Only the database's owner can become it."""
    with master.transaction():
        master.run("set local role launch_owner")
        master.run("alter table app.projects rename to kept")
        master.run("create table app.projects (tenant_id text, id text)")
        master.run("create trigger forged after insert on app.projects for each row execute function audit.capture('tenant_id')")
        master.run("select app.assume_context(%s, %s)", alpha.id, alpha.actor)
        master.run("insert into app.projects values (%s, 'never there')", alpha.id)
        master.run("set local role launch_rw")
        assert master.run("select entity_type, entity_id from audit.audit_log where performed_at = now()") == [("app.projects", "never there")]


READINGS = """
  create table app.readings (
    tenant_id app.entity_id not null, id app.entity_id not null, taken_on date not null,
    created_at timestamptz not null, updated_at timestamptz not null, created_by app.entity_id not null, updated_by app.entity_id not null,
    version integer not null, primary key (tenant_id, id, taken_on)
  ) partition by range (taken_on);
  create table app.readings_2040 partition of app.readings for values from ('2040-01-01') to ('2041-01-01');
  select app.protect_tenant_table('app.readings');
"""


@pytest.mark.parametrize(("statement", "query"), [
    ("alter table app.projects drop column name cascade", "select to_jsonb(p) ? 'name' from app.projects p limit 1"),
    ("alter table app.projects alter column name type text using 'other'", "select name <> 'other' from app.projects limit 1"),
    ("drop table app.tasks", "select to_regclass('app.tasks') is not null"),
    ("alter table app.readings detach partition app.readings_2040", "select exists (select from app.readings)"),
    ("drop table app.readings_2040", "select exists (select from app.readings)"),
])
def test_residual_ddl_leaves_no_entry(master: Session, alpha: Tenant, statement: str, query: str) -> None:
    """Rows and values go and come by it. Who owns tables can do it, and the server's log tells of the statement."""
    with master.transaction():
        master.run("set local role launch_owner")
        master.run(READINGS)
        master.run("select app.assume_context(%s, %s)", alpha.id, alpha.actor)
        master.run("insert into app.readings (taken_on) values ('2040-01-01')")
        assert master.value(query) is True
        before = told(master)
        master.run(statement)
        assert (master.value(query), told(master)) == (False, before)


def told(master: Session) -> int:
    """How many entries the log has, asked by the tables' owner."""
    master.run("set local role launch_archiver")
    entries = master.value("select count(*) from audit.audit_log")
    master.run("set local role launch_owner")
    return entries
