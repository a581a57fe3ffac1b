# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients with random tenants through one connection of a pool, and faults among them: every row that anybody sees is looked at.

    python -m tests.attacks.soak SECONDS [SEED]         writes reports/attacks/soak.txt and .json
"""
from __future__ import annotations

import collections
import concurrent.futures
import contextlib
import dataclasses
import os
import random
import socket
import sys
import time
import typing as t

import psycopg2

from ansible_collections.launch.database.plugins.module_utils._postgres.attack.attempts import RO, RW
from tests.attacks import report
from tests.attacks.world import A, ACTOR, B, LOGINS, World, pooled, world
from tests.support.pooled import Pool
from tests.support.postgres import Database

CLIENTS = 6
TENANTS = (A, B)
# One row in some hundred is another's: a leak that a single look misses.
PLANTED = "alter policy tenant_select on app.tasks using (tenant_id = (select app.current_tenant()) or random() < 0.002)"
READ = (
    "select tenant_id from app.projects", "select tenant_id from app.tasks", "select t.tenant_id from app.tasks t join app.projects p on p.id = t.project_id",
    "select id from app.tenants", "select tenant_id from audit.audit_log", "select tenant_id from app.tasks order by title limit 5",
    "update app.projects set is_active = not is_active returning tenant_id", "insert into app.projects (name) values (app.new_entity_id()) returning tenant_id",
)
# Those of a login that reads only.
READ_ONLY = 6
# What the pool or the server says to whom it lost: expected among these faults, and nothing else is.
LOST = {None, "57P01", "57P02", "08P01", "08006", "08003", "57014", "40P01", "58000"}


@dataclasses.dataclass
class Tally:
    """What was done and seen.

    :arg leaks: what anybody saw that was not its tenant's.
    :arg errors: what came that none of the faults explains.
    """

    counts: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    faults: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    leaks: list[str] = dataclasses.field(default_factory=list)
    errors: list[str] = dataclasses.field(default_factory=list)

    def add(self, other: Tally) -> None:
        self.counts.update(other.counts)
        self.faults.update(other.faults)
        self.leaks += other.leaks
        self.errors += other.errors

    @property
    def sentence(self) -> str:
        faults = ", ".join(f"{name} {count}" for name, count in sorted(self.faults.items()))
        return (
            f"{self.counts['transactions']} transactions, {self.counts['rows']} rows looked at, {self.counts['refused']} refused without a context, "
            f"{len(self.leaks)} leaks, {len(self.errors)} errors that no fault explains; faults: {faults}"
        )


class Client:
    """One client, whose tenant is another in each transaction."""

    def __init__(self, world: World, pool: Pool, database: Database, role: str, seed: int) -> None:
        self._pool, self._database, self._role = pool, database, role
        self._issuer, self._random, self.tally = world.issuer(database), random.Random(seed), Tally()
        self._connection: t.Any = None

    def run(self, until: float) -> Tally:
        while time.monotonic() < until:
            try:
                self._step()
            except psycopg2.Error as error:
                self._lose(error)
        self._close()
        return self.tally

    def _lose(self, error: psycopg2.Error) -> None:
        if error.pgcode not in LOST:
            self.tally.errors.append(f"{error.pgcode}: {' '.join(str(error).split())}")
        self.tally.faults["connections lost"] += 1
        self._close()

    def _close(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(psycopg2.Error):
                self._connection.close()
        self._connection = None

    def _step(self) -> None:
        if self._connection is None:
            self._connection = psycopg2.connect(self._pool.dsn(LOGINS[self._role], dbname=self._database.name))
            self._connection.autocommit = True
        steps = {
            self._commit: 50, self._roll_back: 10, self._savepoint: 10, self._fail: 8, self._nobody: 15, self._no_transaction: 4, self._vanish: 3,
        }
        self._random.choices(list(steps), list(steps.values()))[0]()
        self.tally.counts["transactions"] += 1

    def _run(self, statement: str, *values: t.Any) -> list[tuple[t.Any, ...]]:
        with self._connection.cursor() as cursor:
            cursor.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else []

    def _begin(self, tenant: str | None = None) -> str:
        """A transaction of one tenant."""
        chosen = tenant or self._random.choice(TENANTS)
        self._run("begin")
        self._run("select app.set_context(%s)", self._issuer.token(chosen, ACTOR))
        return chosen

    def _look(self, tenant: str) -> None:
        for _time in range(self._random.randint(1, 3)):
            statement = self._random.choice(READ if self._role == RW else READ[:READ_ONLY])
            rows = self._run(statement)
            self.tally.counts["rows"] += len(rows)
            foreign = {row[0] for row in rows} - {tenant}
            if foreign:
                self.tally.leaks.append(f"{tenant} saw {', '.join(sorted(foreign))}: {statement}")

    def _commit(self) -> None:
        self._look(self._begin())
        self._run("commit")

    def _roll_back(self) -> None:
        self.tally.faults["rollbacks"] += 1
        self._look(self._begin())
        self._run("rollback")

    def _savepoint(self) -> None:
        """A context behind a savepoint goes with it; the next is another's."""
        self.tally.faults["savepoints"] += 1
        self._run("begin")
        self._run("savepoint s")
        self._run("select app.set_context(%s)", self._issuer.token(self._random.choice(TENANTS), ACTOR))
        self._run("rollback to s")
        other = self._random.choice(TENANTS)
        self._run("select app.set_context(%s)", self._issuer.token(other, ACTOR))
        self._look(other)
        self._run("commit")

    def _fail(self) -> None:
        self.tally.faults["errors in a transaction"] += 1
        self._look(self._begin())
        with contextlib.suppress(psycopg2.errors.DivisionByZero):
            self._run("select 1 / 0")
        self._run("rollback")

    def _nobody(self) -> None:
        """Without a context everything is refused, whoever was there before."""
        self._refused("begin", self._random.choice(READ[:READ_ONLY]))
        self._run("rollback")

    def _no_transaction(self) -> None:
        """A context of one statement is none for the next."""
        self._run("select app.set_context(%s)", self._issuer.token(self._random.choice(TENANTS), ACTOR))
        self._refused("select 1", self._random.choice(READ[:READ_ONLY]))

    def _refused(self, before: str, statement: str) -> None:
        self._run(before)
        try:
            rows = self._run(statement)
        except psycopg2.errors.InsufficientPrivilege:
            self.tally.counts["refused"] += 1
        else:
            self.tally.leaks.append(f"nobody saw {len(rows)} rows: {statement}")

    def _vanish(self) -> None:
        """The client is gone in the middle of a transaction, and says nothing of it."""
        self.tally.faults["clients killed"] += 1
        self._look(self._begin())
        with socket.socket(fileno=os.dup(self._connection.fileno())) as line:
            line.shutdown(socket.SHUT_RDWR)
        self._close()


