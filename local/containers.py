# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""podman: settings computed from the machine, and calls whose failures say what was tried."""

from __future__ import annotations

import json
import os
import resource
import subprocess
from collections.abc import Iterable, Mapping

from local.errors import StackError
from local.paths import CONTAINERS_CONF

# What a host of the stack may open at most; less where the machine itself allows less.
WANTED_LIMITS = {"nofile": 16384, "nproc": 8192}

PODMAN_TIMEOUT = 120  # seconds; a call that takes longer hangs

SETTINGS = """\
# Written by the local stack from the limits of this machine; changes are lost.
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"

[containers]
default_ulimits = [{ulimits}]
base_hosts_file = "none"
log_driver = "k8s-file"
"""


def limits(hard: Mapping[str, int]) -> dict[str, int]:
    """Return the limits to give to containers: the wanted ones, or the machine's if those are lower.

    podman's own default exceeds the hard limit of many machines, and raising a limit above the hard
    one needs a capability that a virtual machine's root often lacks. -1 means unlimited.
    """
    return {
        name: wanted if hard[name] == resource.RLIM_INFINITY else min(wanted, hard[name])
        for name, wanted in WANTED_LIMITS.items()
    }


def render_settings(values: Mapping[str, int]) -> str:
    """Return the text of containers.conf for the given limits."""
    ulimits = ", ".join(f'"{name}={value}:{value}"' for name, value in values.items())
    return SETTINGS.format(ulimits=ulimits)


def machine_limits() -> dict[str, int]:
    """Return this process's hard limits, by podman's names."""
    return {
        "nofile": resource.getrlimit(resource.RLIMIT_NOFILE)[1],
        "nproc": resource.getrlimit(resource.RLIMIT_NPROC)[1],
    }


def write_settings() -> None:
    """Write containers.conf if it is missing or differs, and make podman use it."""
    text = render_settings(limits(machine_limits()))
    if not CONTAINERS_CONF.exists() or CONTAINERS_CONF.read_text(encoding="utf-8") != text:
        CONTAINERS_CONF.parent.mkdir(parents=True, exist_ok=True)
        temporary = CONTAINERS_CONF.with_suffix(f".{os.getpid()}")
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(CONTAINERS_CONF)
    os.environ["CONTAINERS_CONF"] = str(CONTAINERS_CONF)


def podman(*arguments: str, data: str | None = None, timeout: float = PODMAN_TIMEOUT) -> str:
    """Run podman and return what it printed.

    :arg data: what the command reads on standard input; secrets go here, since arguments are public.
    :arg timeout: seconds.
    Raises StackError: podman is missing, failed or took too long. The text names the subcommand and
        podman's own words, never ``data``.
    """
    command = ["podman", *arguments]
    try:
        done = subprocess.run(command, input=data, capture_output=True, text=True, check=False, timeout=timeout)
    except FileNotFoundError as missing:
        raise StackError("podman is not installed: run the bootstrap script") from missing
    except subprocess.TimeoutExpired as slow:
        raise StackError(f"podman {arguments[0]} did not finish within {timeout:.0f} s") from slow
    if done.returncode:
        raise StackError(f"podman {arguments[0]} failed (rc {done.returncode}): {_words(done)}")
    return done.stdout


def _words(done: subprocess.CompletedProcess[str]) -> str:
    """Return podman's complaint without the noise it makes on machines without syslog."""
    lines = [line for line in done.stderr.splitlines() if "syslog" not in line]
    return " ".join(lines[-8:]).strip() or done.stdout.strip()[-500:]


def succeeds(*arguments: str) -> bool:
    """Return whether a podman query such as ``container exists`` answers yes."""
    done = subprocess.run(["podman", *arguments], capture_output=True, check=False, timeout=PODMAN_TIMEOUT)
    return done.returncode == 0


def ensure_network(name: str, subnet: str, labels: Mapping[str, str] | None = None) -> None:
    """Make the network if it is not there."""
    if succeeds("network", "exists", name):
        return
    flags = [f"--label={key}={value}" for key, value in (labels or {}).items()]
    podman("network", "create", f"--subnet={subnet}", *flags, name)


def make_network(name: str, subnets: Iterable[str], labels: Mapping[str, str] | None = None) -> None:
    """Make the network in the first subnet that nobody has.

    Raises StackError: none is free, or podman refused for another reason.
    """
    for subnet in subnets:
        try:
            return ensure_network(name, subnet, labels)
        except StackError as refusal:
            if "already used" not in str(refusal):
                raise
    raise StackError(f"no subnet is free for the network {name}")


def remove_network(name: str) -> None:
    """Remove the network and what is still attached to it; nothing happens if it is not there."""
    if succeeds("network", "exists", name):
        podman("network", "rm", "--force", "--time=0", name)


def remove_containers(names: Iterable[str]) -> None:
    """Remove the containers at once; names that do not exist are passed over."""
    wanted = list(names)
    if wanted:
        podman("rm", "--force", "--ignore", "--time=0", "--volumes", *wanted)


def containers_of(label: str) -> list[dict]:
    """Return podman's description of each container, running or not, that has the label ``key=value``."""
    return json.loads(podman("ps", "--all", f"--filter=label={label}", "--format=json") or "[]") or []


def address_of(name: str) -> str:
    """Return the IPv4 address of a running container on its (only) network."""
    networks = json.loads(podman("inspect", "--format={{json .NetworkSettings.Networks}}", name))
    return next(iter(networks.values()))["IPAddress"]
