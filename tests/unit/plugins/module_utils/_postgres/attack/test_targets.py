# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import re
import typing as t

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.attack import targets
from ansible_collections.launch.database.plugins.module_utils._postgres.attack.attempts import ATTEMPTS, RW, Attempt
from ansible_collections.launch.database.plugins.module_utils._postgres.attack.targets import Sides, Tables, tables_of, tokens
from ansible_collections.launch.database.plugins.module_utils._postgres.context.tokens import Key
from ansible_collections.launch.database.plugins.module_utils._postgres.isolation.plan import canaries_of
from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names

A, B, ACTOR, GONE = (f"01J0000000000000000000000{letter}" for letter in "ABCD")
KEY = Key("k" * 64)
PROJECT = {"table": "app.projects", "values": {"id": A, "name": "x"}}
TASK = {"table": "app.tasks", "values": {"id": B, "project_id": A, "title": "x"}}


@pytest.mark.parametrize(("canaries", "tables"), [
    ([PROJECT, TASK], Tables("app.projects", "name", "app.tasks", "title", "project_id")),
    ([PROJECT], Tables("app.projects", "name")),
    ([{"table": "app.n", "values": {"id": A, "amount": 3}}, PROJECT, TASK], Tables("app.projects", "name", "app.tasks", "title", "project_id")),
    ([PROJECT, {"table": "app.other", "values": {"id": B, "name": "y"}}], Tables("app.projects", "name")),
    ([PROJECT, {"table": "app.links", "values": {"project_id": A}}, TASK], Tables("app.projects", "name", "app.tasks", "title", "project_id")),
])
def test_tables_are_those_of_the_canaries(canaries: list[dict[str, t.Any]], tables: Tables) -> None:
    assert tables_of(canaries_of(canaries)) == tables


@pytest.mark.parametrize("canaries", [[], [{"table": "app.n", "values": {"id": A}}], [{"table": "app.n", "values": {"name": "x"}}]])
def test_without_a_table_with_id_and_text_nothing_can_be_tried(canaries: list[dict[str, t.Any]]) -> None:
    with pytest.raises(LaunchError, match="it has no table with an id and a text"):
        tables_of(canaries_of(canaries))


def test_tokens_are_as_long_as_a_good_one_and_no_two_are_alike() -> None:
    made = tokens(Sides(A, B, ACTOR, GONE, KEY), "launch", lambda: 1_800_000_000.0)
    assert len(set(made.values())) == len(made) == 13
    assert {len(token) for token in made.values()} == {64 + 8 + 10 + 26 + 1 + 26}
    assert all(re.fullmatch(r"[0-9a-f ]{64}[0-9a-f]{8}\d{10}\S+ \S+", token) for token in made.values())
    assert made["token_spliced"][:64] == made["token_a"][:64] and B in made["token_spliced"] and A not in made["token_spliced"]
    assert made["token_other_key"][64:72] == made["token_b"][64:72] and made["token_other_key"][:64] != made["token_b"][:64]
    assert int(made["token_expired"][72:82]) < 1_800_000_000 < 1_800_000_300 < int(made["token_long"][72:82])
    assert tokens(Sides(A, B, ACTOR), "launch") == {}
    assert "token_suspended" not in tokens(Sides(A, B, ACTOR, None, KEY), "launch")


def everything() -> dict[str, str]:
    sides = Sides(A, B, ACTOR, GONE, KEY)
    found = {"partition": "p", "cell": "7", "database": "launch", "login": "app", "only_b": B, "only_label": "x", "entries": "some", "extension": "e"}
    return {**targets.values_of(Names(), Tables("app.p", "name", "app.t", "title", "p_id"), sides, found), **tokens(sides, "launch")}


def test_every_placeholder_is_known() -> None:
    values = everything()
    for attempt in ATTEMPTS:
        assert targets.why_not(attempt, values, "signed") is None
        assert "${" not in "".join(targets.filled(statement, values) for statement in (*attempt.before, *attempt.statements))


@pytest.mark.parametrize(("missing", "statement", "reason"), [
    ("child", "select from ${child}", "no second table that refers to the first is among the canaries"),
    ("only_b", "select '${only_b}'", "the second tenant has no row with an id that the first has not"),
    ("token_a", "select '${token_a}'", "there is no key to make tokens with"),
    ("token_suspended", "select '${token_suspended}'", "no suspended tenant was named"),
    ("partition", "select from ${partition}", "there is no log with partitions"),
])
def test_what_is_not_known_is_not_tried(missing: str, statement: str, reason: str) -> None:
    attempt = Attempt("reading", "x", (RW,), (statement,), "42501", "a policy")
    values = everything()
    del values[missing]
    assert targets.why_not(attempt, values, "signed") == reason


def test_a_log_without_an_entry_of_the_other_is_not_read() -> None:
    values = everything()
    del values["entries"]
    reasons = {attempt.id: targets.why_not(attempt, values, "signed") for attempt in ATTEMPTS}
    told = {attempt for attempt, reason in reasons.items() if reason}
    assert told == {attempt.id for attempt in ATTEMPTS if attempt.group == "log" and attempt.must == "nothing of B"} and len(told) == 7
    assert {reasons[attempt] for attempt in told} == {"the second tenant has no entry in the log, or shows none"}


def test_what_only_signed_promises_is_not_tried_otherwise() -> None:
    attempt = Attempt("reading", "x", (RW,), ("select 1",), "42501", "a policy", signed=True)
    assert targets.why_not(attempt, {}, "both") == "only the strength signed promises it" and targets.why_not(attempt, {}, "signed") is None


def test_a_row_of_the_other_is_one_that_only_the_other_has() -> None:
    own, others = [("1", "x"), ("2", "y")], [("1", "x"), ("3", "y"), ("4", "it's"), ("5", "z")]
    assert targets.only_the_others(RW, Sides(A, B, ACTOR), own, others) == {"only_b": "3", "only_label": "z"}
    assert targets.only_the_others(RW, Sides(A, B, ACTOR), own, own) == {}
    assert targets.only_the_others("platform", Sides(A, B, ACTOR), [], []) == {"only_b": ACTOR, "only_label": "none"}
