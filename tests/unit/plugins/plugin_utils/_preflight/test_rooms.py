# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole preflight over values as data, and what is declared by the real roles."""
from __future__ import annotations

import pathlib

import yaml

from ansible_collections.launch.database.plugins.plugin_utils._preflight import declared, filled, rooms, single
from ansible_collections.launch.database.plugins.plugin_utils._preflight.settings import Settings

ROLES = pathlib.Path(__file__).parents[5] / "roles"
DECLARED = declared.Declared({
    path.name: declared.role(path.name, yaml.safe_load((path / "meta" / "argument_specs.yml").read_text(encoding="utf-8")), {})
    for path in ROLES.iterdir()
})


def missing(**values):
    return [error.option for error in rooms.missing(Settings(values), DECLARED)]


def test_what_an_inventory_has_to_give():
    demanded = missing()
    assert {"system_name", "system_master", "system_ca_file", "aws_endpoint_account_id", "pool_hosts_list", "pool_hosts_expected"} <= set(demanded)
    assert not set(demanded) & set(filled.FILLED)
    assert "system_name" not in missing(system_name="shop")


def test_what_a_system_does_not_have_is_not_demanded():
    prefixes = ("pool_hosts_", "pgbouncer_", "network_access_pool_group")
    assert [option for option in missing() if option.startswith(prefixes)]
    assert not [option for option in missing(system_pool="none") if option.startswith(prefixes)]
    assert not [option for option in missing(system_database="address") if option.startswith("database_instance_")]


def test_a_value_that_was_refused_is_not_missing():
    settings = Settings({}, refused=frozenset(["system_name", "system_pool"]))
    assert "system_name" not in [error.option for error in rooms.missing(settings, DECLARED)]


def test_a_switch_that_was_refused_counts_as_its_default():
    errors = rooms.of_system(Settings({"system_pool": "non", "pool_hosts_list": [], "pool_hosts_expected": 2}, refused=frozenset(["system_pool"])), DECLARED)
    assert "pool_hosts_list" in [error.option for error in errors]


def given_by(plays):
    """The variables that tasks of playbooks give to a role."""
    if isinstance(plays, list):
        return {name for play in plays for name in given_by(play)}
    if not isinstance(plays, dict):
        return set()
    own = set(plays.get("vars") or {}) if "ansible.builtin.import_role" in plays else set()
    return own | {name for value in plays.values() for name in given_by(value)}


def test_what_the_playbooks_give_is_what_an_inventory_may_not():
    books = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in (ROLES.parent / "playbooks").glob("*.yml")]
    assert {name for name in given_by(books) if name in DECLARED.options} == set(filled.FILLED)


def test_a_value_that_a_playbook_would_overrule():
    (error,) = filled.check(Settings({}, given=frozenset(["pgbouncer_users", "pgbouncer_pool_mode"])))
    assert error.option == "pgbouncer_users" and "system_logins" in error.problem


def test_sections():
    assert rooms.unknown(["pgbouncer", "pool_hosts_found", "network_access"], DECLARED.roles) == []
    (error,) = rooms.unknown(["pgbouncr"], DECLARED.roles)
    assert "pgbouncer" in error.remedy
    assert rooms.roles(["pool_hosts_found", "pgbouncer"], DECLARED.roles) == ["pgbouncer", "pool_hosts"]


def test_a_role_alone_needs_all_of_its_values():
    options = [error.option for error in rooms.of_sections(["pgbouncer"], Settings({}), DECLARED)]
    assert {"pgbouncer_databases", "pgbouncer_users", "pgbouncer_server_max_connections"} <= set(options)


def test_every_section_of_a_role_is_one_of_the_collection():
    assert {DECLARED.owner(section) for section in rooms.OF_ROLES} <= set(DECLARED.roles)


def test_roles_whose_values_are_those_of_a_whole_system_are_roles_of_the_collection():
    assert set(single.OF_ALL) <= set(DECLARED.roles)
