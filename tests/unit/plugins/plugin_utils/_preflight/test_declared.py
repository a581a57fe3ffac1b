# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.plugin_utils._preflight import declared

MAIN = {"options": {"pool_size": {"type": "int", "required": True}, "pool_name": {"type": "str", "description": "of main"}}}
OTHER = {"options": {"pool_name": {"type": "str", "required": True, "description": "of other"}, "pool_mode": {"type": "str", "required": False}}}


@pytest.mark.parametrize(("name", "owner"), [
    ("pool", "pool"), ("pool_size", "pool"), ("pool_hosts_list", "pool_hosts"), ("pool_host", "pool"), ("pools_size", None), ("poo", None), ("shop_pool", None),
])
@pytest.mark.parametrize("roles", [["pool", "pool_hosts"], ["pool_hosts", "pool"]])
def test_a_name_belongs_to_the_role_with_the_longest_prefix(name, owner, roles):
    assert declared.owner(name, roles) == owner
    assert declared.Declared({role: declared.Role(role, {}) for role in roles}).owner(name) == owner


@pytest.mark.parametrize("points", [{"main": MAIN, "other": OTHER}, {"other": OTHER, "main": MAIN}])
def test_a_role_declares_what_its_entry_points_do_together_the_main_one_first(points):
    role = declared.role("pool", {"argument_specs": points}, {"pool_size": 1})
    assert set(role.options) == {"pool_size", "pool_name", "pool_mode"}
    assert role.options["pool_name"]["description"] == "of main"
    assert (role.required, role.needed, role.defaults) == ({"pool_size", "pool_name"}, {"pool_size"}, {"pool_size": 1})


@pytest.mark.parametrize("main", [{}, {"options": None}, {"options": {}}])
def test_a_role_may_declare_nothing(main):
    role = declared.role("pool", {"argument_specs": {"main": main}}, None)
    assert (role.options, role.required, role.needed, role.defaults) == ({}, frozenset(), frozenset(), {})


def test_options_of_all_roles_are_one_table():
    roles = {name: declared.Role(name, {f"{name}_a": {"type": name}}) for name in ("x", "y")}
    assert declared.Declared(roles).options == {"x_a": {"type": "x"}, "y_a": {"type": "y"}}
