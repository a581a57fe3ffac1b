# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Actions that read a folder on the controller for a module that runs elsewhere.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.handed_files import pack
from ansible_collections.launch.database.plugins.plugin_utils._folder import read_folder


class FolderAction(ActionBase):
    """Hands the files of ``path`` to the module of the action's name.

    FILES is the module's option for them, HOLDS says what the folder holds.
    """

    _supports_check_mode = True
    _supports_async = False
    _requires_connection = True

    FILES: str
    HOLDS: str

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result = super().run(tmp, task_vars)
        arguments = {**self._task.args, self.FILES: self._files()}
        result.update(self._execute_module(module_args=arguments, task_vars=task_vars))
        return result

    def _files(self) -> list[dict[str, str]]:
        path = self._task.args.get("path")
        if not path:
            raise AnsibleActionFail(f"path: is missing. Name the folder with {self.HOLDS} on the controller.")
        try:
            files = read_folder(self._loader, path)
        except LaunchError as error:
            raise AnsibleActionFail(error.message) from error
        return pack(files)
