# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens for set_context(token), with nothing but the standard library. Copy it; it needs nothing of the collection.

It belongs where requests are authenticated. Who has the key can be any tenant: the code that makes SQL gets tokens, not the key.
"""
from __future__ import annotations

import hashlib
import hmac
import time

LIFE = 60  # seconds; longer than a client may wait for a connection of the pool (30), and the database refuses more than 300


def issue(key: str, database: str, tenant: str, actor: str, life: int = LIFE) -> str:
    """A token for one transaction of a tenant, made with the ``key`` of the secret, for the database of that name."""
    if any(not part or " " in part for part in (tenant, actor)):
        raise ValueError("tenant and actor are ids without a space")
    key_id = _mac(key, "key id")[:8]
    signed = f"{key_id}{int(time.time()) + life:010}{tenant} {actor}"
    return _mac(key, f"{signed} {database}") + signed


def _mac(key: str, text: str) -> str:
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()
