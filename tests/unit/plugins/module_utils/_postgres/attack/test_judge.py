# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.attack.attempts import ATTEMPTS, BLIND, ROLES, UNTOUCHED, Attempt
from ansible_collections.launch.database.plugins.module_utils._postgres.attack.judge import HELD, OTHERWISE, SUCCEEDED, Outcome, Tried, counted, judge


def attempt(must: str) -> Attempt:
    return Attempt("reading", "x", ("read_write",), ("select 1",), must, "a policy")


@pytest.mark.parametrize(("must", "outcome", "verdict"), [
    ("42501", Outcome("42501"), HELD),
    ("42501", Outcome("42501", "context_missing"), HELD),
    ("42501 context_missing", Outcome("42501", "context_missing"), HELD),
    ("42501 context_missing", Outcome("42501", "context_refused"), OTHERWISE),
    ("42501 context_missing", Outcome("42501"), OTHERWISE),
    ("42501", Outcome("42P01"), OTHERWISE),
    ("42501", Outcome(touched=0), SUCCEEDED),
    ("42501", Outcome("42501", marked=True), SUCCEEDED),
    (BLIND, Outcome(touched=7), HELD),
    (BLIND, Outcome(touched=7, marked=True), SUCCEEDED),
    (BLIND, Outcome("22P02", marked=True), SUCCEEDED),
    (BLIND, Outcome("22P02"), OTHERWISE),
    (UNTOUCHED, Outcome(), HELD),
    (UNTOUCHED, Outcome(touched=1), SUCCEEDED),
    (UNTOUCHED, Outcome("42501"), OTHERWISE),
    ("not 23505", Outcome(touched=1), HELD),
    ("not 23505", Outcome("23505"), SUCCEEDED),
    ("not 23505", Outcome("42501"), OTHERWISE),
])
def test_verdict(must: str, outcome: Outcome, verdict: str) -> None:
    assert judge(attempt(must), outcome) == verdict


@pytest.mark.parametrize(("outcome", "said"), [
    (Outcome("55P03"), "somebody holds a lock"),
    (Outcome("40P01"), "somebody holds a lock"),
    (Outcome("57014"), "somebody holds a lock, or there is too much for the time that it has"),
    (Outcome("55P03", marked=True), None),
    (Outcome("42501"), None),
    (Outcome(touched=1), None),
])
def test_locks_of_others_say_nothing(outcome: Outcome, said: str | None) -> None:
    assert outcome.hindrance == said


def test_a_sentence_names_attempt_role_and_what_it_rests_on_and_no_row() -> None:
    tried = Tried(attempt(BLIND), "read_only", Outcome(touched=3, marked=True))
    assert tried.sentence == (
        "reading: x (as read_only) SUCCEEDED: an answer, 3 rows, with a mark of the other tenant instead of nothing of B; it rests on: a policy")
    refused = Tried(attempt("42501 context_missing"), "read_only", Outcome("42501", "context_refused"))
    assert refused.sentence.startswith("reading: x (as read_only) was refused otherwise: 42501 context_refused instead of 42501 context_missing")


def test_counts_by_group() -> None:
    tried = [Tried(attempt("42501"), "read_write", outcome) for outcome in (Outcome("42501"), Outcome(), Outcome("0A000"))]
    assert counted(tried) == {"reading": {"tried": 3, HELD: 1, SUCCEEDED: 1, OTHERWISE: 1}}


def test_attempts_are_told_apart_and_are_in_roles_that_there_are() -> None:
    assert len({each.id for each in ATTEMPTS}) == len(ATTEMPTS)
    assert {role for each in ATTEMPTS for role in each.roles} == set(ROLES)
