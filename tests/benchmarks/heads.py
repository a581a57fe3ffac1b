#!/usr/bin/env python3
# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure what heads of the audit log cost those who write, and what a head, an export and its verification take.

    PYTHONPATH=.collections python -m tests.benchmarks.heads --rows 200000 --rounds 5 --json reports/heads.json

A server of its own. Twenty writers write as fast as they can, by turns while nobody makes a head and while one is made after the other. Steps are
measured in seconds of CPU, of the server's process and of this one, since others may share the machine. Three minutes.
"""
from __future__ import annotations

import contextlib
import datetime
import re
import statistics
import sys
import tempfile
import threading
import time
import typing as t

from ansible_collections.launch.database.plugins.module_utils._postgres.audit import verification
from ansible_collections.launch.database.plugins.module_utils._postgres.audit.log import Log
from ansible_collections.launch.database.plugins.module_utils._postgres.audit.plan import Reading, make_head
from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names
from ansible_collections.launch.database.plugins.module_utils._postgres.session import Session
from tests.benchmarks.measure import command_line, publish
from tests.benchmarks.site import aim
from tests.support.platform import LAUNCH_NAMES
from tests.support.postgres import Database, running_database
from tests.integration.sql.migrations import create_groups, migrate

TENANT, ACTOR = "01J" + "7".zfill(23), "01J" + "A".zfill(23)
CONTEXT = f"set local role launch_rw; select app.set_context('{TENANT}', '{ACTOR}');"
WRITE = CONTEXT + "insert into app.projects (name) select gen_random_uuid() from generate_series(1, {rows})"
# As many rows as there are to be, copies of one that the trigger wrote: what a head takes is asked here, not what a change takes.
FILL = """
set local role launch_audit_owner;
do $$ declare partition text := (select partition from audit.partition_bounds() where starts_at <= now() and now() < ends_at); names text;
begin
  select string_agg(quote_ident(attname), ', ') into names from pg_attribute
  where attrelid = 'audit.audit_log'::regclass and attnum > 0 and not attisdropped and attname not in ('id', 'transaction_id', 'performed_at');
  execute format('alter table audit.%I no force row level security', partition);
  execute format('insert into audit.%1$I (%2$s) select %2$s from (select %2$s from audit.%1$I limit 1) l, generate_series(1, {rows})', partition, names);
  execute format('alter table audit.%I force row level security', partition);
end $$"""
BLOCKED = """
select count(*) from pg_stat_activity a cross join lateral unnest(pg_blocking_pids(a.pid)) as by (pid) join pg_stat_activity b on b.pid = by.pid
where 'launch_archive' in (a.usename, b.usename)"""
WRITERS, SECONDS, ROWS = 20, 6.0, 10
USED = re.compile(r"([\d.]+) s user, ([\d.]+) s system, [\d.]+ s elapsed")
# The server says what each statement took.
TALK = "alter role launch_archive set log_statement_stats = on; alter role launch_archive set client_min_messages = log"


class Heads:
    """Heads of one chain, as the module makes them, kept in memory."""

    def __init__(self, database: Database) -> None:
        connection = database.connect("launch_archive")
        connection.autocommit = True
        self.said: list[str] = []
        connection.notices = self.said
        self.log = Log(Session(connection), Names.from_options(LAUNCH_NAMES))
        self.made: list[verification.Head] = []

    def make(self, settle: float = 0) -> Reading:
        last, first = (self.made[-1], self.made[0]) if self.made else (None, None)
        reading = self.log.read(last, first, settle)
        self.made.append(make_head(reading, self.log.database(), self.log.name, last))
        self.log.record(self.made[-1], last["closed"] if last else ())
        return reading


def written(database: Database, heads: Heads | None) -> tuple[float, int, int]:
    """Rows a second of all writers together, how often a writer and the archiver were seen to wait for each other, and how many heads were made."""
    done, rows, waits, before = threading.Event(), [], [], len(heads.made) if heads else 0

    def write() -> None:
        with contextlib.closing(database.connect()) as connection, connection.cursor() as cursor:
            while not done.is_set():
                cursor.execute(WRITE.format(rows=ROWS))
                connection.commit()
                rows.append(ROWS)

    def watch() -> None:
        with contextlib.closing(database.connect()) as connection, connection.cursor() as cursor:
            while not done.wait(0.05):
                cursor.execute(BLOCKED)
                waits.append(cursor.fetchone()[0])

    threads = [threading.Thread(target=work) for work in (*[write] * WRITERS, watch)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    while time.monotonic() < began + SECONDS:
        if heads:
            heads.make()
        time.sleep(0.2)
    done.set()
    for thread in threads:
        thread.join()
    return sum(rows) / (time.monotonic() - began), sum(waits), len(heads.made) - before if heads else 0


def timed(heads: Heads, work: t.Callable[[], t.Any]) -> tuple[float, t.Any]:
    """Seconds of CPU that something takes, of the archiver's session and of this process together."""
    heads.said.clear()
    began = time.process_time()
    found = work()
    # What the server says of a COPY is read with the next answer.
    heads.log.horizon()
    used = [float(part) for text in heads.said for pair in USED.findall(text) for part in pair]
    return time.process_time() - began + sum(used), found


