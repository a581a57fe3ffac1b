# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times in PostgreSQL's words.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import re

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError

_DURATION = re.compile(r"[0-9]+(us|ms|s|min|h)?")


def check_duration(value: str, option: str) -> str:
    """The duration itself. LaunchError for anything that is none."""
    if not _DURATION.fullmatch(value):
        raise LaunchError("is no duration.", option=option, value=value, remedy="Write it as in 5s or 500ms.")
    return value
