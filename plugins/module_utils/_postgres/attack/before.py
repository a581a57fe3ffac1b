# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked before anything is tried: where it isn't so, attempts hold that show nothing.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, raise_all
from ansible_collections.launch.database.plugins.module_utils._postgres.attack.attempts import BECOME, STRANGER, TENANTS
from ansible_collections.launch.database.plugins.module_utils._postgres.attack.targets import Sides, Tables
from ansible_collections.launch.database.plugins.module_utils._postgres.context.setting import set_context
from ansible_collections.launch.database.plugins.module_utils._postgres.identifiers import quoted
from ansible_collections.launch.database.plugins.module_utils._postgres.isolation.job import count
from ansible_collections.launch.database.plugins.module_utils._postgres.isolation.tables import Table, readable
from ansible_collections.launch.database.plugins.module_utils._postgres.names import ROLES, Names
from ansible_collections.launch.database.plugins.module_utils._postgres.session import DatabaseError, Session

# A stranger is no member at all, not even one that has to become the role first; a working role's rights are there without that.
_LOGIN = """\
SELECT session_user::text AS login,
       coalesce((SELECT pg_catalog.string_agg(rolname, ', ' ORDER BY rolname) FROM pg_catalog.pg_roles
                 WHERE rolname = ANY (%(roles)s) AND pg_catalog.pg_has_role(session_user, oid, %(privilege)s)), '') AS roles"""


def refuse_login(session: Session, role: str, names: Names) -> None:
    """LaunchError if the login is not what it is said to be."""
    if role in BECOME:
        _refuse_who_can_not_become(session, role, names)
    elif role == STRANGER:
        login, roles = _roles(session, [getattr(names, each) for each in ROLES], "MEMBER")
        if roles:
            raise LaunchError(f"the login {login} is a member of {roles}.", option="role", value=role, remedy="Give a login without a group.")
    else:
        login, roles = _roles(session, [getattr(names, role)], "USAGE")
        if not roles:
            raise _other(role, f"the login {login} has not the rights of {getattr(names, role)}.")


def _roles(session: Session, roles: t.Sequence[str], privilege: str) -> tuple[str, str]:
    """The login, and which of the roles it has."""
    (row,) = session.rows(_LOGIN, {"roles": list(roles), "privilege": privilege})
    return row["login"], row["roles"]


def _refuse_who_can_not_become(session: Session, role: str, names: Names) -> None:
    with session.trial():
        try:
            session.execute(f"SET LOCAL ROLE {quoted(getattr(names, role))}")
        except DatabaseError as error:
            raise _other(role, f"the login can't become {getattr(names, role)}: {error.words}") from error


def _other(role: str, problem: str) -> LaunchError:
    return LaunchError(problem, option="role", value=role, remedy="Name the role that the login has, or give another login.")


def refuse_empty(session: Session, role: str, names: Names, tables: Tables, sides: Sides) -> None:
    """LaunchErrors for each tenant without a row in a table that is attacked, as its own context shows. Who reads no rows needs none."""
    if role not in TENANTS:
        return
    seen = {table.qualified: table for table in readable(session, names)}
    attacked = [_with_tenant(name, seen, names) for name in (tables.table, tables.child) if name is not None]
    raise_all([error for tenant in (sides.a, sides.b) for error in _empty(session, names, attacked, tenant, sides)])


def _with_tenant(name: str, seen: t.Mapping[str, Table], names: Names) -> Table:
    table = seen.get(name)
    if table is None or table.column is None:
        raise LaunchError(
            f"it is not a table with a column {names.tenant_column} that this login can read.", option="canaries", value=name,
            remedy="Fix the name, or take the canary out.",
        )
    return table


def _empty(session: Session, names: Names, attacked: t.Sequence[Table], tenant: str, sides: Sides) -> list[LaunchError]:
    with session.trial():
        try:
            session.execute("SET LOCAL lock_timeout = '5s'")
            set_context(session, names, tenant, sides.actor, sides.key)
            empty = [table.qualified for table in attacked if not count(session, table, tenant).own]
        except DatabaseError as error:
            raise LaunchError(
                f"its rows can't be counted: {error.problem}", option="tenants", value=tenant,
                remedy="Name two active tenants; see that strength and key are those of the database, and that nobody holds a lock.",
            ) from error
    return [
        LaunchError(
            f"it has no row in {table}, so that nothing would be shown.", option="tenants", value=tenant,
            remedy="Run postgres_isolation_check with these canaries first, which makes the rows.",
        )
        for table in empty
    ]
