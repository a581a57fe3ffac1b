# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.plugin_utils._preflight import network
from ansible_collections.launch.database.plugins.plugin_utils._preflight.settings import Settings, judge

GOOD = {"network_access_client_group_ids": ["sg-1"], "network_access_controller_cidrs": ["10.0.0.0/16", "fd00::/8"], "network_access_subnet_ids": ["a", "b"]}


@pytest.mark.parametrize(("values", "option"), [
    ({}, None),
    ({"network_access_client_group_ids": []}, "network_access_client_group_ids"),
    ({"network_access_controller_cidrs": []}, "network_access_controller_cidrs"),
    ({"network_access_controller_cidrs": ["10.0.0.0/16", "10.0.0.1/16"]}, "network_access_controller_cidrs[1]"),
    ({"network_access_controller_cidrs": ["10.0.0.1"]}, "network_access_controller_cidrs[0]"),
    ({"network_access_controller_cidrs": ["everywhere"]}, "network_access_controller_cidrs[0]"),
    ({"network_access_controller_cidrs": ["0.0.0.0/0"]}, "network_access_controller_cidrs[0]"),
    ({"network_access_controller_cidrs": ["10.0.0.0/16", "::/0"]}, "network_access_controller_cidrs[1]"),
    ({"network_access_client_group_ids": ["sg-1", "sg-1"]}, "network_access_client_group_ids"),
    ({"network_access_client_group_ids": ["sg-1", ""]}, "network_access_client_group_ids[1]"),
    ({"network_access_subnet_ids": ["a", " "]}, "network_access_subnet_ids[1]"),
    ({"network_access_subnet_ids": ["a", "a"]}, "network_access_subnet_ids"),
    ({"network_access_subnet_ids": []}, "network_access_subnet_ids"),
])
def test_networks(values, option):
    assert [error.option for error in judge(network.CHECKS, Settings(GOOD | values))] == ([option] if option else [])
