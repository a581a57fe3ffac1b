# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be done, as data: pure, without any module, client or clock.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import typing as t

IMMEDIATE = "immediate"
PENDING_REBOOT = "pending_reboot"
MAINTENANCE_WINDOW = "maintenance_window"
# Accepted at once, done some time later, and the user does not want to wait for it.
EVENTUAL = "eventual"

# Stands for a value that may not be shown. Two different secrets look alike in a plan on purpose.
HIDDEN = "(hidden)"


@dataclasses.dataclass(frozen=True)
class Change:
    """One difference between desired and actual.

    :arg action: a verb that the resource's apply table knows: create, update, delete, reset, grant, ...
    :arg path: what it is about, dotted; unique in a plan together with the action.
    :arg before: the value now, None where there is none. Never a secret.
    :arg after: the value wanted, None where it goes. Never a secret.
    :arg when: IMMEDIATE, EVENTUAL, PENDING_REBOOT or MAINTENANCE_WINDOW.
    :arg destructive: data or availability is lost; needs allow_destructive.
    :arg payload: what apply executes, in a form of the resource's own. It may be a secret, so nothing ever shows it.
    """

    action: str
    path: str
    before: t.Any = None
    after: t.Any = None
    when: str = IMMEDIATE
    destructive: bool = False
    payload: t.Any = dataclasses.field(default=None, repr=False, compare=False)

    def as_result(self) -> dict[str, t.Any]:
        shown = (field.name for field in dataclasses.fields(self) if field.name != "payload")
        return {name: getattr(self, name) for name in shown}


@dataclasses.dataclass(frozen=True)
class Plan:
    """The changes of one resource.

    :arg resource: what people call it, as in "parameter group launch-pg-main".
    :arg changes: what a run would do.
    :arg pending: what was accepted already and waits for a reboot or a window. It is no change:
        doing it again does nothing; but a report has to name it.
    :arg partial: whether the rest can only be planned when these changes are made.
    """

    resource: str
    changes: tuple[Change, ...] = ()
    pending: tuple[Change, ...] = ()
    partial: bool = False

    @property
    def changed(self) -> bool:
        return bool(self.changes)

    @property
    def destructive(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.destructive)

    def of(self, *actions: str) -> tuple[Change, ...]:
        """The changes with one of these actions, in the plan's order."""
        return tuple(change for change in self.changes if change.action in actions)

    def payloads(self, *actions: str) -> list[t.Any]:
        """What the changes with one of these actions carry, in the plan's order."""
        return [change.payload for change in self.of(*actions)]

    def members(self, *actions: str) -> dict[str, t.Any]:
        """The payloads of these actions, each a mapping, put together: the arguments of one call."""
        return {name: value for payload in self.payloads(*actions) for name, value in payload.items()}

    def followed_by(self, later: Plan) -> Plan:
        """Both as one, for people: what was made and what was made after it."""
        return dataclasses.replace(later, changes=self.changes + later.changes)

    def diff(self) -> dict[str, t.Any]:
        """Ansible's diff: only the paths that change; empty exactly when nothing changes."""
        if not self.changes:
            return {}
        return {
            "before_header": self.resource,
            "after_header": self.resource,
            "before": {change.path: change.before for change in self.changes},
            "after": {change.path: change.after for change in self.changes},
        }

    def as_result(self) -> list[dict[str, t.Any]]:
        return [change.as_result() for change in self.changes]
