# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Inventories of launch have one shape and differ in values only."""
from __future__ import annotations

import pathlib
import re
import typing as t

import pytest
import yaml

INVENTORIES = pathlib.Path(__file__).parents[3] / "inventories"
ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")


def files_of(system: str) -> dict[str, dict[str, t.Any]]:
    folder = INVENTORIES / system
    return {str(path.relative_to(folder)): yaml.safe_load(path.read_text()) for path in sorted(folder.rglob("*.yml"))}


def variables_of(system: str) -> dict[str, t.Any]:
    files = [content for name, content in files_of(system).items() if name.startswith("group_vars/")]
    return {key: value for content in files for key, value in content.items()}


def test_the_same_files() -> None:
    assert set(files_of("poc")) == set(files_of("local"))


@pytest.mark.parametrize("name", [name for name in files_of("local") if name.startswith("group_vars/")])
def test_the_same_keys(name: str) -> None:
    assert set(files_of("poc")[name]) == set(files_of("local")[name])


@pytest.mark.parametrize("name", [name for name in files_of("local") if name.startswith("group_vars/")])
def test_the_same_kinds_of_values(name: str) -> None:
    local, poc = files_of("local")[name], files_of("poc")[name]
    assert {key: type(value) for key, value in poc.items()} == {key: type(value) for key, value in local.items()}


def test_only_the_local_one_names_an_endpoint_or_credentials() -> None:
    source = files_of("poc")["pool.aws_ec2.yml"]
    assert not {"endpoint_url", "access_key", "secret_key"} & set(source)
    poc = variables_of("poc")
    assert (poc["aws_endpoint_scope"], poc["aws_endpoint_url"], poc["aws_endpoint_secret_key"]) == ("aws", "", "")


def test_host_keys_are_checked_but_locally() -> None:
    assert variables_of("poc")["ansible_host_key_checking"] is True
    assert variables_of("local")["ansible_host_key_checking"] is False


@pytest.mark.parametrize("system", ["local", "poc"])
def test_as_many_hosts_are_expected_as_are_made(system: str) -> None:
    variables = variables_of(system)
    assert variables["pool_hosts_expected"] == len(variables["pool_hosts_list"])


@pytest.mark.parametrize("system", ["local", "poc"])
def test_the_dynamic_source_and_the_variables_agree(system: str) -> None:
    variables, source = variables_of(system), files_of(system)["pool.aws_ec2.yml"]
    assert source["regions"] == [variables["aws_endpoint_region"]]
    assert source.get("endpoint_url", "") == variables["aws_endpoint_url"]
    assert source["filters"]["tag:project"] == variables["aws_endpoint_tags"]["project"]


@pytest.mark.parametrize("system", ["local", "poc"])
def test_tenants_have_ids_that_the_schema_accepts(system: str) -> None:
    assert all(ULID.fullmatch(tenant["id"]) for tenant in variables_of(system)["database_schema_tenants"])


@pytest.mark.parametrize("system", ["local", "poc"])
def test_it_is_the_system_that_was_asked_for(system: str) -> None:
    variables = variables_of(system)
    names = [
        variables["database_instance_identifier"],
        variables["database_instance_parameter_group"]["name"],
        variables["pool_hosts_launch_template"]["name"],
        *[host["name"] for host in variables["pool_hosts_list"]],
        variables["database_credentials_master"]["name"],
    ]
    assert names == [
        "launch-db-main", "launch-pg-main", "launch-template-pool", "launch-pool-1", "launch-pool-2",
        "/launch/db/credentials",
    ]
