# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of objects in a database, expressions, and times in PostgreSQL's words.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import re

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError

# Names that mean the same quoted and unquoted, so that people need not know which it was.
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
# Words of SQL that name nothing without quotes: reserved in PostgreSQL, or reserved for types and functions.
_RESERVED = frozenset("""
all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation column concurrently
constraint create cross current_catalog current_date current_role current_schema current_time current_timestamp current_user default
deferrable desc distinct do else end except false fetch for foreign freeze from full grant group having ilike in initially inner
intersect into is isnull join lateral leading left like limit localtime localtimestamp natural none not notnull null offset on only or
order outer overlaps placing primary public references returning right select session_user similar some symmetric system_user table
tablesample then to trailing true union unique user using variadic verbose when where window with""".split())
# PostgreSQL's own, and those of RDS.
_DURATION = re.compile(r"[0-9]+(us|ms|s|min|h)?")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_BREAKS_EXPRESSION = re.compile(r"[;\x00-\x1f\x7f]|--|/\*|\$\$")
_FOREIGN = ("pg_", "rds_", "rdsadmin", "information_schema")


def check_name(name: str, option: str) -> str:
    """The name itself. LaunchError for one that PostgreSQL would fold, cut or need quoted."""
    if not _NAME.fullmatch(name):
        raise LaunchError(
            "it is not a name that works without quotes.", option=option, value=name,
            remedy="Use at most 63 of a-z, 0-9 and _, not beginning with a digit.",
        )
    return name


def check_unreserved(name: str, option: str) -> str:
    """The name itself. LaunchError for one that can't be written without quotes, or that is somebody else's."""
    check_name(name, option)
    if name in _RESERVED:
        raise LaunchError("it is a word of SQL.", option=option, value=name, remedy="Take another name.")
    if name.startswith(_FOREIGN):
        raise LaunchError("it belongs to PostgreSQL or RDS.", option=option, value=name, remedy="Take another name.")
    return name


def quoted(name: str) -> str:
    """A name in double quotes, as Flyway writes it."""
    return '"' + name.replace('"', '""') + '"'


def check_qualified(name: str, option: str) -> tuple[str, str]:
    """Schema and name of ``schema.name``. LaunchError for anything else."""
    schema, dot, rest = name.partition(".")
    if not dot:
        raise LaunchError("it has no schema.", option=option, value=name, remedy="Write it as in app.projects.")
    return check_name(schema, option), check_name(rest, option)


def check_duration(value: str, option: str) -> str:
    """The duration itself. LaunchError for anything else."""
    if not _DURATION.fullmatch(value):
        raise LaunchError("it is not a duration.", option=option, value=value, remedy="Write it as in 5s or 500ms.")
    return value


def check_expression(value: str, option: str) -> str:
    """The SQL expression itself. LaunchError for one that would not end where it is put in."""
    if _BREAKS_EXPRESSION.search(value) or not _is_closed(value):
        raise LaunchError("it is not an expression.", option=option, value=value, remedy="Write one SQL expression on one line, as in gen_random_uuid().")
    return value


def _is_closed(value: str) -> bool:
    """Whether quotes and parentheses belong together: what is open would take in what stands behind it."""
    depth = 0
    for character in _QUOTED.sub("", value):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth < 0 or character in "'\"":
            return False
    return depth == 0
