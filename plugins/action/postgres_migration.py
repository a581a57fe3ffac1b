# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the migrations on the controller: the module runs where the database can be reached, without the files."""
from __future__ import annotations

import platform
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.handed_files import pack_located
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.script_name import refuse_number
from ansible_collections.launch.database.plugins.plugin_utils._folder import place_of, read_apart, read_locations
from ansible_collections.launch.database.plugins.plugin_utils._folder_action import FolderAction
from ansible_collections.launch.database.plugins.plugin_utils._followed import followed_here

_UNDO_FILES = "undo_scripts"
_JOB_OF_AWX = ("awx_job_id", "tower_job_id")
_VERSIONS = ("target", "baseline_version", "undo_to")


class ActionModule(FolderAction):
    """Hand the files of ``locations`` and ``undo_locations`` to the module of the same name."""

    FILES = "scripts"

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        self._job = next((str(task_vars[name]) for name in _JOB_OF_AWX if name in task_vars), None) if task_vars else None
        with followed_here(self, "migrations") as path:
            self._progress = path
            result = super().run(tmp, task_vars)
        if "not_portable" in result:
            # As they are called here, where something can be done about it.
            result["not_portable"] = [str(place_of(self._loader, path)) for path in result["not_portable"]]
        # From -vvv on Ansible prints what a module was called with: every script, in base64.
        called_with = result.get("invocation", {}).get("module_args", {})
        for files in (self.FILES, _UNDO_FILES):
            called_with.pop(files, None)
        return result

    def _arguments(self) -> dict[str, t.Any]:
        self._refuse_numbers()
        undo = self._task.args.get("undo_locations")
        files = read_apart(self._loader, undo, "undo_locations", self._task.args.get("locations") or []) if undo else {}
        return {**super()._arguments(), _UNDO_FILES: pack_located(files), "progress_file": self._progress, **self._provenance()}

    def _provenance(self) -> dict[str, t.Any]:
        """What nobody has to say, because it is known here."""
        given = self._task.args.get("provenance") or {}
        if self._task.args.get("provenance_table") is None or not isinstance(given, dict):
            return {}
        known = {"controller": platform.node(), "job": self._job}
        return {"provenance": {**known, **{word: value for word, value in given.items() if value is not None}}}

    def _refuse_numbers(self) -> None:
        """What the module gets is text already."""
        for option in _VERSIONS:
            refuse_number(self._task.args.get(option), option)
        repairs = self._task.args.get("repairs")
        for entry in repairs if isinstance(repairs, list) else []:
            refuse_number(entry.get("version") if isinstance(entry, dict) else None, "repairs.version")

    def _files(self) -> list[dict[str, str]]:
        locations = self._task.args.get("locations")
        if not locations:
            raise LaunchError("it is missing.", option="locations", remedy="Name the folders with the migrations on the controller.")
        return pack_located(read_locations(self._loader, locations))
