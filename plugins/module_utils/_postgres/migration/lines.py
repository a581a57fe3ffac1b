# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Count lines as psql does: one ends with LF, CR LF, or CR.

Private to the collection: may change at any time.
"""
from __future__ import annotations


def line_ends(text: str, start: int, end: int) -> int:
    """How many there are between two places of a text, neither of which is within CR LF."""
    return text.count("\n", start, end) + text.count("\r", start, end) - text.count("\r\n", start, end)
