# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._aws.instance.windows import backup, maintenance, refuse_overlap
from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError


@pytest.mark.parametrize("value", ["03:00-04:00", "03:00-03:30", "23:45-00:15"])
def test_a_backup_window(value):
    assert backup("backup_window", value) is None


@pytest.mark.parametrize("value", ["sun:05:00-sun:06:00", "sun:23:45-mon:00:15"])
def test_a_maintenance_window(value):
    assert maintenance("maintenance_window", value) is None


MALFORMED = [
    (backup, "3:00-4:00", "daily window"),
    (backup, "25:00-26:00", "daily window"),
    (backup, "03:00-03:10", "10 minutes"),
    (backup, "03:00-03:00", "0 minutes"),
    (backup, "sun:03:00-sun:04:00", "daily window"),
    (maintenance, "05:00-06:00", "weekly window"),
    (maintenance, "son:05:00-son:06:00", "weekly window"),
    (maintenance, "sun:05:00-sun:05:29", "29 minutes"),
]


@pytest.mark.parametrize(("check", "value", "problem"), MALFORMED)
def test_a_malformed_window_is_refused(check, value, problem):
    with pytest.raises(LaunchError) as caught:
        check("window", value)
    assert problem in caught.value.problem
    assert (caught.value.option, caught.value.value) == ("window", value)


@pytest.mark.parametrize(
    ("daily", "weekly"),
    [
        ("03:00-04:00", "sun:03:30-sun:04:30"),
        ("03:00-04:00", "sun:02:00-mon:01:00"),
        ("23:30-00:30", "mon:00:00-mon:00:30"),
        ("23:30-00:30", "sun:23:45-mon:00:15"),
    ],
)
def test_windows_that_overlap_are_refused(daily, weekly):
    with pytest.raises(LaunchError, match="overlaps"):
        refuse_overlap(daily, weekly)


@pytest.mark.parametrize(
    ("daily", "weekly"),
    [
        ("03:00-04:00", "sun:05:00-sun:06:00"),
        ("03:00-04:00", "sun:04:00-sun:05:00"),
        ("3-4", "sun:03:00-sun:04:00"),
        ("03:00-04:00", "sunday"),
    ],
)
def test_windows_that_touch_or_lie_apart_are_fine(daily, weekly):
    assert refuse_overlap(daily, weekly) is None
