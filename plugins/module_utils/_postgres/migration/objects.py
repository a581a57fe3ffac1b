# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a database holds while it has no history of migrations: the reason to run none. Pure, but for read().

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.identifiers import quoted
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.script import Script
from ansible_collections.launch.database.plugins.module_utils._postgres.session import Session

# Members of extensions are nobody's objects, and neither is what came with another object, such as the sequence of an identity column.
_OBJECTS = """\
WITH looked_at AS (
  SELECT oid, nspname FROM pg_catalog.pg_namespace WHERE nspname = ANY (%s)
), object AS (
  SELECT relnamespace AS namespace, oid, 'pg_catalog.pg_class'::regclass AS catalog, CASE relkind
    WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned table' WHEN 'f' THEN 'foreign table' WHEN 'v' THEN 'view'
    WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence' WHEN 'c' THEN 'composite type' END AS kind
  FROM pg_catalog.pg_class WHERE relkind IN ('r', 'p', 'f', 'v', 'm', 'S', 'c')
  UNION ALL
  SELECT pronamespace, oid, 'pg_catalog.pg_proc'::regclass, 'function' FROM pg_catalog.pg_proc
  UNION ALL
  SELECT typnamespace, oid, 'pg_catalog.pg_type'::regclass, CASE typtype WHEN 'd' THEN 'domain' ELSE 'type' END
  FROM pg_catalog.pg_type WHERE typtype IN ('b', 'd', 'e', 'r') AND typcategory <> 'A'
)
SELECT nspname AS schema, kind, count(*) AS number
FROM object JOIN looked_at ON looked_at.oid = namespace
WHERE NOT (catalog = 'pg_catalog.pg_class'::regclass AND object.oid IN (
  SELECT c.oid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = %s AND c.relname = %s
)) AND NOT EXISTS (
  SELECT FROM pg_catalog.pg_depend d
  WHERE d.classid = catalog AND d.objid = object.oid AND (d.deptype = 'e' OR d.deptype = 'i' AND kind IN ('sequence', 'type', 'function'))
)
GROUP BY nspname, kind ORDER BY nspname, kind"""

# Where unqualified names of scripts end up, unless the user says so.
_OWN_PATH = "SELECT pg_catalog.unnest(pg_catalog.current_schemas(false))::text AS schema"

_ALL_SCHEMAS = "SELECT nspname::text AS schema FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'"

# A table with all of Flyway's columns, wherever it is.
_HISTORIES = """\
SELECT n.nspname AS schema, c.relname AS table,
  pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_table_privilege(c.oid, 'SELECT') AS readable
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND 10 = (
  SELECT count(*) FROM pg_catalog.pg_attribute a
  WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attname IN (
    'installed_rank', 'version', 'description', 'type', 'script', 'checksum', 'installed_by', 'installed_on', 'execution_time', 'success')
)
ORDER BY 1, 2"""

# Of these kinds Flyway 9 to 13 takes a schema for empty.
_UNSEEN_BY_FLYWAY = {"partitioned table", "foreign table", "materialized view", "composite type"}


@dataclasses.dataclass(frozen=True)
class Kind:
    """How many objects of one kind a schema has."""

    schema: str
    kind: str
    number: int


@dataclasses.dataclass(frozen=True)
class OtherHistory:
    """A history table under another name.

    :arg scripts: names and checksums of what it holds; None if the login may not read it.
    """

    name: str
    scripts: frozenset[tuple[str, int | None]] | None


@dataclasses.dataclass(frozen=True)
class Found:
    """What is there without the history that was asked for, or with an empty one.

    :arg table: whether there is its table.
    """

    kinds: tuple[Kind, ...] = ()
    histories: tuple[OtherHistory, ...] = ()
    table: bool = False


NOTHING = Found()


def read(session: Session, history: tuple[str, str], search_path: t.Sequence[str] | None) -> Found:
    """Look into the schema of the history and where unqualified names of the scripts end up.

    :arg history: schema and name of its table, which is no object itself where it is empty.
    """
    path = search_path if search_path is not None else [row["schema"] for row in session.rows(_OWN_PATH)]
    return Found(_kinds(session, {history[0], *path}, history), _others(session, history))


def read_all(session: Session, history: tuple[str, str]) -> Found:
    """Look into all schemas but PostgreSQL's own."""
    return Found(_kinds(session, {row["schema"] for row in session.rows(_ALL_SCHEMAS)}, history), _others(session, history))


def _kinds(session: Session, schemas: t.Iterable[str], history: tuple[str, str]) -> tuple[Kind, ...]:
    return tuple(Kind(**row) for row in session.rows(_OBJECTS, (sorted(schemas), *history)))


def _others(session: Session, history: tuple[str, str]) -> tuple[OtherHistory, ...]:
    return tuple(_other(session, **row) for row in session.rows(_HISTORIES) if (row["schema"], row["table"]) != history)


def _other(session: Session, schema: str, table: str, readable: bool) -> OtherHistory:
    name = f"{schema}.{table}"
    if not readable:
        return OtherHistory(name, None)
    rows = session.rows(f'SELECT "script", "checksum" FROM {quoted(schema)}.{quoted(table)}')
    return OtherHistory(name, frozenset((row["script"], row["checksum"]) for row in rows))


def refusals(found: Found, table: str, scripts: t.Sequence[Script]) -> list[LaunchError]:
    """Why no script may run in a database that has no history of this name, or nothing in it."""
    return elsewhere(found, table, scripts) or ([_not_empty(found, table)] if found.kinds else [])


def elsewhere(found: Found, table: str, scripts: t.Sequence[Script]) -> list[LaunchError]:
    """Why no history of this name may begin: another one has some of the scripts."""
    own = {(script.name.path, script.checksum) for script in scripts}
    kept = [other.name for other in found.histories if other.scripts and other.scripts & own]
    if kept:
        return [LaunchError(
            f"{_empty(found)}, but {' and '.join(kept)} has these migrations.", option="table", value=table,
            remedy="Name that one with history_schema and table: nothing may run twice.",
        )]
    return []


def _not_empty(found: Found, table: str) -> LaunchError:
    schemas = list(dict.fromkeys(kind.schema for kind in found.kinds))
    what = "; ".join(f"{schema}: " + ", ".join(_counted(kind) for kind in found.kinds if kind.schema == schema) for schema in schemas)
    unseen = " Flyway takes that for empty, and would run everything." if {kind.kind for kind in found.kinds} <= _UNSEEN_BY_FLYWAY else ""
    others = "".join(f" There is a history called {other.name}." for other in found.histories)
    return LaunchError(
        f"{_empty(found)}, but the database has objects already: found non-empty schema(s) {', '.join(schemas)} ({what}).{unseen}{others}",
        option="table", value=table,
        remedy="Correct history_schema or table if one is misspelt. Otherwise say what these objects are: state=baseline with the baseline_version that"
        " they stand for, or 0 if they have nothing to do with the migrations.",
    )


def _empty(found: Found) -> str:
    return "it has no rows" if found.table else "there is no such table"


def _counted(kind: Kind) -> str:
    return f"{kind.number} {kind.kind}{'s' if kind.number != 1 else ''}"
