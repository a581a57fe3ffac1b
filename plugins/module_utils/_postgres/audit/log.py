# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit log as its archiver reads it: rows in one form and one order, and what the database remembers of heads and exports.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import contextlib
import datetime
import functools
import hashlib
import time
import typing as t

from ansible_collections.launch.database.plugins.module_utils._postgres.audit.plan import (
    ActualArchives, Archive, Digest, Known, Month, Reading,
)
from ansible_collections.launch.database.plugins.module_utils._postgres.audit.verification import Head
from ansible_collections.launch.database.plugins.module_utils._postgres.identifiers import quoted
from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names
from ansible_collections.launch.database.plugins.module_utils._postgres.session import LOCK_NOT_AVAILABLE, DatabaseError, Session
from ansible_collections.launch.database.plugins.module_utils._postgres.standing import may_become, require_log, require_reader

TABLE = "audit_log"
# How often detaching a month is tried. Each time, writers wait for as long as it waits itself: half a second.
TRIES, PAUSE_SECONDS = 10, 2.0
_POLL_SECONDS = 0.1

# All that shapes what a value looks like as text.
_PINNED = (
    "TimeZone = 'UTC'", "DateStyle = 'ISO, YMD'", "IntervalStyle = 'postgres'", "extra_float_digits = 1", "bytea_output = 'hex'",
    "xmlbinary = 'base64'", "lc_monetary = 'C'", "quote_all_identifiers = off", "search_path = pg_catalog, pg_temp", "row_security = on",
)
_NUMBER = "transaction_id::text::bigint"
_DATABASE = """\
SELECT d.datname AS name, d.oid::bigint AS oid, (SELECT system_identifier::text FROM pg_control_system()) AS system_identifier
FROM pg_database d WHERE d.datname = current_database()"""
_SNAPSHOT = """\
SELECT pg_snapshot_xmin(s)::text::bigint AS horizon, pg_snapshot_xmax(s)::text::bigint AS ahead, clock_timestamp() AS now,
  (SELECT count(*) FROM pg_prepared_xacts p WHERE p.database = current_database()) AS prepared
FROM pg_current_snapshot() s"""
# Everybody sees who holds locks; who began when, only some see. What runs in another database can't write here; of whom nothing is known may.
_RUNNING = """\
SELECT l.virtualtransaction AS running FROM pg_locks l
WHERE l.locktype = 'virtualxid' AND l.mode = 'ExclusiveLock' AND l.pid IS DISTINCT FROM pg_backend_pid()
  AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.pid = l.pid AND a.datname <> current_database())"""
_COLUMNS = """\
SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type FROM pg_attribute a
WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attname COLLATE "C\""""
_STRAYS = """\
SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %s AND c.relkind = 'r' AND NOT c.relispartition AND c.relname ~ '^audit_log_y[0-9]{4}m[0-9]{2}$' ORDER BY 1"""


class Sink:
    """Counts and hashes what is copied, and hands it on."""

    def __init__(self, file: t.BinaryIO | None = None) -> None:
        self._file, self._hash, self._rows = file, hashlib.sha256(), 0

    def write(self, data: bytes) -> int:
        self._hash.update(data)
        self._rows += data.count(b"\n")
        return self._file.write(data) if self._file else len(data)

    @property
    def digest(self) -> Digest:
        return Digest(self._rows, self._hash.hexdigest())


