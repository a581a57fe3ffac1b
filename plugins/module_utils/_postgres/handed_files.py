# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that an action plugin reads on the controller and hands to its module, which runs without them.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import base64
import typing as t

# The module's option for them: the path relative to the folder, and the bytes in base64, because JSON has none.
FILES = {
    "type": "list",
    "elements": "dict",
    "options": {"name": {"type": "str", "required": True}, "content": {"type": "str", "required": True}},
}


def pack(files: t.Mapping[str, bytes]) -> list[dict[str, str]]:
    """The value of the option for these contents by path."""
    return [{"name": name, "content": base64.b64encode(content).decode()} for name, content in files.items()]


def unpack(value: t.Iterable[t.Mapping[str, str]]) -> dict[str, bytes]:
    """The contents by path again."""
    return {file["name"]: base64.b64decode(file["content"]) for file in value}
