# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write down how long each task took, for the benchmarks."""
from __future__ import annotations

DOCUMENTATION = r"""
name: task_times
type: aggregate
short_description: Write down how long each task took
description:
  - One line of JSON for each task and host that it ran on, into the file that E(LAUNCH_TASK_TIMES) names.
options: {}
"""

import json
import os
import time
import typing as t

from ansible.plugins.callback import CallbackBase


class CallbackModule(CallbackBase):
    """Appends to the file as results come, so that a run that ends early is in it as far as it came."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "task_times"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self, *args: t.Any, **kwargs: t.Any) -> None:
        super().__init__(*args, **kwargs)
        self._began: dict[tuple[str, str], float] = {}
        self._file = open(os.environ["LAUNCH_TASK_TIMES"], "a", encoding="utf-8", buffering=1)

    def v2_runner_on_start(self, host: t.Any, task: t.Any) -> None:
        self._began[host.get_name(), task._uuid] = time.monotonic()

    def v2_runner_on_ok(self, result: t.Any) -> None:
        self._write(result, "changed" if result._result.get("changed") else "ok")

    def v2_runner_on_failed(self, result: t.Any, ignore_errors: bool = False) -> None:
        self._write(result, "failed")

    def v2_runner_on_unreachable(self, result: t.Any) -> None:
        self._write(result, "failed")

    def v2_runner_on_skipped(self, result: t.Any) -> None:
        self._write(result, "skipped")

    def _write(self, result: t.Any, outcome: str) -> None:
        task, host = result._task, result._host.get_name()
        began = self._began.pop((host, task._uuid), None)
        if began is None:
            return
        self._file.write(json.dumps({
            "task": task.get_name(), "id": task._uuid, "action": task.resolved_action or task.action, "host": host, "outcome": outcome,
            "only_planned": bool(task.check_mode), "items": len(result._result.get("results", [])) if task.loop else 1,
            "seconds": time.monotonic() - began,
        }) + "\n")
