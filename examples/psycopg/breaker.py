# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A circuit breaker, for any driver's run(). Copy it; docs/applications.md says when.

Retries help against a failover. Where the database stays away, each request would wait for all its attempts and hold what it has
meanwhile; a breaker answers at once then, and tries it with one request now and then.
"""
from __future__ import annotations

import threading
import time
import typing as t

Result = t.TypeVar("Result")


class Open(Exception):
    """The database was away a moment ago, and was not asked again."""


class Breaker:
    """Opens after some calls in a row that failed since the database is away; what it answers otherwise, an error too, closes it.

    :arg is_lost: says of an error of the driver whether the database is away: tenancy's.
    :arg errors: the class of the driver's errors; others say nothing of the database.
    :arg failures: how many in a row open it.
    :arg rest: seconds until it is tried again.
    """

    def __init__(self, is_lost: t.Callable[[t.Any], bool], errors: type[Exception], failures: int = 3, rest: float = 5.0) -> None:
        self._is_lost, self._errors, self._failures, self._rest = is_lost, errors, failures, rest
        self._lock = threading.Lock()
        self._lost = 0
        self._again = 0.0  # when the next call may try, once it is open

    def call(self, work: t.Callable[[], Result]) -> Result:
        """Do work, or raise Open."""
        self._enter()
        try:
            result = work()
        except Exception as error:
            self._leave(lost=isinstance(error, self._errors) and self._is_lost(error))
            raise
        self._leave(lost=False)
        return result

    def _enter(self) -> None:
        with self._lock:
            if self._lost < self._failures:
                return
            if time.monotonic() < self._again:
                raise Open("the database was away a moment ago")
            self._again = time.monotonic() + self._rest  # this call tries; others wait for what comes of it

    def _leave(self, lost: bool) -> None:
        with self._lock:
            self._lost = self._lost + 1 if lost else 0
            self._again = time.monotonic() + self._rest