class Log:
    """The log of one database."""

    def __init__(self, session: Session, names: Names) -> None:
        self._session, self._names = session, names
        self._schema = quoted(names.audit_schema)
        self.name = f"{names.audit_schema}.{TABLE}"

    @functools.cached_property
    def _role(self) -> str | None:
        """Who to become: the archiver, unless the login has its rights anyway."""
        return self._names.archiver if may_become(self._session, self._names, "archiver") else None

    @contextlib.contextmanager
    def reading(self) -> t.Iterator[None]:
        """One snapshot as the archiver, with everything pinned that shapes what is read."""
        with self._session.transaction(self._role):
            self._session.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            for setting in _PINNED:
                self._session.execute(f"SET LOCAL {setting}")
            yield

    def database(self) -> dict[str, t.Any]:
        """What tells this database from others; a copy by a snapshot has the same."""
        return self._session.rows(_DATABASE)[0]

    def require(self) -> None:
        """LaunchError before the migrations that bring the log and what is needed for heads, and for a login that is not the archiver's."""
        require_log(self._session, self._names, "known_heads")
        if self._role is None:
            require_reader(self._session, self._names, "known_heads", "archiver")

    def horizon(self) -> tuple[int, datetime.datetime]:
        """Before which transaction all have ended, and the server's clock."""
        row = self._session.rows(_SNAPSHOT)[0]
        return row["horizon"], row["now"]

    def known(self) -> Known | None:
        """The head that the database has remembered last."""
        with self._session.transaction(self._role):
            rows = self._session.rows(
                f"SELECT chain, number, sha256 FROM {self._schema}.known_heads ORDER BY recorded_at DESC, chain DESC, number DESC LIMIT 1")
        return Known(**rows[0]) if rows else None

    def recorded(self, chain: str) -> dict[int, str]:
        """By number, the hashes that the database remembers of a chain."""
        with self._session.transaction(self._role):
            rows = self._session.rows(f"SELECT number, sha256 FROM {self._schema}.known_heads WHERE chain = %s", (chain,))
        return {row["number"]: row["sha256"] for row in rows}

    def read(self, last: Head | None, first: Head | None, settle: float) -> Reading:
        """What the next head is made from.

        :arg last: the one that it follows.
        :arg first: the first one of its chain.
        :arg settle: for how many seconds it waits for transactions that run. Where they go on, no month is closed.
        """
        cut, settled = self._settle(settle)
        with self.reading():
            snapshot = self._session.rows(_SNAPSHOT)[0]
            months, horizon, ahead = self.months(), snapshot["horizon"], snapshot["ahead"]
            adopted = _adopted(first) if last else f"{_NUMBER} >= {ahead} AND performed_at < {_literal(cut)}"
            window = f"{_NUMBER} >= {last['to'] if last else 0} AND {_NUMBER} < {horizon} AND NOT ({adopted})"
            later = f"{_NUMBER} >= {horizon} AND NOT ({adopted})"
            waiting = self._session.rows(
                f"SELECT to_char(performed_at AT TIME ZONE 'UTC', 'YYYY-MM') AS month, count(*) AS rows, min(performed_at) AS since,"
                f" count(*) FILTER (WHERE {_NUMBER} >= {ahead}) AS beyond FROM {self._schema}.{TABLE} WHERE {later} GROUP BY 1")
            return Reading(
                cut, settled, horizon, ahead, snapshot["now"], self._columns(), months,
                {month.name: self.copy(month, window) for month in months},
                {} if last else {month.name: digest for month in months if (digest := self.copy(month, adopted)).rows},
                {row["month"]: (row["rows"], row["since"]) for row in waiting}, snapshot["prepared"], sum(row["beyond"] for row in waiting),
            )

    def again(self, head: Head, first: Head) -> tuple[dict[str, Digest], dict[str, Digest]]:
        """The rows that a head covers, as they are now: those of its window, and those that were adopted."""
        adopted, gone = _adopted(first), _columns_but(head)
        window = f"{_NUMBER} >= {head['from']} AND {_NUMBER} < {head['to']} AND NOT ({adopted})"
        with self.reading():
            months, but = self.months(), gone(self._columns())
            return (
                {month.name: digest for month in months if (digest := self.copy(month, window, but=but)).rows},
                {month.name: digest for month in months if head is first and (digest := self.copy(month, adopted, but=but)).rows},
            )

    def copy(self, month: Month, condition: str = "true", file: t.BinaryIO | None = None, but: t.Collection[str] = ()) -> Digest:
        """Rows of a month in their order, a line each. Inside of reading().

        A jsonb text has neither line ends nor the characters that stand for delimiter and quote here, so that a line is a row and nothing else.

        :arg but: columns that are left out.
        """
        sink = Sink(file)
        row = "to_jsonb(l)" + (f" - ARRAY[{', '.join(map(_literal, but))}]::text[]" if but else "")
        self._session.copy_out(
            f"COPY (SELECT ({row})::text FROM {self._schema}.{TABLE} l WHERE performed_at >= {_literal(month.starts_at)} AND"
            f" performed_at < {_literal(month.ends_at)} AND {condition} ORDER BY transaction_id, id::text COLLATE \"C\")"
            " TO STDOUT (FORMAT csv, DELIMITER E'\\x01', QUOTE E'\\x02', ENCODING 'UTF8')",
            t.cast("t.BinaryIO", sink), "The rows of the log were not read",
        )
        return sink.digest

    def months(self) -> list[Month]:
        """The partitions, by time."""
        rows = self._session.rows(f"SELECT partition, starts_at, ends_at FROM {self._schema}.partition_bounds() ORDER BY starts_at")
        return [_month(row["partition"], row["starts_at"], row["ends_at"]) for row in rows]

    def _columns(self) -> dict[str, str]:
        return {row["name"]: row["type"] for row in self._session.rows(_COLUMNS, (f"{self._schema}.{TABLE}",))}

    def _settle(self, seconds: float) -> tuple[datetime.datetime, bool]:
        """A time, and whether every transaction that began before it has ended, waited for so long."""
        cut = self._session.value("SELECT clock_timestamp()")
        running, until = self._running(), time.monotonic() + seconds
        while running and time.monotonic() < until:
            time.sleep(_POLL_SECONDS)
            running &= self._running()
        return cut.astimezone(datetime.timezone.utc), not running

    def _running(self) -> set[str]:
        return {row["running"] for row in self._session.rows(_RUNNING)}

    def record(self, head: Head, closed_before: t.Collection[str]) -> None:
        """Have the database remember a head."""
        closed = [f"{month}-01" for month in head["closed"] if month not in closed_before]
        self._call(
            "record_head(%s, %s, %s, %s, %s, %s::date[])",
            (head["chain"], head["number"], head["sha256"], head["previous"], head["made_at"], closed), "The head was not remembered",
        )

    def record_archive(self, month: Month, head: Head, digest: Digest, place: str) -> None:
        """Have the database remember an export that was verified against the heads up to this one."""
        self._call(
            "record_archive(%s, %s, %s, %s, %s, %s, %s)",
            (f"{month.name}-01", head["chain"], head["number"], head["sha256"], digest.rows, digest.sha256, place), "The export was not remembered",
        )

    def detach(self, month: Month) -> None:
        """Take a month out of the log, as soon as nobody holds it for half a second."""
        for attempt in range(1, TRIES + 1):
            try:
                self._call("detach_month(%s)", (f"{month.name}-01",), f"{month.partition} was not detached")
                return
            except DatabaseError as error:
                if error.sqlstate != LOCK_NOT_AVAILABLE or attempt == TRIES:
                    raise
            time.sleep(PAUSE_SECONDS)

    def drop(self, month: Month) -> None:
        """Drop a month that is detached."""
        self._call("drop_month(%s)", (f"{month.name}-01",), f"{month.partition} was not dropped")

    def _call(self, function: str, values: t.Sequence[t.Any], doing: str) -> None:
        with self._session.transaction(self._role):
            self._session.execute(f"SELECT {self._schema}.{function}", values, doing)

    def archives(self) -> ActualArchives:
        """Where the months stand."""
        with self.reading():
            now = self._session.value("SELECT clock_timestamp()")
            rows = self._session.rows(
                "SELECT to_char(month, 'YYYY-MM') AS month, row_count, place, detached_at IS NOT NULL AS detached, dropped_at IS NOT NULL AS dropped"
                f" FROM {self._schema}.archives")
            archives = {row["month"]: Archive(row["row_count"], row["place"], row["detached"], row["dropped"]) for row in rows}
            closed = self._session.rows(f"SELECT DISTINCT to_char(m, 'YYYY-MM') AS month FROM {self._schema}.known_heads, unnest(closed) AS m")
            retention = self._session.rows(f"SELECT months FROM {self._schema}.retention")
            attached = self.months()
            counts = {month.name: self._count(month) for month in attached if month.name in archives}
            loose = [row["name"] for row in self._session.rows(_STRAYS, (self._names.audit_schema,))]
        detached = [_detached(name) for name in loose if (archive := archives.get(_detached(name).name)) and archive.detached and not archive.dropped]
        return ActualArchives(
            now, [*detached, *attached], counts, frozenset(row["month"] for row in closed), archives, retention[0]["months"] if retention else None,
            [name for name in loose if name not in {month.partition for month in detached}],
        )

    def _count(self, month: Month) -> int:
        return self._session.value(
            f"SELECT count(*) FROM {self._schema}.{TABLE} WHERE performed_at >= {_literal(month.starts_at)} AND performed_at < {_literal(month.ends_at)}")


