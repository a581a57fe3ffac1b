# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables that hold rows of tenants, and their rows as one tenant sees them.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import contextlib
import dataclasses
import json
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, raise_all
from ansible_collections.launch.database.plugins.module_utils._postgres.export.folder import Sink
from ansible_collections.launch.database.plugins.module_utils._postgres.export.manifest import Digest
from ansible_collections.launch.database.plugins.module_utils._postgres.identifiers import quoted
from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names
from ansible_collections.launch.database.plugins.module_utils._postgres.session import Session

# What shapes values as text: two exports of the same rows are the same bytes.
_SETTINGS = {
    "search_path": "pg_catalog", "row_security": "on", "timezone": "UTC", "datestyle": "ISO, YMD", "intervalstyle": "postgres", "extra_float_digits": "1",
    "bytea_output": "hex", "lc_monetary": "C", "xmlbinary": "base64", "xmloption": "content", "statement_timeout": "0", "transaction_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
}
_PIN = """\
SELECT pg_catalog.set_config(s.key, s.value, true)
FROM pg_catalog.json_each_text(%s::pg_catalog.json) s JOIN pg_catalog.pg_settings k ON pg_catalog.lower(k.name) = s.key"""

_TABLES = """\
SELECT n.nspname AS schema, c.relname AS name,
       CASE WHEN r.is_registry THEN 'id' ELSE %(tenant_column)s END AS tenant_column,
       n.nspname <> %(audit_schema)s AS restored,
       pg_catalog.pg_get_userbyid(c.relowner)::pg_catalog.text AS owner,
       ARRAY (
         SELECT p.polname::pg_catalog.text FROM pg_catalog.pg_policy p
         WHERE p.polrelid = c.oid AND NOT p.polpermissive AND p.polcmd IN ('r', '*')
           AND EXISTS (SELECT FROM pg_catalog.unnest(p.polroles) m WHERE m = 0 OR pg_catalog.pg_has_role(c.relowner, m, 'USAGE'))
         ORDER BY p.polname) AS narrowing,
       c.relrowsecurity AND c.relforcerowsecurity AS is_forced,
       pg_catalog.has_table_privilege(%(read_only)s, c.oid, 'SELECT') AS is_readable,
       ARRAY (
         SELECT ARRAY[a.attname::pg_catalog.text, pg_catalog.format_type(a.atttypid, a.atttypmod)] FROM pg_catalog.pg_attribute a
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attname COLLATE "C") AS columns,
       ARRAY (
         SELECT a.attname::pg_catalog.text
         FROM pg_catalog.pg_index i
         CROSS JOIN LATERAL pg_catalog.unnest(i.indkey) WITH ORDINALITY AS k (attnum, place)
         JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
         WHERE i.indrelid = c.oid AND i.indisprimary ORDER BY k.place) AS key
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (SELECT n.nspname = %(app_schema)s AND c.relname = %(tenants_table)s AS is_registry) r
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
  AND (r.is_registry OR EXISTS (
    SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attname = %(tenant_column)s AND NOT a.attisdropped))
  AND (n.nspname <> %(audit_schema)s OR pg_catalog.has_table_privilege(%(read_only)s, c.oid, 'SELECT'))
  AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_depend e
    WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.objid = c.oid AND e.deptype = 'e')
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C\""""


@dataclasses.dataclass(frozen=True)
class Table:
    """A table with rows of tenants.

    :arg restored: whether a restore makes its rows; those of the audit log are read only.
    :arg owner: the role whose it is, which sees the rows of all tenants; of the log, those of the context.
    :arg narrowing: restrictive policies that hide rows from its owner as well.
    :arg is_forced: whether policies hold for everybody.
    :arg is_readable: whether who reads as one tenant can read it.
    :arg columns: name and type of each that is not computed, by name.
    :arg key: the columns of its primary key.
    """

    schema: str
    name: str
    tenant_column: str
    restored: bool
    owner: str
    narrowing: tuple[str, ...]
    is_forced: bool
    is_readable: bool
    columns: tuple[tuple[str, str], ...]
    key: tuple[str, ...]

    @property
    def qualified(self) -> str:
        return f"{self.schema}.{self.name}"

    @property
    def quoted(self) -> str:
        return f"{quoted(self.schema)}.{quoted(self.name)}"


@contextlib.contextmanager
def snapshot(session: Session, writes: bool = False) -> t.Iterator[None]:
    """A transaction that sees one moment of the database, and values always written in the same way."""
    with session.transaction():
        session.execute(f"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ {'WRITE' if writes else 'ONLY'}")
        pin(session)
        yield


