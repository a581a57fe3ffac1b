# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Flyway's history table: its definition, its lock and its rows, byte for byte as Flyway makes them.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import contextlib
import dataclasses
import time
import typing as t

from ansible_collections.launch.database.plugins.module_utils._argspec import ArgumentSpec
from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.identifiers import check_name, quoted
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.baseline import Baseline
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.history_row import BASELINE, DELETE, SQL, SQL_BASELINE, HistoryRow
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.script import Script
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.script_name import BASE
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.other_session import SHOWN, OtherSession
from ansible_collections.launch.database.plugins.module_utils._postgres.session import Session

# "Flyway" in ASCII, read as a number.
_LOCK_BASE = 77431708279161

_CREATE = """\
CREATE TABLE {table} (
    "installed_rank" INT NOT NULL,
    "version" VARCHAR(50),
    "description" VARCHAR(200) NOT NULL,
    "type" VARCHAR(20) NOT NULL,
    "script" VARCHAR(1000) NOT NULL,
    "checksum" INTEGER,
    "installed_by" VARCHAR(100) NOT NULL,
    "installed_on" TIMESTAMP NOT NULL DEFAULT now(),
    "execution_time" INTEGER NOT NULL,
    "success" BOOLEAN NOT NULL
);
ALTER TABLE {table} ADD CONSTRAINT {key} PRIMARY KEY ("installed_rank");
CREATE INDEX {index} ON {table} ("success")"""

_EXISTS = """\
SELECT EXISTS (
  SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = %s AND c.relname = %s AND c.relkind = 'r')"""

_READ = """\
SELECT "installed_rank" AS "rank", "version", "description", "type", "script", "checksum", "success", "installed_by",
  pg_catalog.to_char("installed_on", 'YYYY-MM-DD HH24:MI:SS') AS "installed_on", "execution_time"
FROM {table} ORDER BY "installed_rank\""""

_INSERT = """\
INSERT INTO {table} ("installed_rank", "version", "description", "type", "script", "checksum", "installed_by", "execution_time", "success")
SELECT coalesce(max("installed_rank"), 0) + 1, %s, %s, %s, %s, %s, session_user, %s, %s FROM {table}"""
_BEGUN = """\
SELECT "installed_rank" AS "rank" FROM {table} WHERE "script" = %s AND "checksum" IS NOT DISTINCT FROM %s AND NOT "success"
ORDER BY "installed_rank" DESC LIMIT 1"""
_LAST = 'SELECT max("installed_rank") AS "rank" FROM {table}'
_FINISH = """\
UPDATE {table} SET "success" = true, "execution_time" = %s, "installed_on" = pg_catalog.timezone('UTC', pg_catalog.now()) WHERE "installed_rank" = %s"""

# The row must still be what the plan saw.
_ALIGN = """\
UPDATE {table} SET "description" = %s, "type" = %s, "checksum" = %s
WHERE "installed_rank" = %s AND "checksum" IS NOT DISTINCT FROM %s RETURNING "installed_rank\""""

_FORGET = 'DELETE FROM {table} WHERE "installed_rank" = %s AND NOT "success" RETURNING "installed_rank"'


_HELD = """\
FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
  AND (l.classid::bigint << 32) | l.objid::bigint = """
_HOLDERS = f"SELECT {SHOWN} {_HELD} %s ORDER BY a.pid"
_END = f"SELECT pg_catalog.pg_terminate_backend(a.pid, 5000) {_HELD} %s AND a.pid = %s"

OPTIONS = ArgumentSpec(options={
    "history_schema": {"type": "str", "default": "public"},
    "table": {"type": "str", "default": "flyway_schema_history"},
})


