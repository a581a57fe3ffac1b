# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows how a long wait of rds_instance goes."""
from __future__ import annotations

import typing as t

from ansible.plugins.action import ActionBase

from ansible_collections.launch.database.plugins.plugin_utils._followed import followed

MODULE = "launch.database.rds_instance"
Result = dict[str, t.Any]


class ActionModule(ActionBase):
    """Runs the module once, and follows it."""

    _supports_check_mode = True
    _supports_async = True

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> Result:
        result = super().run(tmp, task_vars)
        if self._task.async_val:
            return result | self._execute_module(module_name=MODULE, task_vars=task_vars, wrap_async=True)
        if self._connection.transport != "local":
            return result | self._execute_module(module_name=MODULE, task_vars=task_vars)
        with followed(self._task.args.get("identifier")) as path:
            arguments = {**self._task.args, "progress_file": path}
            return result | self._execute_module(module_name=MODULE, module_args=arguments, task_vars=task_vars)
