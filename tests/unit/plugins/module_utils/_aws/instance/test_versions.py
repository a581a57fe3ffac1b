# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._aws.instance.versions import check, choose, satisfied
from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError

OFFERED = ["15.10", "16.6", "17.6", "17.10", "17.7-R1"]


@pytest.mark.parametrize(
    ("wanted", "actual", "expected"),
    [("17.4", "17.6", True), ("17.4", "17.4", True), ("17.4", "17.10", True), ("17.10", "17.9", False), ("17", "17.2", True),
     ("17", "16.6", False), ("15.4", "17.6", True), ("17.4", "17.6-R1", True)],
)
def test_a_version_means_at_least(wanted, actual, expected):
    assert satisfied(wanted, actual) is expected


@pytest.mark.parametrize(("wanted", "expected"), [("17.6", "17.6"), ("17.4", "17.6"), ("17.8", "17.10"), ("17", "17.10"), ("15", "15.10")])
def test_what_is_asked_of_rds(wanted, expected):
    assert choose("engine_version", wanted, OFFERED) == expected


@pytest.mark.parametrize("wanted", ["17.11", "18"])
def test_a_version_that_is_not_offered_is_refused(wanted):
    with pytest.raises(LaunchError) as caught:
        choose("engine_version", wanted, OFFERED)
    assert caught.value.value == wanted
    assert caught.value.remedy


@pytest.mark.parametrize("value", ["", "seventeen", "17.", "17.4.1"])
def test_a_malformed_version_is_refused(value):
    with pytest.raises(LaunchError, match="version of PostgreSQL"):
        check("engine_version", value)
