# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one kind of error a person sees as a sentence instead of a traceback."""

from __future__ import annotations


class StackError(Exception):
    """Something about the machine or the stack that the user can put right; the text says how."""