def of_rows(heads: Heads, database: Database, rows: int) -> dict[str, float]:
    """Seconds of CPU that each step takes for a month with so many rows."""
    heads.make(settle=30)
    database.execute(FILL.format(rows=rows))
    database.execute(WRITE.format(rows=1))
    seal, reading = timed(heads, lambda: heads.make(settle=30))
    idle, _reading = timed(heads, heads.make)
    month = next(month for month in reading.months if month.starts_at <= reading.made_at < month.ends_at)
    assert reading.digests[month.name].rows == rows + 1, reading
    with tempfile.TemporaryFile() as file:
        with heads.log.reading():
            export, digest = timed(heads, lambda: heads.log.copy(month, file=t.cast("t.BinaryIO", file)))
        file.seek(0)
        verify, report = timed(heads, lambda: verification.verify(file, heads.made, month.name))
    assert report.verdict == "verified" and report.rows == digest.rows, report
    return {"seal": seal, "head of an hour without a change": idle, "export of the month": export, "verify the month": verify, "rows of the month": digest.rows}


def measure_all(rows: int, rounds: int) -> dict[str, t.Any]:
    """Throughput by turns, then the steps."""
    with running_database() as database:
        create_groups(database)
        migrate(database)
        database.create_login("launch_archive", "launch_archiver")
        database.server.psql(TALK)
        database.execute(f"set local role launch_platform; select app.create_tenant('{TENANT}', 'Bench', 'bench.test', '{ACTOR}')")
        heads = Heads(database)
        heads.make(settle=30)
        without, beside = [], []
        for _round in range(rounds):
            without.append(written(database, None))
            beside.append(written(database, heads))
        return report(without, beside, {name: round(value, 2) for name, value in of_rows(heads, database, rows).items()}, rows)


def report(
    without: t.Sequence[tuple[float, int, int]], beside: t.Sequence[tuple[float, int, int]], steps: t.Mapping[str, float], rows: int,
) -> dict[str, t.Any]:
    """What was measured, beside what was aimed at."""
    ratios = [alone[0] / sealed[0] for alone, sealed in zip(without, beside, strict=True)]
    return {
        "at": datetime.date.today().isoformat(), "rows": rows, "steps": dict(steps), "heads": sum(found[2] for found in beside),
        "rows_a_second": {"without": round(statistics.median(found[0] for found in without)), "beside": round(statistics.median(found[0] for found in beside))},
        "aims": [
            aim("writers without heads against writers beside heads that are made all the time", round(statistics.median(ratios), 2), 1.15),
            aim("times that a writer and the archiver waited for each other", sum(found[1] for found in beside), 0),
            aim(f"seconds of CPU to seal {rows} rows", steps["seal"], 5),
        ],
    }


def text(found: dict[str, t.Any]) -> str:
    """A report for a person."""
    speed = found["rows_a_second"]
    lines = [f"{WRITERS} writers: {speed['without']} rows a second without heads, {speed['beside']} beside them; {found['heads']} heads were made meanwhile"]
    lines += [f"{name}: {value}" + ("" if name.startswith("rows") else " s of CPU") for name, value in found["steps"].items()]
    lines += [f"{row['aim']}: {row['measured']}, at most {row['at_most']}{'' if row['reached'] else ': not reached'}" for row in found["aims"]]
    return "\n".join(lines)


def main(arguments: t.Sequence[str] | None = None) -> int:
    parser = command_line("Measure heads of the audit log.")
    parser.add_argument("--rows", type=int, default=200000, help="how many rows a head covers (default 200000)")
    parser.add_argument("--rounds", type=int, default=5, help="how many times writers are measured with and without heads (default 5)")
    options = parser.parse_args(arguments)
    return publish(lambda: measure_all(options.rows, options.rounds), text, options.json)


if __name__ == "__main__":
    sys.exit(main())