def pin(session: Session) -> None:
    """What shapes values, and what would end a long transaction, for the rest of this one."""
    session.rows(_PIN, (json.dumps(_SETTINGS),))


def become(session: Session, role: str) -> None:
    """Another role until the transaction ends or becomes one more."""
    session.execute(f"SET LOCAL ROLE {quoted(role)}", doing=f"The login can't become {role}")


def assume(session: Session, names: Names, tenant: str, actor: str) -> None:
    """A tenant's context for the transaction, whatever the tenant's status."""
    become(session, names.migrator)
    session.rows(f"SELECT {quoted(names.app_schema)}.assume_context(%s, %s)", (tenant, actor), f"No context for {tenant}")


def tables(session: Session, names: Names) -> list[Table]:
    """All of them, the registry and the log too. LaunchErrors for those whose rows no policy tells apart, or nobody may read."""
    values = {name: getattr(names, name) for name in ("app_schema", "audit_schema", "tenants_table", "tenant_column", "read_only")}
    rows = session.rows(_TABLES, values)
    lists = ("key", "narrowing")
    found = [Table(**{**row, "columns": tuple(map(tuple, row["columns"])), **{name: tuple(row[name]) for name in lists}}) for row in rows]
    raise_all([error for table in found if (error := _unguarded(table, names))])
    return found


def require_all(session: Session, names: Names, found: t.Iterable[Table], tenant: str) -> None:
    """LaunchErrors where who reads as the tenant sees other rows of it than there are. Needs the context; who the session is afterwards is open."""
    raise_all([error for table in found if (error := _withheld(session, names, table, tenant))])


def copied(session: Session, table: Table, tenant: str, sink: Sink) -> Digest:
    """Write a table's rows as the role and the context see them. LaunchError if these are not one tenant's."""
    foreign = f"SELECT count(*) FROM {table.quoted} WHERE ({quoted(table.tenant_column)}::pg_catalog.text = %s) IS NOT TRUE"
    found = session.value(foreign, (tenant,))
    if found:
        raise LaunchError(
            f"{table.qualified}: its policies show {found} rows of others as well.", option="tenant", value=tenant,
            remedy="Run playbooks/rls.yml, which says why; nothing was exported or changed.",
        )
    columns = ", ".join(quoted(name) for name, _type in table.columns)
    # As text in bytes: how a language orders it differs between servers.
    order = ", ".join(f'{quoted(name)}::pg_catalog.text COLLATE "C"' for name in table.key) or 't::pg_catalog.text COLLATE "C"'
    statement = f"COPY (SELECT {columns} FROM {table.quoted} t ORDER BY {order}) TO STDOUT (ENCODING 'UTF8')"
    return sink.digest(session.copy_out(statement, sink, f"{table.qualified} can't be copied"))


def digests(session: Session, found: t.Iterable[Table], tenant: str) -> dict[str, Digest]:
    """What the rows of each table come to, as the role and the context see them."""
    return {table.qualified: copied(session, table, tenant, Sink()) for table in found}


def _withheld(session: Session, names: Names, table: Table, tenant: str) -> LaunchError | None:
    remedy = f"Nothing was exported. Give the restrictive policy to {names.read_write} only: an export has to have what the application hides."
    if table.narrowing:
        return LaunchError(
            f"{table.qualified}: its restrictive policies {', '.join(table.narrowing)} are for {table.owner} too, so that nobody can count the tenant's rows.",
            option="tenant", value=tenant, remedy=remedy,
        )
    there, seen = (_count(session, table, role, tenant) for role in (table.owner, names.read_only))
    if there == seen:
        return None
    return LaunchError(
        f"{table.qualified}: {table.owner} sees {there} rows of the tenant, and {names.read_only} sees {seen}, so that an export would not have all.",
        option="tenant", value=tenant, remedy=remedy,
    )


def _count(session: Session, table: Table, role: str, tenant: str) -> int:
    become(session, role)
    return session.value(f"SELECT count(*) FROM {table.quoted} WHERE {quoted(table.tenant_column)} = %s", (tenant,))


def _unguarded(table: Table, names: Names) -> LaunchError | None:
    remedy = f"Call protect_tenant_table('{table.qualified}') in a migration, or drop the table; playbooks/rls.yml finds more of these."
    if not table.is_forced:
        return LaunchError(f"{table.qualified} has a column {table.tenant_column} and no forced row level security.", remedy=remedy)
    if not table.is_readable:
        return LaunchError(f"{names.read_only} can't read {table.qualified}, so that a tenant's export would lack it.", remedy=remedy)
    return None
