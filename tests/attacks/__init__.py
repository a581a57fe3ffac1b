# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Attacks, what they rest on, and long runs. Its programs find the collection by themselves, as pytest does by pyproject.toml."""
from __future__ import annotations

import pathlib
import sys

_COLLECTIONS = str(pathlib.Path(__file__).resolve().parents[2] / ".collections")
if _COLLECTIONS not in sys.path:
    sys.path.insert(0, _COLLECTIONS)
