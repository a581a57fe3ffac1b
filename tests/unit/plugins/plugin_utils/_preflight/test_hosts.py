# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.plugin_utils._preflight import hosts
from ansible_collections.launch.database.plugins.plugin_utils._preflight.settings import Settings, World, judge

A, B = {"name": "pool-1"}, {"name": "pool-2"}


@pytest.mark.parametrize(("machines", "expected", "options"), [
    ([A, B], 2, []), ([A, B], 1, []), ([A], 2, ["pool_hosts_list"]), ([], 0, ["pool_hosts_list"]), ([A], 0, []),
    ([A], -1, ["pool_hosts_expected"]), ([A, A], 2, ["pool_hosts_list"]), ([A, A], 3, ["pool_hosts_list", "pool_hosts_list"]), ([A, B], None, []),
])
def test_the_list(machines, expected, options):
    errors = judge(hosts.CHECKS, Settings({"pool_hosts_list": machines, "pool_hosts_expected": expected}))
    assert [error.option for error in errors] == options


@pytest.mark.parametrize(("found", "expected", "words"), [
    (["a", "b"], 2, None), (["a"], 2, "found 1 running pool hosts (a)."), ([], 2, "found 0 running pool hosts."), ([], 0, "found 0 running pool hosts."),
])
def test_those_that_were_found(found, expected, words):
    errors = judge(hosts.FOUND, Settings({"pool_hosts_expected": expected}, world=World(groups={"pool": found})))
    assert [error.problem for error in errors] == ([f"the inventory {words}"] if words else [])


@pytest.mark.parametrize(("found", "options"), [
    ({"project": "shop", "environment": "poc", "Name": "pool-1"}, []),
    ({"project": "shop", "environment": "production"}, ["aws_endpoint_tags.environment"]),
    ({"Name": "made by hand"}, []),
])
def test_machines_of_another_environment(found, options):
    values = {"pool_hosts_list": [A], "pool_hosts_expected": 1, "aws_endpoint_tags": {"project": "shop", "environment": "poc"}}
    errors = judge(hosts.CHECKS, Settings(values, world=World(tags={"pool-1": found})))
    assert [error.option for error in errors] == options
