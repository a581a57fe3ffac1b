#!/usr/bin/env python3
# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure migrations against Flyway and psql: many small scripts, nothing to do, one long script, writers meanwhile, memory.

    PYTHONPATH=.collections python -m tests.benchmarks.migrations --rounds 3 --json reports/migrations.json
    PYTHONPATH=.collections python -m tests.benchmarks.migrations --parts scripts,writers

A server of its own, and an empty database for each run. Who is compared runs by turns, and what counts are ratios of medians. Needs Maven,
which fetches Flyway; that runs as it was installed, with no settings of ours for its Java. Ten minutes.
"""
from __future__ import annotations

import contextlib
import dataclasses
import datetime
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import typing as t

from local.modules import PACKAGE
from tests.benchmarks.measure import ROOT, RunError, command_line, publish
from tests.benchmarks.site import aim
from tests.integration.flyway.sides import folder_of, handed
from tests.integration.postgres.conftest import empty_database
from tests.integration.postgres.modules import Target
from tests.support.ansible import run_module
from tests.support.flyway import ARCHIVES, Flyway, installed
from tests.support.postgres import Database, running_database

MODULE, TASK, PSQL = "module", "task", "psql"
FLYWAYS = [f"Flyway {version}" for version in ARCHIVES]
SMALL = (
    "CREATE TABLE small_{0} (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, made timestamptz DEFAULT now());\n"
    "CREATE INDEX ON small_{0} (name);\nINSERT INTO small_{0} (name) SELECT 'name ' || n FROM generate_series(1, 10) n;\n"
)
BIG = "CREATE TABLE big (id int PRIMARY KEY, n int NOT NULL, name text NOT NULL); INSERT INTO big SELECT n, n, 'name ' || n FROM generate_series(1, {rows}) n"
CHANGE = "ALTER TABLE big ADD COLUMN note text;\nCREATE INDEX big_n ON big (n);\n"
UNDONE = "DROP INDEX big_n; ALTER TABLE big DROP COLUMN note"
WRITERS = 4
LONG = 8.0          # seconds that somebody else's transaction has the table open
STATEMENT = 100_000  # bytes of one INSERT, where memory is asked
LIMIT = 1200        # seconds
# A process between, and a small one: the memory of who starts a program counts as the program's.
WATCHED = (
    "import resource, subprocess, sys; code = subprocess.call(sys.argv[1:]);"
    " print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr); sys.exit(code)"
)
PARTS = ("scripts", "inserts", "writers", "memory")
Times = dict[str, list[float]]


@dataclasses.dataclass(frozen=True)
class Contest:
    """Who is compared, on one server."""

    database: Database
    flyways: t.Mapping[str, Flyway]

    def module(self, target: Target, folder: pathlib.Path) -> None:
        outcome = target.run("postgres_migration", **handed(folder))
        if outcome.get("failed"):
            raise RunError(outcome["msg"])

    def task(self, target: Target, folder: pathlib.Path) -> None:
        outcome = run_module("launch.database.postgres_migration", {**target.connection(), "locations": [str(folder)]}, timeout=LIMIT)
        if outcome.get("failed"):
            raise RunError(outcome["msg"])

    def flyway(self, name: str) -> t.Callable[[Target, pathlib.Path], None]:
        def migrate(target: Target, folder: pathlib.Path) -> None:
            answer = self.flyways[name].run(target.connection(), [folder], "migrate")
            if answer.code:
                raise RunError(answer.error)

        return migrate

    def psql(self, target: Target, folder: pathlib.Path) -> None:
        """Each file in a transaction of its own."""
        done = subprocess.run(
            ["psql", "-XqAt", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null", *(f"--file={file}" for file in sorted(folder.iterdir()))],
            env=psql_environment(target), capture_output=True, text=True, timeout=LIMIT, check=False,
        )
        if done.returncode:
            raise RunError(done.stderr)


def psql_environment(target: Target) -> dict[str, str]:
    given = target.connection()
    return os.environ | {
        "PGHOST": given["login_host"], "PGPORT": str(given["login_port"]), "PGUSER": given["login_user"], "PGPASSWORD": given["login_password"],
        "PGDATABASE": given["login_db"], "PGSSLMODE": "verify-full", "PGSSLROOTCERT": given["ca_cert"],
    }


def seconds(work: t.Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def of_scripts(contest: Contest, count: int, rounds: int) -> dict[str, Times]:
    """Seconds for so many small scripts, and then for nothing to do."""
    runs = {MODULE: contest.module, TASK: contest.task, **{name: contest.flyway(name) for name in FLYWAYS}}
    found: dict[str, Times] = {"scripts": {name: [] for name in runs}, "nothing": {name: [] for name in runs}}
    with tempfile.TemporaryDirectory() as temporary:
        folder = folder_of(pathlib.Path(temporary, "sql"), {f"V{number}__small.sql": SMALL.format(number) for number in range(1, count + 1)})
        for _round in range(rounds):
            targets = {name: empty_database(contest.database) for name in runs}
            for kind in found:
                for name, run in runs.items():
                    found[kind][name].append(seconds(lambda run=run, name=name: run(targets[name], folder)))
    return found


def of_inserts(contest: Contest, count: int, rounds: int) -> Times:
    """Seconds for one script of so many statements."""
    runs = {MODULE: contest.module, PSQL: contest.psql}
    found: Times = {name: [] for name in runs}
    script = "CREATE TABLE filled (id int, name text, note text);\n" + "".join(
        f"INSERT INTO filled (id, name, note) VALUES ({number}, 'name {number}', '{'x' * 150}');\n" for number in range(count)
    )
    with tempfile.TemporaryDirectory() as temporary:
        folder = folder_of(pathlib.Path(temporary, "sql"), {"V1__inserts.sql": script})
        for _round in range(rounds):
            for name, run in runs.items():
                target = empty_database(contest.database)
                found[name].append(seconds(lambda run=run, target=target: run(target, folder)))
    return found


def of_writers(contest: Contest, rows: int, rounds: int) -> dict[str, Times]:
    """The longest that a writer waited while a large table was changed: alone, and behind somebody else's long transaction."""
    runs = {MODULE: contest.module, PSQL: contest.psql}
    found: dict[str, Times] = {kind: {name: [] for name in runs} for kind in ("alone", "behind")}
    target = empty_database(contest.database)
    with tempfile.TemporaryDirectory() as temporary:
        # Ours gets a version after the other; psql gets the change by itself.
        folders = {MODULE: pathlib.Path(temporary, "sql"), PSQL: folder_of(pathlib.Path(temporary, "change"), {"change.sql": CHANGE})}
        contest.module(target, folder_of(folders[MODULE], {"V0__big.sql": BIG.format(rows=rows)}))
        for version, kind in enumerate([*found] * rounds, 1):
            folder_of(folders[MODULE], {f"V{version}__change.sql": CHANGE})
            for name, run in runs.items():
                with long_transaction(target) if kind == "behind" else contextlib.nullcontext():
                    found[kind][name].append(longest_wait(target, rows, lambda run=run, name=name: run(target, folders[name])))
                target.execute(UNDONE)
    return found


