# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Actions that read a folder on the controller for a module that runs elsewhere.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.handed_files import pack
from ansible_collections.launch.database.plugins.plugin_utils._folder import read_folder
from ansible_collections.launch.database.plugins.plugin_utils._postgres_action import PostgresAction


class FolderAction(PostgresAction):
    """Hands the files of ``path`` to the module of the action's name.

    FILES is the module's option for them, HOLDS says what the folder holds.
    """

    FILES: str
    HOLDS: str

    def _arguments(self) -> dict[str, t.Any]:
        # A folder that is not there needs no secret to be refused.
        files = self._files()
        return {**super()._arguments(), self.FILES: files}

    def _files(self) -> list[dict[str, str]]:
        path = self._task.args.get("path")
        if not path:
            raise LaunchError("it is missing.", option="path", remedy=f"Name the folder with {self.HOLDS} on the controller.")
        return pack(read_folder(self._loader, path))
