# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Flyway's checksum of a migration, bit for bit.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import zlib

_BOM = "\ufeff"
# Java's readLine() ends a line at these two and at nothing else; str.splitlines() knows ten more.
_LINE_ENDS = str.maketrans("", "", "\r\n")


def decode(content: bytes) -> str:
    """The text of a migration without its byte order mark. UnicodeDecodeError for anything but UTF-8."""
    return content.decode("utf-8").removeprefix(_BOM)


def checksum(text: str) -> int:
    """CRC-32 over the lines without their ends, as the signed 32-bit number the history table keeps."""
    unsigned = zlib.crc32(text.translate(_LINE_ENDS).encode("utf-8"))
    return unsigned - (1 << 32) if unsigned >= 1 << 31 else unsigned
