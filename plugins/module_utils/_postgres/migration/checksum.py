# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Flyway's checksum of a migration, bit for bit.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import zlib

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.lines import line_ends

_BOM = "\ufeff"
# Java's readLine() ends a line at these two and at nothing else; str.splitlines() knows ten more.
_LINE_ENDS = str.maketrans("", "", "\r\n")


def decode(content: bytes, option: str, name: str) -> str:
    """The text of a file without its byte order mark. LaunchError for anything but UTF-8, and for a NUL byte.

    :arg option: the module's option that brought the file, for the error.
    :arg name: the file's.
    """
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        byte = f"byte 0x{content[error.start]:02x}, number {error.start + 1} of the file,"
        raise _unreadable(content, error.start, f"it is not UTF-8: {byte} can't be read.", option, name) from error
    if (nul := content.find(b"\0")) >= 0:
        # The server would be sent what is before it, as if that were all.
        raise _unreadable(content, nul, f"it has a NUL byte, number {nul + 1} of the file.", option, name)
    return text.removeprefix(_BOM)


def _unreadable(content: bytes, position: int, problem: str, option: str, name: str) -> LaunchError:
    # Latin-1 has a character for each byte.
    line = line_ends(content.decode("latin-1"), 0, position) + 1
    return LaunchError(f"line {line}: {problem}", option=option, value=name, remedy="Save the whole file as UTF-8.")


def checksum(text: str) -> int:
    """CRC-32 over the lines without their ends, as the signed 32-bit number the history table keeps."""
    unsigned = zlib.crc32(text.translate(_LINE_ENDS).encode("utf-8"))
    return unsigned - (1 << 32) if unsigned >= 1 << 31 else unsigned
