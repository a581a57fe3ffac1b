# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for a DB instance, with an eye on time.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import time
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._aws.instance import stability
from ansible_collections.launch.database.plugins.module_utils._aws.instance.state import ActualInstance

# After a call RDS may say "available" for some seconds before it begins; a status seen in that time proves nothing.
SETTLE_SECONDS = 15
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 15.0
PAUSE_GROWTH = 1.2
# A reason that stays the same is reported again after so long, so that nobody thinks that it hangs.
REPORT_SECONDS = 20
Progress = t.Callable[[str, float], None]


def silent(reason: str, seconds: float) -> None:
    """For a wait that nobody follows."""


@dataclasses.dataclass
class Waiter:
    """Asks again and again until an instance is settled.

    :arg read: gives the instance as it is, with one call.
    :arg event: gives what RDS said last, for an error.
    :arg timeout: seconds, for all waits together.
    :arg progress: called with what it waits for, and for how many seconds it has waited, whenever that changes and now and then.
    """

    identifier: str
    read: t.Callable[[], ActualInstance]
    event: t.Callable[[], str | None]
    timeout: float
    progress: Progress = silent
    started: float = dataclasses.field(init=False)
    reported: tuple[str, float] = dataclasses.field(init=False, default=("", 0.0))

    def __post_init__(self) -> None:
        self.started = time.monotonic()

    def until(
        self, unsettled: t.Callable[[ActualInstance], str | None], settle: float = 0, planned: t.Container[str] = (),
    ) -> ActualInstance:
        """Wait until nothing is under way.

        :arg unsettled: one of stability's.
        :arg settle: seconds for which it has to stay settled, unless it was seen unsettled before.
        :arg planned: paths of changes; a status that one of them fixes counts as settled, for the caller to look at.
        Raises LaunchError for an instance that is broken and for the timeout.
        """
        began, moved, pause = time.monotonic(), False, FIRST_PAUSE
        while True:
            actual = self.read()
            reason = unsettled(actual)
            self.refuse_broken(actual.status, planned)
            moved = moved or reason is not None
            if reason is None and (moved or time.monotonic() - began >= settle):
                return actual
            self._check_time(reason or "the change has not begun")
            time.sleep(pause)
            pause = min(pause * PAUSE_GROWTH, LONGEST_PAUSE)

    def refuse_broken(self, status: str, planned: t.Container[str] = ()) -> None:
        """As stability's, with what RDS said last."""
        event = self.event() if status in stability.BROKEN else None
        stability.refuse_broken(self.identifier, status, planned, event)

    def _check_time(self, reason: str) -> None:
        passed = time.monotonic() - self.started
        if passed >= self.timeout:
            raise LaunchError(
                f"it did not settle in time: {reason}.", option="wait_timeout", value=self.timeout,
                remedy="Run this again: it goes on from where it is. Or give it more time.",
            )
        self._report(reason, passed)

    def _report(self, reason: str, passed: float) -> None:
        before, at = self.reported
        if reason != before or passed - at >= REPORT_SECONDS:
            self.reported = reason, passed
            self.progress(reason, passed)
