# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of objects in a database.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import re

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError

# Names that mean the same quoted and unquoted, so that people need not know which it was.
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")


def check_name(name: str, option: str) -> str:
    """The name itself. LaunchError for one that PostgreSQL would fold, cut or need quoted."""
    if not _NAME.fullmatch(name):
        raise LaunchError(
            "is no name we create.", option=option, value=name,
            remedy="Use at most 63 of a-z, 0-9 and _, not beginning with a digit.",
        )
    return name


def quoted(name: str) -> str:
    """A name in double quotes, as Flyway writes it."""
    return '"' + name.replace('"', '""') + '"'


def check_qualified(name: str, option: str) -> tuple[str, str]:
    """Schema and name of ``schema.name``. LaunchError for anything else."""
    schema, dot, rest = name.partition(".")
    if not dot:
        raise LaunchError("has no schema.", option=option, value=name, remedy="Write it as in app.projects.")
    return check_name(schema, option), check_name(rest, option)
