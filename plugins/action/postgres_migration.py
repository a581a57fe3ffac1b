# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the migrations on the controller: the module runs where the database can be reached, without the files."""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.handed_files import pack_located
from ansible_collections.launch.database.plugins.plugin_utils._folder import read_apart, read_locations
from ansible_collections.launch.database.plugins.plugin_utils._folder_action import FolderAction


class ActionModule(FolderAction):
    """Hand the files of ``locations`` and ``undo_locations`` to the module of the same name."""

    FILES = "scripts"

    def _arguments(self) -> dict[str, t.Any]:
        undo = self._task.args.get("undo_locations")
        files = read_apart(self._loader, undo, "undo_locations", self._task.args.get("locations") or []) if undo else {}
        return {**super()._arguments(), "undo_scripts": pack_located(files)}

    def _files(self) -> list[dict[str, str]]:
        locations = self._task.args.get("locations")
        if not locations:
            raise LaunchError("it is missing.", option="locations", remedy="Name the folders with the migrations on the controller.")
        return pack_located(read_locations(self._loader, locations))
