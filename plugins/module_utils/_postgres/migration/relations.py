# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The relations that migrations name, as they are in the database.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.module_utils._postgres.migration.lexemes import lexemes
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.preview import Relation
from ansible_collections.launch.database.plugins.module_utils._postgres.session import LOCK_NOT_AVAILABLE, DatabaseError, Session

# By the catalogs, since to_regclass refuses what is in a schema that the login may not use. Neither takes a lock.
_FIND = """\
SELECT given.name, found.oid::bigint AS oid, found.relrowsecurity AS protected,
  found.relrowsecurity AND (found.relforcerowsecurity OR pg_catalog.row_security_active(found.oid)) AS filtered,
  found.relkind = 'v' AS view, found.relkind = 'p' OR found.relhassubclass AS parent,
  found.relhastriggers OR (found.relhasrules AND found.relkind <> 'v') AS active
FROM ROWS FROM (pg_catalog.unnest(%s::text[]), pg_catalog.unnest(%s::text[]), pg_catalog.unnest(%s::text[])) AS given(name, schema, relation)
CROSS JOIN LATERAL (
  SELECT c.oid, c.relrowsecurity, c.relforcerowsecurity, c.relkind, c.relhassubclass, c.relhastriggers, c.relhasrules
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relname = given.relation
    AND CASE WHEN given.schema IS NULL THEN n.nspname = ANY (pg_catalog.current_schemas(true)) ELSE n.nspname = given.schema END
  ORDER BY pg_catalog.array_position(pg_catalog.current_schemas(true), n.nspname) LIMIT 1
) found"""
# A size needs the relation itself: who holds it exclusively is not waited for.
_MEASURE = """\
SELECT coalesce(pg_catalog.sum(pg_catalog.pg_total_relation_size(m.oid)), 0)::bigint AS size,
  coalesce(pg_catalog.sum(pg_catalog.pg_relation_size(m.oid)), 0) = 0 AS empty,
  CASE WHEN pg_catalog.bool_and(m.reltuples >= 0) THEN pg_catalog.sum(m.reltuples)::bigint END AS rows
FROM pg_catalog.pg_class m
WHERE m.relkind <> 'p' AND (m.oid = %s OR m.oid IN (SELECT relid FROM pg_catalog.pg_partition_tree(%s::oid::regclass)))"""
_PATIENCE = "SET LOCAL lock_timeout = '200ms'"


def relations(session: Session, names: t.Sequence[str], search_path: str) -> dict[str, Relation]:
    """Those that there are, by the names asked for.

    :arg names: as SQL has them.
    :arg search_path: where names without a schema are looked up.
    """
    if not names:
        return {}
    with session.trial():
        session.execute("SELECT pg_catalog.set_config('search_path', %s, true)", (search_path,))
        schemas, own = zip(*(_parted(name) for name in names), strict=True)
        found = session.rows(_FIND, ([*names], [*schemas], [*own]))
    return {row["name"]: _measured(session, row) for row in found}


def _parted(name: str) -> tuple[str | None, str]:
    """Schema and relation of a name as SQL has it."""
    *before, own = (each.text for each in lexemes(name) if each.kind in ("word", "name"))
    return (before[-1] if before else None), own


def _measured(session: Session, row: t.Mapping[str, t.Any]) -> Relation:
    try:
        with session.trial():
            session.execute(_PATIENCE)
            (measured,) = session.rows(_MEASURE, (row["oid"], row["oid"]))
    except DatabaseError as error:
        if error.sqlstate != LOCK_NOT_AVAILABLE:
            raise
        measured = {"size": None, "rows": None, "empty": False}
    return Relation(**measured, **{fact: row[fact] for fact in ("protected", "filtered", "view", "parent", "active")})
