#!/usr/bin/env python3
# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure what the audit log costs a write, against the same write without it, and against an earlier commit.

    PYTHONPATH=.collections python -m tests.benchmarks.audit --rounds 25 --json reports/audit.json

A server of its own, with the same tables four times: as in this checkout and as in the earlier commit, each with the audit
trigger and without. What is compared is the CPU time that the server process says it took for whole transactions of an application,
by turns, by medians.
"""
from __future__ import annotations

import contextlib
import dataclasses
import statistics
import sys
import typing as t

from tests.benchmarks.context import ACTOR, TASK, TENANT, USED, earlier, fill, ours
from tests.benchmarks.measure import command_line, publish
from tests.benchmarks.site import BEFORE, RunError, aim
from tests.support.platform import LAUNCH_NAMES, groups
from tests.support.postgres import Database, running_database

NONE, OURS, EARLIER_NONE, EARLIER = "no log", "ours", "earlier, no log", "earlier"
WITHOUT = {NONE: NONE, OURS: NONE, EARLIER_NONE: EARLIER_NONE, EARLIER: EARLIER_NONE}
CONTEXT = f"select app.set_context('{TENANT}', '{ACTOR}')"
# The triggers were off while the rows were made.
ON = "".join(
    f"alter table app.{table} enable trigger all;"
    f"alter table app.{table} enable always trigger context_required, enable always trigger row_stamped, enable always trigger row_audited;"
    for table in ("projects", "tasks")
)
OFF = "alter table app.projects disable trigger row_audited; alter table app.tasks disable trigger row_audited"


@dataclasses.dataclass(frozen=True)
class Write:
    """A transaction that changes rows.

    :arg text: its statement.
    :arg rows: how many it changes.
    :arg times: how often the transaction is run in a message.
    :arg wanted: at most so many times what it takes without a log; None where nothing is aimed at.
    """

    text: str
    rows: int
    times: int
    wanted: float | None

    def message(self, number: int) -> str:
        one = f"begin; {CONTEXT}; {self.text.format(number=number, key=TASK)}; commit;"
        return one * self.times


WRITES = {
    "update of one row": Write("update app.tasks set title = 'new {number}' where id = '{key}'", 1, 50, 2.0),
    "update of 900 rows": Write("update app.tasks set title = 'new {number}'", 900, 1, 4.5),
    "insert of 900 rows": Write("insert into app.projects (name) select 'new {number} ' || n from generate_series(1, 900) n", 900, 1, None),
}


class Contender:
    """A database, and a session of the application there."""

    def __init__(self, database: Database, connection: t.Any) -> None:
        self.database, self._connection = database, connection
        connection.autocommit = True
        self._cursor = connection.cursor()
        self._cursor.execute("set client_min_messages = log")
        self._number = 0

    def microseconds(self, write: Write) -> float:
        """CPU time of one transaction."""
        self._number += 1
        self._connection.notices.clear()
        self._cursor.execute(write.message(self._number))
        user, system = USED.search("".join(self._connection.notices)).groups()
        return (float(user) + float(system)) * 1_000_000 / write.times

    def told(self) -> int:
        """How many changes the log has."""
        return int(self.database.server.psql("select count(*) from audit.audit_log", self.database.name))

    def clean(self) -> None:
        """So that no round finds what the one before left."""
        self.database.server.psql("vacuum app.tasks, app.projects", self.database.name)


@contextlib.contextmanager
def contenders(server: Database, commit: str) -> t.Iterator[dict[str, Contender]]:
    """Four databases with their rows, and a session in each."""
    for group in groups(LAUNCH_NAMES):
        server.execute(f"create role {group} nologin; grant {group} to current_user with inherit false, set true")
    server.create_login("launch_app", "launch_rw")
    # Only a superuser may let a server process tell what it used.
    server.server.psql("alter role launch_app set log_statement_stats = on")
    made = {OURS: server}
    for kind, name in ((NONE, "unaudited"), (EARLIER_NONE, "before_unaudited"), (EARLIER, "before")):
        server.server.psql(f"create database {name} owner launch_admin")
        made[kind] = dataclasses.replace(server, name=name)
    with contextlib.ExitStack() as stack:
        found = {}
        for kind in WITHOUT:
            database = made[kind]
            earlier(database, commit) if kind in (EARLIER, EARLIER_NONE) else ours(database)
            fill(database, 8, 900)
            database.server.psql(ON + (OFF if WITHOUT[kind] == kind else ""), database.name)
            found[kind] = Contender(database, stack.enter_context(contextlib.closing(database.connect("launch_app"))))
        yield found


Measured = dict[tuple[str, str], list[float]]


def measure(ways: t.Mapping[str, Contender], rounds: int) -> Measured:
    """Microseconds by write and way, one for each round; the ways by turns. RunError where the log has not what it should have."""
    found: Measured = {}
    for _ in range(rounds):
        for name, write in WRITES.items():
            for kind, way in ways.items():
                found.setdefault((name, kind), []).append(way.microseconds(write))
        for way in ways.values():
            way.clean()
    changed = rounds * sum(write.rows * write.times for write in WRITES.values())
    expected = {kind: 0 if WITHOUT[kind] == kind else changed for kind in ways}
    if (told := {kind: way.told() for kind, way in ways.items()}) != expected:
        raise RunError(f"the logs have {told} entries, not {expected}.")
    return found


def report(found: Measured) -> dict[str, t.Any]:
    """Medians, their ratios to the same commit's write without a log, and what was wanted of them."""
    medians = {key: statistics.median(values) for key, values in found.items()}
    rows = [
        {"write": name, "way": kind, "microseconds": round(median, 1), "ratio": round(median / medians[name, WITHOUT[kind]], 2)}
        for (name, kind), median in medians.items()
    ]
    aims = [
        aim(row["write"], row["ratio"], WRITES[row["write"]].wanted)
        for row in rows if row["way"] == OURS and WRITES[row["write"]].wanted
    ]
    return {"rows": rows, "aims": aims}


def text(found: dict[str, t.Any]) -> str:
    """A report for a person."""
    lines = [f"{'us, ratio to no log':24}" + "".join(f"{way:>20}" for way in WITHOUT)]
    cells = {(row["write"], row["way"]): f"{row['microseconds']:.0f} {row['ratio']:.2f}" for row in found["rows"]}
    lines += [f"{name:24}" + "".join(f"{cells[name, way]:>20}" for way in WITHOUT) for name in WRITES]
    lines += [f"{row['aim']}: {row['measured']}, at most {row['at_most']}{'' if row['reached'] else ': not reached'}" for row in found["aims"]]
    return "\n".join(lines)


def measure_all(before: str, times: int) -> dict[str, t.Any]:
    """Make the databases, and measure each way."""
    with running_database() as server, contenders(server, before) as ways:
        return report(measure(ways, times))


def main(arguments: t.Sequence[str] | None = None) -> int:
    parser = command_line("Measure what the audit log costs.")
    parser.add_argument("--rounds", type=int, default=25, help="how many times each is measured (default 25)")
    parser.add_argument("--before", default=BEFORE, help="the earlier commit")
    options = parser.parse_args(arguments)
    return publish(lambda: measure_all(options.before, options.rounds), text, options.json)


if __name__ == "__main__":
    sys.exit(main())
