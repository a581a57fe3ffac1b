# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The account of the stack's profile `sitetest`, its hosts and its database, as the tests look into them."""
from __future__ import annotations

import functools
import json
import subprocess
import typing as t

import boto3

from local import profiles, stack

PROFILE = profiles.find("sitetest")
GROUP = "launch-pg-main"
INSTANCE = "launch-db-main"
POOL = ("launch-pool-1", "launch-pool-2")
SECRETS = ("/launch/db/credentials", "/launch/db/app", "/launch/db/app-read", "/launch/db/archive")
CONTEXT_KEY = "/launch/db/context-key"

# Everything of the database that a run decides: structure with grants and policies, roles and their settings.
STRUCTURE = "pg_dump --schema-only --restrict-key=same -U rdsadmin launch"
ROLES = "pg_dumpall --roles-only --no-role-passwords --restrict-key=same -U rdsadmin"
ROWS = """
select installed_rank, version, script, checksum, success from public.flyway_schema_history;
select id, name, domain, status from app.tenants order by id;
"""
# Who may read what on a host; the content of what is made anew with each stack (keys, certificates) can't be compared.
RIGHTS = "stat -c '%n %a %U:%G' /etc/pgbouncer /etc/pgbouncer/* /etc/ssl/launch-database-ca.pem"


class Account:
    """The account, by its API and by what stands behind it."""

    def begin_anew(self) -> None:
        self.remove()
        stack.up(PROFILE, print)

    def remove(self) -> None:
        stack.down(PROFILE, print)

    @functools.cache
    def client(self, service: str) -> t.Any:
        return boto3.client(
            service, region_name="us-west-2", endpoint_url=PROFILE.url,
            aws_access_key_id="local", aws_secret_access_key="local",
        )

    def secret(self, name: str) -> dict[str, t.Any]:
        return json.loads(self.client("secretsmanager").get_secret_value(SecretId=name)["SecretString"])

    def secret_values(self) -> list[str]:
        """All that nobody may see: passwords and verifiers, and what tokens are made with."""
        logins = [self.secret(name)[leaf] for name in SECRETS for leaf in ("password", "scram_verifier")]
        return [*logins, self.secret(CONTEXT_KEY)["key"]]

    def everything(self) -> list[str]:
        """Names of what the playbooks made so far."""
        rds, ec2, secrets = self.client("rds"), self.client("ec2"), self.client("secretsmanager")
        groups = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["launch-sg-db", "launch-sg-pool"]}])
        parameter_groups = [one["DBParameterGroupName"] for one in rds.describe_db_parameter_groups()["DBParameterGroups"]]
        return [
            *[one["Name"] for one in secrets.list_secrets()["SecretList"]],
            *[one["GroupName"] for one in groups["SecurityGroups"]],
            *[one["LaunchTemplateName"] for one in ec2.describe_launch_templates()["LaunchTemplates"]],
            *[one["InstanceId"] for many in ec2.describe_instances()["Reservations"] for one in many["Instances"]],
            *[one["DBSubnetGroupName"] for one in rds.describe_db_subnet_groups()["DBSubnetGroups"]],
            *[name for name in parameter_groups if not name.startswith("default.")],
            *[one["DBInstanceIdentifier"] for one in rds.describe_db_instances()["DBInstances"]],
        ]

    def instance_status(self) -> str | None:
        found = self.client("rds").describe_db_instances()["DBInstances"]
        return found[0]["DBInstanceStatus"] if found else None

    def set_parameter(self, name: str, value: str) -> None:
        """As somebody does by hand in the console."""
        setting = {"ParameterName": name, "ParameterValue": value, "ApplyMethod": "immediate"}
        self.client("rds").modify_db_parameter_group(DBParameterGroupName=GROUP, Parameters=[setting])

    def host_ids(self) -> dict[str, str]:
        """Instance ids of the pool hosts by their names."""
        wanted = {"tag:Name": list(POOL), "tag:environment": ["local"]}
        filters = [{"Name": name, "Values": values} for name, values in wanted.items()]
        described = self.client("ec2").describe_instances(Filters=filters)
        instances = [one for reservation in described["Reservations"] for one in reservation["Instances"]]
        return {tag["Value"]: one["InstanceId"] for one in instances for tag in one["Tags"] if tag["Key"] == "Name"}

    def host_state(self, name: str) -> str:
        described = self.client("ec2").describe_instances(InstanceIds=[self.host_ids()[name]])
        return described["Reservations"][0]["Instances"][0]["State"]["Name"]

    def make_stopped_twin(self, name: str, environment: str) -> str:
        """A machine as another environment in the same account would have it; its id."""
        ec2 = self.client("ec2")
        model = ec2.describe_instances(InstanceIds=[self.host_ids()[name]])["Reservations"][0]["Instances"][0]
        tags = [tag for tag in model["Tags"] if tag["Key"] in ("Name", "project", "role")]
        made = ec2.run_instances(
            MinCount=1, MaxCount=1, **{key: model[key] for key in ("ImageId", "InstanceType", "SubnetId")},
            TagSpecifications=[{"ResourceType": "instance", "Tags": [*tags, {"Key": "environment", "Value": environment}]}],
        )
        (twin,) = [one["InstanceId"] for one in made["Instances"]]
        ec2.get_waiter("instance_running").wait(InstanceIds=[twin], WaiterConfig={"Delay": 1, "MaxAttempts": 60})
        ec2.stop_instances(InstanceIds=[twin])
        ec2.get_waiter("instance_stopped").wait(InstanceIds=[twin], WaiterConfig={"Delay": 1, "MaxAttempts": 60})
        return twin

    def terminate(self, instance: str) -> None:
        self.client("ec2").terminate_instances(InstanceIds=[instance])

    def on_host(self, name: str, *command: str, user: str = "root", data: str = "") -> str:
        """What a command on a pool host prints; its exit code is its own affair."""
        return _inside(f"{PROFILE.network}-{self.host_ids()[name]}", user, command, data)

    def on_database(self, command: str, data: str = "") -> str:
        """What a command in the database's container prints."""
        return _inside(f"{PROFILE.network}-db-{INSTANCE}", "postgres", ("bash", "-c", command), data)

    def state(self) -> dict[str, str]:
        """What two ways of building must have in common, in words that can be compared."""
        found = {
            "structure": self.on_database(STRUCTURE),
            "roles": self.on_database(ROLES),
            "rows": self.on_database("psql -X -U rdsadmin launch", ROWS),
        }
        for host in POOL:
            found[f"{host}:configuration"] = self.on_host(host, "cat", "/etc/pgbouncer/pgbouncer.ini")
            found[f"{host}:rights"] = self.on_host(host, "sh", "-c", RIGHTS)
            found[f"{host}:users"] = self.on_host(host, "cut", "-d ", "-f1", "/etc/pgbouncer/userlist.txt")
            found[f"{host}:unit"] = self.on_host(host, "systemctl", "cat", "pgbouncer")
            found[f"{host}:service"] = self.on_host(host, "systemctl", "is-active", "pgbouncer")
        return found


def _inside(container: str, user: str, command: t.Sequence[str], data: str) -> str:
    done = subprocess.run(
        ["podman", "exec", "--interactive", f"--user={user}", container, *command],
        input=data, capture_output=True, text=True, check=False, timeout=120,
    )
    return done.stdout