def kill(world: World, database: Database, until: float, tally: Tally) -> None:
    """End the server's own connections, now and then."""
    with contextlib.closing(world.connect(database)) as connection, connection.cursor() as cursor:
        while time.monotonic() < until:
            time.sleep(min(1.5, max(0.0, until - time.monotonic())))
            cursor.execute(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity where usename = any(%s) and datname = %s",
                ([LOGINS[RW], LOGINS[RO]], database.name))
            tally.faults["server connections killed"] += cursor.fetchone()[0]


def soak(world: World, pool: Pool, database: Database, seconds: float, seed: int) -> Tally:
    """Let clients work for so long."""
    until, tally = time.monotonic() + seconds, Tally()
    clients = [Client(world, pool, database, RW if number % 3 else RO, seed + number) for number in range(CLIENTS)]
    with concurrent.futures.ThreadPoolExecutor(CLIENTS + 1) as threads:
        killing = threads.submit(kill, world, database, until, tally)
        for done in [threads.submit(client.run, until) for client in clients]:
            tally.add(done.result())
        killing.result()
    return tally


def both(world: World, pool: Pool, seconds: float, seed: int) -> tuple[Tally, Tally]:
    """What was seen in a copy of the database, and in one where a leak was planted."""
    with world.copy() as database:
        tally = soak(world, pool, database, seconds, seed)
    with world.copy() as leaky:
        with contextlib.closing(world.connect(leaky)) as connection, connection.cursor() as cursor:
            cursor.execute(PLANTED)
        planted = soak(world, pool, leaky, 4, seed)
    text = f"seed {seed}, {CLIENTS} clients, {seconds:.0f} s: {tally.sentence}\nwith a planted leak, 4 s: {planted.sentence}\n"
    text += "".join(f"{line}\n" for line in (*tally.leaks[:20], *tally.errors[:20]))
    report.write("soak", text, {"seed": seed, "seconds": seconds, "run": vars(tally), "planted": vars(planted)})
    return tally, planted


def main(arguments: list[str]) -> int:
    seconds, seed = float(arguments[0]), int(arguments[1]) if len(arguments) > 1 else 1
    with world() as made, pooled(made) as pool:
        tally, planted = both(made, pool, seconds, seed)
    print(f"{tally.sentence}\nwith a planted leak: {planted.sentence}\n{report.FOLDER}/soak.txt")
    return int(bool(tally.leaks or tally.errors) or not planted.leaks)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
