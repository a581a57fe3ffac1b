# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said about a machine that lacks something."""

from __future__ import annotations

import json
import os
import socket

import pytest

from local import machine
from local.errors import StackError
from local.profiles import Profile

PROFILE = Profile("trial", 0, "10.62.0.0/16")


def test_root(monkeypatch) -> None:
    monkeypatch.setattr(machine.os, "geteuid", lambda: 1000)
    with pytest.raises(StackError, match="as root or with sudo"):
        machine.check_root()


def test_missing_program(monkeypatch) -> None:
    monkeypatch.setattr(machine.shutil, "which", lambda name: None if name == "runc" else name)
    with pytest.raises(StackError, match="^runc not found: install the packages .*mmdebstrap"):
        machine.check_commands()


def test_full_disk() -> None:
    machine.check_disk(needed=0)
    with pytest.raises(StackError, match="GiB free, the stack needs"):
        machine.check_disk(needed=2**60)


def test_no_cgroups(tmp_path) -> None:
    with pytest.raises(StackError, match="no cgroups are mounted"):
        machine.check_cgroups(tmp_path)


def test_read_only_cgroups(tmp_path, monkeypatch) -> None:
    (tmp_path / "cgroup.procs").touch()
    machine.check_cgroups(tmp_path)
    monkeypatch.setattr(machine.os, "access", lambda *_: False)
    with pytest.raises(StackError, match="is read-only"):
        machine.check_cgroups(tmp_path)


def test_port_that_is_taken_names_who_has_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(StackError, match=rf"^port {port} on 127.0.0.1, .* is taken by process {os.getpid()} \("):
            machine.check_port(Profile("trial", port, "10.62.0.0/16"))


def test_port_that_is_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    machine.check_port(Profile("trial", port, "10.62.0.0/16"))


def routes(monkeypatch, *found: dict, device: str | None = None) -> None:
    monkeypatch.setattr(machine, "run", lambda _: json.dumps(found))
    monkeypatch.setattr(machine, "_device", lambda _: device)


def test_network_that_overlaps(monkeypatch) -> None:
    routes(monkeypatch, {"dst": "default", "dev": "eth0"}, {"dst": "10.0.0.0/8", "dev": "tun0"})
    with pytest.raises(StackError, match=r"^network 10.62.0.0/16 of trial overlaps the route to 10.0.0.0/8 over tun0"):
        machine.check_subnet(PROFILE)


def test_network_that_is_free_or_our_own(monkeypatch) -> None:
    routes(
        monkeypatch, {"dst": "10.63.0.0/16", "dev": "eth1"}, {"dst": "10.62.0.0/16", "dev": "podman7"}, device="podman7"
    )
    machine.check_subnet(PROFILE)


def test_podman_that_cannot_start_a_container(monkeypatch) -> None:
    def fail(*arguments: str, **_options: object) -> str:
        raise StackError(f"podman {arguments[0]} failed")

    monkeypatch.setattr(machine, "succeeds", lambda *_: True)
    monkeypatch.setattr(machine, "podman", fail)
    with pytest.raises(StackError, match="podman cannot start a container on this machine: podman run failed"):
        machine.check_container()
