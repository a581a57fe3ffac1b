# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a head is due, when the chain can't go on, when a month is closed, exported and removed."""
from __future__ import annotations

import dataclasses
import datetime

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.audit import verification
from ansible_collections.launch.database.plugins.module_utils._postgres.audit.plan import (
    ActualArchives, ActualHeads, Archive, Digest, Known, Month, Reading, closed_months, make_head, plan_archives, plan_head, removable_from, warnings,
)

DATABASE = {"name": "shop", "oid": 5, "system_identifier": "7"}
NOW = datetime.datetime(2026, 12, 10, 12, 0, tzinfo=datetime.timezone.utc)
HOUR = datetime.timedelta(hours=1)


def month(name):
    start, end = verification.bounds_of(name)
    return Month(name, "audit_log_y" + name.replace("-", "m"), start, end)


OCTOBER, NOVEMBER, DECEMBER = month("2026-10"), month("2026-11"), month("2026-12")
READING = Reading(
    cut=NOW, settled=True, horizon=900, ahead=900, made_at=NOW, columns={"id": "text"}, months=(NOVEMBER, DECEMBER),
    digests={"2026-11": Digest(0, "e"), "2026-12": Digest(3, "d")}, adopted={}, waiting={}, prepared=0,
)


def head(number=7, **changes):
    return verification.sealed({
        "version": 1, "chain": "c", "number": number, "database": DATABASE, "log": "audit.audit_log", "columns": {}, "from": 100, "to": 200, "months": [],
        "closed": [], "previous": "0" * 64, "made_at": (NOW - HOUR).isoformat(), "waiting": {"rows": 0, "since": None}, **changes,
    })


LAST = head()
RECORDED = {**{number: f"{number}" for number in range(1, 7)}, 7: LAST["sha256"]}
STATE = ActualHeads(NOW, DATABASE, 900, LAST, frozenset(RECORDED), Known("c", 7, LAST["sha256"]), RECORDED)


def remembered(*numbers, **others):
    """What a database remembers of the chain: so many of its heads, with other hashes where they are given."""
    recorded = {number: others.get(f"h{number}", RECORDED.get(number, "0")) for number in numbers}
    return {"recorded": recorded, "known": Known("c", max(recorded), "0") if recorded else None}


@pytest.mark.parametrize(("changes", "max_age", "actions"), [
    ({}, 60, ["create"]),
    ({}, 61, []),
    ({}, 0, ["create"]),
    ({"outside": None, "numbers": frozenset(), "known": None, "recorded": {}}, 60, ["create"]),
    (remembered(*range(1, 7)), 61, ["record"]),
    ({"horizon": 200}, 61, []),
])
def test_when_a_head_is_due(changes, max_age, actions):
    plan = plan_head(dataclasses.replace(STATE, **changes), datetime.timedelta(minutes=max_age), False)
    assert [change.action for change in plan.changes] == actions


