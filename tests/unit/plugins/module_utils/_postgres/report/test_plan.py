# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import datetime

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.report.plan import Reading, most_entries, period

MOMENT = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)


@pytest.mark.parametrize("text", ["2026-01-01", "2026-01-01T00:00:00", "2026-01-01T00:00:00+00:00", "2026-01-01T01:00:00+01:00", "2025-12-31 16:00-08:00"])
def test_a_moment_is_utc_unless_it_says_otherwise(text):
    found = period(text, "2027-01-01").starts
    assert (found, found.utcoffset()) == (MOMENT, datetime.timedelta(0))


@pytest.mark.parametrize(("starts", "ends", "option"), [
    ("2026-01-01", "2026-01-01", "ends"), ("2026-01-02", "2026-01-01", "ends"), ("2026-01-01T00:00+00:00", "2026-01-01T01:00+01:00", "ends"),
    ("January", "2026-01-01", "starts"), ("2026-01-01", "", "ends"), ("2026-13-01", "2027-01-01", "starts"), ("-infinity", "infinity", "starts"),
])
def test_what_is_no_period_is_refused(starts, ends, option):
    with pytest.raises(LaunchError) as refusal:
        period(starts, ends)
    assert refusal.value.option == option


@pytest.mark.parametrize("number", [-1, 100_001])
def test_a_report_has_its_bounds(number):
    with pytest.raises(LaunchError):
        most_entries(number)


@pytest.mark.parametrize(("listed", "complete"), [(3, True), (2, False), (0, False)])
def test_a_report_is_complete_where_it_lists_what_it_counts(listed, complete):
    counts = [{"action": "insert", "entries": 2, "first_at": MOMENT}, {"action": "login", "entries": 1, "first_at": MOMENT}]
    result = Reading(counts, [{"id": str(number)} for number in range(listed)]).as_result()
    assert (result["total"], result["complete"], len(result["entries"])) == (3, complete, listed)
    assert result["counts"][0] == {"action": "insert", "entries": 2, "first_at": "2026-01-01T00:00:00+00:00"}
