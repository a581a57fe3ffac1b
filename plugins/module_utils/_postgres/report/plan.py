# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an audit report is asked for and what it holds: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import datetime
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError

MOST_ENTRIES = 100_000


@dataclasses.dataclass(frozen=True)
class Period:
    """From one moment to another, which is no longer part of it."""

    starts: datetime.datetime
    ends: datetime.datetime


@dataclasses.dataclass(frozen=True)
class Reading:
    """What the log says of a period.

    :arg counts: entries by kind, entity, action and actor.
    :arg entries: the latest first, and not more than were asked for.
    """

    counts: list[dict[str, t.Any]]
    entries: list[dict[str, t.Any]]

    @property
    def total(self) -> int:
        return sum(row["entries"] for row in self.counts)

    def as_result(self) -> dict[str, t.Any]:
        """As the task returns it: moments in ISO 8601."""
        return {
            "total": self.total, "complete": len(self.entries) == self.total,
            "counts": [plain(row) for row in self.counts], "entries": [plain(row) for row in self.entries],
        }


def period(starts: str, ends: str) -> Period:
    """LaunchError for what is no period."""
    found = Period(_moment(starts, "starts"), _moment(ends, "ends"))
    if found.ends <= found.starts:
        raise LaunchError("it is not after starts.", option="ends", value=ends, remedy="The end is the first moment that is no longer part of it.")
    return found


def most_entries(number: int) -> int:
    """LaunchError for a number of entries that no report has."""
    if not 0 <= number <= MOST_ENTRIES:
        raise LaunchError("it is out of range.", option="at_most", value=number, remedy=f"Take 0 to {MOST_ENTRIES}.")
    return number


def plain(row: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """A row as JSON has it."""
    return {name: value.isoformat() if isinstance(value, datetime.datetime) else value for name, value in row.items()}


def _moment(text: str, option: str) -> datetime.datetime:
    """A day is its beginning in UTC; so is a time without a zone."""
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        raise LaunchError("it is no moment.", option=option, value=text, remedy="Write 2026-01-01 or 2026-01-01T00:00:00+00:00.") from None
    utc = datetime.timezone.utc
    return moment.replace(tzinfo=utc) if moment.tzinfo is None else moment.astimezone(utc)
