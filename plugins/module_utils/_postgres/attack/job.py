# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The attempts on a database, as one login in one role.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, LaunchErrors
from ansible_collections.launch.database.plugins.module_utils._plan import Plan
from ansible_collections.launch.database.plugins.module_utils._postgres.attack.attempts import ATTEMPTS, Attempt
from ansible_collections.launch.database.plugins.module_utils._postgres.attack.before import refuse_empty, refuse_login
from ansible_collections.launch.database.plugins.module_utils._postgres.attack.judge import HELD, Tried, counted
from ansible_collections.launch.database.plugins.module_utils._postgres.attack.runner import Attacker
from ansible_collections.launch.database.plugins.module_utils._postgres.attack.targets import Sides, tables_of
from ansible_collections.launch.database.plugins.module_utils._postgres.context.options import key_of, refuse_keyless, refuse_unread
from ansible_collections.launch.database.plugins.module_utils._postgres.isolation.plan import canaries_of
from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names
from ansible_collections.launch.database.plugins.module_utils._postgres.session import Session

_REMEDY = "See what it rests on; sql/README.md says what is promised."
_SIDES = 2


@dataclasses.dataclass(frozen=True)
class Attacked:
    """What was tried in a role, and what was not.

    :arg not_tried: an attempt and why, for each that the role has.
    """

    role: str
    tried: t.Sequence[Tried]
    not_tried: t.Sequence[tuple[str, str]]

    def as_result(self) -> dict[str, t.Any]:
        return {
            "role": self.role, "groups": counted(self.tried),
            "attempts": [
                {
                    "attempt": each.attempt.id, "verdict": each.verdict, "must": each.attempt.must, "outcome": each.outcome.words,
                    "rests_on": each.attempt.rests_on,
                }
                for each in self.tried
            ],
            "not_tried": [{"attempt": attempt, "reason": reason} for attempt, reason in self.not_tried],
        }


class NotHeld(LaunchErrors):
    """Attempts that were not refused as they had to be, and with them the others."""

    def __init__(self, attacked: Attacked) -> None:
        self._attacked = attacked
        super().__init__([LaunchError(f"{each.sentence}.", remedy=_REMEDY) for each in attacked.tried if each.verdict != HELD])

    def as_result(self) -> dict[str, t.Any]:
        return {**super().as_result(), **self._attacked.as_result()}


class Attack:
    """The job of postgres_isolation_attack."""

    def __init__(self, params: t.Mapping[str, t.Any]) -> None:
        self._names = Names.from_options(params["names"])
        self._role, self._strength = params["role"], params["strength"]
        tenants = [self._names.check_id(tenant, "tenants") for tenant in params["tenants"]]
        if len(tenants) != _SIDES or tenants[0] == tenants[1]:
            raise LaunchError(
                "it does not name two tenants.", option="tenants", value=tenants, remedy="Name the one who tries, and the one whose rows are wanted.",
            )
        suspended = params["suspended_tenant"] and self._names.check_id(params["suspended_tenant"], "suspended_tenant")
        key = key_of(params, "key")
        refuse_unread(params, "postgres_isolation_attack")
        refuse_keyless(self._strength, key is not None)
        self._sides = Sides(tenants[0], tenants[1], self._names.check_id(params["actor"], "actor"), suspended, key)
        self._tables = tables_of(canaries_of(params["canaries"]))

    def read(self, session: Session) -> Attacked:
        refuse_login(session, self._role, self._names)
        refuse_empty(session, self._role, self._names, self._tables, self._sides)
        attacker = Attacker(self._role, self._names, self._tables, self._sides, session.connection)
        tried, not_tried = [], []
        for attempt in ATTEMPTS:
            if self._role in attempt.roles:
                reason, made = self._try(attacker, attempt)
                if reason:
                    not_tried.append((attempt.id, reason))
                elif made:
                    tried.append(made)
        return Attacked(self._role, tried, not_tried)

    def _try(self, attacker: Attacker, attempt: Attempt) -> tuple[str | None, Tried | None]:
        """Why it says nothing, or what came of it."""
        reason = attacker.why_not(attempt, self._strength)
        if reason:
            return reason, None
        made = attacker.attempt(attempt)
        return made.outcome.hindrance, made

    def plan(self, actual: Attacked) -> Plan:
        """Never a change. NotHeld if something was not refused as it had to be."""
        if any(each.verdict != HELD for each in actual.tried):
            raise NotHeld(actual)
        return Plan("attacks")

    def apply(self, session: Session, plan: Plan, actual: Attacked) -> None:
        """Nothing is ever changed."""

    def result(self, actual: Attacked) -> dict[str, t.Any]:
        return actual.as_result()
