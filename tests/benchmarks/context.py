#!/usr/bin/env python3
# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure what the tenant context costs a query, against a tenant that is written by hand, and against an earlier commit.

    PYTHONPATH=.collections python -m tests.benchmarks.context --tenants 1000 --tasks 1000 --rounds 15 --json reports/context.json

A server of its own, the same rows in a database of this checkout and in one of the earlier commit. The floor is a copy of the
first whose policies read a bare setting that anybody may write: no context that is asked for by a policy costs less, a sound one
more. What is compared is the CPU time that the server process says it took for a message with many statements, by turns, by medians. Ten minutes with a
million rows, most of them for the rows.
"""
from __future__ import annotations

import contextlib
import dataclasses
import pathlib
import re
import secrets
import statistics
import sys
import tempfile
import typing as t

from ansible_collections.launch.database.plugins.module_utils._postgres.context import intake
from ansible_collections.launch.database.plugins.module_utils._postgres.context.tokens import LONGEST_LIFE, Issuer, Key
from tests.benchmarks.measure import command_line, publish
from tests.benchmarks.site import BEFORE, RunError, aim, extract
from tests.support.platform import LAUNCH_NAMES, LOCATIONS, filled, groups
from tests.support.postgres import Database, running_database

USED = re.compile(r"([\d.]+) s user, ([\d.]+) s system")
TENANT, ACTOR = "01J" + "7".zfill(23), "01J" + "A".zfill(23)
PROJECT, TASK = "01J" + "71".zfill(23), "01J" + "70001".zfill(23)
BY_HAND, FLOOR, SIGNED, UNSIGNED, EARLIER = "by hand", "floor", "signed", "transaction", "earlier"
BARE = "benchmark.tenant"
# The planner puts a function in SQL that runs as its caller in the policy's place, so that nothing is called.
UNSOUND = f"""
create or replace function app.current_tenant() returns text language sql stable parallel safe
as $$ select pg_catalog.current_setting('{BARE}', true) $$;
"""
THEN = "timestamptz '2026-01-01 00:00+00'"
SIMPLE, PREPARED = "simple", "prepared"
TRANSACTION = "whole transaction, point"

# Ids are numbers in digits that ULIDs have. Triggers would ask for a context and write the log; nothing here is written again.
FILL = """
alter table app.tenants disable trigger all; alter table app.projects disable trigger all; alter table app.tasks disable trigger all;
insert into app.tenants (id, name, created_at, updated_at, created_by, updated_by, version)
  select '01J' || lpad(upper(to_hex(n)), 23, '0'), n, {then}, {then}, '{actor}', '{actor}', 1 from generate_series(1, {tenants}) n;
insert into app.projects (tenant_id, id, name, created_at, updated_at, created_by, updated_by, version)
  select '01J' || lpad(upper(to_hex(n)), 23, '0'), '01J' || lpad(upper(to_hex(n)) || p, 23, '0'), p, {then}, {then}, '{actor}', '{actor}', 1
  from generate_series(1, {tenants}) n, generate_series(1, 9) p;
insert into app.tasks (tenant_id, id, project_id, title, created_at, updated_at, created_by, updated_by, version)
  select '01J' || lpad(upper(to_hex(n)), 23, '0'), '01J' || lpad(upper(to_hex(n)) || lpad(k::text, 4, '0'), 23, '0'),
         '01J' || lpad(upper(to_hex(n)) || (1 + k % 9), 23, '0'), 'task ' || k, {then} - k * interval '1 min', {then}, '{actor}', '{actor}', 1
  from generate_series(1, {tenants}) n, generate_series(1, {tasks}) k;
