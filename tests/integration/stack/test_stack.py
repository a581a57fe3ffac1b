# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starting, stopping and describing the stack."""

from __future__ import annotations

import json
import os
import signal
import socket
import time

import pytest

from local import stack
from local.containers import ensure_network, podman, remove_containers, remove_network, succeeds
from local.images import BASE
from tests.integration.stack.clients import Clients
from tests.integration.stack.conftest import PROFILE, local

STRANGER = "launch-stackstranger"


@pytest.fixture(autouse=True)
def nothing_left():
    """No stack before and after a test."""
    local("down")
    yield
    local("down")


def test_up_twice_and_status() -> None:
    local("up")
    begun = time.monotonic()
    again = local("up")
    assert (again.stdout, time.monotonic() - begun < 2) == (f"The local stack stacktest runs: {PROFILE.url}\n", True)
    found = json.loads(local("status", "--json").stdout)
    assert (found["running"], found["endpoint"], found["containers"]) == (True, PROFILE.url, [])
    assert PROFILE.log.stat().st_mode & 0o777 == 0o600
    assert PROFILE.private_key.stat().st_mode & 0o777 == 0o600


def test_down_removes_everything_of_the_profile_and_nothing_else() -> None:
    podman("run", "--detach", f"--name={STRANGER}", "--network=none", BASE.name, "sleep", "60")
    try:
        local("up")
        clients = Clients(PROFILE)
        clients.ec2.run_instances(
            ImageId="ami-0735c191cf914754d",
            MinCount=1,
            MaxCount=1,
            InstanceType="t3.medium",
            SubnetId="subnet-0ed0f7d900f687231",
        )
        down = local("down")
        assert down.stdout == "The local stack stacktest is down: 1 process(es), 1 container(s), 1 network(s)\n"
        assert stack.processes(PROFILE) == []
        assert (succeeds("network", "exists", PROFILE.network), PROFILE.state.exists()) == (False, False)
        assert podman("ps", "--format={{.Names}}").split().count(STRANGER) == 1
        assert local("down").stdout.endswith("down: 0 process(es), 0 container(s), 0 network(s)\n")
    finally:
        remove_containers([STRANGER])


def test_stopped_endpoint_is_said_and_begun_anew() -> None:
    local("up")
    Clients(PROFILE).ec2.run_instances(
        ImageId="ami-0735c191cf914754d",
        MinCount=1,
        MaxCount=1,
        InstanceType="t3.medium",
        SubnetId="subnet-0ed0f7d900f687231",
    )
    os.kill(stack.processes(PROFILE)[0], signal.SIGKILL)
    again = local("up")
    assert "was stopped, and its state does not persist: beginning anew" in again.stdout
    assert "1 container(s), 1 network(s)" in again.stdout
    assert Clients(PROFILE).ec2.describe_instances()["Reservations"] == []


def test_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", PROFILE.port)):
        taken = local("up")
    assert taken.returncode == 1
    assert taken.stderr.startswith(
        f"local stack: port {PROFILE.port} on 127.0.0.1, which the endpoint of stacktest needs, is taken by process {os.getpid()} "
    )


def test_network_that_is_taken() -> None:
    ensure_network(STRANGER, "10.62.7.0/24")
    try:
        podman("run", "--detach", f"--name={STRANGER}", f"--network={STRANGER}", BASE.name, "sleep", "60")
        taken = local("up")
    finally:
        remove_containers([STRANGER])
        remove_network(STRANGER)
    assert (
        taken.returncode,
        "network 10.62.0.0/16 of stacktest overlaps the route to 10.62.7.0/24" in taken.stderr,
    ) == (1, True)


def test_preflight_of_this_machine() -> None:
    checked = local("preflight")
    assert (checked.returncode, checked.stderr) == (0, "")
