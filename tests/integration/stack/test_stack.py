# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starting, stopping and describing the stack."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from local import remains, stack
from local.containers import ensure_network, podman, remove_containers, remove_network, succeeds
from local.images import BASE
from local.processes import arguments, folders, ssh_masters
from tests.integration.stack.clients import Clients, until
from tests.integration.stack.conftest import PROFILE, ROOT, local

STRANGER = "launch-stackstranger"
HOST = {
    "ImageId": "ami-0735c191cf914754d",
    "MinCount": 1,
    "MaxCount": 1,
    "InstanceType": "t3.medium",
    "KeyName": "launch-key",
    "SubnetId": "subnet-0ed0f7d900f687231",
}


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
        Clients(PROFILE).ec2.run_instances(**HOST)
        down = local("down")
        assert down.stdout == "The local stack stacktest is down: 1 process(es), 1 container(s), 1 network(s)\n"
        assert stack.processes(PROFILE) == []
        assert (succeeds("network", "exists", PROFILE.network), PROFILE.state.exists()) == (False, False)
        assert podman("ps", "--format={{.Names}}").split().count(STRANGER) == 1
        assert local("down").stdout.endswith("down: 0 process(es), 0 container(s), 0 network(s)\n")
    finally:
        remove_containers([STRANGER])


def test_two_at_once_start_one_stack() -> None:
    command = [sys.executable, "-m", "local", "up", "--profile", PROFILE.name]
    both = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = sorted(one.communicate(timeout=120)[0].partition(":")[0] for one in both)
    assert said == ["The local stack stacktest is up", "The local stack stacktest runs"]
    assert len(stack.processes(PROFILE)) == 1


def test_host_that_is_being_started_does_not_survive() -> None:
    local("up")
    starting = threading.Thread(target=launch_in_vain)
    starting.start()
    until(podman_starts_a_host)
    down = local("down")
    starting.join(30)
    assert down.returncode == 0, down.stderr
    assert (stack.status(PROFILE)["containers"], podman_starts_a_host()) == ([], False)


def launch_in_vain() -> None:
    """Launch a host while the endpoint ends: the connection breaks, or podman's end is the answer."""
    with contextlib.suppress(BotoCoreError, ClientError):
        Clients(PROFILE).ec2.run_instances(**HOST)


def podman_starts_a_host() -> bool:
    commands = [arguments(folder) for folder in folders()]
    return any(one[:2] == [b"podman", b"run"] and f"--network={PROFILE.network}".encode() in one for one in commands)


def test_kept_ssh_connection_ends_with_the_stack(tmp_path) -> None:
    local("up")
    made = Clients(PROFILE).ec2.run_instances(**HOST)["Instances"][0]
    control = tmp_path / "control"
    options = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "BatchMode=yes", "ConnectTimeout=1"]
    kept = ["ControlMaster=auto", "ControlPersist=120s", f"ControlPath={control}"]
    flags = [word for option in options + kept for word in ("-o", option)]
    login = ["ssh", "-i", str(PROFILE.private_key), *flags, f"ubuntu@{made['PrivateIpAddress']}", "true"]
    # Without pipes: the master would keep them open.
    until(lambda: subprocess.run(login, stderr=subprocess.DEVNULL, check=False, timeout=30).returncode == 0)
    assert len(ssh_masters(PROFILE.gateway)) == 1
    local("down")
    assert (ssh_masters(PROFILE.gateway), control.exists()) == ([], False)


def test_sweep_removes_what_ended_tests_left() -> None:
    local("up")
    ended = subprocess.Popen(["true"])
    ended.wait()
    network = f"launch-pytest-{ended.pid}-1"
    ensure_network(network, "10.91.255.0/24", {"launch.profile": "pytest"})
    found = remains.sweep([PROFILE.name])
    assert found[0] == "stacktest: 1 process(es), 0 container(s), 1 network(s)"
    assert f"pytest: {network}" in found
    assert (stack.remains(PROFILE), succeeds("network", "exists", network)) == (False, False)


def test_stopped_endpoint_is_said_and_begun_anew() -> None:
    local("up")
    Clients(PROFILE).ec2.run_instances(**HOST)
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
