#!/usr/bin/env python3
# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure what a long migration takes, against psql with the same script, and whether it grows faster than the script.

    PYTHONPATH=.collections python -m tests.benchmarks.migrations --rounds 3 --json reports/migrations.json

A server of its own. The module runs as a process of its own, as Ansible would start it; psql checks the same certificate and runs
the script in one transaction. By turns, by medians. Ansible's own time is not in it.
"""
from __future__ import annotations

import collections
import dataclasses
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
import typing as t

from ansible_collections.launch.database.plugins.module_utils._postgres.migration.split import split
from tests.benchmarks.measure import command_line, publish
from tests.benchmarks.site import RunError, aim
from tests.integration.postgres.modules import Target, located
from tests.support.postgres import MASTER, running_database

PSQL, OURS = "psql", "ours"
MEGABYTE = 1_000_000
INSERT = (
    "INSERT INTO t (a, b, c, d) VALUES ({}, 'a text, and ''another'' in it', now() + interval '1 day', "
    "'abcdefghijklmnopqrstuvwxyz abcdefghijklmnopqrstuvwxyz abcdefghijklmnopqrstuvwxyz abcdefghijklmnopqrst');\n"
)
TABLE = "DROP TABLE IF EXISTS t, flyway_schema_history; CREATE TABLE t (a int, b text, c timestamptz, d text)"


@dataclasses.dataclass(frozen=True)
class Cut:
    """What cutting a script of so many statements took.

    :arg memory: megabytes beside the script, at most.
    """

    statements: int
    megabytes: float
    seconds: float
    memory: float


def script(statements: int) -> str:
    return "".join(INSERT.format(number) for number in range(statements))


def cut(statements: int) -> Cut:
    """Twice: what looks at the memory takes time itself."""
    text = script(statements)
    started = time.process_time()
    collections.deque(split(text), maxlen=0)
    seconds = time.process_time() - started
    tracemalloc.start()
    collections.deque(split(text), maxlen=0)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return Cut(statements, len(text) / MEGABYTE, seconds, most / MEGABYTE)


class Contender:
    """Who runs a script, on a table that is new each time.

    :ivar memory: megabytes that the module took at most.
    """

    def __init__(self, target: Target) -> None:
        self._target = target
        self.memory = 0.0

    def seconds(self, way: str, statements: int) -> float:
        self._target.execute(TABLE)
        text = script(statements)
        seconds = self._by_psql(text) if way == PSQL else self._by_us(text)
        if self._target.rows("SELECT count(*) FROM t") != [(statements,)]:
            raise RunError(f"{way} did not run all of the script.")
        return seconds

    def _by_psql(self, text: str) -> float:
        server = self._target.database.server
        place = f"host={server.host} hostaddr={server.address} port={server.port} dbname={self._target.name} user={MASTER}"
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "script.sql")
            file.write_text(text, encoding="utf-8")
            command = ["psql", "-Xq1", "-v", "ON_ERROR_STOP=1", "-f", str(file), f"{place} sslmode=verify-full sslrootcert={server.ca_file}"]
            started = time.monotonic()
            subprocess.run(command, check=True, env={**os.environ, "PGPASSWORD": self._target.database.passwords[MASTER]})
            return time.monotonic() - started

    def _by_us(self, text: str) -> float:
        started = time.monotonic()
        process = self._target.start("postgres_migration", **located({"sql": {"V1__x.sql": text}}))
        output = process.stdout.read()
        _pid, status, used = os.wait4(process.pid, 0)
        if status:
            raise RunError(output + process.stderr.read())
        self.memory = max(self.memory, used.ru_maxrss * 1024 / MEGABYTE)
        return time.monotonic() - started


def measure(statements: int, rounds: int) -> dict[str, t.Any]:
    """Cut a script and one ten times as long; run the shorter one by turns."""
    cuts = [min((cut(number) for _ in range(rounds)), key=lambda found: found.seconds) for number in (statements, 10 * statements)]
    with running_database() as database:
        contender = Contender(Target(database, database.name))
        times = {way: [] for way in (PSQL, OURS)}
        for _ in range(rounds):
            for way, seconds in times.items():
                seconds.append(contender.seconds(way, statements))
    return {"statements": statements, "memory": round(contender.memory), **report(cuts, {way: statistics.median(times[way]) for way in times})}


def report(cuts: t.Sequence[Cut], seconds: t.Mapping[str, float]) -> dict[str, t.Any]:
    few, many = cuts
    return {
        "cut": [dataclasses.asdict(found) for found in cuts],
        "run": {way: round(value, 2) for way, value in seconds.items()},
        "aims": [
            aim("cutting ten times as much, as many times as long", round(many.seconds / few.seconds, 1), 12),
            aim("memory of cutting ten times as much, MB", round(many.memory, 1), 1),
            aim("the module, as many times as long as psql", round(seconds[OURS] / seconds[PSQL], 2), 2.0),
        ],
    }


def text(found: dict[str, t.Any]) -> str:
    """A report for a person."""
    lines = [
        f"{row['statements']:8} statements, {row['megabytes']:5.1f} MB: cut in {row['seconds']:.2f} s CPU with {row['memory']:.2f} MB" for row in found["cut"]
    ]
    lines += [f"{found['statements']:8} statements run by {way}: {seconds:.2f} s" for way, seconds in found["run"].items()]
    lines.append(f"{found['memory']} MB is the most that the module took")
    lines += [f"{row['aim']}: {row['measured']}, at most {row['at_most']}{'' if row['reached'] else ': not reached'}" for row in found["aims"]]
    return "\n".join(lines)


def main(arguments: t.Sequence[str] | None = None) -> int:
    parser = command_line("Measure what a long migration takes.")
    parser.add_argument("--rounds", type=int, default=3, help="how many times each is measured (default 3)")
    parser.add_argument("--statements", type=int, default=20_000, help="of the script that is run; ten times as many are cut (default 20000)")
    options = parser.parse_args(arguments)
    return publish(lambda: measure(options.statements, options.rounds), text, options.json)


if __name__ == "__main__":
    sys.exit(main())
