# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which tables isolation is proved with: those that the application's login can read, and none that a person lists.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, raise_all
from ansible_collections.launch.database.plugins.module_utils._postgres.identifiers import quoted
from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names
from ansible_collections.launch.database.plugins.module_utils._postgres.session import Session

# Views count as well: what they show is as open as what tables show. What an extension brought is nobody's row.
_READABLE = """\
SELECT n.nspname AS schema, c.relname AS name,
       EXISTS (
         SELECT FROM pg_catalog.pg_attribute a
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
           AND a.attname = CASE WHEN n.nspname = %(app_schema)s AND c.relname = %(tenants_table)s THEN 'id' ELSE %(tenant_column)s END) AS has_tenant,
       (SELECT a.attname FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = c.oid AND c.relkind = ANY ('{r,p}') AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
          AND pg_catalog.has_column_privilege(c.oid, a.attnum, 'UPDATE')
        ORDER BY a.attnum LIMIT 1) AS writable,
       ARRAY (SELECT a.attname::pg_catalog.text FROM pg_catalog.pg_attribute a
              WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum) AS columns
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = ANY ('{r,p,v,m,f}')
  AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.objid = c.oid AND e.deptype = 'e')
  AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
  AND (pg_catalog.has_table_privilege(c.oid, 'SELECT') OR pg_catalog.has_any_column_privilege(c.oid, 'SELECT'))
ORDER BY n.nspname, c.relname"""


@dataclasses.dataclass(frozen=True)
class Table:
    """A table, or a view, that the login can read.

    :arg column: that says whose a row is; None where there is none.
    :arg writable: a column that the login may update; None where there is none, and for views.
    :arg columns: all but those that are computed.
    """

    schema: str
    name: str
    column: str | None
    writable: str | None = None
    columns: tuple[str, ...] = ()

    @property
    def qualified(self) -> str:
        return f"{self.schema}.{self.name}"

    @property
    def quoted(self) -> str:
        """For SQL."""
        return f"{quoted(self.schema)}.{quoted(self.name)}"


def readable(session: Session, names: Names) -> list[Table]:
    """What the login can read, in the order of names."""
    values = {"app_schema": names.app_schema, "tenants_table": names.tenants_table, "tenant_column": names.tenant_column}
    return [_table(row, names) for row in session.rows(_READABLE, values)]


def to_prove(tables: t.Sequence[Table], exempt: t.Mapping[str, str], names: Names) -> list[Table]:
    """The tables that have to be proved. LaunchErrors for those that nothing can be proved with, and if there are none.

    :arg exempt: reason by qualified name.
    """
    known = {table.qualified for table in tables}
    unknown = [
        LaunchError("it is not a table that this login can read.", option="exempt_tables", value=name, remedy="Take it out of the list, or fix the name.")
        for name in exempt if name not in known
    ]
    proved = [table for table in tables if table.qualified not in exempt]
    raise_all(unknown + [_without_tenant(table, names) for table in proved if table.column is None])
    if not proved:
        raise LaunchError(
            f"NOT PROVED: this login can read no table with a column {names.tenant_column}.", option="names",
            remedy="See that the migrations were run, that the login is a member of its group, and that the names are the system's.",
        )
    return proved


def _table(row: t.Mapping[str, t.Any], names: Names) -> Table:
    is_registry = (row["schema"], row["name"]) == (names.app_schema, names.tenants_table)
    column = "id" if is_registry else names.tenant_column
    return Table(row["schema"], row["name"], column if row["has_tenant"] else None, row["writable"], tuple(row["columns"]))


def _without_tenant(table: Table, names: Names) -> LaunchError:
    return LaunchError(
        f"NOT PROVED: {table.qualified} has no column {names.tenant_column}, so nobody can tell whose its rows are.", option="exempt_tables",
        remedy="Add the column, take the right to read it from the application, or exempt it with the reason.",
    )
