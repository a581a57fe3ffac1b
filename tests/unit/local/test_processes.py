# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which ssh master is ours, and how processes end."""

from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from local import processes

HERE, ELSEWHERE = "127.77.0.1", "127.77.0.2"
MASTER = "ssh: /root/.ansible/cp/a0c300a346 [mux]"
# Connects from an address to a port, and stays.
CONNECT = """
import socket, sys, time
with socket.create_connection(("127.0.0.1", int(sys.argv[2])), source_address=(sys.argv[1], 0)):
    print("connected", flush=True)
    time.sleep(60)
"""
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print(flush=True)
time.sleep(60)
"""
# Starts a child, writes its id and stays.
PARENT = """
import subprocess, time
print(subprocess.Popen(["sleep", "60"], stdout=subprocess.DEVNULL).pid, flush=True)
time.sleep(60)
"""


def run(title: str, code: str, *arguments: str, **options: object) -> subprocess.Popen[str]:
    """Start Python code under another name."""
    return subprocess.Popen(
        [title, "-c", code, *arguments], executable=sys.executable, stdout=subprocess.PIPE, text=True, **options
    )


@contextlib.contextmanager
def connected(title: str, address: str) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        process = run(title, CONNECT, address, str(server.getsockname()[1]))
        try:
            process.stdout.readline()
            yield process.pid
        finally:
            process.kill()
            process.communicate()


@pytest.mark.parametrize(
    ("title", "address", "expected"),
    [(MASTER, HERE, True), (MASTER, ELSEWHERE, False), ("ssh", HERE, False), ("python", HERE, False)],
)
def test_which_ssh_master_is_ours(title: str, address: str, expected: bool) -> None:
    with connected(title, address) as pid:
        assert processes.ssh_masters(HERE) == ([pid] if expected else [])


def test_stubborn_process_is_killed(monkeypatch) -> None:
    monkeypatch.setattr(processes, "STOP_TIMEOUT", 0.3)
    stubborn = run("python", STUBBORN)
    stubborn.stdout.readline()
    processes.end(stubborn.pid)
    assert stubborn.wait(1) == -signal.SIGKILL
    stubborn.communicate()


def test_ended_process_is_no_trouble() -> None:
    done = subprocess.Popen(["true"])
    done.wait()
    begun = time.monotonic()
    processes.end(done.pid)
    assert time.monotonic() - begun < 1


def test_children_are_seen_after_their_parent_ended_and_can_be_killed() -> None:
    parent = run("python", PARENT, start_new_session=True)
    child = int(parent.stdout.readline())
    assert sorted(processes.group(parent.pid)) == [parent.pid, child]
    processes.end(parent.pid)
    assert processes.group(parent.pid) == [child]
    processes.end_group(parent.pid)
    processes.end(child)
    assert processes.group(parent.pid) == []
    parent.communicate()
