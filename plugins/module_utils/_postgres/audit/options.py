# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The option that the modules of heads and exports share.

Private to the collection: may change at any time.
"""
from __future__ import annotations

from ansible_collections.launch.database.plugins.module_utils._argspec import ArgumentSpec

DESTINATION = ArgumentSpec(options={"destination": {"type": "dict", "required": True, "options": {
    "folder": {"type": "str"},
    "bucket": {"type": "str"},
    "prefix": {"type": "str", "default": ""},
    "region": {"type": "str"},
    "endpoint_url": {"type": "str"},
    "lock_mode": {"type": "str", "choices": ["GOVERNANCE", "COMPLIANCE"], "default": "COMPLIANCE"},
    "lock_days": {"type": "int", "default": 2557},
}}})
