# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A protection that is gone is noticed by rules, comparison, proof or attacks, and named. A third of them in each commit, drawn by it; all: make mutants."""
from __future__ import annotations

import contextlib
import typing as t

import pytest

from tests.attacks import mutation
from tests.attacks.mutants import MUTANTS, NAMED_LATER, OWN, UNNOTICED
from tests.attacks.mutation import ATTACKS, MECHANISMS, PROOF, Beside, notice, third, unnoticed
from tests.attacks.seed import VARIABLE, seed
from tests.attacks.world import World

SEED = seed()


@pytest.fixture(scope="module")
def beside(attacked: World) -> t.Iterator[Beside]:
    with attacked.copy() as copy, contextlib.closing(attacked.connect(copy)) as connection:
        yield Beside(attacked, connection, copy)


def test_nothing_done_is_nothing_found(attacked: World) -> None:
    with attacked.copy() as copy:
        watch = mutation.Watch(attacked, copy)
        assert {mechanism: watch.ask(mechanism) for mechanism in MECHANISMS} == dict.fromkeys(MECHANISMS, [])


@pytest.mark.parametrize("name", third(SEED))
def test_a_mutant_is_noticed_and_named(attacked: World, beside: Beside, name: str) -> None:
    """By rules or comparison, in its own transaction; by proof or attacks in a copy, where neither finds it."""
    noticed = beside.notice(name)
    if not noticed.by:
        noticed = notice(attacked, name, (PROOF, ATTACKS))
    assert noticed.by, f"nobody notices it ({VARIABLE}={SEED})"
    assert noticed.is_named, f"it is named as {noticed.first!r} ({VARIABLE}={SEED})"


def test_without_any_policy_everything_fails(attacked: World) -> None:
    """Rules, comparison, proof and attacks, each by itself and as the real roles."""
    noticed = notice(attacked, "every policy")
    assert noticed.by == list(MECHANISMS) and noticed.is_named
    # What the auditor tries rests on grants, and a log without a policy shows it nothing.
    assert all(any(f"(as {role})" in sentence for sentence in noticed.found[ATTACKS]) for role in ("read_write", "read_only"))


@pytest.mark.parametrize("name", UNNOTICED)
def test_what_none_of_them_has_to_find(attacked: World, name: str) -> None:
    assert unnoticed(attacked, name).by == []


def test_there_are_enough_of_them() -> None:
    assert len(OWN) >= 250 and len({mutant.kind for mutant in OWN.values()}) >= 25
    assert len(third(SEED)) == len(MUTANTS) // 3 and set(NAMED_LATER) <= set(MUTANTS)
    assert third(SEED) == third(SEED) != third(SEED + 1)
