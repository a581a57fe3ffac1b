# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in the account of a stack, as variables of the peers' playbook: it keeps just that, so that it changes nothing."""
from __future__ import annotations

import subprocess
import typing as t

import boto3

from local.profiles import Profile

REGION = "us-west-2"
CREDENTIALS = {"access_key": "local", "secret_key": "local-stack-only"}
ROLES = "select rolname from pg_roles where rolname !~ '^(pg_|rds)' and rolname <> 'postgres' order by 1"
MEMBERS = """
select distinct granted.rolname || ' ' || member.rolname
from pg_auth_members m join pg_roles granted on granted.oid = m.roleid join pg_roles member on member.oid = m.member
where granted.rolname !~ '^(pg_|rds)' and member.rolname !~ '^(pg_|rds)'
"""
# Files of a pool host that the peers keep as well, wherever the role has put them.
FILES = """
find /etc/pgbouncer /etc/systemd/system/pgbouncer.service.d -maxdepth 1 -type f \\( -name '*.ini' -o -name '*.txt' -o -name '*.conf' \\) | sort
"""


def gather(profile: Profile) -> dict[str, t.Any]:
    """Everything that the peers keep. Files may hold verifiers: whoever writes this down keeps it from others."""
    account = _Account(profile)
    instance = account.only("rds", "describe_db_instances", "DBInstances")
    database = f"{profile.network}-db-{instance['DBInstanceIdentifier']}"
    hosts = account.hosts()
    return {
        "peer_connection": {"endpoint_url": profile.url, "region": REGION, **CREDENTIALS},
        "peer_secrets": [one["Name"] for one in account.client("secretsmanager").list_secrets()["SecretList"]],
        "peer_groups": account.security_groups(instance),
        "peer_subnet_group": account.subnet_group(instance),
        "peer_parameters": account.parameters(instance),
        "peer_instance": instance_options(instance),
        "peer_hosts": [{"name": name, "id": identifier} for name, identifier in sorted(hosts.items())],
        "peer_template": account.template(),
        "peer_files": _files(f"{profile.network}-{next(iter(hosts.values()))}"),
        "peer_roles": _query(database, instance["DBName"], ROLES),
        "peer_members": [dict(zip(("group", "role"), line.split(), strict=True)) for line in _query(database, instance["DBName"], MEMBERS)],
    }


class _Account:
    """The account that a stack's endpoint answers for."""

    def __init__(self, profile: Profile) -> None:
        self._url = profile.url

    def client(self, service: str) -> t.Any:
        return boto3.client(
            service, region_name=REGION, endpoint_url=self._url,
            aws_access_key_id=CREDENTIALS["access_key"], aws_secret_access_key=CREDENTIALS["secret_key"],
        )

    def only(self, service: str, action: str, key: str, **arguments: t.Any) -> dict[str, t.Any]:
        found = getattr(self.client(service), action)(**arguments)[key]
        if len(found) != 1:
            raise ValueError(f"{action}: {len(found)} in {key}, expected one. Build the site first.")
        return found[0]

    def hosts(self) -> dict[str, str]:
        """Ids of the running machines by their names."""
        running = [{"Name": "instance-state-name", "Values": ["running"]}]
        many = self.client("ec2").describe_instances(Filters=running)["Reservations"]
        return {name_of(one): one["InstanceId"] for reservation in many for one in reservation["Instances"]}

    def security_groups(self, instance: dict[str, t.Any]) -> list[dict[str, t.Any]]:
        """The database's groups and those that they let in, with their rules."""
        ids = [one["VpcSecurityGroupId"] for one in instance["VpcSecurityGroups"]]
        groups = self.client("ec2").describe_security_groups(GroupIds=ids)["SecurityGroups"]
        others = [pair["GroupId"] for group in groups for rule in group["IpPermissions"] for pair in rule["UserIdGroupPairs"]]
        groups += self.client("ec2").describe_security_groups(GroupIds=others)["SecurityGroups"]
        return [
            {
                "name": one["GroupName"], "description": one["Description"], "vpc": one["VpcId"],
                "rules": [made for rule in one["IpPermissions"] for made in rules_of(rule)],
            }
            for one in groups
        ]

    def subnet_group(self, instance: dict[str, t.Any]) -> dict[str, t.Any]:
        group = instance["DBSubnetGroup"]
        return {
            "name": group["DBSubnetGroupName"], "description": group["DBSubnetGroupDescription"],
            "subnets": [one["SubnetIdentifier"] for one in group["Subnets"]],
        }

    def parameters(self, instance: dict[str, t.Any]) -> dict[str, t.Any]:
        name = instance["DBParameterGroups"][0]["DBParameterGroupName"]
        group = self.only("rds", "describe_db_parameter_groups", "DBParameterGroups", DBParameterGroupName=name)
        pages = self.client("rds").get_paginator("describe_db_parameters").paginate(DBParameterGroupName=name, Source="user")
        values = {one["ParameterName"]: one["ParameterValue"] for page in pages for one in page["Parameters"]}
        return {"name": name, "family": group["DBParameterGroupFamily"], "description": group["Description"], "values": values}

    def template(self) -> dict[str, t.Any]:
        found = self.only("ec2", "describe_launch_templates", "LaunchTemplates")
        versions = self.client("ec2").describe_launch_template_versions(LaunchTemplateId=found["LaunchTemplateId"], Versions=["$Latest"])
        data = versions["LaunchTemplateVersions"][0]["LaunchTemplateData"]
        return {"name": found["LaunchTemplateName"], "image": data["ImageId"], "type": data["InstanceType"], "key": data["KeyName"]}


