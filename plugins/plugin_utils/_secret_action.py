# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Actions that read secrets on the controller, since the host that their module runs on may not.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.plugin_utils._secret import Secrets, secrets_of, source_from


class SecretAction(ActionBase):
    """Runs the module of the action's name with what secrets hold.

    SOURCE is the module's option that says where they are. No key to the secrets leaves the controller.
    """

    _supports_check_mode = True
    _supports_async = True
    _requires_connection = True

    SOURCE: str

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result = super().run(tmp, task_vars)
        try:
            arguments = self._arguments()
        except LaunchError as error:
            # Ansible would print each cause after the message, which says it already.
            raise AnsibleActionFail(error.message, result=error.as_result()) from None
        result.update(self._execute_module(module_args=arguments, task_vars=task_vars, wrap_async=bool(self._task.async_val)))
        return result

    def _arguments(self) -> dict[str, t.Any]:
        """What the module gets. LaunchError for what can't be got; here it is what the task gives."""
        return {name: value for name, value in self._task.args.items() if name != self.SOURCE}

    def _secrets(self) -> Secrets:
        """Those of the task's source, each read once a task."""
        return secrets_of(self._task._uuid, source_from(self.SOURCE, self._task.args.get(self.SOURCE)))
