# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._aws.parameter_group.units import convert, display, unit_of
from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError

CONVERSIONS = [
    ("4GB", "8kB", "524288"),
    ("12GB", "8kB", "1572864"),
    ("16MB", "8kB", "2048"),
    ("1GB", "kB", "1048576"),
    ("4MB", "kB", "4096"),
    ("4 MB", "kB", "4096"),
    ("0.5GB", "MB", "512"),
    ("1TB", "MB", "1048576"),
    ("1kB", "B", "1024"),
    ("8kB", "kB", "8"),
    ("1GB", "MB", "1024"),
    ("1s", "ms", "1000"),
    ("2000us", "ms", "2"),
    ("5min", "s", "300"),
    ("1d", "min", "1440"),
    ("2h", "s", "7200"),
    ("-1MB", "kB", "-1024"),
    ("4096", "kB", "4096"),
    ("-1", "8kB", "-1"),
    ("1.1", None, "1.1"),
    ("{DBInstanceClassMemory/32768}", "8kB", "{DBInstanceClassMemory/32768}"),
    ("on", None, "on"),
]


@pytest.mark.parametrize(("value", "unit", "expected"), CONVERSIONS)
def test_convert(value, unit, expected):
    assert convert("parameters.p", value, unit) == expected


REFUSALS = [
    ("a time for a size", "30s", "8kB", "unit of time"),
    ("a size for a time", "4GB", "ms", "unit of size"),
    ("a unit for a bare number", "4GB", None, "no unit"),
    ("a fraction of a block", "9kB", "8kB", "1.125"),
    ("a fraction of a millisecond", "1500us", "ms", "1.5"),
    ("a letter that is not a unit", "4G", "8kB", "'G' is not a unit"),
    ("another case", "4gb", "8kB", "'gb' is not a unit"),
]


@pytest.mark.parametrize(("value", "unit", "problem"), [row[1:] for row in REFUSALS], ids=[row[0] for row in REFUSALS])
def test_what_does_not_fit_is_refused_by_name_with_a_remedy(value, unit, problem):
    with pytest.raises(LaunchError) as caught:
        convert("parameters.p", value, unit)
    assert problem in caught.value.problem
    assert (caught.value.option, caught.value.value) == ("parameters.p", value)
    assert caught.value.remedy


UNITS = [
    ("the prefix counts", "shared_buffers", "(8kB) Sets the number of shared memory buffers.", "8kB"),
    ("in any spelling", "shared_buffers", "(8Kb) Sets the number of shared memory buffers.", "8kB"),
    ("without prefix the table counts", "work_mem", "Sets the maximum memory.", "kB"),
    ("milliseconds", "statement_timeout", "", "ms"),
    ("what RDS says in words", "rds.log_retention_period", "Amazon RDS will delete logs older than N minutes.", "min"),
    ("no unit", "max_connections", "Sets the maximum number of concurrent connections.", None),
    ("brackets that are no unit", "x", "(deprecated) Does nothing.", None),
    ("a parameter that PostgreSQL 17 does not have", "future", "(MB) New.", "MB"),
]


@pytest.mark.parametrize(("name", "description", "expected"), [row[1:] for row in UNITS], ids=[row[0] for row in UNITS])
def test_unit_of(name, description, expected):
    assert unit_of(name, description) == expected


def test_two_sources_that_disagree_are_an_error():
    with pytest.raises(LaunchError, match="RDS describes it in MB, PostgreSQL 17 counts it in kB"):
        unit_of("work_mem", "(MB) Sets the maximum memory.")


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        ("524288", "8kB", "4GB (524288 x 8kB)"),
        ("2048", "8kB", "16MB (2048 x 8kB)"),
        ("1", "8kB", "8kB (1 x 8kB)"),
        ("60000", "ms", "1min (60000 x ms)"),
        ("-1", "8kB", "-1"),
        ("0", "kB", "0"),
        ("1.1", None, "1.1"),
        ("{DBInstanceClassMemory/32768}", "8kB", "{DBInstanceClassMemory/32768}"),
        (None, "kB", None),
    ],
)
def test_display(value, unit, expected):
    assert display(value, unit) == expected
