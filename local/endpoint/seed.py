# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the account already has before any playbook runs; the identifiers are the first inventory's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import moto.ec2.models.security_groups
import moto.ec2.models.subnets
import moto.ec2.models.vpcs
import moto.kms.models
from moto.ec2.models.amis import Ami

from local.endpoint.account import Account

VPC = "vpc-0f3b9d6a5c7e81240"
SUBNETS = {"subnet-0ed0f7d900f687231": ("us-west-2a", 1), "subnet-0be2078d20cec6ee8": ("us-west-2b", 2)}
KEY = "62739486-7aa4-4cdb-9bfc-68dd7d80c7c0"
IMAGE = "ami-0735c191cf914754d"
TEST_GROUP = "sg-09429267085a63549"
KEY_PAIR = "launch-key"
ROLES = {
    "launch-role-db-service": "rds.amazonaws.com",
    "launch-role-db-monitoring": "monitoring.rds.amazonaws.com",
    "launch-role-pool-service": "ec2.amazonaws.com",
}
PROFILE = "launch-profile-pool-service"


def plant(account: Account, public_key: Path) -> None:
    """Make all of it. The VPC is the real network, so that an instance's private address is its container's."""
    _network(account)
    _key(account)
    _roles(account)
    _machine(account, public_key)


@contextmanager
def _next_id(module: ModuleType, generator: str, value: str) -> Iterator[None]:
    """Make moto give the next resource a known identifier: it offers no argument for that."""
    original = getattr(module, generator)
    setattr(module, generator, lambda *_: value)
    try:
        yield
    finally:
        setattr(module, generator, original)


def _network(account: Account) -> None:
    ec2 = account.backend("ec2")
    with _next_id(moto.ec2.models.vpcs, "random_vpc_id", VPC):
        ec2.create_vpc(str(account.network)).add_tags({"Name": "launch-vpc"})
    thirds = list(account.network.subnets(new_prefix=24))
    for identifier, (zone, third) in SUBNETS.items():
        with _next_id(moto.ec2.models.subnets, "random_subnet_id", identifier):
            subnet = ec2.create_subnet(VPC, str(thirds[third]), availability_zone=zone)
        subnet.map_public_ip_on_launch = "false"
        subnet.add_tags({"Name": f"launch-private-{zone.removeprefix('us-west-')}"})
    with _next_id(moto.ec2.models.security_groups, "random_security_group_id", TEST_GROUP):
        ec2.create_security_group("launch-sg-test", "Test instances", vpc_id=VPC)


def _key(account: Account) -> None:
    with _next_id(moto.kms.models, "generate_key_id", KEY):
        account.backend("kms").create_key(None, "ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT", "launch", None)


def _roles(account: Account) -> None:
    iam = account.backend("iam")
    for name, service in ROLES.items():
        trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        iam.create_role(name, json.dumps({"Version": "2012-10-17", "Statement": [trust]}), "/", None, "", [], None)
    iam.create_instance_profile(PROFILE, "/", ["launch-role-pool-service"])


def _machine(account: Account, public_key: Path) -> None:
    ec2 = account.backend("ec2")
    ec2.amis[IMAGE] = Ami(
        ec2,
        IMAGE,
        name="launch-pool-host",
        description="Stands for the image of the pool hosts: the local stack boots its own",
        virtualization_type="hvm",
        architecture="x86_64",
        root_device_type="ebs",
        region_name=account.region,
    )
    ec2.import_key_pair(KEY_PAIR, public_key.read_bytes(), {})
