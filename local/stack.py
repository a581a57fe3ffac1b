# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start, stop and describe a profile's stack. Nothing of it outlives its endpoint."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from local import images, machine
from local.containers import address_of, containers_of, remove_containers, remove_network, succeeds, write_settings
from local.errors import StackError
from local.locks import exclusive
from local.paths import PACKAGE
from local.processes import arguments, end, end_group, folders, group, ssh_masters
from local.profiles import HEALTH_PATH, HOST, Profile
from local.shell import run

START_TIMEOUT = 30  # seconds until the endpoint answers
PROBE_TIMEOUT = 2  # seconds
REMOVAL_TIMEOUT = 30  # seconds in which what is being started must be there, and removed

Say = Callable[[str], None]


def up(profile: Profile, say: Say) -> None:
    """Start the stack unless it runs; what an ended one left behind is removed first.

    :arg say: takes each sentence the user should read.
    Raises StackError: the machine does not allow it, or the endpoint does not answer in time.
    """
    if not answers(profile):
        with exclusive(profile.name):
            if not answers(profile):  # another `up` may have started it while this one waited
                _begin(profile, say)
                return
    say(f"The local stack {profile.name} runs: {profile.url}")


def _begin(profile: Profile, say: Say) -> None:
    write_settings()
    _clear_remains(profile, say)
    machine.check_port(profile)
    machine.check_subnet(profile)
    if stale := images.outdated():
        say(f"Building {' and '.join(stale)}: about a minute")
        images.ensure()
    _make_key(profile)
    _start(profile)
    say(f"The local stack {profile.name} is up: {profile.url}, log {profile.log}")


def down(profile: Profile, say: Say) -> None:
    """Remove every process, container and network of the profile, and its files; nothing else."""
    with exclusive(profile.name):
        write_settings()
        if not is_ours(profile):
            raise StackError(
                f"the stack {profile.name} on this machine belongs to {_owner(profile)}: stop it from there"
            )
        removed = remove(profile)
    say(f"The local stack {profile.name} is down: {removed}")


def status(profile: Profile) -> dict:
    """Return what there is of the profile, as plain data."""
    write_settings()
    return {
        "profile": profile.name,
        "running": answers(profile),
        "endpoint": profile.url,
        "network": profile.network,
        "subnet": profile.subnet,
        "log": str(profile.log),
        "ssh_key": str(profile.private_key),
        "ca_file": str(profile.ca_file),
        "containers": [_container(one) for one in _containers(profile)],
    }


def answers(profile: Profile) -> bool:
    """Return whether the profile's endpoint, started from this checkout, answers."""
    return _owner(profile) == str(profile.state)


def is_ours(profile: Profile) -> bool:
    """Return whether no other checkout's endpoint answers for the profile."""
    return _owner(profile) in (None, str(profile.state))


def _owner(profile: Profile) -> str | None:
    """Return the state folder of the endpoint that answers on the profile's port, None if there is none."""
    connection = http.client.HTTPConnection(HOST, profile.port, timeout=PROBE_TIMEOUT)
    try:
        connection.request("GET", HEALTH_PATH)
        found = json.loads(connection.getresponse().read())
    except (OSError, ValueError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    return found.get("state") if isinstance(found, dict) else None


def _containers(profile: Profile) -> list[dict]:
    return containers_of(f"launch.profile={profile.name}")


def _container(one: dict) -> dict:
    name, running = one["Names"][0], one["State"] == "running"
    return {"name": name, "state": one["State"], "address": address_of(name) if running else None}


def _clear_remains(profile: Profile, say: Say) -> None:
    """Remove what is left of a stack whose endpoint ended: its servers mean nothing without it."""
    if _owner(profile):
        return  # another checkout's; the check of the port says so
    if remains(profile):
        say(
            f"The endpoint of the local stack {profile.name} was stopped, and its state does not persist: beginning anew."
        )
        say(f"Removed {remove(profile)}")


def remains(profile: Profile) -> bool:
    """Return whether there is a process, a container or a network of the profile."""
    return bool(processes(profile) or _containers(profile)) or succeeds("network", "exists", profile.network)


def remove(profile: Profile) -> str:
    """Remove everything of the profile and return how much it was."""
    endpoints = processes(profile)
    _end_all(endpoints)
    containers = _remove_containers(profile, endpoints)
    # Now that their hosts are gone, no new ones can come.
    masters = ssh_masters(profile.gateway)
    _end_all(masters)
    networks = int(succeeds("network", "exists", profile.network))
    remove_network(profile.network)
    shutil.rmtree(profile.state, ignore_errors=True)
    return f"{len(endpoints + masters)} process(es), {containers} container(s), {networks} network(s)"


def _end_all(pids: list[int]) -> None:
    for pid in pids:
        end(pid)


def _remove_containers(profile: Profile, endpoints: list[int]) -> int:
    """Remove the profile's containers until nobody makes any more, and return how many there were.

    What podman had begun for the endpoint, it may finish: one that is killed while it starts a container leaves the
    container's network interfaces behind, and then nobody can have the addresses.

    :arg endpoints: ended; each led the group of its children.
    """
    removed: set[str] = set()
    deadline = time.monotonic() + REMOVAL_TIMEOUT
    while True:
        busy = any(group(leader) for leader in endpoints)  # before the list: what they made by then is in it
        names = [one["Names"][0] for one in _containers(profile)]
        remove_containers(names)
        removed.update(names)
        if not names and not busy:
            return len(removed)
        if time.monotonic() > deadline:
            break
        time.sleep(0.05)
    for leader in endpoints:
        end_group(leader)
    raise StackError(f"containers of {profile.name} were being started for {REMOVAL_TIMEOUT} s: run the command again")


def processes(profile: Profile) -> list[int]:
    """Return the ids of the profile's endpoints started from this checkout (none, or one)."""
    return [int(folder.name) for folder in folders() if _is_endpoint(folder, profile)]


def _is_endpoint(folder: Path, profile: Profile) -> bool:
    """Return whether a process is ours; a process id alone may have been given to another by now."""
    if arguments(folder)[1:4] != [b"-m", b"local.endpoint", profile.name.encode()]:
        return False
    try:
        return (folder / "cwd").resolve() == PACKAGE.parent
    except OSError:
        return False


def _make_key(profile: Profile) -> None:
    """Make the ssh key of the hosts."""
    profile.private_key.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not profile.private_key.exists():
        run(
            [
                "ssh-keygen",
                "-q",
                "-t",
                "ed25519",
                "-N",
                "",
                "-C",
                f"launch-{profile.name}",
                "-f",
                str(profile.private_key),
            ]
        )


def _start(profile: Profile) -> None:
    """Start the endpoint and wait until it answers.

    Raises StackError: it ended or took too long; the text has the log's last lines and place.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    with open(os.open(profile.log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "local.endpoint", profile.name],
            cwd=PACKAGE.parent,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        profile.pid_file.write_text(f"{process.pid}\n", encoding="utf-8")
        _await(profile, process)
    except BaseException:  # Ctrl-C too: who asked for the stack will not stop what never came up
        end(process.pid)
        remove_network(profile.network)
        raise


def _await(profile: Profile, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        if answers(profile):
            return
        if process.poll() is not None:
            raise StackError(f"the endpoint ended while it started: {_last_words(profile)}")
        time.sleep(0.05)
    raise StackError(f"the endpoint did not answer within {START_TIMEOUT} s: {_last_words(profile)}")


def _last_words(profile: Profile) -> str:
    lines = profile.log.read_text(encoding="utf-8", errors="replace").splitlines()
    return f"{lines[-1] if lines else 'it said nothing'} (see {profile.log})"