@contextlib.contextmanager
def long_transaction(target: Target) -> t.Iterator[None]:
    """Somebody who reads the table and takes LONG seconds."""
    there = dataclasses.replace(target.database, name=target.name)
    begun = threading.Event()

    def read() -> None:
        with contextlib.closing(there.connect()) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT FROM big LIMIT 1")
            begun.set()
            time.sleep(LONG)

    reader = threading.Thread(target=read)
    reader.start()
    begun.wait()
    try:
        yield
    finally:
        reader.join()


def longest_wait(target: Target, rows: int, work: t.Callable[[], None]) -> float:
    """Seconds that the slowest of all writes took that began while something was done."""
    there, over = dataclasses.replace(target.database, name=target.name), threading.Event()
    waits: list[float] = []

    def write(own: int) -> None:
        with contextlib.closing(there.connect()) as connection, connection.cursor() as cursor:
            connection.autocommit = True
            number = own
            while not over.is_set():
                number = (number + 7919) % rows
                waits.append(seconds(lambda: cursor.execute("UPDATE big SET name = 'written' WHERE id = %s", (number + 1,))))
                time.sleep(0.01)

    writers = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    try:
        time.sleep(0.5)
        waits.clear()
        work()
    finally:
        over.set()
        for writer in writers:
            writer.join()
    return max(waits)


