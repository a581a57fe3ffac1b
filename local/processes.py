# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes of this machine as /proc shows them: who has what open, and how they end."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import struct
import time
from pathlib import Path

PROC = Path("/proc")
STOP_TIMEOUT = 5  # seconds until a process is killed


def folders() -> list[Path]:
    """Return the folder of each process."""
    return [folder for folder in PROC.iterdir() if folder.name.isdigit()]


def arguments(folder: Path) -> list[bytes]:
    """Return a process's command line, nothing if it ended."""
    try:
        return (folder / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return []


def open_files(folder: Path) -> set[str]:
    """Return what a process has open; it and its files may vanish while we look."""
    found = set()
    with contextlib.suppress(OSError):
        for link in (folder / "fd").iterdir():
            with contextlib.suppress(OSError):
                found.add(os.readlink(link))
    return found


def ssh_masters(address: str) -> list[int]:
    """Return the ids of ssh's masters (ControlPersist) whose connection begins at an address of this machine.

    Ansible's sockets of all projects lie in one folder, and their names are hashes: the address tells whose they are.
    """
    table = (PROC / "net" / "tcp").read_text(encoding="ascii")
    wanted = {f"socket:[{inode}]" for inode in connections_from(address, table)}
    return [int(folder.name) for folder in folders() if _is_master(folder) and wanted & open_files(folder)]


def connections_from(address: str, table: str) -> set[str]:
    """Return the inodes of the TCP connections that begin at an address, out of /proc/net/tcp."""
    rows = [line.split() for line in table.splitlines()[1:]]
    return {row[9] for row in rows if _address(row[1]) == address}


def _address(field: str) -> str:
    """Return the address of ``0100007F:15CB``, which the kernel writes in the machine's own byte order."""
    return socket.inet_ntoa(struct.pack("=I", int(field.partition(":")[0], 16)))


def _is_master(folder: Path) -> bool:
    """Return whether a process is what ssh calls itself when it goes into the background for others."""
    title = (arguments(folder) or [b""])[0]
    return title.startswith(b"ssh: ") and title.endswith(b" [mux]")


def end(pid: int) -> None:
    """End a process, if need be by force; what it started goes on."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        if _gone(pid):
            return


def _gone(pid: int) -> bool:
    """Wait until the process has ended, and return whether that came to be."""
    deadline = time.monotonic() + STOP_TIMEOUT
    while _state_and_group(PROC / str(pid)):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def group(leader: int) -> list[int]:
    """Return the ids of the processes that live in a group, whether or not its leader is still among them."""
    return [int(folder.name) for folder in folders() if _state_and_group(folder)[1:] == [str(leader)]]


def end_group(leader: int) -> None:
    """Kill whatever lives in a group."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def _state_and_group(folder: Path) -> list[str]:
    """Return a process's state and group, nothing if it ended; whether its parent waited for it does not count."""
    try:
        # The name before it, in brackets, may hold anything.
        state, _parent, leader = (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()[:3]
    except (OSError, ValueError):
        return []
    return [] if state == "Z" else [state, leader]
