# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._aws.parameter_group.memory import ClassSize, advice, check

MEDIUM = ClassSize("db.t4g.medium", 4 * 1024**3, 2)
MOST = 471859


@pytest.mark.parametrize("value", [str(MOST), "131072", "{DBInstanceClassMemory/32768}", "{AllocatedStorage}", None])
def test_what_fits_or_can_not_be_told_is_let_through(value):
    assert check({"shared_buffers": value}, MEDIUM) is None


@pytest.mark.parametrize("value", ["524288", str(MOST + 1), "{DBInstanceClassMemory/8192}"])
def test_more_than_ninety_percent_does_not_start(value):
    assert check({"shared_buffers": value}, MEDIUM).option == "parameters.shared_buffers"


def test_the_refusal_shows_the_arithmetic_and_what_to_do():
    message = check({"shared_buffers": "524288"}, MEDIUM).message
    for part in ("4GB", "524288 x 8kB is 4096 MiB", "100 %", "4096 MiB of db.t4g.medium", "at most 3686MB", "usually 1024MB"):
        assert part in message


def test_the_refusal_for_a_class_that_runs_says_whose_it_is_and_what_goes_first():
    message = check({"shared_buffers": "524288"}, MEDIUM, ["one", "two"]).message
    for part in ("db.t4g.medium, the class that one, two has now;", "change the class first (apply_immediately: true), then the parameter."):
        assert part in message


ADVICE = [
    ({"effective_cache_size": "1572864"}, ["effective_cache_size: 12288 MiB is more than the 4096 MiB"]),
    ({"effective_cache_size": "393216"}, []),
    ({"maintenance_work_mem": "1048577"}, ["maintenance_work_mem: 1024 MiB for one operation is 25 %"]),
    ({"maintenance_work_mem": "1048576"}, []),
    ({}, []),
]


@pytest.mark.parametrize(("values", "parts"), ADVICE)
def test_advice(values, parts):
    found = advice(values, MEDIUM)
    assert len(found) == len(parts)
    assert all(part in sentence for part, sentence in zip(parts, found))
