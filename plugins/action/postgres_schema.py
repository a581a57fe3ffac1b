# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the expected catalogs on the controller: the module runs where the database can be reached, without the files."""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.handed_files import pack, pack_located
from ansible_collections.launch.database.plugins.plugin_utils._folder import read_file_or_folder, read_locations
from ansible_collections.launch.database.plugins.plugin_utils._postgres_action import PostgresAction


class ActionModule(PostgresAction):
    """Hand the files of ``expected`` and of ``locations`` to the module of the same name."""

    def _arguments(self) -> dict[str, t.Any]:
        # A file that is not there needs no secret to be refused.
        expected, locations = self._task.args.get("expected"), self._task.args.get("locations")
        if not expected:
            raise LaunchError("it is missing.", option="expected", remedy="Name the expected catalog on the controller.")
        files = {"catalogs": pack(read_file_or_folder(self._loader, expected, "expected"))}
        if locations:
            files["scripts"] = pack_located(read_locations(self._loader, locations))
        return {**super()._arguments(), **files}
