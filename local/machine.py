# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the machine must offer: each check raises one sentence that names the trouble and the remedy."""

from __future__ import annotations

import ipaddress
import json
import os
import shutil
import socket
import tarfile
import tempfile
from pathlib import Path

from local.containers import podman, succeeds, write_settings
from local.errors import StackError
from local.images import BASE
from local.packages import HOST_PACKAGES
from local.processes import arguments, folders, open_files
from local.profiles import HOST, Profile
from local.shell import run

DISK_NEEDED = 4 * 1024**3  # bytes: both images with their build, and the hosts' own layers
STORAGE = Path("/var/lib/containers")
COMMANDS = ("podman", "runc", "mmdebstrap", "ssh-keygen", "ip")
PROBE_IMAGE = "localhost/launch-preflight:latest"


def check_host() -> None:
    """Check everything that does not depend on a profile.

    Raises StackError: the first that fails.
    """
    check_root()
    check_commands()
    check_disk()
    check_cgroups()
    write_settings()
    check_container()


def check_root() -> None:
    """The stack makes networks and root file systems."""
    if os.geteuid() != 0:
        raise StackError("root is needed for containers and their network: run the command as root or with sudo")


def check_commands() -> None:
    """The programs that the stack calls are installed."""
    missing = [name for name in COMMANDS if shutil.which(name) is None]
    if missing:
        raise StackError(f"{', '.join(missing)} not found: install the packages {' '.join(HOST_PACKAGES)}")


def check_disk(needed: int = DISK_NEEDED) -> None:
    """There is room for images and containers."""
    place = next(folder for folder in (STORAGE, *STORAGE.parents) if folder.exists())
    free = shutil.disk_usage(place).free
    if free < needed:
        raise StackError(
            f"{place} has {free / 1024**3:.1f} GiB free, the stack needs {needed / 1024**3:.0f} GiB: make room there"
        )


def check_cgroups(root: Path = Path("/sys/fs/cgroup")) -> None:
    """systemd in a container needs cgroups that root may write."""
    if not root.is_dir() or not any(root.iterdir()):
        raise StackError(f"no cgroups are mounted at {root}: mount them, or use a machine with systemd")
    if not os.access(root, os.W_OK):
        raise StackError(f"{root} is read-only, so systemd cannot run in containers: run this outside of a container")


def check_port(profile: Profile) -> None:
    """Nobody listens where the endpoint will."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, profile.port))
        except OSError as taken:
            raise StackError(
                f"port {profile.port} on {HOST}, which the endpoint of {profile.name} needs, "
                f"is taken by {_listener(profile.port)}: stop that first"
            ) from taken


def _listener(port: int) -> str:
    """Return who listens on a TCP port of this machine, as far as can be seen."""
    inodes = {
        f"socket:[{fields[9]}]"
        for fields in (line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:])
        if fields[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == port
    }
    for folder in folders():
        if inodes & open_files(folder):
            words = b" ".join(arguments(folder)).decode(errors="replace")
            return f"process {folder.name} ({words.strip()[:80]}, in {os.readlink(folder / 'cwd')})"
    return "another process"


def check_subnet(profile: Profile) -> None:
    """No network of the machine but the profile's own has its addresses."""
    ours, own_device = ipaddress.ip_network(profile.subnet), _device(profile)
    for route in json.loads(run(["ip", "-json", "route", "show", "table", "main"])):
        if route["dst"] == "default" or route.get("dev") == own_device:
            continue
        theirs = ipaddress.ip_network(route["dst"])
        if ours.overlaps(theirs):
            raise StackError(
                f"network {ours} of {profile.name} overlaps the route to {theirs} over {route.get('dev', '?')} "
                "on this machine: remove that, or leave that network"
            )


def _device(profile: Profile) -> str | None:
    """Return the network interface of the profile's network if an earlier run left it behind."""
    if not succeeds("network", "exists", profile.network):
        return None
    return podman("network", "inspect", "--format={{.NetworkInterface}}", profile.network).strip()


def check_container() -> None:
    """podman can start a container."""
    try:
        _start_container()
    except StackError as error:
        raise StackError(f"podman cannot start a container on this machine: {error}") from error


def _start_container() -> None:
    if succeeds("image", "exists", BASE.name):
        podman("run", "--rm", "--network=none", BASE.name, "/bin/true")
        return
    # no image yet: an empty one, with the machine's own programs mounted into it
    with tempfile.NamedTemporaryFile(suffix=".tar") as archive:
        with tarfile.open(archive.name, "w") as tar:
            tar.addfile(tarfile.TarInfo("launch-preflight"))
        podman("import", "--quiet", archive.name, PROBE_IMAGE)
    folders = [f"--volume={name}:{name}:ro" for name in ("/usr", "/bin", "/lib", "/lib64") if os.path.exists(name)]
    try:
        podman("run", "--rm", "--network=none", *folders, PROBE_IMAGE, "/bin/true")
    finally:
        podman("rmi", "--force", PROBE_IMAGE)
