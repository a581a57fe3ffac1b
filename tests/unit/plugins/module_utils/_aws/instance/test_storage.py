# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._aws.instance.storage import arguments, growth_problem, is_fixed, performance_is_fixed, problems

FINE = [
    {},
    {"storage_type": "gp3", "allocated_storage": 399},
    {"storage_type": "gp3", "allocated_storage": 100, "iops": 3000, "storage_throughput": 125},
    {"storage_type": "gp3", "allocated_storage": 400, "iops": 12000, "storage_throughput": 500},
    {"storage_type": "gp3", "allocated_storage": 400},
    {"storage_type": "gp3", "allocated_storage": 400, "iops": 16000, "storage_throughput": 4000},
    {"storage_type": "io2", "allocated_storage": 100, "iops": 5000},
    {"storage_type": "gp2", "allocated_storage": 20},
    {"allocated_storage": 400, "max_allocated_storage": 440},
    {"allocated_storage": 400, "max_allocated_storage": 400},
    {"allocated_storage": 65536},
]


@pytest.mark.parametrize("given", FINE)
def test_what_rds_takes(given):
    assert problems(given) == []


REFUSED = [
    ({"allocated_storage": 19}, ["allocated_storage"]),
    ({"allocated_storage": 65537}, ["allocated_storage"]),
    ({"storage_type": "gp3", "allocated_storage": 399, "iops": 12000, "storage_throughput": 500}, ["iops", "storage_throughput"]),
    ({"storage_type": "gp3", "allocated_storage": 400, "iops": 11999}, ["iops"]),
    ({"storage_type": "gp3", "allocated_storage": 400, "iops": 64001}, ["iops"]),
    ({"storage_type": "gp3", "allocated_storage": 400, "storage_throughput": 499}, ["storage_throughput"]),
    ({"storage_type": "gp3", "allocated_storage": 400, "iops": 12000, "storage_throughput": 3001}, ["storage_throughput"]),
    ({"storage_type": "io1", "allocated_storage": 100}, ["iops"]),
    ({"allocated_storage": 400, "max_allocated_storage": 439}, ["max_allocated_storage"]),
    ({"allocated_storage": 400, "max_allocated_storage": 100}, ["max_allocated_storage"]),
]


@pytest.mark.parametrize(("given", "options"), REFUSED)
def test_what_rds_refuses(given, options):
    found = problems(given)
    assert [error.option for error in found] == options
    assert all(error.remedy for error in found)


@pytest.mark.parametrize(
    ("wanted", "now", "scales", "part"),
    [(200, 400, False, "never shrinks"), (410, 400, False, "at least 10 %"), (410, 400, True, "at least 10 %")],
)
def test_a_size_that_can_not_be_had(wanted, now, scales, part):
    assert part in growth_problem(wanted, now, scales).problem


@pytest.mark.parametrize(("wanted", "now", "scales"), [(400, 400, False), (440, 400, False), (200, 400, True)])
def test_a_size_that_is_there_or_can_be_had(wanted, now, scales):
    assert growth_problem(wanted, now, scales) is None


@pytest.mark.parametrize(
    ("storage_type", "size", "expected"), [("gp3", 399, True), ("gp3", 400, False), ("gp2", 1000, True), ("io2", 20, False), (None, None, False)],
)
def test_where_performance_is_fixed(storage_type, size, expected):
    assert performance_is_fixed(storage_type, size) is expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [({"allocated_storage": 400, "max_allocated_storage": 400}, True), ({"allocated_storage": 400, "max_allocated_storage": 1000}, False),
     ({"allocated_storage": 400}, False), ({}, False)],
)
def test_the_same_number_twice_is_no_autoscaling(given, expected):
    assert is_fixed(given) is expected


ARGUMENTS = [
    ({"storage_type": "gp3", "allocated_storage": 500, "iops": 12000, "storage_throughput": 500},
     {"storage_type": "gp3", "allocated_storage": 500, "iops": 12000, "storage_throughput": 500}),
    ({"storage_type": "gp3", "allocated_storage": 100, "iops": 3000, "storage_throughput": 125}, {"storage_type": "gp3", "allocated_storage": 100}),
    ({"storage_type": "io2", "allocated_storage": 100, "iops": 3000, "storage_throughput": 125},
     {"storage_type": "io2", "allocated_storage": 100, "iops": 3000}),
    ({"storage_type": None, "allocated_storage": 100, "iops": None, "storage_throughput": None}, {"allocated_storage": 100}),
]


@pytest.mark.parametrize(("final", "expected"), ARGUMENTS)
def test_size_and_performance_go_together(final, expected):
    assert arguments(final) == expected
