# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.plugin_utils._preflight import names
from ansible_collections.launch.database.plugins.plugin_utils._preflight.declared import Declared, Role

OPTIONS = {
    "aws_endpoint": ["aws_endpoint_account_id", "aws_endpoint_url"],
    "audit_partitions": ["audit_partitions_months_ahead"],
    "database_instance": ["database_instance_multi_az", "database_instance_backup_retention_period", "database_instance_backup_window"],
    "database_schema": ["database_schema_tenants", "database_schema_locations", "database_schema_migrations"],
    "pgbouncer": ["pgbouncer_default_pool_size", "pgbouncer_reserve_pool_size", "pgbouncer_reserve_pool_timeout"],
    "system": ["system_name", "system_ca_file", "system_foreign_prefixes", "database_runner"],
}
DECLARED = Declared({role: Role(role, {option: {} for option in options}) for role, options in OPTIONS.items()})


def said(given, **keywords):
    return [(error.option, error.remedy) for error in names.check(given, DECLARED, **keywords)]


@pytest.mark.parametrize(("name", "meant"), [
    ("pgbouncer_default_poolsize", "pgbouncer_default_pool_size"),
    ("pgbouncer_reserve_poolsize", "pgbouncer_reserve_pool_size"),
    ("database_instance_multiaz", "database_instance_multi_az"),
    ("database_instance_backup_retention", "database_instance_backup_retention_period"),
    ("audit_partitions_month_ahead", "audit_partitions_months_ahead"),
    ("database_schema_tenant", "database_schema_tenants"),
    ("aws_endpoint_acount_id", "aws_endpoint_account_id"),
    ("pgbounce_default_pool_size", "pgbouncer_default_pool_size"),
    ("database_runners", "database_runner"),
])
def test_a_misspelt_name_is_refused_with_the_nearest_right_one(name, meant):
    assert said([name]) == [(name, f"Did you mean {meant}?")]


def test_known_names_pass():
    known = [option for options in OPTIONS.values() for option in options if option not in names.RENAMED]
    assert said(known) == []


def test_a_name_that_is_like_none_is_refused_with_a_place_to_declare_it():
    assert said(["shop_color"], system="shop") == [("shop_color", "Take it out, or name it in shop_own_variables if only this inventory uses it.")]
    assert said(["shop_color", "shop_own_variables"], system="shop", own=["shop_color"]) == []
    assert said(["other_own_variables"], system="shop") == [("other_own_variables", "Call it shop_own_variables, or correct system_name.")]


@pytest.mark.parametrize("system", [None, "", "my shop"])
def test_a_system_without_a_name_is_refused_for_that_alone(system):
    given = ["shop_own_variables", "shop_color", "shop_size"]
    assert said(given, system=system, own=["shop_color"]) == [
        ("shop_size", "Take it out, or name it in <system_name>_own_variables if only this inventory uses it."),
    ]


@pytest.mark.parametrize(("name", "became"), [
    ("database_ca_file", "it is now system_ca_file."), ("database_schema_migrations", "it is now database_schema_locations."),
    ("aws_endpoint_verified", "nothing reads it any more."),
])
def test_an_old_name_is_refused_with_the_new_one(name, became):
    (error,) = names.check([name], DECLARED)
    assert error.problem == became


def test_names_of_others_pass_by_their_prefix():
    assert said(["ansible_user", "awx_job_id", "tower_job_id"], foreign=["awx_", "tower_"]) == []
    assert [name for name, _remedy in said(["ansible_user", "awx_job_id"], foreign=[])] == ["awx_job_id"]


@pytest.mark.parametrize("keywords", [{"foreign": ["aws_"]}, {"others": ["aws_endpoint_acount_id", "aws_tags", "aws_image_id"]}])
def test_a_near_miss_is_refused_even_where_names_belong_to_others(keywords):
    given = ["aws_tags", "aws_image_id", "aws_endpoint_acount_id"]
    assert said(given, **keywords) == [("aws_endpoint_acount_id", "Did you mean aws_endpoint_account_id?")]


@pytest.mark.parametrize("keywords", [{}, {"own": [names.RESERVED]}, {"foreign": ["system_"]}, {"others": [names.RESERVED]}])
def test_the_preflights_own_name_is_refused_however_it_is_declared(keywords):
    assert [name for name, _remedy in said([names.RESERVED], **keywords)] == [names.RESERVED]


def test_every_name_is_refused_at_once_and_no_value_is_shown():
    errors = names.check(["pgbouncer_default_poolsize", "shop_pasword"], DECLARED)
    assert [(error.option, error.value) for error in errors] == [("pgbouncer_default_poolsize", None), ("shop_pasword", None)]


@pytest.mark.parametrize(("name", "owner"), [
    ("database_instance_class", "database_instance"), ("database_instance", "database_instance"), ("database_x", None), ("pgbouncerx_a", None),
])
def test_a_name_belongs_to_the_role_with_the_longest_prefix(name, owner):
    assert DECLARED.owner(name) == owner


def test_of_two_prefixes_the_longer_one_counts():
    both = Declared({"pool": Role("pool", {}), "pool_hosts": Role("pool_hosts", {})})
    assert both.owner("pool_hosts_list") == "pool_hosts"
    assert both.owner("pool_port") == "pool"


@pytest.mark.parametrize("prefix", ["", "d", "database", "_"])
def test_a_prefix_that_is_none_lets_nothing_pass(prefix):
    errors = names.check([], DECLARED, foreign=[prefix])
    assert [(error.option, error.value) for error in errors] == [("system_foreign_prefixes", prefix)]


def test_the_inventorys_own_names_are_meant_as_well():
    (error,) = names.check(["shop_enviroment"], DECLARED, "shop", ["shop_environment"])
    assert error.remedy == "Did you mean shop_environment?"