@dataclasses.dataclass(frozen=True)
class History:
    """The history table of one schema."""

    schema: str
    table: str

    @classmethod
    def from_options(cls, params: t.Mapping[str, t.Any]) -> History:
        """The one that a module's options name. LaunchError for what can't be a name."""
        return cls(check_name(params["history_schema"], "history_schema"), check_name(params["table"], "table"))

    @property
    def name(self) -> str:
        return f"{self.schema}.{self.table}"

    @property
    def qualified(self) -> str:
        return f"{quoted(self.schema)}.{quoted(self.table)}"

    @property
    def lock_key(self) -> int:
        """The key of Flyway's advisory lock: Java's hash of the quoted name, on top of its own number."""
        return _LOCK_BASE + java_hash(self.qualified)

    def read(self, session: Session) -> tuple[HistoryRow, ...] | None:
        """The rows by rank; None if there is no such table."""
        if not session.value(_EXISTS, (self.schema, self.table)):
            return None
        return tuple(HistoryRow(**row) for row in session.rows(self._with_names(_READ)))

    def create(self, session: Session, baseline: Baseline | None = None) -> None:
        """Make schema and table in one transaction, with the row of a baseline if there is one."""
        with session.transaction():
            if not session.value("SELECT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = %s)", (self.schema,)):
                session.execute(f"CREATE SCHEMA {quoted(self.schema)}")
            session.execute(self._with_names(_CREATE))
            if baseline is not None:
                self.record_baseline(session, baseline)

    def record(self, session: Session, script: Script, milliseconds: int) -> None:
        """Add the row of a script that ran, inside the caller's transaction; of an undo script, the row that takes the migration back."""
        if script.undoes is not None:
            self.mark_deleted(session, script.undoes)
            return
        self._insert(session, _values(script), milliseconds)

    def begin(self, session: Session, script: Script) -> tuple[int, bool]:
        """The rank of a row that says failed until finish(), in a transaction of its own, and whether an earlier run made it."""
        with session.transaction():
            session.execute("SET LOCAL TimeZone = 'UTC'")
            begun = session.rows(self._with_names(_BEGUN), (script.name.path, script.checksum))
            if begun:
                return begun[0]["rank"], True
            self._insert(session, _values(script), 0, success=False)
            return session.value(self._with_names(_LAST)), False

    def finish(self, session: Session, rank: int, milliseconds: int) -> None:
        """All of the script is done."""
        session.execute(self._with_names(_FINISH), (milliseconds, rank), "The history could not keep that a script is done")

    def record_baseline(self, session: Session, baseline: Baseline) -> None:
        """Add the row that says where the database stood; its time is in UTC as everywhere."""
        session.execute("SET LOCAL TimeZone = 'UTC'")
        self._insert(session, (baseline.version, baseline.description, BASELINE, baseline.description, None), 0)

    def mark_deleted(self, session: Session, row: HistoryRow) -> None:
        """Take a row back as flyway repair does: with another one that is the same but for its type."""
        session.execute("SET LOCAL TimeZone = 'UTC'")
        self._insert(session, (row.version, row.description, DELETE, row.script, row.checksum), 0)

    def align(self, session: Session, row: HistoryRow, script: Script) -> None:
        """Let a row say what the file says. LaunchError if it is not the row any more that was planned with."""
        values = (script.name.description, row.type, script.checksum, row.rank, row.checksum)
        self._one(session, _ALIGN, values, row)

    def remove_failed(self, session: Session, row: HistoryRow) -> None:
        """Remove the row of a script that failed. LaunchError if it is not there any more."""
        self._one(session, _FORGET, (row.rank,), row)

    def _insert(self, session: Session, values: tuple[t.Any, ...], milliseconds: int, success: bool = True) -> None:
        session.execute(self._with_names(_INSERT), (*values, milliseconds, success), f"The history could not keep {values[3]}")

    def _one(self, session: Session, query: str, values: tuple[t.Any, ...], row: HistoryRow) -> None:
        if len(session.rows(self._with_names(query), values)) != 1:
            raise LaunchError(f"The history changed meanwhile: rank {row.rank} ({row.script}) is not what it was.", remedy="Run it again.")

    @contextlib.contextmanager
    def locked(self, session: Session, patience: int, end_holder: int | None = None) -> t.Iterator[None]:
        """Hold Flyway's lock; LaunchError after ``patience`` seconds in which somebody else held it.

        :arg end_holder: process id of the one whose session is ended if it holds the lock; nobody else's is.

        Asked for again and again, never waited for: whoever waits holds a snapshot, and CREATE INDEX CONCURRENTLY
        of the one who has the lock would wait for it in turn.
        """
        until = time.monotonic() + patience
        if end_holder is not None:
            session.rows(_END, (self.lock_key, end_holder))
        while not session.value("SELECT pg_catalog.pg_try_advisory_lock(%s)", (self.lock_key,)):
            if time.monotonic() >= until:
                raise self._taken(session, patience)
            time.sleep(min(1.0, max(0.0, until - time.monotonic())))
        try:
            yield
        finally:
            # A connection that broke has let go of the lock already.
            with contextlib.suppress(LaunchError):
                session.value("SELECT pg_catalog.pg_advisory_unlock(%s)", (self.lock_key,))

    def _taken(self, session: Session, patience: int) -> LaunchError:
        holders = [OtherSession(**row) for row in session.rows(_HOLDERS, (self.lock_key,))]
        if not holders:
            return LaunchError(
                f"somebody else has been migrating {self.name} for {patience} s, and is gone now.", option="lock_wait", value=patience, remedy="Run it again.",
            )
        return LaunchError(
            f"somebody else has been migrating {self.name} for {patience} s: {'; '.join(map(str, holders))}.", option="lock_wait", value=patience,
            remedy=f"Wait for that run. Where it is one that was killed, end_holder: {holders[0].pid} ends its session, and all that it did not commit.",
        )

    def _with_names(self, query: str) -> str:
        return query.format(table=self.qualified, key=quoted(self.table + "_pk"), index=quoted(self.table + "_s_idx"))


def _values(script: Script) -> tuple[t.Any, ...]:
    name = script.name
    return name.version, name.description, SQL_BASELINE if name.kind == BASE else SQL, name.path, script.checksum


def java_hash(text: str) -> int:
    """String.hashCode() of Java: a signed 32-bit number over UTF-16 code units."""
    units = text.encode("utf-16-be")
    value = 0
    for high, low in zip(units[::2], units[1::2], strict=True):
        value = (31 * value + (high << 8 | low)) & 0xFFFFFFFF
    return value - (1 << 32) if value >= 1 << 31 else value
