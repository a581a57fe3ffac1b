# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pathlib

import pytest
import yaml

from ansible_collections.launch.database.plugins.plugin_utils._preflight import pools
from ansible_collections.launch.database.plugins.plugin_utils._preflight.settings import Settings, judge

ROLE = pathlib.Path(__file__).parents[5] / "roles" / "pgbouncer" / "defaults" / "main.yml"
APP = {"name": "shop_app", "secret": "/shop/app", "connection_limit": 220}
SYSTEM = {
    **yaml.safe_load(ROLE.read_text(encoding="utf-8")),
    "pgbouncer_server_max_connections": 400,
    "pool_hosts_list": [{"name": "a"}, {"name": "b"}],
    "pool_hosts_expected": 2,
    "database_instance_db_name": "shop",
    "system_logins": [APP],
}


def said(given=(), **values):
    return judge(pools.CHECKS, Settings(SYSTEM | values, frozenset(given)))


def options(given=(), **values):
    return [error.option for error in said(given, **values)]


def test_pools_that_fit():
    assert options() == []


def test_a_login_that_the_pools_may_exceed():
    (error,) = said(system_logins=[APP | {"connection_limit": 10}])
    assert error.message == (
        "system_logins[0].connection_limit: 10: the pools could open 2 hosts x 100 connections = 200 as shop_app; the server would refuse all beyond "
        "10, and clients would see errors instead of waiting. Raise it to 200 or more, or lower pgbouncer_max_user_connections to 5."
    )


def test_to_pgbouncer_0_is_no_limit_and_so_no_remedy():
    (error,) = said(system_logins=[APP | {"connection_limit": 1}])
    assert error.remedy == "Raise it to 200 or more."


@pytest.mark.parametrize(("logins", "expected"), [
    ([APP | {"connection_limit": 200}], []),
    ([APP | {"connection_limit": 199}], ["system_logins[0].connection_limit"]),
    ([APP | {"connection_limit": -1}], []),
    ([{"name": "a", "secret": "/a"}], []),
    ([APP, {"name": "b", "secret": "/b", "connection_limit": 10, "pooled": False}], []),
    ([APP, {"name": "b", "secret": "/b", "connection_limit": 10, "state": "absent"}], []),
    ([APP, {"name": "b", "secret": "/b", "connection_limit": 145, "pooled": False}], []),
    ([APP, {"name": "b", "secret": "/b", "connection_limit": 146, "pooled": False}], ["system_logins[1].connection_limit"]),
    ([APP, {"name": "b", "secret": "/b", "connection_limit": 9999, "pooled": False, "state": "absent"}], []),
    ([APP, {"name": "b", "secret": "/b", "pooled": False}], []),
    ([], ["system_logins"]),
    ([APP | {"pooled": False}], ["system_logins"]),
    ([APP | {"state": "absent"}], ["system_logins"]),
])
def test_the_logins_share(logins, expected):
    assert options(system_logins=logins) == expected


def test_the_sum_is_shown():
    (error,) = said(system_logins=[APP, {"name": "b", "secret": "/b", "connection_limit": 200, "pooled": False}])
    assert "200, and the logins beside them 200 (b 200), together 400, but of the server's 400 only 345 are free" in error.problem


def test_the_hosts_are_those_of_the_list():
    assert options(pgbouncer_server_max_connections=250) == []
    assert options(pgbouncer_server_max_connections=250, pool_hosts_list=[{"name": name} for name in "abc"]) == [
        "pgbouncer_max_db_connections", "system_logins[0].connection_limit",
    ]


def test_the_count_of_another_play_is_not_taken_but_one_that_was_given_is():
    assert options(pgbouncer_host_count=9) == []
    assert options(["pgbouncer_host_count"], pgbouncer_host_count=9) == ["pgbouncer_max_db_connections", "system_logins[0].connection_limit"]


def test_what_can_not_be_known_yet_is_not_judged():
    assert options(pgbouncer_server_max_connections=None) == []


def test_a_server_of_somebody_elses():
    values = {"system_database": "address", "system_database_address": {"host": "h", "dbname": "pgbouncer"}, "database_instance_db_name": None}
    assert options(**values) == ["pgbouncer_databases"]


@pytest.mark.parametrize(("values", "expected"), [
    ({"pgbouncer_reserve_pool_size": 50}, ["pgbouncer_reserve_pool_size"]),
    ({"pgbouncer_settings": {"pool_mode": "session"}}, ["pgbouncer_settings.pool_mode"]),
    ({"pgbouncer_server_max_connections": 100}, ["pgbouncer_max_db_connections"]),
    ({"pgbouncer_min_pool_size": 80, "pgbouncer_limit_nofile": 100}, ["pgbouncer_min_pool_size", "pgbouncer_limit_nofile"]),
])
def test_the_roles_own_rules(values, expected):
    assert options(**values) == expected
