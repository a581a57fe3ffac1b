#!/usr/bin/env python3
# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure what the tenant context costs a client that waits: a pipelined transaction through the pool, with and without it.

    PYTHONPATH=.collections python -m tests.benchmarks.latency --rounds 15 --json reports/latency.json

A database, a PgBouncer with one server connection, and the forms by turns on the same client connection. Wall clock of a client on the
same machine: to one that is farther away the context costs less. Two minutes, most of them for the rows.
"""
from __future__ import annotations

import contextlib
import pathlib
import statistics
import sys
import tempfile
import time
import typing as t

import psycopg

from ansible_collections.launch.database.plugins.module_utils._postgres.context.tokens import LONGEST_LIFE, Issuer
from tests.benchmarks.context import ACTOR, FILL, TASK, TENANT, THEN, ours, take_in
from tests.benchmarks.measure import command_line, publish
from tests.benchmarks.site import aim
from tests.support.platform import LAUNCH_NAMES, groups
from tests.support.pooled import start_pool
from tests.support.postgres import Database, running_database

POINT = "select * from app.tasks where id = %s"
BY_HAND = "select * from app.tasks where tenant_id = %s and id = %s"
BATCH = 100
WANTED = 1.6  # times the same pipeline without a context

Form = t.Callable[[], object]


class Client:
    """One connection to the pool for each login: the application's has policies, the reader's none, and writes the tenant down."""

    def __init__(self, app: psycopg.Connection, reader: psycopg.Connection, token: t.Callable[[], str]) -> None:
        self._app, self._reader, self._token = app, reader, token

    def forms(self) -> dict[str, Form]:
        return {
            "pipelined, without context": self.without,
            "pipelined, with context": self.pipelined,
            "one message, without context": self.bare,
            "one message, with context": self.in_one,
            "four round trips, without context": self.slow_without,
            "four round trips, with context": self.slow,
        }

    def without(self) -> object:
        """BEGIN, a query that names the tenant, COMMIT."""
        with self._reader.pipeline():
            self._reader.execute("begin")
            cursor = self._reader.execute(BY_HAND, [TENANT, TASK])
            self._reader.execute("commit")
        return cursor.fetchone()

    def pipelined(self) -> object:
        token = self._token()
        with self._app.pipeline():
            self._app.execute("begin")
            self._app.execute("select app.set_context(%s)", [token])
            cursor = self._app.execute(POINT, [TASK])
            self._app.execute("commit")
        return cursor.fetchone()

    def bare(self) -> object:
        with self._reader.pipeline():
            cursor = self._reader.execute(BY_HAND, [TENANT, TASK])
        return cursor.fetchone()

    def in_one(self) -> object:
        """As the examples for JDBC and pgx do it."""
        token = self._token()
        with self._app.pipeline():
            self._app.execute("select app.set_context(%s)", [token])
            cursor = self._app.execute(POINT, [TASK])
        return cursor.fetchone()

    def slow_without(self) -> object:
        self._reader.execute("begin")
        cursor = self._reader.execute(BY_HAND, [TENANT, TASK])
        self._reader.execute("commit")
        return cursor.fetchone()

    def slow(self) -> object:
        self._app.execute("begin")
        self._app.execute("select app.set_context(%s)", [self._token()])
        cursor = self._app.execute(POINT, [TASK])
        self._app.execute("commit")
        return cursor.fetchone()


@contextlib.contextmanager
def clients(database: Database, tenants: int, tasks: int) -> t.Iterator[Client]:
    """The rows, the pool in front of them, and two connections through it."""
    for group in groups(LAUNCH_NAMES):
        database.execute(f"create role {group} nologin; grant {group} to current_user with inherit false, set true")
    logins = {"launch_app": "launch_rw", "launch_reader": "launch_migrator"}
    for login, group in logins.items():
        database.create_login(login, group)
    ours(database)
    database.server.psql(FILL.format(tenants=tenants, tasks=tasks, actor=ACTOR, then=THEN), database.name)
    issuer = Issuer(take_in(database), database.name)
    with contextlib.ExitStack() as stack:
        pool = start_pool(database, logins, pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory())))
        app, reader = (stack.enter_context(psycopg.connect(pool.dsn(login), autocommit=True)) for login in logins)
        yield Client(app, reader, lambda: issuer.token(TENANT, ACTOR, LONGEST_LIFE))


def measure(forms: t.Mapping[str, Form], rounds: int) -> dict[str, list[float]]:
    """Microseconds of each form, by turns: the median of a batch for each round."""
    for form in forms.values():
        for _ in range(10):  # prepared from here on
            assert form() is not None
    found: dict[str, list[float]] = {name: [] for name in forms}
    for _ in range(rounds):
        taken: dict[str, list[float]] = {name: [] for name in forms}
        for _ in range(BATCH):
            for name, form in forms.items():
                began = time.perf_counter()
                form()
                taken[name].append((time.perf_counter() - began) * 1_000_000)
        for name, values in taken.items():
            found[name].append(statistics.median(values))
    return found


def report(found: t.Mapping[str, t.Sequence[float]]) -> dict[str, t.Any]:
    """Medians, each with its ratio to the same form without a context."""
    medians = {name: statistics.median(values) for name, values in found.items()}
    rows = [
        {
            "form": name, "microseconds": round(median), "lowest": round(min(found[name])), "highest": round(max(found[name])),
            "ratio": round(median / medians[name.replace("with context", "without context")], 2),
        }
        for name, median in medians.items()
    ]
    ratio = next(row["ratio"] for row in rows if row["form"] == "pipelined, with context")
    return {"rows": rows, "aims": [aim("pipelined, with context", ratio, WANTED)]}


def text(found: dict[str, t.Any]) -> str:
    """A report for a person."""
    lines = [f"{'us (lowest-highest round), ratio to the same without':54}"]
    lines += [f"{row['form']:36}{row['microseconds']:>6} ({row['lowest']}-{row['highest']})  {row['ratio']}" for row in found["rows"]]
    lines += [f"{row['aim']}: {row['measured']}, at most {row['at_most']}{'' if row['reached'] else ': not reached'}" for row in found["aims"]]
    return "\n".join(lines)


def measure_all(tenants: int, tasks: int, rounds: int) -> dict[str, t.Any]:
    with running_database() as database, clients(database, tenants, tasks) as client:
        return report(measure(client.forms(), rounds))


def main(arguments: t.Sequence[str] | None = None) -> int:
    parser = command_line("Measure what the tenant context costs a client that waits.")
    parser.add_argument("--tenants", type=int, default=100, help="how many tenants (default 100)")
    parser.add_argument("--tasks", type=int, default=100, help="how many tasks each has (default 100, at least 1)")
    parser.add_argument("--rounds", type=int, default=15, help="how many times each is measured (default 15)")
    options = parser.parse_args(arguments)
    return publish(lambda: measure_all(options.tenants, options.tasks, options.rounds), text, options.json)


if __name__ == "__main__":
    sys.exit(main())
