# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SCRAM-SHA-256 verifiers as PostgreSQL stores them (RFC 5802, RFC 7677; src/common/scram-common.c).

Private to the collection: may change at any time.
"""
from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets

ITERATIONS = 4096
SALT_BYTES = 16
FORM = re.compile(r"SCRAM-SHA-256\$([1-9][0-9]*):([A-Za-z0-9+/=]+)\$[A-Za-z0-9+/=]{44}:[A-Za-z0-9+/=]{44}")


def verifier(password: str, salt: bytes | None = None, iterations: int = ITERATIONS) -> str:
    """The verifier of a password of printable ASCII, on which SASLprep has nothing to do.

    :arg salt: random where none is given.
    """
    salt = secrets.token_bytes(SALT_BYTES) if salt is None else salt
    salted = hashlib.pbkdf2_hmac("sha256", password.encode("ascii"), salt, iterations)
    stored = hashlib.sha256(_keyed(salted, b"Client Key")).digest()
    server = _keyed(salted, b"Server Key")
    return f"SCRAM-SHA-256${iterations}:{_text(salt)}${_text(stored)}:{_text(server)}"


def is_verifier(text: str) -> bool:
    """Whether PostgreSQL would take this for a verifier, and not for a password in clear."""
    return FORM.fullmatch(text) is not None


def belongs(password: str, known: str | None) -> bool:
    """Whether a verifier is one of this password; False for a text that is no verifier.

    True for a password that is not ASCII: those are prepared first (RFC 4013), which isn't done here.
    """
    match = FORM.fullmatch(known or "")
    if match is None or not password.isascii():
        return match is not None
    again = verifier(password, base64.b64decode(match.group(2)), int(match.group(1)))
    return hmac.compare_digest(again, known)


def _keyed(key: bytes, text: bytes) -> bytes:
    return hmac.new(key, text, hashlib.sha256).digest()


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
