# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows how a long wait of rds_instance goes.

The module waits for seconds and not for the whole time; between two of its runs there is a line to show. A run goes on
where the last one was, because that is what every run does: it reads, compares and does what is missing.
"""
from __future__ import annotations

import time
import typing as t

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

MODULE = "launch.database.rds_instance"
# Longer than the time in which RDS may not show yet that a change has begun.
SLICE_SECONDS = 20
TIMEOUT_SECONDS = 3600

display = Display()
Result = dict[str, t.Any]


class ActionModule(ActionBase):
    """Runs the module until it is finished."""

    _supports_check_mode = True
    _supports_async = True

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> Result:
        """The result of the module, as if it had waited in one go."""
        result = super().run(tmp, task_vars)
        if self._task.async_val:
            return result | self._execute_module(module_name=MODULE, task_vars=task_vars, wrap_async=True)
        return result | self._run_in_slices(task_vars)

    def _run_in_slices(self, task_vars: dict[str, t.Any] | None) -> Result:
        began, result = time.monotonic(), {}
        while not result or "unfinished" in result:
            passed = time.monotonic() - began
            progress = result.get("unfinished")
            if progress:
                self._show(progress, passed)
            arguments = self._arguments(passed, progress)
            result = together(result, self._execute_module(module_name=MODULE, module_args=arguments, task_vars=task_vars))
        return result

    def _arguments(self, passed: float, progress: dict[str, t.Any] | None) -> dict[str, t.Any]:
        """A slice of the time that is left; when none is left, the module itself says so."""
        arguments = dict(self._task.args)
        try:
            left = int(arguments.get("wait_timeout", TIMEOUT_SECONDS)) - passed
        except (TypeError, ValueError):
            # The module says what is wrong with it.
            return arguments
        if left > SLICE_SECONDS:
            return {**arguments, "wait_slice": SLICE_SECONDS, "wait_shown": progress and progress["reason"]}
        return {**arguments, "wait_timeout": max(0, int(left))}

    @staticmethod
    def _show(progress: dict[str, t.Any], passed: float) -> None:
        # On stderr, so that a callback that writes JSON to stdout stays readable for programs.
        display.display(f"{progress['identifier']}: {progress['reason']}, waiting for {passed:.0f} s", stderr=True)


def together(before: Result, now: Result) -> Result:
    """Two runs as one: what is there is what the last run says, what changed is what both say."""
    if not before:
        return now
    both = {**now, "changed": bool(before.get("changed") or now.get("changed"))}
    if "plan" in before or "plan" in now:
        both["plan"] = before.get("plan", []) + now.get("plan", [])
    if "diff" in before or "diff" in now:
        both["diff"] = _diff(before.get("diff"), now.get("diff"))
    return both


def _diff(before: Result | None, now: Result | None) -> Result | None:
    if not before or not now:
        return before or now
    return {
        **now,
        "before": {**now["before"], **before["before"]},
        "after": {**before["after"], **now["after"]},
    }
