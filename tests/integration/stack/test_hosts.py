# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""EC2 instances and the real hosts behind them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest

from local.containers import podman, remove_containers, succeeds
from local.images import BASE
from tests.integration.stack.clients import Clients, refused, until
from tests.integration.stack.conftest import PROFILE

REQUEST = {
    "ImageId": "ami-0735c191cf914754d",
    "MinCount": 1,
    "MaxCount": 1,
    "InstanceType": "t3.medium",
    "KeyName": "launch-key",
    "SubnetId": "subnet-0be2078d20cec6ee8",
    "SecurityGroupIds": ["sg-09429267085a63549"],
    "UserData": "#!/bin/sh\necho once >> /root/user-data-ran\n",
}


class Host:
    """One instance and the ways to it."""

    def __init__(self, clients: Clients, identifier: str, address: str) -> None:
        self.ec2, self.identifier, self.address = clients.ec2, identifier, address
        self.container = f"{PROFILE.network}-{identifier}"

    def state(self) -> str:
        found = self.ec2.describe_instances(InstanceIds=[self.identifier])["Reservations"][0]["Instances"][0]
        return found["State"]["Name"]

    def ssh(self, command: str, user: str = "ubuntu") -> str | None:
        """Return what a command prints on the host, None if there is no way in."""
        options = [
            "StrictHostKeyChecking=no",
            "UserKnownHostsFile=/dev/null",
            "LogLevel=ERROR",
            "BatchMode=yes",
            "ConnectTimeout=1",
        ]
        flags = [word for option in options for word in ("-o", option)]
        login = ["ssh", "-i", str(PROFILE.private_key), *flags, f"{user}@{self.address}", command]
        done = subprocess.run(login, capture_output=True, text=True, check=False, timeout=30)
        return done.stdout.strip() if done.returncode == 0 else None


@pytest.fixture(scope="module")
def host(endpoint: Clients) -> Iterator[Host]:
    launched = endpoint.ec2.run_instances(**REQUEST)["Instances"][0]
    found = Host(endpoint, launched["InstanceId"], launched["PrivateIpAddress"])
    until(lambda: found.ssh("true") is not None)
    yield found


def test_address_is_the_subnets_and_the_containers(host: Host) -> None:
    assert host.address.startswith("10.62.2.")
    assert host.address in host.ssh("ip -4 -o address show dev eth0")


def test_user_may_sudo_and_root_may_not_log_in(host: Host) -> None:
    assert host.ssh("sudo -n id -u") == "0"
    assert host.ssh("true", user="root") is None


def test_user_data_ran_as_root_after_the_boot(host: Host) -> None:
    until(lambda: host.ssh("sudo cat /root/user-data-ran") == "once")
    assert host.ssh("sudo stat -c %a /var/lib/launch/user-data /var/log/user-data.log").split() == ["700", "600"]


def test_stop_and_start_keep_the_disk_and_do_not_repeat_the_user_data(host: Host) -> None:
    host.ec2.stop_instances(InstanceIds=[host.identifier])
    assert (host.state(), host.ssh("true")) == ("stopped", None)
    host.ec2.start_instances(InstanceIds=[host.identifier])
    until(lambda: host.ssh("sudo cat /root/user-data-ran") == "once")
    assert host.state() == "running"


def test_reboot(host: Host) -> None:
    before = host.ssh("stat -c %Y /proc/1")
    host.ec2.reboot_instances(InstanceIds=[host.identifier])
    until(lambda: host.ssh("stat -c %Y /proc/1") not in (None, before))


def test_hand_on_the_container_is_seen(host: Host) -> None:
    podman("stop", "--time=5", host.container)
    assert host.state() == "stopped"
    podman("start", host.container)
    assert host.state() == "running"
    remove_containers([host.container])
    assert host.state() == "stopped"
    host.ec2.start_instances(InstanceIds=[host.identifier])
    until(lambda: host.ssh("true") is not None)


