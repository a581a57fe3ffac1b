# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SCRAM-SHA-256 verifiers as PostgreSQL stores them (RFC 5803 in its own spelling).

Private to the collection: may change at any time.
"""
from __future__ import annotations

import base64
import hashlib
import hmac
import re

_VERIFIER = re.compile(r"SCRAM-SHA-256\$(?P<rounds>[1-9][0-9]*):(?P<salt>[A-Za-z0-9+/=]+)\$(?P<stored>[A-Za-z0-9+/=]{44}):[A-Za-z0-9+/=]{44}")


def is_verifier(text: str) -> bool:
    """Whether PostgreSQL would take this for a verifier, and not for a password in clear."""
    return _VERIFIER.fullmatch(text) is not None


def belongs_to(verifier: str, password: str) -> bool:
    """Whether a verifier was made from a password. True for a password that is not ASCII: those are prepared first (RFC 4013)."""
    match = _VERIFIER.fullmatch(verifier)
    if match is None or not password.isascii():
        return match is not None
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), base64.b64decode(match["salt"]), int(match["rounds"]))
    client_key = hmac.digest(salted, b"Client Key", "sha256")
    return hmac.compare_digest(base64.b64encode(hashlib.sha256(client_key).digest()).decode(), match["stored"])