def of_memory(contest: Contest, megabytes: int) -> dict[str, float]:
    """Megabytes that a process took at most for so many megabytes of SQL. Ours gets them as Ansible hands them over."""
    statement = f"INSERT INTO filled VALUES ('{'x' * (STATEMENT - 40)}');\n"
    script = "CREATE TABLE filled (text text);\n" + statement * (megabytes * 1_000_000 // len(statement))
    found = {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = folder_of(pathlib.Path(temporary, "sql"), {"V1__large.sql": script})
        arguments = pathlib.Path(temporary, "arguments")
        target = empty_database(contest.database)
        arguments.write_text(json.dumps({"ANSIBLE_MODULE_ARGS": {**target.connection(), **handed(folder)}}), encoding="utf-8")
        found[MODULE] = peak([sys.executable, "-m", f"{PACKAGE}postgres_migration"], {**os.environ, "PYTHONPATH": ".collections"}, arguments)
        target = empty_database(contest.database)
        found[PSQL] = peak(["psql", "-XqAt", "--single-transaction", f"--file={folder / 'V1__large.sql'}"], psql_environment(target), arguments)
    return found


def peak(command: t.Sequence[str], environment: t.Mapping[str, str], given: pathlib.Path) -> float:
    """Megabytes of memory that a command had at most. RunError if it fails.

    :arg given: its standard input.
    """
    with given.open("rb") as source:
        done = subprocess.run(
            [sys.executable, "-c", WATCHED, *command], cwd=ROOT, env=dict(environment), stdin=source, capture_output=True, text=True, timeout=LIMIT, check=False,
        )
    if done.returncode:
        raise RunError(f"{command[0]}: exit code {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return int(done.stderr.splitlines()[-1]) / 1000


def medians(times: Times) -> dict[str, float]:
    return {name: round(statistics.median(of_name), 3) for name, of_name in times.items()}


def against(times: t.Mapping[str, float], name: str, others: t.Sequence[str]) -> float:
    """What somebody took of what the fastest of others took."""
    return round(times[name] / min(times[other] for other in others), 2)


def report(measured: t.Mapping[str, t.Mapping[str, float]], sizes: t.Mapping[str, int]) -> dict[str, t.Any]:
    """What was measured, beside what was aimed at.

    :arg measured: of each part that ran, medians by who.
    """
    aims = {
        "scripts": [(f"{sizes['scripts']} small scripts: the task against the faster Flyway", TASK, FLYWAYS, 0.4)],
        "nothing": [
            ("nothing to do: the module against the faster Flyway", MODULE, FLYWAYS, 0.15), ("nothing to do: the task against the faster Flyway", TASK, FLYWAYS, 1.0),
        ],
        "inserts": [(f"{sizes['inserts']} INSERTs: the module against psql", MODULE, [PSQL], 2.0)],
        "alone": [("longest wait of a writer: the module against psql", MODULE, [PSQL], 1.5)],
        "behind": [("longest wait of a writer behind a long transaction: the module against psql", MODULE, [PSQL], 1.0)],
        "memory": [(f"memory for {sizes['memory']} MB of SQL: the module against the SQL", MODULE, ["SQL"], 10.0)],
    }
    return {
        "at": datetime.date.today().isoformat(), "sizes": dict(sizes), "measured": {part: dict(found) for part, found in measured.items()},
        "aims": [
            aim(words, against({**found, "SQL": sizes["memory"]}, name, others), most)
            for part, found in measured.items() for words, name, others, most in aims[part]
        ],
    }


def text(found: dict[str, t.Any]) -> str:
    """A report for a person."""
    lines = [
        f"{part}: " + ", ".join(f"{name} {value:g} {'MB' if part == 'memory' else 's'}" for name, value in of_part.items())
        for part, of_part in found["measured"].items()
    ]
    lines += [f"{row['aim']}: {row['measured']}, at most {row['at_most']}{'' if row['reached'] else ': not reached'}" for row in found["aims"]]
    return "\n".join(lines)


def measure_all(parts: t.Sequence[str], sizes: t.Mapping[str, int], rounds: int) -> dict[str, t.Any]:
    measured: dict[str, dict[str, float]] = {}
    with running_database() as database:
        contest = Contest(database, {
            name: dataclasses.replace(installed(version), java="") for name, version in zip(FLYWAYS, ARCHIVES, strict=True)
        } if "scripts" in parts else {})
        if "scripts" in parts:
            measured |= {kind: medians(times) for kind, times in of_scripts(contest, sizes["scripts"], rounds).items()}
        if "inserts" in parts:
            measured["inserts"] = medians(of_inserts(contest, sizes["inserts"], rounds))
        if "writers" in parts:
            measured |= {kind: medians(times) for kind, times in of_writers(contest, sizes["writers"], rounds).items()}
        if "memory" in parts:
            measured["memory"] = {name: round(value) for name, value in of_memory(contest, sizes["memory"]).items()}
    return report(measured, sizes)


def main(arguments: t.Sequence[str] | None = None) -> int:
    parser = command_line("Measure migrations against Flyway and psql.")
    parser.add_argument("--rounds", type=int, default=3, help="how many times each is measured (default 3)")
    parser.add_argument("--parts", default=",".join(PARTS), help=f"what is measured (default {','.join(PARTS)})")
    for name, default, what in (
        ("scripts", 200, "small scripts"), ("inserts", 20_000, "statements of the long script"), ("writers", 1_000_000, "rows of the large table"),
        ("memory", 100, "megabytes of SQL"),
    ):
        parser.add_argument(f"--{name}", type=int, default=default, help=f"{what} (default {default})")
    options = parser.parse_args(arguments)
    sizes = {name: getattr(options, name) for name in PARTS}
    return publish(lambda: measure_all(options.parts.split(","), sizes, options.rounds), text, options.json)


if __name__ == "__main__":
    sys.exit(main())
