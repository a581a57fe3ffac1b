# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which ansible-core the collection runs on: pure. This file has to be readable for much older ones.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import re

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError

# As in meta/runtime.yml.
MINIMUM = (2, 19)


def check(version: str) -> list[LaunchError]:
    """Refuse an ansible-core in which later tasks would end in tracebacks."""
    found = tuple(int(number) for number in re.findall(r"\d+", version)[:2])
    if found >= MINIMUM:
        return []
    return [LaunchError(
        f"this collection needs {'.'.join(map(str, MINIMUM))} or later.", option="ansible-core", value=version,
        remedy="Install a newer one: pip install 'ansible>=12,<15'. Nothing was changed.",
    )]
