# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the local stack keeps its files."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
STATE = PACKAGE / "state"
CONTAINERS_CONF = STATE / "containers.conf"