BROKEN = {
    "none outside": ({"outside": None, "numbers": frozenset()}, "there is none, and the database remembers head 7 of chain c"),
    "changed outside": ({"outside": {**LAST, "to": 201}}, "another hash than it says"),
    "another database": ({"database": {**DATABASE, "oid": 6}}, "it is of the database"),
    "the database remembers none": (remembered(), "the database remembers no head of its chain, so it was restored"),
    "the database remembers another chain only": (
        {"recorded": {}, "known": Known("b", 3, "0")}, "remembers no head of its chain and head 3 of chain b, so it was restored"),
    "the database is two behind": (remembered(*range(1, 6)), "the database remembers head 5 of its chain"),
    "the database has not come so far": ({"horizon": 199}, "it ends at transaction 200, and the database has reached 199 only"),
    "one behind and not come so far": ({"horizon": 199, **remembered(*range(1, 7))}, "restored to a time before"),
    "the last one is gone outside": (remembered(*range(1, 9)), "head 8 of chain c is missing outside, and the database remembers it. Somebody removed it"),
    "the first one is gone outside": ({"numbers": frozenset(range(2, 8))}, "head 1 of chain c is missing outside, and the database remembers it"),
    "some are gone outside": ({"numbers": frozenset({1, 4, 7})}, r"head 2 \(and 3 more\) of chain c is missing outside, and the database remembers it"),
    "gone outside and not remembered": (
        {"numbers": frozenset(RECORDED) - {2}, **remembered(1, 3, 4, 5, 6, 7)}, "head 2 of chain c is missing outside, and later ones are there"),
    "gone outside before it is remembered": (
        {"numbers": frozenset(RECORDED) - {2}, **remembered(*range(1, 7))}, "head 2 of chain c is missing outside"),
    "a later chain is gone outside": (
        {"known": Known("d", 4, "0")}, "head 4 of chain d is missing outside, and the database remembers it; the last chain that is there is c"),
    "another inside": (remembered(*RECORDED, h7="0"), "the database remembers another one of this number"),
    "one is gone inside": (remembered(1, 2, 4, 5, 6, 7), "the database remembers head 7 of its chain and not head 3, so it was changed"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_chain_that_can_not_go_on_is_begun_anew_only_when_somebody_says_so(name):
    changes, words = BROKEN[name]
    state = dataclasses.replace(STATE, **changes)
    for max_age in (HOUR, 2 * HOUR):  # whether or not one is due
        with pytest.raises(LaunchError, match=words):
            plan_head(state, max_age, False)
    assert [change.action for change in plan_head(state, HOUR, True).changes] == ["begin"]


def test_a_chain_that_can_go_on_is_not_begun_anew():
    assert plan_head(STATE, 2 * HOUR, True).changes == ()


def test_a_head_follows_the_one_before():
    made = make_head(READING, DATABASE, "audit.audit_log", LAST)
    assert (made["chain"], made["number"], made["from"], made["to"], made["previous"]) == ("c", 8, 200, 900, LAST["sha256"])
    assert [(entry["month"], entry["rows"]) for entry in made["months"]] == [("2026-12", 3)]
    assert verification.check_chain([LAST, made]) == []


def test_a_chain_begins_with_everything_and_the_hash_of_the_chain_before():
    first = make_head(READING, DATABASE, "audit.audit_log", None)
    assert (first["number"], first["from"], first["previous"], first["adopted_from"], first["cut"]) == (1, 0, None, None, NOW.isoformat())
    later = make_head(dataclasses.replace(READING, adopted={"2026-12": Digest(2, "a")}), DATABASE, "audit.audit_log", None, LAST)
    assert (later["previous"], later["previous_chain"]["number"], later["adopted_from"], later["adopted"][0]["rows"]) == (LAST["sha256"], 7, 900, 2)


@pytest.mark.parametrize("changes", [{"settled": False}, {"prepared": 1}])
@pytest.mark.parametrize("before", [None, LAST])
def test_a_copy_is_not_adopted_while_somebody_is_in_between(changes, before):
    reading = dataclasses.replace(READING, adopted={"2026-12": Digest(2, "a")}, **changes)
    with pytest.raises(LaunchError, match="transactions that began before the chain are still open"):
        make_head(reading, DATABASE, "audit.audit_log", None, before)


@pytest.mark.parametrize(("changes", "before", "closed"), [
    ({}, [], ["2026-11"]),
    ({"settled": False}, [], []),
    ({"settled": False}, ["2026-11"], ["2026-11"]),
    ({"prepared": 1}, [], []),
    ({"waiting": {"2026-11": (1, NOW)}}, [], []),
    ({"waiting": {"2026-12": (1, NOW)}}, [], ["2026-11"]),
    ({"cut": NOVEMBER.ends_at}, [], []),
    ({"cut": NOVEMBER.ends_at + datetime.timedelta(minutes=5)}, [], ["2026-11"]),
    ({"months": (DECEMBER,)}, ["2026-11"], []),
    ({"months": (month("2026-02"), DECEMBER)}, [], ["2026-02"]),
])
def test_when_a_month_is_closed(changes, before, closed):
    assert closed_months(dataclasses.replace(READING, **changes), before) == closed


@pytest.mark.parametrize(("waiting", "words"), [
    ({"rows": 0, "since": None}, []),
    ({"rows": 2, "since": (NOW - 2 * HOUR).isoformat(), "beyond": 0, "prepared": 0}, []),
    ({"rows": 2, "since": (NOW - 3 * HOUR).isoformat(), "beyond": 0, "prepared": 1}, ["Head 7 does not cover 2 rows"]),
    ({"rows": 2, "since": (NOW - 3 * HOUR).isoformat(), "beyond": 2, "prepared": 0}, ["2 rows of the log are of transactions that this server has not had"]),
    ({"rows": 3, "since": (NOW - 3 * HOUR).isoformat(), "beyond": 2, "prepared": 0}, ["2 rows of the log are of transactions", "Head 7 does not cover 3 rows"]),
])
def test_what_is_warned_about(waiting, words):
    found = warnings(head(waiting=waiting), HOUR)
    assert len(found) == len(words) and all(text.startswith(part) for text, part in zip(found, words, strict=True))


def archives(**changes):
    given = {"now": NOW, "months": (OCTOBER, NOVEMBER, DECEMBER), "counts": {}, "closed": frozenset(), "archives": {}, "retention": None, **changes}
    return ActualArchives(**given)


KEPT = {"2026-10": Archive(5, "x", False, False)}


@pytest.mark.parametrize(("changes", "remove", "expected"), [
    ({}, False, []),
    ({"closed": {"2026-10"}}, False, ["export 2026m10"]),
    ({"closed": {"2026-10"}, "archives": KEPT, "counts": {"2026-10": 5}}, False, []),
    ({"closed": {"2026-10"}, "archives": KEPT, "counts": {"2026-10": 6}}, False, ["export 2026m10"]),
    ({"closed": {"2026-10"}, "archives": KEPT, "counts": {"2026-10": 5}, "retention": 1}, True, ["detach 2026m10", "drop 2026m10"]),
    ({"closed": {"2026-10"}, "archives": KEPT, "counts": {"2026-10": 6}, "retention": 1}, True, ["export 2026m10"]),
    ({"closed": {"2026-10"}, "archives": KEPT, "counts": {"2026-10": 5}, "retention": 2}, True, []),
    ({"closed": {"2026-10"}, "retention": 1}, True, ["export 2026m10"]),
    ({"closed": {"2026-10"}, "archives": {"2026-10": Archive(5, "x", True, False)}, "retention": 1}, True, ["drop 2026m10"]),
    ({"closed": {"2026-10"}, "archives": {"2026-10": Archive(5, "x", True, False)}, "retention": 1}, False, []),
])
def test_what_happens_to_months(changes, remove, expected):
    plan = plan_archives(archives(**changes), remove, "audit.audit_log")
    assert [f"{change.action} {change.path.removeprefix('audit_log_y')}" for change in plan.changes] == expected
    assert {change.action for change in plan.destructive} == {change.action for change in plan.changes} - {"export"}


@pytest.mark.parametrize(("closed", "expected"), [
    (set(), ["copy 2026m10", "copy 2026m11", "copy 2026m12"]), ({"2026-10", "2026-11"}, ["export 2026m10", "export 2026m11", "copy 2026m12"]),
])
def test_months_that_go_on_are_copied_where_it_is_wanted(closed, expected):
    """January has not begun."""
    state = archives(months=(OCTOBER, NOVEMBER, DECEMBER, month("2027-01")), closed=closed)
    plan = plan_archives(state, False, "audit.audit_log", copy_open=True)
    assert [f"{change.action} {change.path.removeprefix('audit_log_y')}" for change in plan.changes] == expected
    assert list(plan.destructive) == []


def test_nothing_is_removed_without_a_retention():
    with pytest.raises(LaunchError, match="no retention"):
        plan_archives(archives(), True, "audit.audit_log")


@pytest.mark.parametrize(("retention", "when"), [(1, (2027, 1)), (12, (2027, 12)), (13, (2028, 1)), (1200, (2126, 12))])
def test_from_when_on_a_month_may_go(retention, when):
    assert removable_from(NOVEMBER, retention) == datetime.datetime(*when, 1, tzinfo=datetime.timezone.utc)
