# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Queries that sqlsmith makes up, run as the application for tenant A: neither results nor errors nor notices may hold a mark of another tenant.

    python -m tests.attacks.fuzz QUERIES [SEED [MINUTES]]       writes reports/attacks/fuzz.txt and .json; ends when the time is over

sqlsmith is Debian's package, in the container of the server. It sees what the application's login sees, and runs nothing itself.
"""
from __future__ import annotations

import collections
import contextlib
import dataclasses
import itertools
import re
import sys
import time
import typing as t

import psycopg2

from ansible_collections.launch.database.plugins.module_utils._postgres.attack.attempts import RW
from local.containers import podman
from tests.attacks import report
from tests.attacks.world import A, ACTOR, B, LOGINS, SUSPENDED, World, world
from tests.support.pooled import install
from tests.support.postgres import Database

CHUNK = 2500
# What it finds by the tables' own policies would be a leak: a policy that shows a few of the other's rows as well.
PLANTED = "alter policy tenant_select on app.tasks using (tenant_id = (select app.current_tenant()) or title like '%1')"
GENERATE = """\
cd /tmp
setpriv --reuid=postgres --regid=postgres --init-groups sqlsmith --exclude-catalog --dry-run --max-queries={count} --seed={seed} \
  --target='host=/var/run/postgresql port={port} user=rdsadmin dbname={database} options=-crole={login}' 2>/tmp/sqlsmith.log || {{
  tail -n 3 /tmp/sqlsmith.log >&2
  exit 1
}}
"""
_PREPARE = "begin; select app.set_context('{token}'); set local statement_timeout = '200ms'; "
_MARKS = """
select id::text from app.projects where tenant_id <> '{a}' union select id::text from app.tasks where tenant_id <> '{a}'
union select id::text from audit.audit_log where tenant_id <> '{a}'"""
_LONGEST = 60_000
# sqlsmith knows no values but NULL, with which hardly a condition is met, and types of no value, which the server refuses.
_NULL = re.compile(r'cast\(null as "?([a-z0-9_.]+)"?\)')
_VALUES = {
    "anymultirange": "'{[1,9)}'::int4multirange", "anyrange": "'[1,9)'::int4range", "anyarray": "array[1, 2]", "anyelement": "1", "anynonarray": "1",
    "anycompatible": "1", "anycompatiblearray": "array[1, 2]", "anycompatiblerange": "'[1,9)'::int4range", "anycompatiblenonarray": "1",
    "anycompatiblemultirange": "'{[1,9)}'::int4multirange",
    "int2": "3::int2", "int4": "3", "int8": "3::int8", "numeric": "3.5", "float4": "3.5::float4", "float8": "3.5::float8", "text": "'a'::text",
    "varchar": "'a'::varchar", "bpchar": "'a'::bpchar", "bool": "true", "timestamptz": "now()", "timestamp": "now()::timestamp", "date": "current_date",
    "jsonb": "'{}'::jsonb", "name": "'a'::name", "oid": "3::oid", "bytea": "'a'::bytea", "uuid": "gen_random_uuid()",
}
_CONDITION = re.compile(r"\bwhere |\bon \((?!true or )")
_SAMPLE = re.compile(r"tablesample (\w+) \([0-9.]+\)")


@dataclasses.dataclass
class Score:
    """What came of the queries.

    :arg answered: without an error; ``rows``: with rows; ``own``: with a mark of A in what was said.
    :arg leaks: a query and what was said, where a mark of another tenant is in it and not in the query.
    """

    queries: int = 0
    answered: int = 0
    rows: int = 0
    own: int = 0
    reconnected: int = 0
    seconds: float = 0.0
    states: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    leaks: list[tuple[str, str]] = dataclasses.field(default_factory=list)

    @property
    def sentence(self) -> str:
        share = 100 * self.own / max(self.queries, 1)
        return (
            f"{self.queries} queries in {self.seconds:.0f} s: {self.answered} answered, {self.rows} with rows, {self.own} ({share:.1f} %) with rows of A, "
            f"{len(self.leaks)} with a mark of another tenant"
        )


def queries(world: World, database: Database, count: int, seed: int) -> t.Iterator[str]:
    """What sqlsmith makes up for the application's login."""
    install(world.server, "sqlsmith", "/usr/bin/sqlsmith")
    for start in range(0, count, CHUNK):
        script = GENERATE.format(
            count=min(CHUNK, count - start), seed=seed + start, port=world.server.port, database=database.name, login=LOGINS[RW])
        text = podman("exec", "--interactive", world.server.name, "bash", "-s", data=script, timeout=600)
        for number, query in enumerate(re.split(r";\s*\n", text)):
            if query.strip() and len(query) < _LONGEST:
                yield lively(query.strip(), bool(number % 2))


