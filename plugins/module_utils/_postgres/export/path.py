# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where an export may be: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import os.path

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError


def absolute(path: str, option: str) -> str:
    """The path itself. LaunchError for a relative one: it would begin where Ansible puts its modules, or in the folder of a playbook."""
    if not os.path.isabs(path):
        raise LaunchError("it is a relative path.", option=option, value=path, remedy="Give an absolute one, outside of any clone; nothing was changed.")
    return path
