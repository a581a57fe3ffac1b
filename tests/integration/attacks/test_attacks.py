# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each attempt is refused as it says, as each real role, directly and through a pool; and succeeds in a copy of the database without its protection."""
from __future__ import annotations

import collections
import contextlib
import typing as t

import psycopg2
import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.attack.attempts import ATTEMPTS, RW
from ansible_collections.launch.database.plugins.module_utils._postgres.attack.judge import HELD, SUCCEEDED, Tried
from ansible_collections.launch.database.plugins.module_utils._postgres.attack.runner import Attacker
from tests.attacks import report
from tests.attacks.protections import PROTECTIONS, Protection
from tests.attacks.world import LOGINS, WAYS, World
from tests.support.pooled import Pool
from tests.support.postgres import Database

# By group and way: tried, held, succeeded without its protection.
Counts = t.Dict[tuple[str, str], collections.Counter[str]]


@pytest.fixture(scope="module")
def counts() -> t.Iterator[Counts]:
    """The table of this run, which is written in the end."""
    counted: Counts = collections.defaultdict(collections.Counter)
    yield counted
    groups = dict.fromkeys(attempt.group for attempt in ATTEMPTS)
    rows = [(group, way, *(counted[group, way][what] for what in ("tried", "held", "without"))) for group in groups for way in WAYS]
    total = [("all", way, *(sum(row[place] for row in rows if row[1] == way) for place in (2, 3, 4))) for way in WAYS]
    heads = ("group", "way", "tried", "held", "succeeded without")
    report.write("attacks", report.as_text(heads, rows + total), [dict(zip(heads, row, strict=True)) for row in rows + total])


def tried(attackers: t.Mapping[str, Attacker], rests_on: str | None = None) -> t.Iterator[Tried]:
    for attempt in ATTEMPTS:
        if rests_on in (None, attempt.rests_on):
            for role in attempt.roles:
                assert attackers[role].why_not(attempt, "signed") is None
                yield attackers[role].attempt(attempt)


@pytest.mark.parametrize("way", WAYS)
def test_every_attempt_is_refused_as_it_says(attacked: World, pool: Pool, counts: Counts, way: str) -> None:
    with attacked.attackers(attacked.database, way, pool) as attackers:
        outcomes = list(tried(attackers))
    for each in outcomes:
        counts[each.attempt.group, way].update(("tried", *(["held"] if each.verdict == HELD else [])))
    assert [each.sentence for each in outcomes if each.verdict != HELD] == []


@pytest.mark.parametrize("protection", PROTECTIONS)
def test_every_attempt_succeeds_without_its_protection(attacked: World, pool: Pool, counts: Counts, protection: str) -> None:
    wanted = {role for attempt in ATTEMPTS if attempt.rests_on == protection for role in attempt.roles}
    outcomes: dict[str, list[Tried]] = {}
    with attacked.without(PROTECTIONS[protection]) as database:
        for way in WAYS:
            with attacked.attackers(database, way, pool, wanted) as attackers:
                outcomes[way] = list(tried(attackers, protection))
    assert all(outcomes.values()), "a protection that no attempt rests on"
    for way, found in outcomes.items():
        for each in found:
            counts[each.attempt.group, way]["without"] += each.verdict == SUCCEEDED
    assert [each.sentence for found in outcomes.values() for each in found if each.verdict != SUCCEEDED] == []


def statistics(world: World, database: Database) -> list[str]:
    """What the application's login reads of what it ran for another tenant."""
    with contextlib.closing(world.connect(database, LOGINS[RW])) as other, other.cursor() as cursor:
        cursor.execute("do $$ begin perform 'of another tenant'; end $$")
    with contextlib.closing(world.connect(database, LOGINS[RW])) as connection, connection.cursor() as cursor:
        cursor.execute("select query from statistics.pg_stat_statements where query like 'do %'")
        return [query for (query,) in cursor.fetchall() if "of another tenant" in query]


def test_statistics_of_statements_are_nobodys_who_works_for_tenants(attacked: World) -> None:
    """The server keeps texts by login, neither by id nor by a policy: the schema that nobody is granted is the whole protection. Found by fuzzing."""
    with pytest.raises(psycopg2.errors.InsufficientPrivilege, match="schema statistics"):
        statistics(attacked, attacked.database)
    with attacked.without(Protection(("grant usage on schema statistics to launch_rw",))) as database:
        assert statistics(attacked, database)


def test_there_are_enough_of_them() -> None:
    assert len({attempt.statements + attempt.before for attempt in ATTEMPTS}) >= 150
    assert len({attempt.id for attempt in ATTEMPTS}) == len(ATTEMPTS)
    assert {attempt.rests_on for attempt in ATTEMPTS} == set(PROTECTIONS)
