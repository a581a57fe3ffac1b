# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""R51, on statements that were run: pg_stat_statements keeps them when their transaction is rolled back.

Each case has a table of its own, since what another case ran is kept as well.
"""

from __future__ import annotations

import contextlib
import itertools
import typing as t

import pytest

from tests.integration.sql.sessions import Session, Tenant
from tests.integration.sql.test_rules import MANY, examined, findings
from tests.support.postgres import Database

COLUMNS = (
    "title text, code text collate \"C\", body jsonb, tags text[], amount numeric, number integer, at timestamptz, day date, words tsvector, span int4range,"
    " plain text"
)
INDEXES = ("code", "amount", "number", "at", "day", "title")
MORE = "create index on app.{0} using gin (body); create index on app.{0} using gin (tags); create index on app.{0} using gin (words)"
EXPRESSIONS = "create index on app.{0} (tenant_id, lower(title)); create index on app.{0} using gist (span)"
_numbers = itertools.count(1)

# The statement, and what is found in it: column and operator.
FOUND = [
    ("select id from app.{} where code like 'a%'", "code ~~"),
    ("select id from app.{} where \"code\" LIKE 'a%' and number = 1", "code ~~"),
    ("select t.id from app.{} as t where t.number = 1 and t.code like 'a%'", "code ~~"),
    ("select id from app.{0} where {0}.amount = 3.5", "amount ="),
    ("select id from app.{} where amount between 1 and 2", "amount >="),
    ("select id from app.{} where amount in (1, 2)", "amount ="),
    ("select id from app.{} where at >= '2026-01-01'::date", "at >="),
    ("select id from app.{} where day < '2026-01-01'::timestamptz", "day <"),
    ("select id from app.{} where body @> '{{}}'", "body @>"),
    ("select id from app.{} where body ? 'a'", "body ?"),
    ("select id from app.{} where tags && '{{a}}'", "tags &&"),
    ("select id from app.{} where words @@ 'a'::tsquery", "words @@"),
    ("select id from app.{} where words @@ 'a'", "words @@"),
    ("select id from app.{} where span && '[1,2)'", "span &&"),
    ("select id from app.{} where lower(title) = 'a'", "lower(title) ="),
    ("select p.name from app.projects p join app.{} t on t.plain = p.name where t.code like 'a%'", "code ~~"),
    ("update app.{} set plain = 'x' where code like 'a%'", "code ~~"),
    ("delete from app.{} where code like 'a%'", "code ~~"),
    ("insert into app.{0} (code) select code from app.{0} x where x.code like 'a%'", "code ~~"),
    ("/* who: 'me' */ select id from app.{} where code like 'a%' -- it's 5", "code ~~"),
    ("select id from app.{} where amount = 5::numeric", "amount ="),
]
# What looks like it, and is none: the index can be used, could not be used anyway, or it is not clear what is asked.
LEFT_ALONE = [
    "select id from app.{} where code = 'a'",
    "select id from app.{} where title like 'a%'",
    "select id from app.{} where plain like 'a%'",
    "select id from app.{} where code ilike 'a%'",
    "select id from app.{} where code ~ 'a'",
    "select id from app.{} where code not like 'a%'",
    "select id from app.{} where not (code like 'a%')",
    "select id from app.{} where code like 'a%' or number = 1",
    "select id from app.{} where case when code like 'a%' then true end",
    "select id, code like 'a%' from app.{} where number = 1",
    "select id from app.{} where number = 1 order by code like 'a%'",
    "select id from app.{} where at >= '2026-01-01'",
    "select id from app.{} where at >= '2026-01-01'::timestamptz",
    "select id from app.{} where number > 1",
    "select id from app.{} where number = any ('{{1}}')",
    "select id from app.{} where upper(title) = 'a'",
    "select id from app.{} where lower(code) = 'a'",
    "select id from app.{} where amount <> 3.5",
    "select id from app.{} where amount + 1 > 3.5",
    "select id from app.{} where amount = number",
    "update app.{} set amount = 3.5 where number = 1",
    "select id from app.{} where tenant_id = '01JAMZ0000CANARY0000000001'",
    "select t.id from app.{} t, app.projects p where amount = 3.5 and p.id = t.id",
    "select t.id from app.{} t join app.projects p on p.id = t.id where amount = 3.5",
    "select t.id from app.{} t join (select 'a' as code) o on true where o.code like 'a%'",
    "with seen as (select 'a' as code) select id from app.{} where id in (select code from seen where code like 'a%')",
    "do $$ begin perform id from app.{} where code like 'a%'; end $$",
    "explain select id from app.{} where code like 'a%'",
]


@pytest.fixture(scope="module")
def master(database: Database, tenants: tuple[Tenant, Tenant]) -> t.Iterator[Session]:
    """With the extension where only the database's owner can look."""
    database.execute("create schema watched; create extension pg_stat_statements schema watched")
    try:
        with contextlib.closing(database.connect()) as connection:
            session = Session(connection)
            session.tenant = tenants[0]
            yield session
    finally:
        database.execute("drop extension pg_stat_statements; drop schema watched")


