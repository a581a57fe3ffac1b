# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import typing as t

import pytest

from ansible_collections.launch.database.plugins.filter.instance_is_up_to_date import instance_is_up_to_date

CHANGE = {"action": "modify", "path": "iops"}
GROUP: dict[str, t.Any] = {"plan": []}
INSTANCE: dict[str, t.Any] = {"plan": [], "pending": [], "instance": {"vpc_security_group_ids": ["sg-1", "sg-2"]}}


@pytest.mark.parametrize(("instance", "group", "ids", "answer"), [
    pytest.param(INSTANCE, GROUP, ["sg-2", "sg-1"], True, id="nothing to change, groups in another order"),
    pytest.param(INSTANCE, GROUP, ["sg-1"], False, id="one security group less"),
    pytest.param(INSTANCE, GROUP, [], False, id="security groups are not known"),
    pytest.param({**INSTANCE, "plan": [CHANGE]}, GROUP, ["sg-1", "sg-2"], False, id="the instance changes"),
    pytest.param({**INSTANCE, "pending": [CHANGE]}, GROUP, ["sg-1", "sg-2"], False, id="a change is pending"),
    pytest.param(INSTANCE, {"plan": [CHANGE]}, ["sg-1", "sg-2"], False, id="the parameter group changed"),
    pytest.param(INSTANCE, {}, ["sg-1", "sg-2"], False, id="the parameter group was not planned"),
    pytest.param({}, GROUP, ["sg-1", "sg-2"], False, id="the instance was not planned"),
    pytest.param({"failed": True, "msg": "no answer"}, GROUP, ["sg-1", "sg-2"], False, id="the plan failed"),
    pytest.param({}, {}, [], False, id="nobody looked"),
])
def test_an_instance_is_left_alone_only_where_its_plan_still_holds(instance: t.Any, group: t.Any, ids: list[str], answer: bool) -> None:
    assert instance_is_up_to_date(instance, group, ids) is answer
