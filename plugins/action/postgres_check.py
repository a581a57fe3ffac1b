# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the checks on the controller: the module runs where the database can be reached, without the files."""
from __future__ import annotations

from ansible_collections.launch.database.plugins.plugin_utils._folder_action import FolderAction


class ActionModule(FolderAction):
    """Hand the files of ``path`` to the module of the same name."""

    FILES = "checks"
    HOLDS = "the checks"
