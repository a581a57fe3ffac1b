# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The option that the modules of heads and exports share, and what it may say: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import re
import typing as t

from ansible_collections.launch.database.plugins.module_utils._argspec import ArgumentSpec
from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError

# What the database takes.
LONGEST_RETENTION = 1200
# A week in minutes, and ten minutes in seconds.
LONGEST_AGE, LONGEST_WAIT = 10080, 600
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")

DESTINATION = ArgumentSpec(options={"destination": {"type": "dict", "required": True, "options": {
    "folder": {"type": "str"},
    "bucket": {"type": "str"},
    "prefix": {"type": "str", "default": ""},
    "region": {"type": "str"},
    "endpoint_url": {"type": "str"},
    "lock_mode": {"type": "str", "choices": ["GOVERNANCE", "COMPLIANCE"], "default": "COMPLIANCE"},
    "lock_days": {"type": "int", "default": 2557},
}}})


def destination_errors(given: t.Mapping[str, t.Any], option: str) -> list[LaunchError]:
    """What is wrong with a destination.

    :arg option: what it is called where it comes from.
    """
    folder, bucket = given.get("folder"), given.get("bucket")
    if bool(folder) == bool(bucket):
        problem = "it names no place." if not folder else "it names a folder and a bucket."
        return [LaunchError(problem, option=option, remedy="Give folder or bucket.")]
    errors = []
    if folder and not folder.startswith("/"):
        errors.append(LaunchError("it is not an absolute path.", option=f"{option}.folder", value=folder, remedy="Begin it with a slash."))
    if bucket and not _BUCKET.fullmatch(bucket):
        errors.append(LaunchError("it is not the name of a bucket.", option=f"{option}.bucket", value=bucket, remedy="Give its name alone, as in shop-audit."))
    if bucket and given.get("lock_days", 1) < 1:
        errors.append(LaunchError("it is out of range.", option=f"{option}.lock_days", value=given["lock_days"], remedy="Take 1 or more."))
    return errors


def retention_error(months: int | None, option: str) -> LaunchError | None:
    """What is wrong with a number of months; None is no retention."""
    if months is None or 1 <= months <= LONGEST_RETENTION:
        return None
    return LaunchError("it is out of range.", option=option, value=months, remedy=f"Take 1 to {LONGEST_RETENTION} months.")


def month_errors(months: t.Iterable[str], option: str) -> list[LaunchError]:
    """What of a list is no month."""
    return [
        LaunchError("it is not a month.", option=option, value=month, remedy="Write it as in 2026-11.") for month in months if not _MONTH.fullmatch(str(month))
    ]


def range_error(value: int, least: int, most: int, option: str) -> LaunchError | None:
    """What is wrong with a number."""
    if least <= value <= most:
        return None
    return LaunchError("it is out of range.", option=option, value=value, remedy=f"Take {least} to {most}.")
