# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole preflight over values as data, and what is declared by the real roles."""
from __future__ import annotations

import pathlib

import pytest
import yaml

from ansible_collections.launch.database.plugins.plugin_utils._preflight import declared, filled, rooms, single
from ansible_collections.launch.database.plugins.plugin_utils._preflight.settings import Settings, World
from tests.integration.preflight.shop import VARIABLES

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


# A system with one mistake for each room, in the order in which a person would mend them.
MISTAKES = {
    "pgbouncer_users": {"pgbouncer_users": []},
    "system_names.onwer": {"system_names": {"onwer": "x"}},
    "aws_endpoint_account_id": {"aws_endpoint_account_id": "1"},
    "database_instance_identifier": {"database_instance_identifier": "Shop DB"},
    "network_access_subnet_ids": {"network_access_subnet_ids": []},
    "system_extensions[0].name": {"system_extensions": [{"name": "pg_audit"}]},
    "system_logins[0].secret": {"system_logins": [{"name": "shop_app", "secret": "shop app", "connection_limit": 220, "member_of": ["app_rw"]}]},
    "pool_hosts_list": {"pool_hosts_expected": 3},
    "pgbouncer_max_db_connections": {"pgbouncer_server_max_connections": 0},
    "database_schema_group_roles[0].name": {"database_schema_group_roles": [{"comment": "x"}]},
    "database_schema_locations": {},
    "system_ca_file": {},
    "system_canaries": {"system_canaries": [{"id": "00000000CANARYA00000000000", "name": "A"}]},
}
SHOP = {**VARIABLES, "pgbouncer_server_max_connections": 400, "system_ca_file": "ca.pem", "database_schema_locations": ["sql"]}
FILES = {"own": {"V2__a.sql": b""}}


def judged(*mistakes, locations=None, authorities=None, **values):
    defaults = {option: spec["default"] for option, spec in DECLARED.options.items() if spec.get("default") is not None}
    changes = {name: value for mistake in mistakes for name, value in MISTAKES[mistake].items()}
    settings = Settings({**defaults, **SHOP, **changes, **values}, frozenset(changes), world=World(locations=locations or FILES, authorities=authorities))
    return list(dict.fromkeys(error.option for error in rooms.of_system(settings, DECLARED)))


PLATFORM_FILES = {"p": {"V1_0_0__schemas.sql": b"", "V1_1_1__audit_log.sql": b""}}
FINE = {"locations": PLATFORM_FILES, "authorities": b"-----BEGIN CERTIFICATE-----"}


def test_a_system_without_mistakes_is_refused_for_none():
    assert judged(**FINE) == []


@pytest.mark.parametrize("option", [option for option, values in MISTAKES.items() if values])
def test_each_room_looks_at_its_own(option):
    assert option in judged(option, **FINE)


def test_authorities_and_folders_are_looked_at():
    assert judged(locations=FILES, authorities=FINE["authorities"]) == ["database_schema_locations"]
    assert judged(locations=PLATFORM_FILES) == ["system_ca_file"]


def test_mistakes_come_in_the_order_in_which_a_person_would_mend_them():
    found = judged(*(option for option in MISTAKES if option != "system_names.onwer"))
    assert [option for option in found if option in MISTAKES] == [option for option in MISTAKES if option != "system_names.onwer"]


@pytest.mark.parametrize(("switches", "unread"), [
    ({"system_pool": "none", "database_runner": "localhost"}, ["pool_hosts_list", "pgbouncer_max_db_connections"]),
    ({"system_database": "address", "system_database_address": {"host": "h", "port": 1, "dbname": "shop"}}, ["database_instance_identifier"]),
    (
        {"system_database": "address", "system_database_address": {"host": "h", "port": 1, "dbname": "shop"}, "system_pool": "none",
         "database_runner": "localhost"}, ["database_instance_identifier", "network_access_subnet_ids", "pool_hosts_list"],
    ),
    ({"system_tenants": False, "system_logins": []}, ["system_canaries"]),
])
def test_what_a_system_does_not_have_is_not_looked_at(switches, unread):
    assert not set(judged(*unread, **switches)) & set(unread)


