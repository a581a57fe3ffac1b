# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small system, its inventory as files, and runs of the preflight over it."""
from __future__ import annotations

import json
import os
import pathlib
import typing as t
from unittest import mock

import yaml

from tests.support.ansible import ROOT, Run, run_playbook

NOBODY = "http://127.0.0.1:9"  # the discard port: nothing listens there
NO_FILES = {"AWS_CONFIG_FILE": "/nonexistent/config", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent/credentials", "AWS_EC2_METADATA_DISABLED": "true"}
REFUSE = {"name": "Refuse", "launch.database.preflight": {}}
REQUIRE = {"name": "Require", "launch.database.preflight": {"state": "require"}}
VARIABLES: t.Mapping[str, t.Any] = {
    "system_name": "shop",
    "system_master": {"name": "shop_admin", "secret": "/shop/db/master"},
    "system_logins": [{"name": "shop_app", "secret": "/shop/db/app", "member_of": ["app_rw"], "connection_limit": 220}],
    "aws_endpoint_scope": "loopback",
    "aws_endpoint_url": NOBODY,
    "aws_endpoint_region": "us-west-2",
    "aws_endpoint_account_id": "597088015766",
    "aws_endpoint_access_key": "local",
    "aws_endpoint_secret_key": "local",
    "database_instance_identifier": "shop-db",
    "database_instance_engine_version": "17.6",
    "database_instance_class": "db.t4g.medium",
    "database_instance_allocated_storage": 400,
    "database_instance_db_name": "shop",
    "database_instance_subnet_group": {"name": "shop-subnets", "description": "Subnets of shop"},
    "database_instance_parameter_group": {"name": "shop-pg", "family": "postgres17", "description": "Parameters of shop"},
    "database_instance_parameters": {"max_connections": 400},
    "database_instance_backup_window": "03:00-04:00",
    "database_instance_maintenance_window": "sun:05:00-sun:06:00",
    "network_access_subnet_ids": ["subnet-1", "subnet-2"],
    "network_access_pool_group": {"name": "shop-pool", "description": "Pools of shop"},
    "network_access_database_group": {"name": "shop-db", "description": "Database of shop"},
    "network_access_client_group_ids": ["sg-1"],
    "network_access_controller_cidrs": ["10.0.0.0/16"],
    "pool_hosts_list": [{"name": "shop-pool-1", "subnet_id": "subnet-1"}, {"name": "shop-pool-2", "subnet_id": "subnet-2"}],
    "pool_hosts_expected": 2,
    "pool_hosts_launch_template": {
        "name": "shop-pool", "image_id": "ami-1", "instance_type": "t3.medium", "key_name": "shop", "instance_profile": "shop", "device_name": "/dev/sda1",
        "volume_type": "gp3", "volume_size": 20,
    },
    "pgbouncer_server_max_connections": "{{ database_instance_parameters.max_connections }}",
}
PLATFORM = [str(ROOT / "sql" / name) for name in ("platform", "platform_audit")]
ACCOUNT_OF_AWS = {"aws_endpoint_scope": "aws", "aws_endpoint_url": "", "aws_endpoint_access_key": "", "aws_endpoint_secret_key": ""}


class Shop:
    """The inventory, in a folder of its own.

    :arg url: of the endpoint.
    """

    def __init__(self, folder: pathlib.Path, url: str = NOBODY) -> None:
        self.folder = folder
        (folder / "sql").mkdir()
        (folder / "sql" / "V2__a.sql").write_text("create table a ();\n", encoding="utf-8")
        (folder / "ca.pem").write_text("-----BEGIN CERTIFICATE-----\n", encoding="utf-8")
        self.variables = {
            **VARIABLES, "aws_endpoint_url": url, "system_ca_file": str(folder / "ca.pem"), "database_schema_locations": [*PLATFORM, str(folder / "sql")],
        }
        self.hosts: dict[str, t.Any] = {"all": {"hosts": {"localhost": {"ansible_connection": "local"}}}}

    def write(self, name: str, content: t.Any) -> None:
        """A file of the inventory."""
        file = self.folder / "inventory" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(yaml.safe_dump(content), encoding="utf-8")

    def run(
        self, *plays: dict[str, t.Any], arguments: t.Sequence[str] = (), env: t.Mapping[str, str] | None = None, extra: t.Mapping[str, t.Any] | None = None,
        check: bool = False, **variables: t.Any,
    ) -> Run:
        """The preflight, or other plays, with changes to the inventory.

        :arg extra: variables of the command line.
        """
        given = {name: value for name, value in (self.variables | variables).items() if value is not None}
        self.write("hosts.yml", self.hosts)
        self.write("group_vars/all.yml", given)
        line = ["-i", str(self.folder / "inventory"), *(["-e", json.dumps(extra)] if extra else []), *arguments]
        with nothing_inherited():
            return run_playbook(list(plays) or [play()], arguments=line, check=check, env=NO_FILES | (env or {}))


def play(*tasks: dict[str, t.Any], hosts: str = "localhost", **keywords: t.Any) -> dict[str, t.Any]:
    return {"name": "Play", "hosts": hosts, "gather_facts": False, "tasks": list(tasks) or [REFUSE], **keywords}


def nothing_inherited() -> t.ContextManager[None]:
    """Without the AWS variables of whoever runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return mock.patch.dict(os.environ, kept, clear=True)


def refusals(done: Run) -> list[str]:
    """The lines of the only error of a run in which nothing was changed."""
    failed = [task for task in done.tasks if task.get("failed")]
    assert done.returncode == 2 and len(failed) == 1, done.output
    assert all(counts["changed"] == 0 for counts in done.stats.values())
    return failed[0]["msg"].splitlines()
