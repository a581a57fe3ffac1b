# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import dataclasses

import pytest

from ansible_collections.launch.database.plugins.module_utils._pgbouncer import budget
from ansible_collections.launch.database.plugins.module_utils._pgbouncer.budget import Database, Fleet

# The sizes of launch's design on two hosts, with the reserve inside the limits.
FLEET = Fleet(
    hosts=2,
    users=1,
    databases=(Database("launch", 70, 100),),
    min_pool_size=10,
    reserve_pool_size=30,
    max_user_connections=100,
    max_client_conn=2000,
    server_max_connections=400,
    server_reserved=15,
    headroom_percent=10,
)


def fleet(**changes):
    return dataclasses.replace(FLEET, **changes)


@pytest.mark.parametrize(("changes", "expected"), [
    pytest.param({}, 100, id="pool and reserve"),
    pytest.param({"users": 2}, 100, id="users share the limit of the database"),
    pytest.param({"users": 2, "databases": (Database("launch", 70, 0),)}, 200, id="no limit per database"),
    pytest.param({"max_user_connections": 0, "databases": (Database("launch", 70, 0),)}, 100, id="no limits: pool and reserve"),
    pytest.param({"databases": (Database("a", 70, 100), Database("b", 70, 100))}, 100, id="limit per user over two databases"),
    pytest.param(
        {"databases": (Database("a", 70, 100), Database("b", 70, 100)), "max_user_connections": 0}, 200,
        id="two databases"),
    pytest.param({"databases": (Database("a", 70, 40),)}, 40, id="limit below the pool"),
])
def test_connections_of_a_host(changes, expected):
    assert budget.per_host(fleet(**changes)) == expected


@pytest.mark.parametrize(("changes", "expected"), [
    ({}, 345),
    ({"server_max_connections": 112}, 85),
    ({"headroom_percent": 0}, 385),
    ({"server_max_connections": 10}, 0),
])
def test_connections_that_the_server_has_for_pools(changes, expected):
    assert budget.usable(fleet(**changes)) == expected


@pytest.mark.parametrize(("changes", "refused"), [
    ({}, False),
    ({"hosts": 4}, True),
    ({"server_max_connections": 239}, False),
    ({"server_max_connections": 238}, True),
])
def test_budget(changes, refused):
    assert bool(budget.check_budget(fleet(**changes))) is refused


def test_the_refusal_of_a_budget_shows_the_arithmetic_and_what_fits():
    (error,) = budget.check_budget(fleet(server_max_connections=112))
    assert error.message == (
        "pgbouncer_max_db_connections: 100: the pools could open 2 hosts x 100 connections = 200, but of the server's 112 "
        "only 85 are theirs: 15 are reserved, 10 % stay free. "
        "At most 42 for each host: lower the limits, or raise the server's max_connections."
    )


@pytest.mark.parametrize(("changes", "refused"), [
    pytest.param({}, False, id="fits exactly"),
    pytest.param({"reserve_pool_size": 31}, True, id="one too many"),
    pytest.param({"reserve_pool_size": 0, "databases": (Database("launch", 100, 100),)}, False, id="no reserve wanted"),
    pytest.param({"databases": (Database("launch", 100, 0),), "max_user_connections": 0}, False, id="no limits"),
    pytest.param({"max_user_connections": 99}, True, id="limit per user"),
])
def test_dead_reserve(changes, refused):
    assert bool(budget.check_reserve(fleet(**changes))) is refused


def test_the_seeds_sizes_are_refused_because_no_reserve_can_be_used():
    (error,) = budget.check_reserve(fleet(databases=(Database("launch", 100, 100),), reserve_pool_size=50))
    assert (error.option, error.value) == ("pgbouncer_reserve_pool_size", 50)
    assert "only 0 of the reserve can ever be used in database 'launch'" in error.problem
    assert "at least 150" in error.remedy


@pytest.mark.parametrize(("minimum", "refused"), [(0, False), (70, False), (71, True)])
def test_minimum(minimum, refused):
    assert bool(budget.check_minimum(fleet(min_pool_size=minimum))) is refused


@pytest.mark.parametrize(("limit", "refused"), [(4300, False), (4299, True)])
def test_open_files(limit, refused):
    assert bool(budget.check_descriptors(FLEET, limit)) is refused
