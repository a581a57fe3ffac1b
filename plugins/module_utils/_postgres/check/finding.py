# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a check finds: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError

# In the order of their weight.
SEVERITIES = ("warning", "error")
# No finding: what a rule about speed had no way to look at, and its verdict on isolation does not hang on.
UNSEEN = "unseen"


@dataclasses.dataclass(frozen=True)
class Finding:
    """A row of a check that has a detail, beside the check's name; the other fields are the row's columns."""

    check: str
    rule: str
    severity: str
    object: str
    detail: str
    remedy: str

    @property
    def error(self) -> LaunchError:
        return LaunchError(f"{self.detail}.", option=self.rule, value=self.object, remedy=f"Remedy: {self.remedy}.")
