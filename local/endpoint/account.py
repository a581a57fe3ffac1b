# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rest of the account as RDS sees it: keys, roles, subnets, security groups and secrets in moto's hands."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from moto.backends import get_backend
from moto.core.exceptions import ServiceException

from local.endpoint.faults import Fault, invalid_combination, invalid_value

ACCOUNT_ID = "597088015766"
REGION = "us-west-2"


@dataclass(frozen=True)
class Account:
    """One account in one region; ``network`` is the real network that its VPC stands for."""

    network: ipaddress.IPv4Network
    id: str = ACCOUNT_ID
    region: str = REGION

    def backend(self, service: str) -> Any:
        """Return moto's backend of a service; IAM's is the partition's."""
        return get_backend(service)[self.id]["aws" if service == "iam" else self.region]

    def arn(self, resource: str) -> str:
        """Return the ARN of an RDS resource such as ``db:name``."""
        return f"arn:aws:rds:{self.region}:{self.id}:{resource}"

    def key_arn(self, key: str) -> str:
        """Return the ARN of a KMS key given by id, ARN or alias.

        Raises Fault: KMSKeyNotAccessibleFault.
        """
        kms = self.backend("kms")
        try:
            return kms.describe_key(key).arn
        except (ServiceException, KeyError) as unknown:
            raise Fault(
                "KMSKeyNotAccessibleFault", f"The specified KMS key [{key}] does not exist or is not enabled."
            ) from unknown

    def check_role(self, arn: str) -> None:
        """Refuse a role that is not there."""
        if arn not in {role.arn for role in self.backend("iam").roles.values()}:
            raise invalid_value(
                "IAM role ARN value is invalid or does not include the required permissions for: ENHANCED_MONITORING"
            )

    def subnet_group(self, name: str | None) -> Any:
        """Return the DB subnet group; without a name the default VPC's, which is made when first needed.

        Raises Fault: DBSubnetGroupNotFoundFault.
        """
        rds = self.backend("rds")
        group = rds.subnet_groups.get((name or "default").lower())
        if group is None and name is None:
            subnets = [subnet for subnet in self._subnets() if subnet.default_for_az and self._vpc(subnet).is_default]
            group = rds.create_subnet_group("default", "default", subnets, [])
        if group is None:
            raise Fault("DBSubnetGroupNotFoundFault", f"DB subnet group '{name}' does not exist.")
        return group

    def _subnets(self) -> list[Any]:
        return [subnet for zone in self.backend("ec2").subnets.values() for subnet in zone.values()]

    def _vpc(self, subnet: Any) -> Any:
        return self.backend("ec2").vpcs[subnet.vpc_id]

    def security_groups(self, wanted: Iterable[str], vpc_id: str) -> list[dict[str, str]]:
        """Return the security groups of an instance as the API shows them; none named means the VPC's default.

        Raises Fault: InvalidParameterValue, no such group; InvalidParameterCombination, one of another VPC.
        """
        ec2 = self.backend("ec2")
        names = list(wanted) or [ec2.get_security_group_from_name("default", vpc_id=vpc_id).id]
        for name in names:
            group = ec2.get_security_group_from_id(name)
            if group is None:
                raise invalid_value(f"Invalid security group , groupId= {name}, groupName=.")
            if group.vpc_id != vpc_id:
                raise invalid_combination(
                    f"The DB instance and EC2 security group are in different VPCs. The DB instance is in {vpc_id} "
                    f"and the EC2 security group {name} is in {group.vpc_id}"
                )
        return [{"VpcSecurityGroupId": name, "Status": "active"} for name in names]

    def free_address(self, subnet_group: Any, zone: str, taken: set[str]) -> str:
        """Return an address for a server: at the end of the zone's subnet, away from those EC2 gives to hosts.

        A VPC that is not the real network (an inventory's own) gets addresses of the network's last third octet.
        """
        real = [
            subnet.cidr
            for subnet in subnet_group._subnets
            if subnet.availability_zone == zone and subnet.cidr.subnet_of(self.network)
        ]
        span = real[0] if real else list(self.network.subnets(new_prefix=24))[-1]
        candidates = (str(span[-offset]) for offset in range(6, span.num_addresses // 2))
        return next(address for address in candidates if address not in taken)
