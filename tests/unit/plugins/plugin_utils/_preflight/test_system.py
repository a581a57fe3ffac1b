# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.plugin_utils._preflight import system
from ansible_collections.launch.database.plugins.plugin_utils._preflight.settings import Settings, World, judge

ADDRESS = {"host": "db.example", "port": 5432, "dbname": "shop"}


def said(values, given=(), groups=None):
    settings = Settings(values, frozenset(given), world=World(groups=groups or {}))
    return [(error.option, error.value) for error in judge(system.CHECKS, settings)]


def test_a_system_that_says_what_it_has():
    assert said({}, ["pgbouncer_default_pool_size", "pool_hosts_list", "audit_partitions_months_ahead", "isolation_proof_canaries"]) == []
    assert said({"system_database": "address", "system_database_address": ADDRESS}) == []


@pytest.mark.parametrize(("values", "given", "expected"), [
    ({"system_pool": "none", "database_runner": "localhost"}, ["pgbouncer_default_pool_size", "pool_hosts_list"], ("system_pool", "none")),
    ({"system_tenants": False}, ["database_schema_tenants"], ("system_tenants", False)),
    ({"system_tenants": False}, ["isolation_proof_canaries"], ("system_tenants", False)),
    ({"system_audit_partitions": False}, ["audit_partitions_months_ahead"], ("system_audit_partitions", False)),
    ({"system_database": "address", "system_database_address": ADDRESS}, ["database_instance_class"], ("system_database", "address")),
])
def test_a_system_that_switches_something_off_and_configures_it(values, given, expected):
    assert said(values, given) == [expected]
    assert said(values) == []


def test_all_that_is_configured_in_vain_is_named():
    (error,) = judge(system.CHECKS, Settings({"system_audit_partitions": False}, frozenset(["audit_partitions_b", "audit_partitions_a"])))
    assert error.message == (
        "system_audit_partitions: False: audit_partitions_a, audit_partitions_b: are given, and with this switch nothing reads them. "
        "Take them out, or set system_audit_partitions to true."
    )


@pytest.mark.parametrize("values", [{"system_database": "address"}, {"system_database_address": ADDRESS}])
def test_an_address_belongs_to_a_server_of_somebody_elses(values):
    assert [option for option, _value in said(values)] == ["system_database_address"]


def test_without_pools_somebody_has_to_run_the_modules():
    assert said({"system_pool": "none"}) == [("database_runner", None)]
    assert said({"system_pool": "none", "database_runner": "localhost"}) == []
    assert said({"system_pool": "none"}, groups={"database_runner": ["bastion"]}) == []


@pytest.mark.parametrize(("name", "good"), [("shop", True), ("Shop_2", True), ("", False), ("my shop", False), ("my-shop", False), ("2shop", False)])
def test_variables_can_begin_with_the_name_of_a_system(name, good):
    assert said({"system_name": name}) == ([] if good else [("system_name", name)])


@pytest.mark.parametrize(("names", "option"), [
    ({"read_wirte": "x"}, "system_names.read_wirte"), ({"owner": "Shop Owner"}, "system_names.owner"), ({"owner": "a", "migrator": "a"}, "system_names"),
])
def test_names_inside_the_database(names, option):
    assert [said_option for said_option, _value in said({"system_names": names})] in ([option], [f"{option}.migrator"], [f"{option}.owner"])


@pytest.mark.parametrize(("values", "role", "needed"), [
    ({}, "pgbouncer", True), ({"system_pool": "none"}, "pgbouncer", False), ({"system_pool": "none"}, "database_schema", True),
    ({"system_tenants": False}, "isolation_proof", False), ({"system_database": "address"}, "database_instance", False),
    ({"system_database": "address"}, "network_access", True), ({"system_database": "address", "system_pool": "none"}, "network_access", False),
])
def test_roles_that_a_system_needs(values, role, needed):
    assert system.needs(role, Settings(values)) is needed
