# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import typing as t

import pytest

from ansible_collections.launch.database.plugins.filter.pool_hosts import pool_hosts

TAGS = {"project": "launch", "environment": "poc", "role": "pool"}
IDENTITY = ["project", "environment"]


def host(*machines: tuple[dict[str, str], str]) -> dict[str, t.Any]:
    found = [{"instance_id": f"i-{number}", "tags": tags, "state": {"name": state}} for number, (tags, state) in enumerate(machines, 1)]
    (result,) = pool_hosts(found, [{"name": "launch-pool-1", "subnet_id": "subnet-1"}], TAGS, IDENTITY)
    return result


@pytest.mark.parametrize(("tags", "ours"), [
    pytest.param({"Name": "launch-pool-1", **TAGS}, True, id="ours"),
    pytest.param({"Name": "launch-pool-1", **TAGS, "cost_center": "42"}, True, id="other tags don't count"),
    pytest.param({"Name": "launch-pool-1"}, True, id="made by hand"),
    pytest.param({"Name": "launch-pool-1", "project": "launch"}, True, id="a tag was taken off"),
    pytest.param({"Name": "launch-pool-1", **TAGS, "environment": "production"}, False, id="another environment's"),
    pytest.param({"Name": "launch-pool-2", **TAGS}, False, id="another name"),
    pytest.param({}, False, id="no name"),
])
def test_which_machine_is_ours(tags: dict[str, str], ours: bool) -> None:
    assert host((tags, "running"))["ids"] == (["i-1"] if ours else [])


NAMED = {"Name": "launch-pool-1", **TAGS}


@pytest.mark.parametrize(("machines", "settled"), [
    pytest.param([(NAMED, "running")], True, id="runs, with its tags"),
    pytest.param([(NAMED, "stopped")], False, id="stopped"),
    pytest.param([(NAMED, "pending")], False, id="starts"),
    pytest.param([({**NAMED, "role": "other"}, "running")], False, id="another value of a tag"),
    pytest.param([({"Name": "launch-pool-1"}, "running")], False, id="adopted, without tags"),
    pytest.param([(NAMED, "running"), (NAMED, "running")], False, id="two of one name"),
    pytest.param([], False, id="none"),
])
def test_whether_anything_is_left_to_do(machines: list[tuple[dict[str, str], str]], settled: bool) -> None:
    assert host(*machines)["settled"] is settled


def test_what_the_inventory_says_of_a_host_stays() -> None:
    assert host()["subnet_id"] == "subnet-1"