@contextlib.contextmanager
def ran(master: Session, *statements: str, role: str = "launch_rw") -> t.Iterator[str]:
    """What the application ran on a table, which is there until the end."""
    name = f"seen_{next(_numbers)}"
    with master.transaction():
        master.run("set local role launch_owner")
        indexes = ", ".join(f"'{column}'" for column in INDEXES)
        master.run(f"select app.create_tenant_table('app.{name}', $${COLUMNS}$$, indexes => array[{indexes}])")
        master.run(MORE.format(name))
        master.run(EXPRESSIONS.format(name))
        master.run(f"set local role {role}")
        master.run("select app.set_context(%s, %s)", master.tenant.id, master.tenant.actor)
        for statement in statements:
            master.run(statement.format(name))
        master.run("reset role")
        yield name


def found_of(master: Session, name: str, role: str = "launch_admin") -> dict[str, str]:
    """The details by column and operator."""
    return {row[2].removeprefix(f"app.{name}: "): row[3] for row in findings(master, "R51", role) if row[2].startswith(f"app.{name}: ")}


@pytest.mark.parametrize(("statement", "expected"), FOUND)
def test_a_condition_that_waits_for_the_policy_is_found(master: Session, statement: str, expected: str) -> None:
    with ran(master, statement) as name:
        found = found_of(master, name)
    assert list(found) == [expected]
    assert "in 1 of the statements kept at this moment, as in: " in found[expected]
    assert not [value for value in ("'", "2026", "who:", "3.5") if value in found[expected].partition("as in: ")[2]]


@pytest.mark.parametrize("statement", LEFT_ALONE)
def test_what_is_no_such_condition_or_not_clear_is_left_alone(master: Session, statement: str) -> None:
    with ran(master, statement) as name:
        assert found_of(master, name) == {}


def test_an_index_of_trigrams_knows_patterns_that_no_other_knows(master: Session) -> None:
    with ran(master) as name:
        master.run("create extension if not exists pg_trgm schema watched")
        master.run("grant usage on schema watched to launch_owner")
        master.run("set local role launch_owner")
        master.run(f"create index on app.{name} using gin (plain watched.gin_trgm_ops)")
        master.run("set local role launch_rw")
        master.run(f"select id from app.{name} where plain ilike '%a%'")
        master.run("reset role")
        assert list(found_of(master, name)) == ["plain ~~*"]


def test_who_is_not_the_application_is_none_of_it(master: Session) -> None:
    with ran(master, FOUND[0][0], role="launch_migrator") as name:
        assert found_of(master, name) == {}


def test_statements_are_counted_and_a_long_one_is_shortened(master: Session) -> None:
    long = "select id, " + ", ".join(["title"] * 100) + " from app.{} where code like 'a%'"
    with ran(master, FOUND[0][0], long, FOUND[0][0]) as name:
        (detail,) = found_of(master, name).values()
    assert "in 2 of the statements" in detail
    with ran(master, long) as name:
        (detail,) = found_of(master, name).values()
    assert detail.endswith(" ...") and len(detail) < 400


def test_two_thousand_statements_take_less_than_five_seconds(master: Session) -> None:
    """Not a benchmark: what goes through all statements for each table takes minutes here."""
    names = [column.split()[0] for column in COLUMNS.split(", ")]
    chosen = [[name for bit, name in enumerate(names) if number >> bit & 1] for number in range(2**11)]
    with ran(master, *(f"select {', '.join(['id', *columns])} from app.{{}} where code like 'a%'" for columns in chosen)) as name:
        master.run(f"set local role launch_owner; {MANY.format(first=1, last=60)}; reset role; set local statement_timeout = '5s'")
        (detail,) = found_of(master, name, "none").values()
    assert f"in {2**11} of the statements" in detail


def unseen(master: Session, role: str) -> list[str]:
    return [row[3] for row in examined(master, "R51", role) if row[1] == "unseen"]


def test_what_can_not_be_read_is_said_and_is_no_finding(master: Session, database: Database) -> None:
    with ran(master, FOUND[0][0]) as name:
        assert unseen(master, "none") == []
        assert unseen(master, "launch_ro") == ["this login can not read the statements in schema watched"]
        assert findings(master, "R51", "launch_ro") == []
        master.run("reset role")
        master.run("grant usage on schema watched to launch_ro, launch_rw")
        assert unseen(master, "launch_ro") == ["this login reads the texts of its own statements only"]
        assert found_of(master, name, "launch_ro") == {}
        master.run("reset role")
        assert list(found_of(master, name, "launch_rw")) == ["code ~~"], "its own"
    with master.transaction():
        master.run("drop extension pg_stat_statements")
        assert unseen(master, "none") == ["pg_stat_statements is not installed in this database"]
    database.server.psql("select watched.pg_stat_statements_reset()", database.name)
    with master.transaction():
        assert unseen(master, "none") == ["no statement of the application is kept"]
