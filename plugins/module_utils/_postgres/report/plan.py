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
_UTC = datetime.timezone.utc
# The end of a period and of a partition is no longer part of it.
_TICK = datetime.timedelta(microseconds=1)


@dataclasses.dataclass(frozen=True)
class Period:
    """From one moment to another, which is no longer part of it."""

    starts: datetime.datetime
    ends: datetime.datetime


@dataclasses.dataclass(frozen=True)
class Partition:
    """A part of the log: where it begins, and the first moment after it."""

    starts: datetime.datetime
    ends: datetime.datetime


@dataclasses.dataclass(frozen=True)
class Archive:
    """An export of a month that the database remembers.

    :arg removed: whether the month was taken out of the log afterwards.
    """

    place: str
    removed: bool


@dataclasses.dataclass(frozen=True)
class Reading:
    """What the log says of a period, and which part of the period it has.

    :arg read_at: when the transaction began that read it, by the server's clock.
    :arg partitions: all that the log has.
    :arg archives: exports by month, as in ``2026-01``; None where the login may not read of them.
    :arg counts: entries by kind, entity, action and actor.
    :arg entries: the latest first, and not more than were asked for.
    """

    read_at: datetime.datetime
    partitions: t.Sequence[Partition]
    archives: t.Mapping[str, Archive] | None
    counts: list[dict[str, t.Any]]
    entries: list[dict[str, t.Any]]

    @property
    def total(self) -> int:
        return sum(row["entries"] for row in self.counts)

    def as_result(self, asked: Period) -> dict[str, t.Any]:
        """As the task returns it: moments in ISO 8601."""
        looked_at, missing = coverage(asked, self.partitions, self.archives or {})
        is_whole = not missing and asked.ends <= self.read_at
        return {
            "read_at": self.read_at.isoformat(), "looked_at": looked_at, "missing": missing, "archives_read": self.archives is not None,
            "total": self.total, "complete": is_whole and len(self.entries) == self.total,
            "counts": [plain(row) for row in self.counts], "entries": [plain(row) for row in self.entries],
        }


def coverage(asked: Period, partitions: t.Iterable[Partition], archives: t.Mapping[str, Archive]) -> tuple[list[dict[str, str]], list[dict[str, t.Any]]]:
    """Which months of a period the log has, and which it has not and why, each from a first to a last month.

    A month counts as there only if partitions have all of it.
    """
    there = {number for part in partitions for number in range(_month(part.starts - _TICK) + 1, _month(part.ends))}
    looked_at: list[dict[str, str]] = []
    missing: list[dict[str, t.Any]] = []
    for number in range(_month(asked.starts), _month(asked.ends - _TICK) + 1):
        name = _name(number)
        why = {} if number in there else _why(archives.get(name))
        runs = missing if why else looked_at
        if runs and runs[-1] == {"first": runs[-1]["first"], "last": _name(number - 1), **why}:
            runs[-1]["last"] = name
        else:
            runs.append({"first": name, "last": name, **why})
    return looked_at, missing


def _why(archive: Archive | None) -> dict[str, t.Any]:
    """Why a month is not there. An export is one of that month alone, so that it stands by itself."""
    return {
        "reason": "exported and removed" if archive and archive.removed else "no partition", "export": archive.place if archive else None,
    }


def _month(moment: datetime.datetime) -> int:
    """A month as a number that goes on from year to year."""
    return moment.year * 12 + moment.month - 1


def _name(number: int) -> str:
    return f"{number // 12:04}-{number % 12 + 1:02}"


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
        # In UTC the first and the last day may lie outside of the years that there are.
        return moment.replace(tzinfo=_UTC) if moment.tzinfo is None else moment.astimezone(_UTC)
    except (ValueError, OverflowError):
        raise LaunchError("it is no moment.", option=option, value=text, remedy="Write 2026-01-01 or 2026-01-01T00:00:00+00:00.") from None
