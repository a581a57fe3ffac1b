# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of the controller, handed to a module that runs where the database can be reached.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import base64
import typing as t

# The module's option for them: the path relative to the folder, and the bytes in base64, because JSON has none.
_FILE = {"name": {"type": "str", "required": True}, "content": {"type": "str", "required": True}}
FILES = {"type": "list", "elements": "dict", "options": _FILE}
# The same for files of several folders.
LOCATED_FILES = {"type": "list", "elements": "dict", "default": [], "options": {"location": {"type": "str", "required": True}, **_FILE}}


def pack(files: t.Mapping[str, bytes]) -> list[dict[str, str]]:
    """The value of the option for these contents by path."""
    return [{"name": name, "content": base64.b64encode(content).decode()} for name, content in files.items()]


def unpack(value: t.Iterable[t.Mapping[str, str]]) -> dict[str, bytes]:
    """The contents by path again."""
    return {file["name"]: base64.b64decode(file["content"]) for file in value}


def pack_located(locations: t.Mapping[str, t.Mapping[str, bytes]]) -> list[dict[str, str]]:
    """The value of the option for contents by path, by location."""
    return [{"location": location, **file} for location, files in locations.items() for file in pack(files)]


def unpack_located(locations: t.Iterable[str], value: t.Sequence[t.Mapping[str, str]]) -> dict[str, dict[str, bytes]]:
    """The contents by path, by location again.

    :arg locations: all of them, since one without files is in no file.
    """
    return {location: unpack(file for file in value if file["location"] == location) for location in locations}
