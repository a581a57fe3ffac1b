# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which ansible-core the collection runs on, and with which other collection: pure. This file has to be readable for much older ones.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import re

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError

# As in meta/runtime.yml.
MINIMUM = (2, 19)
AMAZON_PACKAGE = "ansible_collections.amazon"


def check(version: str, has_amazon: bool = True) -> list[LaunchError]:
    """Refuse an ansible-core in which later tasks would end in tracebacks, and one without amazon.aws."""
    errors = []
    found = tuple(int(number) for number in re.findall(r"\d+", version)[:2])
    if found < MINIMUM:
        errors.append(LaunchError(
            f"this collection needs {'.'.join(map(str, MINIMUM))} or later.", option="ansible-core", value=version,
            remedy="Install a newer one: pip install 'ansible>=12,<15'. Nothing was changed.",
        ))
    if not has_amazon:
        errors.append(LaunchError(
            "the collection is missing on the controller.", option="amazon.aws",
            remedy="Install what requirements.yml names: ansible-galaxy collection install -r requirements.yml. Nothing was changed.",
        ))
    return errors
