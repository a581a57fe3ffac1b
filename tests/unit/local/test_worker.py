# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The thread of an instance."""

from __future__ import annotations

import queue

from local.endpoint.worker import Worker


def test_a_failed_job_is_reported_and_the_next_one_runs() -> None:
    seen: queue.Queue = queue.Queue()

    def fail() -> None:
        raise ValueError("no")

    worker = Worker("trial", seen.put)
    worker.put(fail)
    worker.put(lambda: seen.put("next"))
    first, second = seen.get(timeout=5), seen.get(timeout=5)
    assert (str(first), second) == ("no", "next")
    worker.stop()
