# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tells one 42501 from another, as docs/applications.md has it."""

from __future__ import annotations

import dataclasses
import typing as t

import psycopg
import pytest
from psycopg import errors, sql

from tests.integration.applications.conftest import Tenant
from tests.support.pooled import Pool

PRIVILEGE = "aclcheck_error"


@dataclasses.dataclass(frozen=True)
class Refusal:
    """A statement that is refused in a tenant's context.

    :arg routine: the server's function that refused it.
    :arg may: of an INSERT or UPDATE, whether the login may do that with some columns of the table.
    """

    statement: str
    routine: str
    message: str
    login: str = "launch_app"
    may: bool | None = None


DENIED = "permission denied for table projects"
REFUSALS = {
    "a column that is filled in": Refusal("insert into app.projects (name, created_at) values ('x', now())", PRIVILEGE, DENIED, may=True),
    "DEFAULT for such a column": Refusal("insert into app.projects (name, version) values ('x', default)", PRIVILEGE, DENIED, may=True),
    "a change of such a column": Refusal("update app.projects set version = 1", PRIVILEGE, DENIED, may=True),
    "a table, by UPDATE": Refusal("update app.projects set name = 'x'", PRIVILEGE, DENIED, "launch_report", may=False),
    "a table": Refusal("insert into app.projects (name) values ('x')", PRIVILEGE, DENIED, "launch_report", may=False),
    "a command": Refusal("truncate app.projects", PRIVILEGE, DENIED),
    "a function": Refusal("select app.assume_context('a', 'b')", PRIVILEGE, "permission denied for function assume_context"),
    "a schema": Refusal("select * from seal.strength", PRIVILEGE, "permission denied for schema seal"),
    "somebody else's table": Refusal("alter table app.projects add more integer", PRIVILEGE, "must be owner of table projects"),
    "another tenant's id in a row": Refusal(
        "insert into app.projects (tenant_id, name) values ({beta}, 'x')", "ExecWithCheckOptions",
        'new row violates row-level security policy for table "projects"',
    ),
    "row_security": Refusal(
        "set local row_security = off; select * from app.projects", "check_enable_rls",
        'query would be affected by row-level security policy for table "projects"',
    ),
    "a temporary table": Refusal(
        "create temporary table mine ()", "InitTempTableNamespace", 'permission denied to create temporary tables in database "launch"'),
    "a role": Refusal("set role launch_owner", "call_string_check_hook", 'permission denied to set role "launch_owner"'),
}


@pytest.mark.parametrize("what", REFUSALS)
def test_which_refusal_without_a_constraint_it_is(bouncer: Pool, alpha: Tenant, beta: Tenant, what: str) -> None:
    refusal = REFUSALS[what]
    with psycopg.connect(bouncer.dsn(refusal.login), autocommit=True) as connection:
        with pytest.raises(errors.InsufficientPrivilege) as caught, connection.transaction():
            connection.execute("select app.set_context(%s)", [alpha.token()])
            connection.execute(sql.SQL(t.cast(t.LiteralString, refusal.statement)).format(beta=beta.id))
        told = caught.value.diag
        assert (told.source_function, told.message_primary) == (refusal.routine, refusal.message)
        assert [told.constraint_name, told.schema_name, told.table_name, told.column_name] == [None] * 4
        if refusal.may is not None:
            command = refusal.statement.split()[0].upper()
            assert connection.execute("select has_any_column_privilege('app.projects', %s)", [command]).fetchone() == (refusal.may,)


@pytest.mark.parametrize("statement", ["select name from app.projects", "insert into app.projects (name) values ('x')"])
def test_a_refusal_of_the_context_has_a_constraint(bouncer: Pool, statement: t.LiteralString) -> None:
    with psycopg.connect(bouncer.dsn("launch_app"), autocommit=True) as connection, pytest.raises(errors.InsufficientPrivilege) as caught:
        connection.execute(statement)
    assert caught.value.diag.constraint_name == "context_missing"
