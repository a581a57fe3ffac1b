# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a login has to find in a database, and to be there, before anything is done: its roles, its tables, its own rights.

Private to the collection: may change at any time.
"""
from __future__ import annotations

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, raise_all
from ansible_collections.launch.database.plugins.module_utils._postgres.identifiers import quoted
from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names
from ansible_collections.launch.database.plugins.module_utils._postgres.session import Session

_ROLES = """\
SELECT w.name, r.oid IS NOT NULL AS is_there,
       coalesce(pg_catalog.pg_has_role(r.oid, CASE WHEN pg_catalog.current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END), false)
         AS is_reachable
FROM pg_catalog.unnest(%s::text[]) WITH ORDINALITY AS w (name, place) LEFT JOIN pg_catalog.pg_roles r ON r.rolname = w.name ORDER BY w.place"""
_READABLE = """\
SELECT coalesce(pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_table_privilege(c.oid, 'SELECT'), false) AS is_readable
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = %s AND c.relname = %s"""
_COLUMN = "SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = %s::pg_catalog.regclass AND attname = %s AND NOT attisdropped)"
_TENANT_TABLE = """\
SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attname = %s AND NOT a.attisdropped) AS has_column,
       pg_catalog.has_any_column_privilege(%s::name, c.oid, 'UPDATE') AS is_open
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %s AND c.relname = %s AND c.relkind = ANY ('{r,p}')"""
_LOGIN = "SELECT session_user::text"


def require_roles(session: Session, names: Names, *keys: str) -> None:
    """LaunchErrors for roles that are not there, or else one for those that the login can't become."""
    wanted = {getattr(names, key): key for key in keys}
    rows = session.rows(_ROLES, (list(wanted),))
    raise_all([_no_role(wanted[row["name"]], row["name"]) for row in rows if not row["is_there"]])
    closed = [row["name"] for row in rows if not row["is_reachable"]]
    if closed:
        raise LaunchError(
            f"this login can't become {', '.join(closed)}.", option="login_user", value=session.value(_LOGIN),
            remedy="Take the one that the migrations are run with, or another that is a member of them. Nothing was changed.",
        )


def require_registry(session: Session, names: Names) -> None:
    """LaunchError where there is no table of tenants."""
    _require_table(session, names, "app_schema", names.tenants_table, "sql/platform")


def require_log(session: Session, names: Names, table: str = "audit_log") -> None:
    """LaunchError where there is no audit log, or not what came with a later migration of it."""
    _require_table(session, names, "audit_schema", table, "sql/platform_audit")


def require_reader(session: Session, names: Names, table: str, role: str) -> None:
    """LaunchError where the login may not read a table of the log, which is there.

    :arg role: the key of the role whose members may.
    """
    (row,) = session.rows(_READABLE, (names.audit_schema, table))
    if not row["is_readable"]:
        raise LaunchError(
            f"this login may not read {names.audit_schema}.{table}.", option="login_user", value=session.value(_LOGIN),
            remedy=f"Take one that is a member of {getattr(names, role)} (names.{role}). Nothing was changed.",
        )


def require_tenant_column(session: Session, names: Names, table: str) -> None:
    """LaunchError where a table of the log, which is there, has another column for the tenant."""
    if not session.value(_COLUMN, (f"{quoted(names.audit_schema)}.{quoted(table)}", names.tenant_column)):
        raise LaunchError(
            f"{names.audit_schema}.{table} has no such column.", option="names.tenant_column", value=names.tenant_column,
            remedy="Give the names that the migrations were run with. Nothing was changed.",
        )


def require_changeable(session: Session, table: tuple[str, str], column: str, role: str) -> None:
    """LaunchError where there is no such table, none with the column that says whose a row is, or one that the role may not change."""
    label = ".".join(table)
    rows = session.rows(_TENANT_TABLE, (column, role, *table))
    if not rows:
        raise LaunchError("there is no such table.", option="table", value=label, remedy="Name one of the database. Nothing was changed.")
    (found,) = rows
    if not found["has_column"]:
        raise LaunchError(
            f"it has no column {column}, which would say whose a row is.", option="table", value=label,
            remedy="Take a tenant table, and give the names that the migrations were run with. Nothing was changed.",
        )
    if not found["is_open"]:
        raise LaunchError(
            f"{role} may not change it.", option="table", value=label, remedy="Take a table that protect_tenant_table() has protected. Nothing was changed.")


def may_become(session: Session, names: Names, key: str) -> bool:
    """Whether the login can become a role. LaunchError for one that is not there."""
    (row,) = session.rows(_ROLES, ([getattr(names, key)],))
    if not row["is_there"]:
        raise _no_role(key, row["name"])
    return row["is_reachable"]


def _no_role(key: str, name: str) -> LaunchError:
    return LaunchError(
        "there is no such role.", option=f"names.{key}", value=name, remedy="Give the names that the migrations were run with. Nothing was changed.")


def _require_table(session: Session, names: Names, key: str, table: str, migrations: str) -> None:
    schema = getattr(names, key)
    if session.table_exists(schema, table):
        return
    is_there = session.value("SELECT pg_catalog.to_regnamespace(%s) IS NOT NULL", (quoted(schema),))
    raise LaunchError(
        f"it has no table {table}." if is_there else "there is no such schema.", option=f"names.{key}", value=schema,
        remedy=f"Give the names that the migrations were run with, or run those of {migrations} first. Nothing was changed.",
    )
