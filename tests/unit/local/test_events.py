# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RDS events."""

from __future__ import annotations

import datetime

from local.endpoint.events import Events

ARN = "arn:aws:rds:us-west-2:1:db:launch-db-main"


def test_found_by_source_and_category() -> None:
    events = Events()
    events.add(ARN, "failure", "it broke")
    events.add(ARN.replace("main", "other"), "creation", "made")
    assert [event["Message"] for event in events.find("launch-db-main", ["failure"])] == ["it broke"]
    assert events.find("launch-db-main", ["creation"]) == []
    assert len(events.find()) == 2


def test_found_by_time() -> None:
    events = Events()
    events.add(ARN, "failure", "it broke")
    past = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None) - datetime.timedelta(hours=1)
    assert len(events.find(start=past)) == 1
    assert events.find(start=past, end=past) == []
