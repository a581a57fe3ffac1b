# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""podman's settings and failures."""

from __future__ import annotations

import resource
import subprocess
import tomllib
from unittest import mock

import pytest

from local import containers
from local.errors import StackError


@pytest.mark.parametrize(
    ("hard", "expected"),
    [
        ({"nofile": 1048576, "nproc": resource.RLIM_INFINITY}, {"nofile": 16384, "nproc": 8192}),
        ({"nofile": 4096, "nproc": 1000}, {"nofile": 4096, "nproc": 1000}),
    ],
)
def test_limits_never_exceed_the_machines(hard: dict[str, int], expected: dict[str, int]) -> None:
    assert containers.limits(hard) == expected


def test_settings_are_read_by_podman_as_meant() -> None:
    found = tomllib.loads(containers.render_settings({"nofile": 4096, "nproc": 1000}))
    assert found["engine"]["runtime"] == "runc"
    assert found["containers"]["default_ulimits"] == ["nofile=4096:4096", "nproc=1000:1000"]
    assert found["containers"]["base_hosts_file"] == "none"


def test_settings_are_written_once_and_used(tmp_path, monkeypatch) -> None:
    file = tmp_path / "state" / "containers.conf"
    monkeypatch.setattr(containers, "CONTAINERS_CONF", file)
    monkeypatch.setenv("CONTAINERS_CONF", "elsewhere")
    containers.write_settings()
    written = file.stat().st_mtime_ns
    containers.write_settings()
    assert (file.stat().st_mtime_ns, containers.os.environ["CONTAINERS_CONF"]) == (written, str(file))


def answer(monkeypatch, **result: object) -> None:
    def run(command, **_options: object) -> subprocess.CompletedProcess:
        return subprocess.CompletedProcess(command, **result)

    monkeypatch.setattr(containers.subprocess, "run", run)


def test_failure_names_the_subcommand_and_not_the_input(monkeypatch) -> None:
    answer(monkeypatch, returncode=125, stdout="", stderr="failed to connect to syslog: x\nError: no such image\n")
    with pytest.raises(StackError) as failure:
        containers.podman("run", "image", data="a secret")
    assert str(failure.value) == "podman run failed (rc 125): Error: no such image"


def test_missing_podman(monkeypatch) -> None:
    def run(*_arguments: object, **_options: object) -> None:
        raise FileNotFoundError

    monkeypatch.setattr(containers.subprocess, "run", run)
    with pytest.raises(StackError, match="podman is not installed"):
        containers.podman("ps")


def test_hanging_podman(monkeypatch) -> None:
    def run(command, timeout: float, **_options: object) -> None:
        raise subprocess.TimeoutExpired(command, timeout)

    monkeypatch.setattr(containers.subprocess, "run", run)
    with pytest.raises(StackError, match="podman exec did not finish within 3 s"):
        containers.podman("exec", timeout=3)


@pytest.mark.parametrize(("taken", "made"), [([], "10.90.1.0/24"), (["10.90.1.0/24", "10.90.2.0/24"], "10.90.3.0/24")])
def test_a_network_takes_the_first_subnet_that_is_free(monkeypatch: pytest.MonkeyPatch, taken: list[str], made: str) -> None:
    tried = []

    def ensure(_name: str, subnet: str, _labels: object) -> None:
        tried.append(subnet)
        if subnet in taken:
            raise StackError(f"podman network failed (rc 125): Error: subnet {subnet} is already used on the host or by another config")

    monkeypatch.setattr(containers, "ensure_network", ensure)
    containers.make_network("any", (f"10.90.{number}.0/24" for number in (1, 2, 3)))
    assert tried[-1] == made


@pytest.mark.parametrize(("words", "said"), [("subnet is already used", "no subnet is free for the network any"), ("no such driver", "no such driver")])
def test_a_network_that_can_not_be_made_is_refused(monkeypatch: pytest.MonkeyPatch, words: str, said: str) -> None:
    monkeypatch.setattr(containers, "ensure_network", mock.Mock(side_effect=StackError(words)))
    with pytest.raises(StackError, match=said):
        containers.make_network("any", ["10.90.1.0/24"])
