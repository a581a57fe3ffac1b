# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One thread per DB instance, so that its changes happen one after another while the API answers."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable

LOG = logging.getLogger(__name__)


class Worker:
    """Runs jobs in order; what a job raises goes to ``on_error`` and the log, and the next job runs."""

    def __init__(self, name: str, on_error: Callable[[Exception], None]) -> None:
        self._jobs: queue.Queue[Callable[[], None] | None] = queue.Queue()
        self._on_error = on_error
        threading.Thread(target=self._loop, name=name, daemon=True).start()

    def put(self, job: Callable[[], None]) -> None:
        """Queue a job."""
        self._jobs.put(job)

    def stop(self) -> None:
        """Let the thread end after the jobs queued so far."""
        self._jobs.put(None)

    def _loop(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                job()
            except Exception as error:  # a failed job must not end the thread: later requests would hang
                LOG.exception("a job failed")
                self._on_error(error)
