# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Foreign keys that leave the tables of tenants, and the rows that they lead to: those have to mean the same wherever an export goes.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import json
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.export.manifest import Reference
from ansible_collections.launch.database.plugins.module_utils._postgres.export.tables import Table, become
from ansible_collections.launch.database.plugins.module_utils._postgres.identifiers import quoted
from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names
from ansible_collections.launch.database.plugins.module_utils._postgres.session import Session

# A key of a partition counts as its table's.
_FOREIGN_KEYS = """\
SELECT c.conname AS name, n.nspname AS schema, r.relname AS table, h.nspname AS target_schema, g.relname AS target_table,
       ARRAY (
         SELECT a.attname::pg_catalog.text FROM pg_catalog.unnest(c.conkey) WITH ORDINALITY AS k (attnum, place)
         JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum ORDER BY k.place) AS columns,
       ARRAY (
         SELECT a.attname::pg_catalog.text FROM pg_catalog.unnest(c.confkey) WITH ORDINALITY AS k (attnum, place)
         JOIN pg_catalog.pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.attnum ORDER BY k.place) AS key
FROM pg_catalog.pg_constraint c
JOIN pg_catalog.pg_class r ON r.oid = coalesce(pg_catalog.pg_partition_root(c.conrelid), c.conrelid)
JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
JOIN pg_catalog.pg_class g ON g.oid = coalesce(pg_catalog.pg_partition_root(c.confrelid), c.confrelid)
JOIN pg_catalog.pg_namespace h ON h.oid = g.relnamespace
WHERE c.contype = 'f' AND c.conparentid = 0
ORDER BY n.nspname COLLATE "C", r.relname COLLATE "C", c.conname COLLATE "C\""""
_AMONG = (
    "{key} IN (SELECT ARRAY (SELECT pg_catalog.jsonb_array_elements_text(e.value))"
    " FROM pg_catalog.jsonb_array_elements(%(keys)s::pg_catalog.jsonb) AS e (value))"
)
_DIGEST = "pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(pg_catalog.to_jsonb(r.*)::pg_catalog.text, 'UTF8')), 'hex')"

Rows = dict[tuple[str, ...], str]


@dataclasses.dataclass(frozen=True)
class ForeignKey:
    """A foreign key, with the names of its columns and of those that it refers to."""

    name: str
    schema: str
    table: str
    target_schema: str
    target_table: str
    columns: tuple[str, ...]
    key: tuple[str, ...]

    @property
    def source(self) -> str:
        return f"{self.schema}.{self.table}"

    @property
    def target(self) -> str:
        return f"{self.target_schema}.{self.target_table}"


def foreign_keys(session: Session) -> list[ForeignKey]:
    """All of the database."""
    return [ForeignKey(**{**row, "columns": tuple(row["columns"]), "key": tuple(row["key"])}) for row in session.rows(_FOREIGN_KEYS)]


def inward(session: Session, found: t.Iterable[Table], own: t.Iterable[Table]) -> list[ForeignKey]:
    """Keys to one tenant's tables, of tables that are not among those found: their rows are in no export.

    :arg own: those of the found that keys may not lead to.
    """
    sources, targets = ({table.qualified for table in each} for each in (found, own))
    return [key for key in foreign_keys(session) if key.target in targets and key.source not in sources]


def references(session: Session, names: Names, found: t.Iterable[Table], tenant: str) -> tuple[Reference, ...]:
    """What a tenant's rows refer to that is no tenant's, and what that refers to. Who the session is afterwards is the owner."""
    own = {table.qualified: table for table in found if table.restored}
    outward = [key for key in foreign_keys(session) if key.target not in own]
    become(session, names.owner)
    known: dict[ForeignKey, Rows] = {}
    todo = [(key, f"s.{quoted(own[key.source].tenant_column)} = %(tenant)s", {"tenant": tenant}) for key in outward if key.source in own]
    while todo:
        key, which, values = todo.pop()
        rows = _referred(session, names, key, which, values)
        new = {each: digest for each, digest in rows.items() if each not in known.setdefault(key, {})}
        known[key].update(new)
        if new:
            keys = json.dumps([list(each) for each in new])
            todo += [(each, _AMONG.format(key=_text("s", key.key)), {"keys": keys}) for each in outward if each.source == key.target]
    return tuple(
        Reference(key.source, key.columns, key.target_schema, key.target_table, key.key, tuple(sorted(rows.items())))
        for key, rows in sorted(known.items(), key=lambda item: (item[0].source, item[0].name)) if rows
    )


def present(session: Session, names: Names, wanted: t.Iterable[Reference]) -> dict[Reference, Rows]:
    """The rows that are here under the keys that an export refers to, of each reference that is a foreign key here as well."""
    here = {(key.source, key.columns, key.target, key.key) for key in foreign_keys(session)}
    become(session, names.owner)
    return {each: _rows(session, each) for each in wanted if (each.source, each.columns, each.target, each.key) in here}


def _rows(session: Session, wanted: Reference) -> Rows:
    key = _text("r", wanted.key)
    query = f"SELECT {key} AS key, {_DIGEST} AS sha256 FROM {quoted(wanted.schema)}.{quoted(wanted.table)} r WHERE {_AMONG.format(key=key)}"
    found = session.rows(query, {"keys": json.dumps([list(each) for each, _digest in wanted.rows])}, f"{wanted.target} can't be read")
    return {tuple(row["key"]): row["sha256"] for row in found}


def _referred(session: Session, names: Names, key: ForeignKey, which: str, values: t.Mapping[str, str]) -> Rows:
    """The rows that a key leads to, of some rows of its table."""
    pairs = [(quoted(column), quoted(target)) for column, target in zip(key.columns, key.key, strict=True)]
    query = (
        f"SELECT DISTINCT {_text('r', key.key)} AS key, {_DIGEST} AS sha256 FROM {quoted(key.schema)}.{quoted(key.table)} s"
        f" LEFT JOIN {quoted(key.target_schema)}.{quoted(key.target_table)} r ON {' AND '.join(f'r.{target} = s.{column}' for column, target in pairs)}"
        f" WHERE {which} AND {' AND '.join(f's.{column} IS NOT NULL' for column, _target in pairs)}"
    )
    found = session.rows(query, values, f"{key.target}, which {key.source} refers to, can't be read")
    if any(row["sha256"] is None for row in found):
        raise LaunchError(
            f"{key.source} refers by {', '.join(key.columns)} to rows of {key.target} that {names.owner} doesn't see.",
            remedy=f"Nothing was exported. See that all of {key.target} is {names.owner}'s to read, and that the key is validated.",
        )
    return {tuple(row["key"]): row["sha256"] for row in found}


def _text(alias: str, columns: t.Iterable[str]) -> str:
    return f"ARRAY[{', '.join(f'{alias}.{quoted(column)}::pg_catalog.text' for column in columns)}]"
