# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a long wait of a running module goes, written to a file: one JSON object a line.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import json


class ProgressFile:
    """A file that an action plugin made and follows.

    A module that runs as another user or on another host can't write it. Then there is nothing to be seen of the wait, and
    nothing else is different.

    :arg path: None for a wait that nobody follows.
    """

    def __init__(self, path: str | None) -> None:
        self.path = path

    def write(self, reason: str, seconds: float) -> None:
        """Append a line: what is waited for, and how long it has taken."""
        if self.path is None:
            return
        try:
            # Never made here: what is not there is not followed either.
            with open(self.path, "r+", encoding="utf-8") as file:
                file.seek(0, 2)
                file.write(json.dumps({"reason": reason, "seconds": round(seconds)}) + "\n")
        except OSError:
            self.path = None


def parse(line: str) -> tuple[str, int]:
    """Reason and seconds of a line."""
    entry = json.loads(line)
    return entry["reason"], entry["seconds"]
