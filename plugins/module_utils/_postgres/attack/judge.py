# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether an attempt held, from what the server said: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import collections
import dataclasses
import typing as t

from ansible_collections.launch.database.plugins.module_utils._postgres.attack.attempts import BLIND, UNTOUCHED, Attempt

HELD, SUCCEEDED, OTHERWISE = "held", "succeeded", "otherwise"
_NOT = "not "
# Locks of others, by SQLSTATE: a deadlock, no lock within lock_timeout, no end within statement_timeout. They say nothing of a protection.
_HINDERED = {
    "40P01": "somebody holds a lock", "55P03": "somebody holds a lock", "57014": "somebody holds a lock, or there is too much for the time that it has",
}


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What came of the last statement that was run.

    :arg sqlstate: of the refusal; None where the server answered.
    :arg constraint: the refusal's constraint_name: the platform says there why it refuses.
    :arg touched: rows that it returned or changed.
    :arg marked: whether a mark of the other tenant is in an answer, an error or a notice.
    """

    sqlstate: str | None = None
    constraint: str | None = None
    touched: int = 0
    marked: bool = False

    @property
    def hindrance(self) -> str | None:
        """Why it says nothing; None if it says something."""
        return None if self.marked else _HINDERED.get(self.sqlstate or "")

    @property
    def words(self) -> str:
        """For people. Never what is in a row."""
        if self.sqlstate:
            return f"{self.sqlstate}{' ' + self.constraint if self.constraint else ''}{', with a mark of the other tenant' if self.marked else ''}"
        return f"an answer, {self.touched} rows{', with a mark of the other tenant' if self.marked else ''}"


def judge(attempt: Attempt, outcome: Outcome) -> str:
    """HELD if it is as it must be, SUCCEEDED if whoever tried got something, OTHERWISE if it was refused for another reason than the stated one."""
    if outcome.marked:
        return SUCCEEDED
    if attempt.must.startswith(_NOT):
        return _telling(attempt.must.removeprefix(_NOT), outcome)
    if attempt.must in _ANSWERS:
        return OTHERWISE if outcome.sqlstate else (HELD if _ANSWERS[attempt.must](outcome) else SUCCEEDED)
    if not outcome.sqlstate:
        return SUCCEEDED
    sqlstate, _space, constraint = attempt.must.partition(" ")
    return HELD if outcome.sqlstate == sqlstate and constraint in ("", outcome.constraint) else OTHERWISE


_ANSWERS: dict[str, t.Callable[[Outcome], bool]] = {
    BLIND: lambda outcome: True,
    UNTOUCHED: lambda outcome: outcome.touched == 0,
}


def _telling(sqlstate: str, outcome: Outcome) -> str:
    if outcome.sqlstate == sqlstate:
        return SUCCEEDED
    return OTHERWISE if outcome.sqlstate else HELD


@dataclasses.dataclass(frozen=True)
class Tried:
    """An attempt in one role, and what came of it."""

    attempt: Attempt
    role: str
    outcome: Outcome

    @property
    def verdict(self) -> str:
        return judge(self.attempt, self.outcome)

    @property
    def sentence(self) -> str:
        """What went wrong, for people."""
        words = {SUCCEEDED: "SUCCEEDED", OTHERWISE: "was refused otherwise"}.get(self.verdict, self.verdict)
        return f"{self.attempt.id} (as {self.role}) {words}: {self.outcome.words} instead of {self.attempt.must}; it rests on: {self.attempt.rests_on}"


def counted(tried: t.Iterable[Tried]) -> dict[str, dict[str, int]]:
    """How many were tried and what became of them, by group."""
    counts: dict[str, dict[str, int]] = collections.defaultdict(lambda: {"tried": 0, HELD: 0, SUCCEEDED: 0, OTHERWISE: 0})
    for each in tried:
        counts[each.attempt.group]["tried"] += 1
        counts[each.attempt.group][each.verdict] += 1
    return dict(counts)