def test_subnet_without_a_real_network(endpoint: Clients) -> None:
    other = endpoint.ec2.describe_subnets(Filters=[{"Name": "default-for-az", "Values": ["true"]}])["Subnets"]
    foreign = next(subnet["SubnetId"] for subnet in other if not subnet["CidrBlock"].startswith("10.62."))
    with refused("UnsupportedOperation", "hosts in 10.62.0.0/16 only"):
        endpoint.ec2.run_instances(**(REQUEST | {"SubnetId": foreign}))


def test_host_that_cannot_be_started(endpoint: Clients) -> None:
    stranger, address = f"{PROFILE.network}-stranger", "10.62.2.99"
    podman(
        "run",
        "--detach",
        f"--name={stranger}",
        f"--network={PROFILE.network}",
        f"--ip={address}",
        BASE.name,
        "sleep",
        "60",
    )
    try:
        with refused("InsufficientInstanceCapacity", "cannot start a host"):
            endpoint.ec2.run_instances(**(REQUEST | {"PrivateIpAddress": address}))
    finally:
        remove_containers([stranger])
    found = endpoint.ec2.describe_instances(Filters=[{"Name": "private-ip-address", "Values": [address]}])[
        "Reservations"
    ]
    assert [one["State"]["Name"] for each in found for one in each["Instances"]] in ([], ["terminated"])
    assert "cannot be started: podman run failed" in PROFILE.log.read_text(encoding="utf-8")


def test_termination(host: Host) -> None:
    host.ec2.terminate_instances(InstanceIds=[host.identifier])
    assert (host.state(), succeeds("container", "exists", host.container)) == ("terminated", False)


def test_account_before_us(endpoint: Clients) -> None:
    subnets = endpoint.ec2.describe_subnets(SubnetIds=["subnet-0ed0f7d900f687231", "subnet-0be2078d20cec6ee8"])[
        "Subnets"
    ]
    assert sorted((one["AvailabilityZone"], one["CidrBlock"]) for one in subnets) == [
        ("us-west-2a", "10.62.1.0/24"),
        ("us-west-2b", "10.62.2.0/24"),
    ]
    vpc = endpoint.ec2.describe_vpcs(VpcIds=[subnets[0]["VpcId"]])["Vpcs"][0]
    assert vpc["CidrBlock"] == "10.62.0.0/16"
    assert endpoint.ec2.describe_images(ImageIds=["ami-0735c191cf914754d"])["Images"][0]["State"] == "available"
    key = endpoint.client("kms").describe_key(KeyId="62739486-7aa4-4cdb-9bfc-68dd7d80c7c0")["KeyMetadata"]
    assert key["Arn"] == "arn:aws:kms:us-west-2:597088015766:key/62739486-7aa4-4cdb-9bfc-68dd7d80c7c0"
    iam = endpoint.client("iam")
    assert iam.get_role(RoleName="launch-role-db-monitoring")["Role"]["Arn"].startswith("arn:aws:iam::597088015766:")
    profile = iam.get_instance_profile(InstanceProfileName="launch-profile-pool-service")["InstanceProfile"]
    assert [role["RoleName"] for role in profile["Roles"]] == ["launch-role-pool-service"]
    assert endpoint.client("sts").get_caller_identity()["Account"] == "597088015766"


def test_a_templates_tags_are_no_part_of_its_data(endpoint: Clients) -> None:
    tags = [{"ResourceType": "launch-template", "Tags": [{"Key": "project", "Value": "launch"}]}]
    data = {"ImageId": "ami-0735c191cf914754d", "InstanceType": "t3.medium"}
    made = endpoint.ec2.create_launch_template(
        LaunchTemplateName="tagged", LaunchTemplateData=data, TagSpecifications=tags
    )["LaunchTemplate"]
    versions = endpoint.ec2.describe_launch_template_versions(LaunchTemplateName="tagged")["LaunchTemplateVersions"]
    assert made["Tags"] == [{"Key": "project", "Value": "launch"}]
    assert versions[0]["LaunchTemplateData"] == data
