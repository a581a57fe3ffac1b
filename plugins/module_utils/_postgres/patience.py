# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waits for locks that end in another try.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import random
import time
import typing as t

from ansible_collections.launch.database.plugins.module_utils._postgres.migration.other_session import OtherSession
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.watch import Watch
from ansible_collections.launch.database.plugins.module_utils._postgres.session import DEADLOCK_DETECTED, LOCK_NOT_AVAILABLE, DatabaseError

_LONGEST_PAUSE = 30.0  # seconds

Answer = t.TypeVar("Answer")


def patiently(attempt: t.Callable[[], Answer], retries: int, watch: Watch) -> Answer:
    """Do something as a whole; again, after a pause, if it waited for a lock in vain or met another one in a deadlock."""
    for number in range(retries + 1):
        watch.forget()
        try:
            return attempt()
        except DatabaseError as error:
            if error.sqlstate not in (LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED):
                raise
            if number == retries:
                raise _in_vain(error, number + 1, watch.blockers) from error
        time.sleep(pause(number, random.random()))
    raise AssertionError("the last try ends otherwise")


def pause(attempt: int, chance: float) -> float:
    """Seconds before the next try: twice as long each time up to a limit, and never the same for two who met.

    :arg attempt: how many tries failed before the last.
    :arg chance: from 0 to 1.
    """
    return min(_LONGEST_PAUSE, float(1 << attempt)) * (0.5 + chance / 2)


def _in_vain(error: DatabaseError, tries: int, blockers: t.Sequence[OtherSession]) -> DatabaseError:
    """The same failure with how often it was tried and who was in the way."""
    seen = f"In the way at the last try: {'; '.join(map(str, blockers))}." if blockers else "Who was in the way could not be seen."
    times = "once" if tries == 1 else f"{tries} times"
    more = f" It was tried {times}. {seen}"
    return DatabaseError(
        error.problem + more, error.sqlstate, None, error.words + more, option=error.option, value=error.value,
        remedy="Wait for them or end them, and run it again; lock_timeout and lock_retries say how patient a run is.",
    )