def _adopted(first: Head | None) -> str:
    """The condition for rows that were there when a chain began, of transactions that its database had not had yet."""
    if first is None or first.get("adopted_from") is None:
        return "false"
    return f"{_NUMBER} >= {int(first['adopted_from'])} AND performed_at < {_literal(first['cut'])}"


def _columns_but(head: Head) -> t.Callable[[t.Collection[str]], list[str]]:
    """Of the columns that there are, those that a head did not know."""
    return lambda columns: [name for name in columns if name not in head["columns"]]


def _month(partition: str, starts_at: datetime.datetime, ends_at: datetime.datetime) -> Month:
    starts_at, ends_at = (bound.astimezone(datetime.timezone.utc) for bound in (starts_at, ends_at))
    return Month(f"{starts_at:%Y-%m}", partition, starts_at, ends_at)


def _detached(partition: str) -> Month:
    """A month by the name of its table."""
    year, month = map(int, partition.removeprefix("audit_log_y").split("m"))
    start = datetime.datetime(year, month, 1, tzinfo=datetime.timezone.utc)
    return _month(partition, start, (start + datetime.timedelta(days=32)).replace(day=1))


def _literal(value: t.Any) -> str:
    """A constant: a plan that knows it reads the partitions that it needs and no other."""
    text = value.isoformat() if isinstance(value, datetime.datetime) else str(value)
    return "'" + text.replace("'", "''") + "'"
