# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.filter.pool_host_ids import pool_host_ids

IDENTITY = {"project": "launch", "environment": "poc"}


@pytest.mark.parametrize(("tags", "ours"), [
    pytest.param({"Name": "launch-pool-1", **IDENTITY}, True, id="ours"),
    pytest.param({"Name": "launch-pool-1", **IDENTITY, "cost_center": "42"}, True, id="other tags don't count"),
    pytest.param({"Name": "launch-pool-1"}, True, id="made by hand"),
    pytest.param({"Name": "launch-pool-1", "project": "launch"}, True, id="a tag was taken off"),
    pytest.param({"Name": "launch-pool-1", **IDENTITY, "environment": "production"}, False, id="another environment's"),
    pytest.param({"Name": "launch-pool-2", **IDENTITY}, False, id="another name"),
    pytest.param({}, False, id="no name"),
])
def test_which_machine_is_ours(tags: dict[str, str], ours: bool) -> None:
    assert pool_host_ids([{"instance_id": "i-1", "tags": tags}], "launch-pool-1", IDENTITY) == (["i-1"] if ours else [])