def lively(query: str, is_open: bool) -> str:
    """The query with values for every other NULL whose type has some, and with all of a table where it asks for a sample.

    :arg is_open: whether its conditions are to let every row pass.
    """
    met = itertools.count()

    def value(match: re.Match[str]) -> str:
        known = _VALUES.get(match[1])
        return known if known and (match[1].startswith("any") or next(met) % 2) else match[0]

    sampled = _SAMPLE.sub(r"tablesample \1 (100)", _NULL.sub(value, query))
    return _CONDITION.sub(r"\g<0>true or ", sampled) if is_open else sampled


def marks(world: World, database: Database) -> re.Pattern[str]:
    """Whatever is in no row of A: ids and names of the others."""
    ids = world.server.psql(_MARKS.format(a=A), database.name).split()
    return re.compile("|".join(map(re.escape, ("MARKB", "MARKS", "markb", "marks", B, SUSPENDED, *ids))))


def replay(world: World, database: Database, made_up: t.Iterable[str], stop_at: int | None = None) -> Score:
    """Run them for A, each in a transaction that is rolled back.

    :arg stop_at: how many leaks are enough.
    """
    score, foreign, own = Score(), marks(world, database), re.compile(f"MARKA|marka|{A}")
    began, issuer, token, moment = time.monotonic(), world.issuer(database), "", 0.0
    connection = _connected(world, database)
    for query in made_up:
        if time.monotonic() - moment > 10:
            token, moment = issuer.token(A, ACTOR), time.monotonic()
        said = _said(connection, _PREPARE.format(token=token) + query, score)
        if connection.closed:
            score.reconnected += 1
            connection = _connected(world, database)
        score.queries += 1
        score.own += bool(own.search(said))
        # What the query says itself is not what the server tells.
        if [mark for mark in foreign.findall(said) if mark not in query]:
            score.leaks.append((query, said[:1000]))
            if stop_at and len(score.leaks) >= stop_at:
                break
    connection.close()
    score.seconds = time.monotonic() - began
    return score


def _connected(world: World, database: Database) -> t.Any:
    """As the application, with every value as the server writes it: a date before Christ, for one, is none of Python's."""
    connection = world.connect(database, LOGINS[RW])
    as_text = psycopg2.extensions.new_type(tuple(psycopg2.extensions.string_types), "AS_TEXT", lambda value, _cursor: value)
    psycopg2.extensions.register_type(as_text, connection)
    return connection


def _said(connection: t.Any, statement: str, score: Score) -> str:
    """All that the server says to it: rows, or the error with all its fields, and notices."""
    said = ""
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            rows = cursor.fetchmany(10_000) if cursor.description else []
            said = repr(rows)
            score.rows += bool(rows)
        score.answered += 1
    except psycopg2.Error as error:
        score.states[error.pgcode or "none"] += 1
        fields = ("message_primary", "message_detail", "message_hint", "context", "schema_name", "table_name", "column_name", "constraint_name")
        said = " | ".join(str(getattr(error.diag, field)) for field in fields) + str(error)
    said += "".join(connection.notices)
    del connection.notices[:]
    with contextlib.suppress(psycopg2.Error), connection.cursor() as cursor:
        cursor.execute("rollback")
    return said


def fuzz(world: World, count: int, seed: int, minutes: float = 1e9) -> tuple[Score, Score]:
    """The scores of a run, and of the same queries until a leak is found where one was planted."""
    until = time.monotonic() + 60 * minutes
    # Made up where there is no view that nobody may use: sqlsmith knows no privileges of schemas, and four of five queries would be refused for it.
    with world.copy() as plain, world.copy() as database, world.copy() as leaky:
        world.server.psql("drop schema statistics cascade", plain.name)
        world.server.psql(PLANTED, leaky.name)
        made_up = list(queries(world, plain, count, seed)) if count <= 2 * CHUNK else None
        score = replay(world, database, itertools.takewhile(
            lambda _query: time.monotonic() < until, made_up or queries(world, plain, count, seed)))
        planted = replay(world, leaky, made_up or queries(world, plain, count, seed), stop_at=1)
    text = f"seed {seed}: {score.sentence}\nrefused by SQLSTATE: {dict(score.states.most_common(12))}\nwith a planted leak: {planted.sentence}\n"
    text += "".join(f"\nLEAK by {query}\n{said}\n" for query, said in score.leaks[:20])
    report.write("fuzz", text, {"seed": seed, **{name: vars(each) for name, each in (("run", score), ("planted", planted))}})
    return score, planted


def main(arguments: list[str]) -> int:
    count, seed, minutes = int(arguments[0]), int(arguments[1]) if len(arguments) > 1 else 1, float(arguments[2]) if len(arguments) > 2 else 1e9
    with world() as made:
        score, planted = fuzz(made, count, seed, minutes)
    print(f"{score.sentence}\nwith a planted leak: {planted.sentence}\n{report.FOLDER}/fuzz.txt")
    return int(bool(score.leaks) or not planted.leaks)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
