# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The migrations of a system, applied in Flyway's order."""

from __future__ import annotations

import pathlib

from tests.support.platform import LAUNCH_NAMES, LOCATIONS, filled, groups
from tests.support.postgres import Database


def order(path: pathlib.Path) -> tuple[bool, list[int], str]:
    """Versions by number, then repeatable scripts by description."""
    prefix, description = path.stem.split("__", 1)
    return prefix == "R", [int(part) for part in prefix[1:].split("_") if part], description


def scripts(*locations: pathlib.Path) -> list[pathlib.Path]:
    return sorted((path for folder in locations for path in folder.glob("[VR]*.sql")), key=order)


def create_groups(database: Database) -> None:
    """Make the group roles as a playbook would: nobody logs in as one, the master may become each."""
    for group in groups(LAUNCH_NAMES):
        database.execute(f"create role {group} nologin")
        database.execute(f"grant {group} to current_user with inherit false, set true")


def migrate(database: Database) -> None:
    """Run each script in a transaction of its own."""
    for path in scripts(*LOCATIONS):
        database.execute(filled(path, LAUNCH_NAMES))
