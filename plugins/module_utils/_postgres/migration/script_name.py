# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file names of migrations, by Flyway's rules.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError

VERSIONED = "V"
REPEATABLE = "R"
UNDO = "U"
# A script that makes at once what the versions up to its own made.
BASE = "B"

_SUFFIX = ".sql"
# Behind the name of a script: Flyway's settings for it.
BESIDE = ".conf"
_SEPARATOR = "__"
_REMEDY = "Name it V<version>__<description>.sql or R__<description>.sql, as in V1_2__add_orders.sql."
_VERSION = re.compile(r"[0-9]+(\.[0-9]+)*")
_WIDTHS = {"version": 50, "description": 200, "script": 1000}
# What people mean as a migration although the suffix says otherwise; a .conf would change how Flyway runs one.
_LOOKS_LIKE_MIGRATION = re.compile(r"([VB][0-9].*|R__.*)", re.DOTALL)


@dataclasses.dataclass(frozen=True)
class ScriptName:
    """What a file name says.

    :arg path: relative to the folder of migrations, with slashes: the history's column ``script``.
    :arg kind: VERSIONED, REPEATABLE, BASE or UNDO.
    :arg version: as the history shows it (``1.0.0``, digits verbatim); None for a repeatable one.
    :arg order: the version to compare with: 1, 1.0 and 1.0.0 are the same one.
    :arg description: the history's column of that name.
    """

    path: str
    kind: str
    version: str | None
    order: tuple[int, ...]
    description: str


def parse(path: str) -> ScriptName | None:
    """What a file's name says; None for a file that is no migration. LaunchError for a misnamed one."""
    name = path.rpartition("/")[2]
    if not name.lower().endswith(_SUFFIX):
        if not _LOOKS_LIKE_MIGRATION.fullmatch(name):
            return None
        if name.lower().endswith(_SUFFIX + BESIDE):
            script = name[:-len(BESIDE)]
            raise LaunchError("the script that it is about is not beside it.", option="locations", value=path, remedy=f"Bring {script} back, or remove this.")
        raise _misnamed(path, "it looks like a migration, but does not end in .sql.")
    kind, stem = name[:1], name[1:-len(_SUFFIX)]
    if kind not in (VERSIONED, REPEATABLE, BASE, UNDO):
        raise _misnamed(path, "it is not a migration's name: it starts with neither V, R, B nor U (in capitals).")
    raw, separator, rest = stem.partition(_SEPARATOR)
    parsed = ScriptName(path, kind, *_version(path, kind, raw, separator), rest.replace("_", " "))
    _check_widths(parsed)
    return parsed


def version_order(version: str) -> tuple[int, ...]:
    """The numbers of a version as the history shows it, without the zeros at its end that mean nothing."""
    numbers = [int(part) for part in version.split(".")]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def refuse_number(version: t.Any, option: str) -> None:
    """LaunchError for what YAML takes for a number: 1.10 would be version 1.1."""
    if isinstance(version, float):
        raise LaunchError("it is a number, of which 1.10 and 1.1 are the same.", option=option, value=version, remedy=f'Put it in quotes: "{version}".')


def check_version(version: str, option: str) -> str:
    """The version as the history shows it. LaunchError for anything else."""
    shown = version.replace("_", ".")
    if not _VERSION.fullmatch(shown) or len(shown) > _WIDTHS["version"]:
        raise LaunchError("it is no version.", option=option, value=version, remedy="Write it as in 1.2: numbers with dots between them.")
    return shown


def sort_key(name: ScriptName) -> tuple[t.Any, ...]:
    """Flyway's order: versions ascending, a baseline script first; then the repeatable ones by description as Java compares strings."""
    return (name.kind == REPEATABLE, name.order, name.kind, name.description.encode("utf-16-be"))


def _version(path: str, kind: str, raw: str, separator: str) -> tuple[str | None, tuple[int, ...]]:
    if kind == REPEATABLE:
        if raw or not separator:
            raise _misnamed(path, "it is a repeatable migration, and those have no version.")
        return None, ()
    version = raw.replace("_", ".")
    if not _VERSION.fullmatch(version):
        raise _misnamed(path, f"it has no valid version: {raw!r} is not made of numbers with _ or . between them.")
    return version, version_order(version)


def _check_widths(parsed: ScriptName) -> None:
    values = {"version": parsed.version or "", "description": parsed.description, "script": parsed.path}
    for column, value in values.items():
        if len(value) > _WIDTHS[column]:
            raise _misnamed(parsed.path, f"it is too long: its {column} has {len(value)} characters of at most {_WIDTHS[column]}.")


def _misnamed(path: str, problem: str) -> LaunchError:
    return LaunchError(problem, option="locations", value=path, remedy=_REMEDY)
