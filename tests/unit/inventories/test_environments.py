# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An environment says what differs from its system, and nothing else. What Ansible makes of both is looked at as Ansible gives it."""
from __future__ import annotations

import functools
import json
import os
import pathlib
import re
import subprocess
import typing as t

import pytest
import yaml

from tests.support.ansible import ROOT

INVENTORIES = ROOT / "inventories"
ENVIRONMENTS = sorted(path.parent.relative_to(INVENTORIES).as_posix() for path in INVENTORIES.glob("*/*/group_vars"))
ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")


def variables_of(*folders: pathlib.Path) -> dict[str, t.Any]:
    """What the files say, as they say it."""
    files = [path for folder in folders for path in sorted(folder.glob("*.yml"))]
    return {key: value for path in files for key, value in yaml.safe_load(path.read_text()).items()}


def repeated(environment: t.Any, system: t.Any, path: str = "") -> list[str]:
    """Where both say the same, down to the entries of mappings and of lists of named entries."""
    if environment == system:
        return [path]
    if isinstance(environment, dict) and isinstance(system, dict):
        return [found for key in environment if key in system and key != "name" for found in repeated(environment[key], system[key], f"{path}.{key}")]
    if isinstance(environment, list) and isinstance(system, list):
        named = {entry["name"]: entry for entry in system if isinstance(entry, dict) and "name" in entry}
        pairs = [(entry, named.get(entry["name"])) for entry in environment if isinstance(entry, dict) and "name" in entry]
        return [found for entry, twin in pairs if twin for found in repeated(entry, twin, f"{path}.{entry['name']}")]
    return []


@functools.cache
def effective(environment: str) -> dict[str, t.Any]:
    """The controller's variables, from the one -i that people and AWX give."""
    done = subprocess.run(
        [str(ROOT / ".venv/bin/ansible-inventory"), "-i", str(INVENTORIES / environment / "hosts.yml"), "--host", "localhost"],
        cwd=ROOT, env={"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg")},
        capture_output=True, text=True, check=True, timeout=60,
    )
    return json.loads(done.stdout)


def test_the_environments_of_launch() -> None:
    assert ENVIRONMENTS == ["launch/local", "launch/poc", "launch/production"]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
@pytest.mark.parametrize("group", ["all", "pool"])
def test_it_says_nothing_that_its_system_says(environment: str, group: str) -> None:
    folder = INVENTORIES / environment / "group_vars" / group
    system = variables_of(folder / "00_system")
    own = variables_of(folder)
    # The second variable of a pair is compared with what it adjusts.
    pairs = {"launch_environment_parameters": "launch_parameters", "launch_environment_logins": "launch_logins"}
    found = [path for key, value in own.items() for path in repeated(value, system.get(key), key) if key not in pairs]
    found += [path for key, adjusted in pairs.items() if key in own for path in repeated(own[key], system[adjusted], key)]
    # What must be given whole, because a mapping replaces the system's: its other entries differ.
    whole = {f"network_access_{name}.{key}" for name in ("pool_group", "database_group") for key in ("description",)}
    assert set(found) <= whole


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_it_names_nothing_that_its_system_does_not_know(environment: str) -> None:
    folder = INVENTORIES / environment / "group_vars"
    assert set(variables_of(folder / "all")) - set(variables_of(folder / "all" / "00_system")) <= {"launch_environment"}
    assert set(variables_of(folder / "pool")) <= set(variables_of(folder / "pool" / "00_system"))


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_system_is_read_first_through_its_link(environment: str) -> None:
    for group in ("all", "pool"):
        folder = INVENTORIES / environment / "group_vars" / group
        assert (folder / "00_system").is_symlink() and min(path.name for path in folder.iterdir()) == "00_system"
    assert effective(environment)["launch_environment"] == environment.split("/")[1]


def test_a_repetition_would_be_found() -> None:
    system = {"limit": 1, "group": {"name": "a", "id": "x"}, "logins": [{"name": "app", "limit": 5}]}
    assert repeated({"limit": 2, "group": {"name": "a", "id": "y"}, "logins": [{"name": "app", "limit": 6}]}, system) == []
    assert repeated({"limit": 1}, system) == [".limit"]
    assert repeated({"group": {"name": "b", "id": "x"}}, system) == [".group.id"]
    assert repeated({"logins": [{"name": "app", "limit": 5, "x": 1}]}, system) == [".logins.app.limit"]


@pytest.mark.parametrize("environment", ["launch/poc", "launch/production"])
def test_only_the_local_one_names_an_endpoint_or_credentials(environment: str) -> None:
    source = yaml.safe_load((INVENTORIES / environment / "pool.aws_ec2.yml").read_text())
    assert not {"endpoint_url", "access_key", "secret_key"} & set(source)
    variables = effective(environment)
    assert (variables["aws_endpoint_scope"], variables["aws_endpoint_url"], variables["aws_endpoint_secret_key"]) == ("aws", "", "")


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_dynamic_source_and_the_variables_agree(environment: str) -> None:
    variables, source = effective(environment), yaml.safe_load((INVENTORIES / environment / "pool.aws_ec2.yml").read_text())
    assert source["regions"] == [variables["aws_endpoint_region"]]
    assert source.get("endpoint_url", "") == variables["aws_endpoint_url"]
    assert source["filters"]["tag:project"] == variables["aws_endpoint_tags"]["project"]
    assert source["filters"]["tag:environment"] == environment.split("/")[1]


def test_host_keys_are_checked_but_locally() -> None:
    checked = {
        environment: variables_of(*[INVENTORIES / environment / "group_vars/pool" / part for part in ("00_system", ".")])["ansible_host_key_checking"]
        for environment in ENVIRONMENTS
    }
    assert checked == {"launch/local": False, "launch/poc": True, "launch/production": True}


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_tenants_have_ids_that_the_schema_accepts(environment: str) -> None:
    assert all(ULID.fullmatch(tenant["id"]) for tenant in effective(environment)["database_schema_tenants"])


def test_production_is_what_the_design_recommends() -> None:
    variables = effective("launch/production")
    assert (variables["database_instance_class"], variables["database_instance_multi_az"], variables["database_instance_backup_retention_period"]) \
        == ("db.r6g.xlarge", True, 35)
    assert variables["launch_parameters"] | variables["launch_environment_parameters"] == variables["launch_parameters"] | {
        "max_connections": 1000, "shared_buffers": "4GB", "effective_cache_size": "12GB", "maintenance_work_mem": "1GB",
    }
    assert variables["database_instance_deletion_protection"] and variables["database_instance_purge_parameters"]
