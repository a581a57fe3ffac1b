# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens for set_context(token) and the keys they are made with: pure, and nothing but the standard library.

An application that makes its own finds here all that it has to do; sql/platform/R__set_context_signed.sql is the other end.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import hashlib
import hmac
import time
import typing as t

# The database refuses a token that is valid for longer.
LONGEST_LIFE = 300
LIFE = 30
_ID_LENGTH = 8
_BLOCK = 64
_INNER, _OUTER = 0x36, 0x5C
# 32 bytes in hexadecimal, which is as many characters as db_secret makes.
_SHORTEST = 64


@dataclasses.dataclass(frozen=True)
class Key:
    """A key for tokens. ValueError, without the text, for an invalid one.

    :arg text: as the secret holds it.
    """

    text: str = dataclasses.field(repr=False)

    def __post_init__(self) -> None:
        if len(self.text) < _SHORTEST or not self.text.isascii() or not self.text.isprintable() or " " in self.text:
            raise ValueError(f"a key has {_SHORTEST} printable ASCII characters or more, without a space")

    @property
    def id(self) -> str:
        """Tells the key from others, and reveals nothing of it."""
        return hmac.new(self.text.encode(), b"key id", hashlib.sha256).hexdigest()[:_ID_LENGTH]

    @property
    def pads(self) -> tuple[bytes, bytes]:
        """The two halves of HMAC-SHA-256, as RFC 2104 has them; a database needs no more to check tokens, nor to make some."""
        key = self.text.encode()
        block = (hashlib.sha256(key).digest() if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
        return bytes(byte ^ _INNER for byte in block), bytes(byte ^ _OUTER for byte in block)


class Issuer:
    """Makes tokens for one database.

    :arg database: its name, as ``current_database()`` has it.
    :arg clock: gives seconds since 1970.
    """

    def __init__(self, key: Key, database: str, clock: t.Callable[[], float] = time.time) -> None:
        self._key, self._key_id, self._database, self._clock = key, key.id, database, clock

    def token(self, tenant: str, actor: str, life: int = LIFE) -> str:
        """A token that is valid for some seconds. ValueError for ids that could not be told apart in it, and for a lifetime that the database would refuse."""
        if any(not part or " " in part for part in (tenant, actor)) or not 0 < life <= LONGEST_LIFE:
            raise ValueError(f"tenant and actor are ids without a space, and a token lives {LONGEST_LIFE} seconds at most")
        signed = f"{self._key_id}{int(self._clock()) + life:010}{tenant} {actor}"
        mac = hmac.new(self._key.text.encode(), f"{signed} {self._database}".encode(), hashlib.sha256).hexdigest()
        return mac + signed
