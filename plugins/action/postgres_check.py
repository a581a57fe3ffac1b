# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the checks on the controller, and show what is found but is no failure.

The module runs where the database can be reached, without the files.
"""
from __future__ import annotations

import typing as t

from ansible.utils.display import Display

from ansible_collections.launch.database.plugins.plugin_utils._folder_action import FolderAction

display = Display()


class ActionModule(FolderAction):
    """Hand the files of ``path`` to the module of the same name, and show its warnings."""

    FILES = "checks"
    HOLDS = "the checks"

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result = super().run(tmp, task_vars)
        for sentence in result.get("warned", []):
            display.warning(sentence)
        return result
