# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import datetime

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.report.plan import (
    Archive, Partition, Period, Reading, coverage, most_entries, period,
)

MOMENT = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)


@pytest.mark.parametrize("text", ["2026-01-01", "2026-01-01T00:00:00", "2026-01-01T00:00:00+00:00", "2026-01-01T01:00:00+01:00", "2025-12-31 16:00-08:00"])
def test_a_moment_is_utc_unless_it_says_otherwise(text):
    found = period(text, "2027-01-01").starts
    assert (found, found.utcoffset()) == (MOMENT, datetime.timedelta(0))


@pytest.mark.parametrize(("starts", "ends", "option"), [
    ("2026-01-01", "2026-01-01", "ends"), ("2026-01-02", "2026-01-01", "ends"), ("2026-01-01T00:00+00:00", "2026-01-01T01:00+01:00", "ends"),
    ("January", "2026-01-01", "starts"), ("2026-01-01", "", "ends"), ("2026-13-01", "2027-01-01", "starts"), ("-infinity", "infinity", "starts"),
    ("0001-01-01T00:00:00+14:00", "2027-01-01", "starts"), ("2026-01-01", "9999-12-31T23:59:59-05:00", "ends"),
])
def test_what_is_no_period_is_refused(starts, ends, option):
    with pytest.raises(LaunchError) as refusal:
        period(starts, ends)
    assert refusal.value.option == option


@pytest.mark.parametrize("number", [-1, 100_001])
def test_a_report_has_its_bounds(number):
    with pytest.raises(LaunchError):
        most_entries(number)


def at(year, month, day=1):
    return datetime.datetime(year, month, day, tzinfo=datetime.timezone.utc)


PARTITIONS = [Partition(at(*starts), at(*ends)) for starts, ends in (
    ((2025, 11), (2025, 12)), ((2025, 12), (2026, 1)), ((2026, 1), (2026, 2)), ((2026, 3), (2026, 4)))]
ARCHIVES = {"2025-10": Archive("shop/y2025m10", True), "2025-09": Archive("shop/y2025m09", True), "2026-02": Archive("shop/y2026m02", False)}
JANUARY = Period(at(2026, 1), at(2026, 2))


def run(first, last):
    return {"first": first, "last": last}


def gap(first, last, export=None, reason="no partition"):
    return {**run(first, last), "reason": reason, "export": export}


@pytest.mark.parametrize(("starts", "ends", "looked_at", "missing"), [
    (at(2026, 1), at(2026, 2), [run("2026-01", "2026-01")], []),
    (at(2025, 11, 5), at(2026, 1, 5), [run("2025-11", "2026-01")], []),
    (at(2026, 3, 31), at(2026, 4), [run("2026-03", "2026-03")], []),
    (at(2026, 4), at(2026, 4, 2), [], [gap("2026-04", "2026-04")]),
    (at(2025, 12), at(2026, 5), [run("2025-12", "2026-01"), run("2026-03", "2026-03")], [
        gap("2026-02", "2026-02", "shop/y2026m02"), gap("2026-04", "2026-04")]),
    (at(2025, 7), at(2025, 12), [run("2025-11", "2025-11")], [
        gap("2025-07", "2025-08"), gap("2025-09", "2025-09", "shop/y2025m09", "exported and removed"),
        gap("2025-10", "2025-10", "shop/y2025m10", "exported and removed")]),
    (at(2026, 4), at(9999, 12, 31), [], [gap("2026-04", "9999-12")]),
])
def test_a_period_has_the_months_that_have_a_partition_and_tells_of_the_others(starts, ends, looked_at, missing):
    assert coverage(Period(starts, ends), PARTITIONS, ARCHIVES) == (looked_at, missing)


def test_a_partition_of_a_part_of_a_month_is_not_the_month():
    parts = [Partition(at(2026, 1, 2), at(2026, 2)), Partition(at(2026, 2), at(2026, 2, 20))]
    assert coverage(Period(at(2026, 1), at(2026, 3)), parts, {}) == ([], [gap("2026-01", "2026-02")])


COUNTS = [{"action": "insert", "entries": 2, "first_at": MOMENT}, {"action": "login", "entries": 1, "first_at": MOMENT}]


def reading(listed, read_at=at(2026, 6), archives=None):
    return Reading(read_at, PARTITIONS, archives, COUNTS, [{"id": str(number)} for number in range(listed)])


@pytest.mark.parametrize(("listed", "asked", "read_at", "complete"), [
    (3, JANUARY, at(2026, 2), True), (2, JANUARY, at(2026, 2), False), (0, JANUARY, at(2026, 2), False),
    (3, JANUARY, at(2026, 1, 31), False), (3, Period(at(2026, 1), at(2026, 2, 2)), at(2026, 3), False),
    (3, Period(at(2030, 1), at(2031, 1)), at(2026, 3), False),
])
def test_a_report_is_complete_where_it_lists_what_it_counts_and_the_period_is_there_and_over(listed, asked, read_at, complete):
    result = reading(listed, read_at).as_result(asked)
    assert (result["total"], result["complete"], len(result["entries"]), result["read_at"]) == (3, complete, listed, read_at.isoformat())
    assert result["counts"][0] == {"action": "insert", "entries": 2, "first_at": "2026-01-01T00:00:00+00:00"}


@pytest.mark.parametrize(("archives", "is_read"), [(None, False), ({}, True), (ARCHIVES, True)])
def test_a_report_says_whether_exports_were_asked_for(archives, is_read):
    result = reading(3, archives=archives).as_result(Period(at(2025, 10), at(2025, 11)))
    assert result["archives_read"] == is_read
    assert (result["missing"][0]["export"] is not None) == bool(archives)
