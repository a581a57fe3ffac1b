# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the server's log records with the settings of launch's inventory, and what it must not have."""

from __future__ import annotations

import contextlib
import dataclasses
import pathlib
import secrets
import typing as t

import psycopg2
import pytest
import yaml
from psycopg2 import errors

from local.endpoint.postgres import passing_server
from tests.support.postgres import DATABASE, MASTER, Database

PARAMETERS = pathlib.Path(__file__).resolve().parents[3] / "inventories" / "launch" / "system" / "all" / "parameters.yml"
LOGGING = ("shared_preload_libraries", "pgaudit.log", "log_statement")
# RDS's default of log_line_prefix, which the inventory leaves.
PREFIX = "%t:%r:%u@%d:[%p]:"
PASSWORD = "'never to be seen'"


@dataclasses.dataclass
class Logged:
    """A server, and what it logs of a statement."""

    database: Database

    def run(self, statement: str, user: str = MASTER) -> str:
        """What the log has of it, refused or not."""
        before = len(self._text())
        with contextlib.closing(self.database.connect(user)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor, contextlib.suppress(psycopg2.Error):
                cursor.execute(statement)
        return self._text()[before:]

    def _text(self) -> str:
        return self.database.server.psql("select pg_read_file('/rds/log/postgresql.log')")


@pytest.fixture(scope="module")
def logged() -> t.Iterator[Logged]:
    given = yaml.safe_load(PARAMETERS.read_text(encoding="utf-8"))["launch_parameters"]
    password = secrets.token_urlsafe(16)
    parameters = {"log_line_prefix": PREFIX} | {name: given[name] for name in LOGGING}
    with passing_server("pytest-log", MASTER, password, DATABASE, parameters) as server:
        found = Logged(Database(server, DATABASE, {MASTER: password}))
        found.run("create extension pgaudit; create role somebody; create table public.things (i integer)")
        found.database.create_login("plain", "somebody")
        yield found


RECORDED = [
    ("create table public.more (i integer)", "DDL,CREATE TABLE,TABLE,public.more"),
    ("alter table public.things add j integer", "DDL,ALTER TABLE,TABLE,public.things"),
    ("alter table public.things disable trigger all", "DDL,ALTER TABLE,TABLE,public.things"),
    ("create policy p on public.things using (true)", "DDL,CREATE POLICY"),
    ("create function public.f() returns integer language sql as 'select 1'", "DDL,CREATE FUNCTION,FUNCTION,public.f()"),
    ("do $$ begin execute 'create table public.within (i integer)'; end $$", "DDL,CREATE TABLE,TABLE,public.within"),
    ("alter database launch set work_mem = '5MB'", "DDL,ALTER DATABASE"),
    ("grant select on public.things to somebody", "ROLE,GRANT,TABLE"),
    ("create role another", "ROLE,CREATE ROLE"),
    ("grant somebody to another", "ROLE,GRANT ROLE"),
    ("revoke somebody from another", "ROLE,REVOKE ROLE"),
    ("alter role another nologin", "ROLE,ALTER ROLE"),
    ("drop role another", "ROLE,DROP ROLE"),
]


@pytest.mark.parametrize(("statement", "line"), RECORDED)
def test_what_changes_schema_and_roles_is_recorded_with_its_login(logged: Logged, statement: str, line: str) -> None:
    text = logged.run(statement)
    assert line in text and f"{MASTER}@{DATABASE}" in text


SECRET = [
    f"create role sealed login password {PASSWORD}", f"alter role sealed password {PASSWORD}", f"alter user sealed with encrypted password {PASSWORD}",
    f"alter role sealed password {PASSWORD}; select 1", f"do $$ begin alter role sealed password {PASSWORD}; end $$",
]


@pytest.mark.parametrize("statement", SECRET)
def test_passwords_are_left_out(logged: Logged, statement: str) -> None:
    text = logged.run(statement)
    assert "ROLE,ALTER ROLE" in text or "ROLE,CREATE ROLE" in text
    assert "never to be seen" not in text and "<REDACTED>" in text


def test_residual_a_statement_that_fails_is_logged_as_it_is(logged: Logged) -> None:
    """By log_min_error_statement. Whoever sets a password by hand sends a verifier, as psql's \\password does."""
    assert "never to be seen" in logged.run(f"alter role nobody_there password {PASSWORD}")


UNRECORDED = ["insert into public.things values (1)", "select * from public.things", "truncate public.things", "set work_mem = '5MB'", "set role somebody"]


@pytest.mark.parametrize("statement", UNRECORDED)
def test_residual_rows_reads_truncate_and_settings_are_not_recorded(logged: Logged, statement: str) -> None:
    assert "AUDIT" not in logged.run(statement)


def test_residual_the_master_switches_it_off_for_a_session(logged: Logged) -> None:
    assert "AUDIT" not in logged.run("set pgaudit.log = 'none'; create table public.silent (i integer)")


def test_switching_it_off_for_good_is_recorded(logged: Logged) -> None:
    assert "ROLE,ALTER ROLE" in logged.run("alter role somebody set pgaudit.log = 'none'")


def test_no_other_login_switches_it_off(logged: Logged) -> None:
    text = logged.run("set pgaudit.log = 'none'", "plain")
    assert "permission denied to set parameter" in text
    with contextlib.closing(logged.database.connect("plain")) as connection, connection.cursor() as cursor:
        with pytest.raises(errors.InsufficientPrivilege):
            cursor.execute("alter role plain set pgaudit.log = 'none'")
