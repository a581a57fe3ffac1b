# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ids of tenants and actors, by the rule of the domain app.uild.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import re

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError

_UILD = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")


def check_uild(value: str, option: str) -> str:
    """The id itself. LaunchError for anything that the database would not take as one."""
    if not _UILD.fullmatch(value):
        raise LaunchError(
            "is no id.", option=option, value=value, remedy="It has 26 characters of 0-9 and A-Z without I, L, O and U, the first of them 0-7.",
        )
    return value
