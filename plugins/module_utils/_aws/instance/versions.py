# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Engine versions. A version that is asked for means "at least": RDS raises minors by itself.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import re
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError

VERSION = re.compile(r"\d+(\.\d+)?")


def number(version: str) -> tuple[int, ...]:
    """17.4 as (17, 4); RDS may add letters behind, as in 17.4-R1, which don't count."""
    return tuple(int(part) for part in re.match(VERSION, version).group().split("."))


def check(option: str, value: str) -> str:
    """A version as a user may write it, as it is."""
    if not VERSION.fullmatch(value):
        raise LaunchError("it is not a version of PostgreSQL.", option=option, value=value, remedy="Write it as in 17.4, or 17.")
    return value


def satisfied(wanted: str, actual: str) -> bool:
    """Whether an instance's version is at least the one wanted."""
    return number(actual) >= number(wanted)


def choose(option: str, wanted: str, offered: t.Iterable[str]) -> str:
    """The version to ask RDS for: the one wanted, or else the lowest newer one of the same major.

    RDS withdraws old minors; that must not stop a system from being built anew. For a major alone it is the newest.
    """
    major = sorted((version for version in offered if number(version)[0] == number(wanted)[0]), key=number)
    enough = [version for version in major if satisfied(wanted, version)]
    if not enough:
        raise LaunchError(
            "RDS does not offer it, nor a newer one of its major version.", option=option, value=wanted,
            remedy=f"Take one of {', '.join(major)}." if major else "Take another major version.",
        )
    return enough[0] if len(number(wanted)) > 1 else enough[-1]
