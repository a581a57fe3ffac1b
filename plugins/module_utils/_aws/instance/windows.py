# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backup and maintenance windows: form, length and overlap (UTC; API reference of CreateDBInstance).

Private to the collection: may change at any time.
"""
from __future__ import annotations

import re

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 24 * 60
WEEK = 7 * DAY
SHORTEST = 30
CLOCK = r"([01]\d|2[0-3]):([0-5]\d)"
BACKUP = re.compile(rf"{CLOCK}-{CLOCK}")
MAINTENANCE = re.compile(rf"({'|'.join(DAYS)}):{CLOCK}-({'|'.join(DAYS)}):{CLOCK}")


def backup(option: str, value: str) -> None:
    """Raises LaunchError for what is no daily window of at least 30 minutes."""
    match = BACKUP.fullmatch(value)
    if match is None:
        raise LaunchError("it is not a daily window.", option=option, value=value, remedy="Write it as in 03:00-04:00, in UTC.")
    _long_enough(option, value, _minutes(match[1], match[2]), _minutes(match[3], match[4]), DAY)


def maintenance(option: str, value: str) -> None:
    """Raises LaunchError for what is no weekly window, in lower case, of at least 30 minutes."""
    match = MAINTENANCE.fullmatch(value)
    if match is None:
        raise LaunchError("it is not a weekly window.", option=option, value=value, remedy="Write it as in sun:05:00-sun:06:00, in UTC.")
    _long_enough(option, value, *_week_span(match), WEEK)


def refuse_overlap(backup_window: str, maintenance_window: str) -> None:
    """Raises LaunchError where a backup of any day would run into the maintenance; a malformed window is no matter of this."""
    daily, weekly = BACKUP.fullmatch(backup_window), MAINTENANCE.fullmatch(maintenance_window)
    if daily is None or weekly is None:
        return
    start, end = _week_span(weekly)
    busy = _span(start, end, WEEK)
    for day in range(7):
        first, last = _minutes(daily[1], daily[2]) + day * DAY, _minutes(daily[3], daily[4]) + day * DAY
        if busy & _span(first, last if last > first else last + DAY, WEEK):
            raise LaunchError(
                f"it overlaps the maintenance window {maintenance_window}.", option="backup_window", value=backup_window,
                remedy="Move one of them.",
            )


def _minutes(hour: str, minute: str) -> int:
    return int(hour) * 60 + int(minute)


def _week_span(match: re.Match) -> tuple[int, int]:
    start = DAYS.index(match[1]) * DAY + _minutes(match[2], match[3])
    return start, DAYS.index(match[4]) * DAY + _minutes(match[5], match[6])


def _span(start: int, end: int, cycle: int) -> set[int]:
    return {minute % cycle for minute in range(start, end if end > start else end + cycle)}


def _long_enough(option: str, value: str, start: int, end: int, cycle: int) -> None:
    length = (end - start) % cycle
    if length < SHORTEST:
        raise LaunchError(f"it lasts {length} minutes.", option=option, value=value, remedy=f"Give at least {SHORTEST} minutes.")
