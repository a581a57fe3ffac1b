# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An account of a test's own: the fakes together, and resources that most tests begin with."""
from __future__ import annotations

import copy
import json
import typing as t

from tests.support.fake_aws import Clock, FakeAws
from tests.support.fake_rds import FakeEc2, FakeKms, FakeRds
from tests.support.fake_secrets import FakeSecrets
from tests.support.inprocess import run_aws_module

GROUP = {"name": "launch-pg-main", "family": "postgres17", "parameters": {"shared_buffers": "1GB", "work_mem": "4MB"}, "tags": {"a": "1", "b": "2"}}
SECRET = {"name": "/launch/db/credentials", "username": "launch_master", "fields": {"engine": "postgres", "dbname": "launch"},
          "description": "Database credentials", "tags": {"a": "1"}}
INSTANCE = {
    "identifier": "launch-db-main", "engine_version": "17.4", "instance_class": "db.t4g.medium", "storage_type": "gp3", "allocated_storage": 400,
    "iops": 12000, "storage_throughput": 500, "db_name": "launch", "master_username": "launch_master",
    "master_secret": "/launch/db/credentials", "subnet_group": "launch-db-subnets", "vpc_security_group_ids": ["sg-2", "sg-1"],
    "parameter_group": "launch-pg-main", "kms_key_id": "alias/launch", "storage_encrypted": True, "backup_retention_period": 7,
    "backup_window": "03:00-04:00", "maintenance_window": "Sun:05:00-Sun:06:00", "auto_minor_version_upgrade": True,
    "monitoring_interval": 15, "monitoring_role_arn": "arn:aws:iam::597088015766:role/launch-role-db-monitoring",
    "performance_insights": True, "performance_insights_retention": 7, "cloudwatch_logs_exports": ["upgrade", "postgresql"],
    "deletion_protection": True, "port": 5432, "multi_az": False, "tags": {"a": "1", "b": "2"},
}


class World:
    """One account, and modules that run in it."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.rds, self.secrets = FakeRds(self.clock), FakeSecrets()
        self.aws = FakeAws(self.clock, {"rds": self.rds, "secretsmanager": self.secrets, "ec2": FakeEc2(), "kms": FakeKms()})

    def run(self, name: str, args: t.Mapping[str, t.Any], check: bool = False) -> dict[str, t.Any]:
        return run_aws_module(name, args, self.aws, check)

    def set_up(self, name: str, args: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        """Run a module that has to succeed, and forget its calls."""
        outcome = self.run(name, args)
        assert "failed" not in outcome, outcome
        self.aws.calls.clear()
        return outcome

    def with_instance(self) -> World:
        """Group, secret and instance, as a first run leaves them."""
        for name, args in (("rds_parameter_group", GROUP), ("db_secret", SECRET), ("rds_instance", INSTANCE)):
            self.set_up(name, args)
        return self

    @property
    def instance(self) -> dict[str, t.Any]:
        return self.rds.instances["launch-db-main"]

    def content(self, name: str = SECRET["name"]) -> dict[str, t.Any]:
        """What a secret holds."""
        return json.loads(self.secrets.text(name))

    def state(self) -> dict[str, t.Any]:
        """Everything that may be compared between two worlds; what is random is left out."""
        secrets = {
            name: [sorted(self.content(name)), {k: v for k, v in secret.items() if k not in ("versions", "current")}]
            for name, secret in self.secrets.secrets.items()
        }
        tags = {arn: {k: v for k, v in held.items() if not k.startswith("launch.database:")} for arn, held in self.rds.tags.items()}
        return copy.deepcopy({"groups": self.rds.groups, "instances": self.rds.instances, "tags": tags, "secrets": secrets})
