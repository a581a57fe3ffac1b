# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the migrations on the controller: the module runs where the database can be reached, without the files."""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.handed_files import pack_located
from ansible_collections.launch.database.plugins.plugin_utils._folder import read_locations
from ansible_collections.launch.database.plugins.plugin_utils._folder_action import FolderAction
from ansible_collections.launch.database.plugins.plugin_utils._followed import followed_here


class ActionModule(FolderAction):
    """Hand the files of ``locations`` to the module of the same name."""

    FILES = "scripts"

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        with followed_here(self, "migrations") as path:
            self._progress = path
            result = super().run(tmp, task_vars)
        # From -vvv on Ansible prints what a module was called with: every script, in base64.
        result.get("invocation", {}).get("module_args", {}).pop(self.FILES, None)
        return result

    def _arguments(self) -> dict[str, t.Any]:
        return {**super()._arguments(), "progress_file": self._progress}

    def _files(self) -> list[dict[str, str]]:
        locations = self._task.args.get("locations")
        if not locations:
            raise LaunchError("it is missing.", option="locations", remedy="Name the folders with the migrations on the controller.")
        return pack_located(read_locations(self._loader, locations))