vacuum analyze app.tenants; vacuum analyze app.projects; vacuum analyze app.tasks;
"""


@dataclasses.dataclass(frozen=True)
class Query:
    """A statement with {own} where somebody without policies writes the tenant down.

    :arg times: how often it is run in a message.
    :arg wanted: at most so many times what it takes by hand, simple and prepared.
    """

    text: str
    times: int
    wanted: tuple[float, float]


QUERIES = {
    "point": Query(f"select id, project_id, title, version from app.tasks where {{own}} id = '{TASK}'", 200, (1.5, 1.3)),
    "page of 50": Query("select id, title from app.tasks where {own} true order by tenant_id, id limit 50", 100, (1.25, 1.15)),
    "page of a project": Query(
        f"select id, title from app.tasks where {{own}} project_id = '{PROJECT}' order by created_at desc limit 50", 100, (1.25, 1.25),
    ),
    "count": Query("select count(*) from app.tasks where {own} true", 20, (1.15, 1.05)),
    "join": Query(
        "select p.name, count(*) from app.projects p join app.tasks t on (t.tenant_id, t.project_id) = (p.tenant_id, p.id)"
        " where {joined} true group by p.name", 10, (1.05, 1.05),
    ),
}


Arguments = t.Callable[[], tuple[str, ...]]


class Contender:
    """A way of saying whose rows are wanted, in a session of its own.

    :arg context: gives the arguments of the function that sets the context; None where the statements name the tenant.
    """

    def __init__(self, connection: t.Any, context: Arguments | None, function: str = "app.set_context") -> None:
        self._connection, self._context, self._function = connection, context, function
        connection.autocommit = True
        self._cursor = connection.cursor()
        self._run("set client_min_messages = log")
        own = f"tenant_id = '{TENANT}' and" if context is None else ""
        joined = own.replace("tenant_id", "p.tenant_id") + own.replace("tenant_id", " t.tenant_id")
        self._texts = {name: query.text.format(own=own, joined=joined) for name, query in QUERIES.items()}
        for number, text in enumerate(self._texts.values()):
            self._run(f"prepare q{number} as {text}")
        if context:
            self._run(f"prepare context as select {function}({', '.join(f'${place + 1}' for place in range(len(context())))})")

    def rows(self, name: str) -> list[tuple[t.Any, ...]]:
        """What a query shows, so that all are known to answer alike."""
        self._begin()
        self._run(self._texts[name])
        found = self._cursor.fetchall()
        self._run("commit")
        return found

    def microseconds(self, name: str, mode: str) -> float:
        """CPU time of one execution."""
        number, times = list(QUERIES).index(name), QUERIES[name].times
        statement = self._texts[name] if mode == SIMPLE else f"execute q{number}"
        self._begin()
        used = self._used(f"{statement};" * times)
        self._run("commit")
        return used / times

    def whole(self, mode: str) -> float:
        """CPU time of a transaction with one query by key. Many are in one message, so that set_context() is most of it; there is no aim."""
        times = QUERIES["point"].times
        statement = self._texts["point"] if mode == SIMPLE else "execute q0"
        setting = self._setting(self._function if mode == SIMPLE else "context") if self._context else ""
        prefix = "select " if mode == SIMPLE else "execute "
        return self._used(f"begin; {prefix * bool(setting)}{setting}; {statement}; commit;" * times) / times

    def _begin(self) -> None:
        self._run("begin")
        if self._context:
            self._run(f"select {self._setting(self._function)}")

    def _setting(self, function: str) -> str:
        """The call that sets the context, with a token that is new."""
        return f"{function}({', '.join(repr(argument) for argument in self._context())})"

    def _run(self, statement: str) -> None:
        self._cursor.execute(statement)

    def _used(self, statements: str) -> float:
        """As the server process counts it for a whole message, in microseconds."""
        self._connection.notices.clear()
        self._run(statements)
        user, system = USED.search("".join(self._connection.notices)).groups()
        return (float(user) + float(system)) * 1_000_000


def migrate(database: Database, scripts: t.Iterable[str]) -> None:
    for script in scripts:
        database.execute(script)


def ours(database: Database) -> None:
    """The platform and launch's tables, as this checkout has them."""
    order = [path for folder in LOCATIONS for kind in ("V", "R") for path in sorted(folder.glob(f"{kind}*.sql"), key=_version)]
    migrate(database, (filled(path, LAUNCH_NAMES) for path in sorted(order, key=lambda path: path.name.startswith("R"))))


def earlier(database: Database, commit: str) -> None:
    """The same as an earlier commit has it, which knew one folder and no names."""
    with tempfile.TemporaryDirectory() as name:
        extract(commit, pathlib.Path(name))
        folder = pathlib.Path(name, "sql", "launch")
        paths = sorted(folder.glob("V*.sql"), key=_version) + sorted(folder.glob("R*.sql"))
        migrate(database, [path.read_text(encoding="utf-8") for path in paths])


def _version(path: pathlib.Path) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", path.name.split("__")[0])]


def fill(database: Database, tenants: int, tasks: int) -> None:
    """The rows, as the server's superuser: the same everywhere."""
    database.server.psql(FILL.format(tenants=tenants, tasks=tasks, actor=ACTOR, then=THEN), database.name)


@contextlib.contextmanager
def contenders(server: Database, tenants: int, tasks: int, commit: str) -> t.Iterator[dict[str, Contender]]:
    """Both databases with their rows, and a session for each way."""
    for group in groups(LAUNCH_NAMES):
        server.execute(f"create role {group} nologin; grant {group} to current_user with inherit false, set true")
    server.create_login("launch_app", "launch_rw")
    server.create_login("launch_reader", "launch_migrator")
    # Only a superuser may let a server process tell what it used.
    server.server.psql("alter role launch_app set log_statement_stats = on; alter role launch_reader set log_statement_stats = on")
    server.server.psql("create database before owner launch_admin")
    before = dataclasses.replace(server, name="before")
    ours(server)
    earlier(before, commit)
    for database in (server, before):
        fill(database, tenants, tasks)
    floor = copied(server, "floor")
    floor.server.psql(UNSOUND, floor.name)
    issuer = Issuer(take_in(server), server.name)
    with contextlib.ExitStack() as stack:

        def session(database: Database, login: str, context: Arguments | None, *function: str) -> Contender:
            return Contender(stack.enter_context(contextlib.closing(database.connect(login))), context, *function)

        yield {
            BY_HAND: session(server, "launch_reader", None),
            FLOOR: session(floor, "launch_app", lambda: (BARE, TENANT, "true"), "set_config"),
            SIGNED: session(server, "launch_app", lambda: (issuer.token(TENANT, ACTOR, LONGEST_LIFE),)),
            UNSIGNED: session(server, "launch_app", lambda: (TENANT, ACTOR)),
            EARLIER: session(before, "launch_app", lambda: (TENANT, ACTOR)),
        }


