# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""KMS keys are written in four ways: id, ARN, alias and alias ARN.

Private to the collection: may change at any time.
"""
from __future__ import annotations


def is_alias(key: str) -> bool:
    """Whether only KMS can tell which key is meant."""
    return key.startswith("alias/") or ":alias/" in key


def same_key(one: str | None, other: str | None) -> bool:
    """Whether two names that are no aliases mean the same key."""
    if one is None or other is None:
        return one is other
    return one.rpartition("/")[2] == other.rpartition("/")[2]