@pytest.mark.parametrize(("section", "option", "values"), [
    ("aws_endpoint", "aws_endpoint_account_id", {"aws_endpoint_account_id": "1"}),
    ("database_instance", "database_instance_identifier", MISTAKES["database_instance_identifier"]),
    ("database_schema", "database_schema_group_roles[0].name", MISTAKES["database_schema_group_roles[0].name"]),
    ("isolation_proof", "isolation_proof_canaries[0].table", {"isolation_proof_canaries": [{"table": "x"}]}),
    ("network_access", "network_access_subnet_ids", MISTAKES["network_access_subnet_ids"]),
    ("pgbouncer", "pgbouncer_max_db_connections", {
        "pgbouncer_server_max_connections": 0, "pgbouncer_databases": [{"name": "a", "host": "b"}], "pgbouncer_users": [{"name": "a"}],
        "pgbouncer_server_ca_content": "-----BEGIN CERTIFICATE-----", "pgbouncer_host_count": 1,
    }),
    ("pool_hosts", "pool_hosts_list", {"pool_hosts_expected": 3}),
    ("pool_hosts_found", "pool_hosts_expected", {}),
])
def test_a_section_looks_at_its_own_values_only(section, option, values):
    def options(some):
        defaults = {name: spec["default"] for name, spec in DECLARED.options.items() if spec.get("default") is not None}
        return {error.option for error in rooms.of_sections(some, Settings({**defaults, **SHOP, **values}), DECLARED)}

    assert option in options([section])
    assert option not in options(["audit_partitions"])


@pytest.mark.parametrize(("values", "refused", "demanded"), [({}, (), True), ({"pgbouncer_users": []}, (), False), ({}, ("pgbouncer_users",), False)])
def test_a_role_alone_is_not_asked_for_what_it_has_or_was_refused(values, refused, demanded):
    errors = rooms.of_sections(["pgbouncer"], Settings(values, refused=frozenset(refused)), DECLARED)
    assert ("pgbouncer_users" in [error.option for error in errors]) is demanded


def test_what_is_missing_comes_in_order():
    options = [error.option for error in rooms.of_sections(["pgbouncer"], Settings({}), DECLARED)]
    assert options == sorted(options) and len(options) > 2
    for prefix in ("database_instance_", "network_access_"):
        demanded = [option for option in missing() if option.startswith(prefix)]
        assert demanded == sorted(demanded) and len(demanded) > 2


def test_a_section_that_is_none_is_named_with_all_that_there_are():
    (error,) = rooms.unknown(["pgbouncr"], DECLARED.roles)
    assert (error.option, error.value) == ("sections", "pgbouncr")
    assert error.remedy == f"Name some of {', '.join(sorted({*DECLARED.roles, 'pool_hosts_found'}))}."
    sections = ["pool_hosts_found", "of_nobody", "database_schema", "aws_endpoint"]
    assert rooms.roles(sections, DECLARED.roles) == ["aws_endpoint", "database_schema", "pool_hosts"]


def test_what_an_inventory_leaves_out_is_refused_with_what_is_wrong():
    found = judged("system_canaries", system_master=None, **FINE)
    assert {"system_master", "system_canaries"} <= set(found)


@pytest.mark.parametrize(("switches", "demanded"), [({}, True), ({"system_pool": "none"}, False)])
def test_a_group_of_the_pools_is_demanded_where_there_are_pools(switches, demanded):
    assert ("network_access_pool_group" in missing(**switches)) is demanded
    assert "network_access_database_group" in missing(**switches)


def test_roles_whose_values_are_those_of_a_whole_system_are_roles_of_the_collection():
    assert set(single.OF_ALL) <= set(DECLARED.roles)