def copied(database: Database, name: str) -> Database:
    """A copy with the same rows and statistics. Nobody may be connected to what is copied."""
    database.server.psql(f"create database {name} template {database.name} strategy file_copy owner launch_admin")
    return dataclasses.replace(database, name=name)


def take_in(database: Database) -> Key:
    """Give the database a new key."""
    key = Key(secrets.token_hex(32))
    with contextlib.closing(database.connect()) as connection, connection, connection.cursor() as cursor:
        cursor.execute("set local role launch_key_keeper")
        cursor.copy_expert(intake.statement("seal"), intake.rows([key]))
    return key


Measured = dict[tuple[str, str, str], list[float]]


def measure(ways: t.Mapping[str, Contender], rounds: int) -> Measured:
    """Microseconds by query, mode and way, one for each round; the ways by turns. RunError where they answer differently."""
    for name in QUERIES:
        if any(sorted(way.rows(name)) != sorted(ways[BY_HAND].rows(name)) for way in ways.values()):
            raise RunError(f"{name}: not all ways show the same rows.")
    found: Measured = {}
    for _ in range(rounds):
        for mode in (SIMPLE, PREPARED):
            for name in QUERIES:
                for kind, way in ways.items():
                    found.setdefault((name, mode, kind), []).append(way.microseconds(name, mode))
            for kind, way in ways.items():
                found.setdefault((TRANSACTION, mode, kind), []).append(way.whole(mode))
    return found


def report(found: Measured) -> dict[str, t.Any]:
    """Medians, their ratios to what is written by hand, and what was wanted of them."""
    medians = {key: statistics.median(values) for key, values in found.items()}
    rows = [
        {"query": name, "mode": mode, "way": kind, "microseconds": round(median, 1), "ratio": round(median / medians[name, mode, BY_HAND], 2)}
        for (name, mode, kind), median in medians.items()
    ]
    wanted = {(name, mode): query.wanted[place] for name, query in QUERIES.items() for place, mode in enumerate((SIMPLE, PREPARED))}
    aims = [
        aim(f"{row['query']}, {row['mode']}", row["ratio"], wanted[row["query"], row["mode"]])
        for row in rows if row["way"] == SIGNED and row["query"] != TRANSACTION
    ]
    return {"rows": rows, "aims": aims}


def text(found: dict[str, t.Any]) -> str:
    """A report for a person."""
    ways = [BY_HAND, FLOOR, SIGNED, UNSIGNED, EARLIER]
    lines = [f"{'us, ratio to by hand':36}" + "".join(f"{way:>18}" for way in ways)]
    cells = {(row["query"], row["mode"], row["way"]): f"{row['microseconds']:.1f} {row['ratio']:.2f}" for row in found["rows"]}
    for query, mode in dict.fromkeys((row["query"], row["mode"]) for row in found["rows"]):
        lines.append(f"{query + ', ' + mode:36}" + "".join(f"{cells[query, mode, way]:>18}" for way in ways))
    lines += [f"{row['aim']}: {row['measured']}, at most {row['at_most']}{'' if row['reached'] else ': not reached'}" for row in found["aims"]]
    return "\n".join(lines)


def measure_all(tenants: int, tasks: int, before: str, times: int) -> dict[str, t.Any]:
    """Make the databases, and measure each way."""
    with running_database() as server, contenders(server, tenants, tasks, before) as ways:
        return report(measure(ways, times))


def main(arguments: t.Sequence[str] | None = None) -> int:
    parser = command_line("Measure what the tenant context costs.")
    parser.add_argument("--tenants", type=int, default=1000, help="how many tenants (default 1000)")
    parser.add_argument("--tasks", type=int, default=1000, help="how many tasks each has (default 1000, at most 9999)")
    parser.add_argument("--rounds", type=int, default=15, help="how many times each is measured (default 15)")
    parser.add_argument("--before", default=BEFORE, help="the earlier commit")
    options = parser.parse_args(arguments)
    return publish(lambda: measure_all(options.tenants, options.tasks, options.before, options.rounds), text, options.json)


if __name__ == "__main__":
    sys.exit(main())
