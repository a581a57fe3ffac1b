# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RDS events: what happened to a DB instance, readable where its status alone does not say why."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

DEFAULT_SPAN = 60  # minutes that DescribeEvents looks back by default


class Events:
    """The events of an account's region, oldest first."""

    def __init__(self) -> None:
        self._events: list[dict] = []

    def add(self, arn: str, category: str, message: str) -> None:
        """Record what happened to the DB instance with that ARN."""
        self._events.append(
            {
                "SourceIdentifier": arn.rpartition(":")[2],
                "SourceType": "db-instance",
                "Message": message,
                "EventCategories": [category],
                "Date": datetime.datetime.now(datetime.timezone.utc),
                "SourceArn": arn,
            }
        )

    def find(
        self,
        source: str | None = None,
        categories: Iterable[str] = (),
        start: datetime.datetime | None = None,
        end: datetime.datetime | None = None,
        minutes: int | None = None,
    ) -> list[dict]:
        """Return the events of a source (all sources if None) and of any of the categories, within a time span."""
        now = datetime.datetime.now(datetime.timezone.utc)
        since = _aware(start) or now - datetime.timedelta(minutes=minutes or DEFAULT_SPAN)
        until = _aware(end) or now
        wanted = set(categories)
        return [
            event
            for event in list(self._events)
            if since <= event["Date"] <= until
            and source in (None, event["SourceIdentifier"])
            and (not wanted or wanted & set(event["EventCategories"]))
        ]


def _aware(moment: datetime.datetime | None) -> datetime.datetime | None:
    """Return the moment as UTC; the API's timestamps come without a zone."""
    if moment is None or moment.tzinfo:
        return moment
    return moment.replace(tzinfo=datetime.timezone.utc)