def name_of(machine: dict[str, t.Any]) -> str:
    return next(tag["Value"] for tag in machine["Tags"] if tag["Key"] == "Name")


def rules_of(rule: dict[str, t.Any]) -> list[dict[str, t.Any]]:
    """A rule as amazon.aws.ec2_security_group takes it: addresses and groups apart."""
    base = {"proto": rule["IpProtocol"], "from_port": rule["FromPort"], "to_port": rule["ToPort"]}
    ranges, pairs = rule.get("IpRanges", []), rule.get("UserIdGroupPairs", [])
    found = []
    if ranges:
        found.append(base | {"cidr_ip": [one["CidrIp"] for one in ranges], "rule_desc": ranges[0].get("Description", "")})
    if pairs:
        found.append(base | {"group_id": [one["GroupId"] for one in pairs], "rule_desc": pairs[0].get("Description", "")})
    return found


def instance_options(instance: dict[str, t.Any]) -> dict[str, t.Any]:
    """An instance as amazon.aws.rds_instance takes it."""
    return {
        "db_instance_identifier": instance["DBInstanceIdentifier"], "engine": instance["Engine"],
        "db_instance_class": instance["DBInstanceClass"], "allocated_storage": instance["AllocatedStorage"],
        "storage_type": instance["StorageType"], "iops": instance.get("Iops"), "storage_throughput": instance.get("StorageThroughput"),
        "multi_az": instance["MultiAZ"], "db_subnet_group_name": instance["DBSubnetGroup"]["DBSubnetGroupName"],
        "db_parameter_group_name": instance["DBParameterGroups"][0]["DBParameterGroupName"],
        "vpc_security_group_ids": [one["VpcSecurityGroupId"] for one in instance["VpcSecurityGroups"]],
        "backup_retention_period": instance["BackupRetentionPeriod"], "preferred_backup_window": instance["PreferredBackupWindow"],
        "preferred_maintenance_window": instance["PreferredMaintenanceWindow"],
        "auto_minor_version_upgrade": instance["AutoMinorVersionUpgrade"], "deletion_protection": instance["DeletionProtection"],
        "copy_tags_to_snapshot": instance["CopyTagsToSnapshot"], "publicly_accessible": instance["PubliclyAccessible"],
    }


def _files(container: str) -> list[dict[str, str]]:
    return [_file(container, path) for path in _inside(container, "root", "sh", "-c", FILES).split()]


def _file(container: str, path: str) -> dict[str, str]:
    mode, group = _inside(container, "root", "stat", "-c", "0%a %G", path).split()
    return {"path": path, "content": _inside(container, "root", "cat", path), "mode": mode, "group": group}


def _query(container: str, database: str, statement: str) -> list[str]:
    return _inside(container, "postgres", "psql", "-X", "-At", "-U", "rdsadmin", database, "-c", statement).splitlines()


def _inside(container: str, user: str, *command: str) -> str:
    words = ["podman", "exec", f"--user={user}", container, *command]
    return subprocess.run(words, capture_output=True, text=True, check=True, timeout=60).stdout
