# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogs of a live database. Any login may read them.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import contextlib
import typing as t

from ansible_collections.launch.database.plugins.module_utils._postgres.schema.facts import Live, Rows, catalogs_of
from ansible_collections.launch.database.plugins.module_utils._postgres.schema.queries import PINNED, queries
from ansible_collections.launch.database.plugins.module_utils._postgres.session import DatabaseError, Session

READINGS = 5

_PIN = "SELECT " + ", ".join("pg_catalog.set_config(%s, %s, true)" for _setting in PINNED)
_PINNED = [word for setting in PINNED.items() for word in setting]
_SERVER = """\
SELECT current_setting('server_version_num')::int AS version, pg_encoding_to_char(encoding) AS encoding
FROM pg_database WHERE datname = current_database()"""


def read(session: Session, readings: int = READINGS) -> Live:
    """Two readings that are alike: a transaction's snapshot doesn't cover what PostgreSQL writes out, so one alone may be a mixture."""
    with _only_reading(session):
        server = session.rows(_SERVER)[0]
    wanted = queries(server["version"])
    before, trouble = None, None
    for _attempt in range(readings):
        try:
            now = _reading(session, wanted)
        except DatabaseError as error:
            before, trouble = None, error.problem
            continue
        if now == before:
            return Live(server["version"], server["encoding"], catalogs_of(now))
        before, trouble = now, None
    return Live(server["version"], server["encoding"], None, trouble or "No two readings were alike, so something is changing it.")


def pin(session: Session) -> None:
    """For the rest of the transaction: nobody's settings shape what is read, and nobody's operators stand in for the server's."""
    session.execute(_PIN, _PINNED)


def rows_now(session: Session, wanted: t.Mapping[str, str]) -> Rows:
    """The rows of queries(), by kind. Only after pin()."""
    return {kind: _in_order(session.rows(query, doing=f"Objects of the kind {kind} can't be read")) for kind, query in wanted.items()}


def _reading(session: Session, wanted: t.Mapping[str, str]) -> Rows:
    with _only_reading(session):
        return rows_now(session, wanted)


@contextlib.contextmanager
def _only_reading(session: Session) -> t.Iterator[None]:
    with session.transaction():
        session.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        pin(session)
        yield


def _in_order(rows: list[dict[str, t.Any]]) -> list[dict[str, t.Any]]:
    """Rows come as they lie on the disk."""
    return sorted(rows, key=lambda row: (row["name"], row.get("_rel") or 0))
