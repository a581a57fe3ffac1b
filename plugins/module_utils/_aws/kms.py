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


def same_key(wanted: str, actual: str | None, resolved: str | None = None) -> bool:
    """Whether the key that is wanted is the one that is there.

    :arg resolved: the ARN behind ``wanted``, where that is an alias.
    """
    return wanted == actual or (resolved or wanted).rpartition("/")[2] == (actual or "").rpartition("/")[2]
