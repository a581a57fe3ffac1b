# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file that a drift report is written to.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import json
import os
import tempfile
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError

USUAL = os.path.join("reports", "drift.json")
OPTION = "LAUNCH_DRIFT_REPORT"


def find_place(path: str | None) -> str:
    """The file, absolute, in a folder that is there and can be written to.

    LaunchError if somebody asked for a file that can't be written: who reads it later would take an old one for this one.

    :arg path: what was asked for. Without it, the usual file of the current folder, or where that is read-only, as a
        checkout is in AWX, one in a new folder for temporary files.
    """
    if path:
        try:
            return _prepare(path)
        except OSError as error:
            raise LaunchError(
                f"it can't be written ({error.strerror}), so that nobody could read the report.", option=OPTION, value=path,
                remedy="Name a file in a folder that can be written to. Nothing was looked at.",
            ) from error
    try:
        return _prepare(USUAL)
    except OSError:
        return os.path.join(tempfile.mkdtemp(prefix="launch-drift-"), os.path.basename(USUAL))


def write_json(path: str, content: dict[str, t.Any]) -> None:
    """Replace the file as a whole: a reader never meets half a report, whatever happens to the run."""
    handle, temporary = tempfile.mkstemp(dir=os.path.dirname(path), suffix=".json")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=2, default=str)
        file.write("\n")
    os.replace(temporary, path)


def _prepare(path: str) -> str:
    """Make the folder, and find out whether a file can be made in it and take the place of the one that is there."""
    file = os.path.abspath(path)
    os.makedirs(os.path.dirname(file), exist_ok=True)
    if os.path.isdir(file):
        raise IsADirectoryError(0, "it is a folder")
    with tempfile.TemporaryFile(dir=os.path.dirname(file)):
        return file
