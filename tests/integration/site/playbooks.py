# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of the site's playbooks as a person sees them."""
from __future__ import annotations

import json
import os
import pathlib
import re
import runpy
import subprocess
import sys
import tempfile
import time
import typing as t

from ansible.release import __version__

from tests.integration.site.account import PROFILE
from tests.support.ansible import PLAYBOOK, ROOT
from tests.support.installed import Installed

INVENTORY = (ROOT / "inventories" / "launch" / "local" / "hosts.yml", ROOT / "tests" / "integration" / "site" / "inventory")
ACCELERATE = ROOT / "bin" / "accelerate"
# Where Ansible is another one than Mitogen was tried with, everything runs without it.
FAST = __version__.rpartition(".")[0] in runpy.run_path(str(ACCELERATE))["CORES"]
REPORT = ROOT / "local" / "state" / "sitetest" / "drift.json"
LIMIT = 400  # seconds that no run may take
RECAP = re.compile(r"^(\S+)\s+: ok=(\d+) +changed=(\d+) +unreachable=(\d+) +failed=(\d+)", re.MULTILINE)
TASK = re.compile(r"^(?:TASK|RUNNING HANDLER) \[(.*?)\] \**$", re.MULTILINE)


class Output(t.NamedTuple):
    """A finished run: its exit code, all that it wrote, and how long it took."""

    returncode: int
    text: str
    seconds: float

    @property
    def changed(self) -> dict[str, int]:
        """How many tasks changed something, by host, as the recap has it."""
        return {host: int(changed) for host, _ok, changed, _unreachable, _failed in RECAP.findall(self.text)}

    def changed_tasks(self) -> list[tuple[str, str]]:
        """Task and host of each line that says `changed`, in order."""
        pieces = TASK.split(self.text)
        pairs = zip(pieces[1::2], pieces[2::2], strict=True)
        found = [(task, host) for task, text in pairs for host in re.findall(r"^changed: \[([^\]]+)\]", text, re.MULTILINE)]
        return list(dict.fromkeys(found))


class Started(t.NamedTuple):
    """A run that goes on; its output goes to a file, because nobody reads while it is watched."""

    process: subprocess.Popen[bytes]
    file: t.IO[bytes]
    began: float


def accelerated(fast: bool) -> tuple[str, ...]:
    """What a command begins with that runs with Mitogen, where it can."""
    return (sys.executable, str(ACCELERATE)) if fast and FAST else ()


def start(playbook: str, *arguments: str, fast: bool = False, **env: str) -> Started:
    """Start a playbook on the test profile.

    :arg fast: with Mitogen, as `make site FAST=1` does, where that is known to work.
    """
    return _start([*accelerated(fast), str(PLAYBOOK), str(ROOT / "playbooks" / playbook), *arguments], ROOT, env)


def start_installed(installed: Installed, playbook: str, *arguments: str) -> Started:
    """Start a playbook of the installed collection in the folder of somebody who has no clone."""
    # The inventory names these beside the playbooks, which are elsewhere.
    files = {"system_ca_file": str(PROFILE.ca_file), "pgbouncer_client_ca_folder": str(PROFILE.state / "pool")}
    return _start([str(PLAYBOOK), f"launch.database.{playbook}", "-e", json.dumps(files), *arguments], installed.folder, {})


def _start(command: list[str], folder: pathlib.Path, env: t.Mapping[str, str]) -> Started:
    inventory = [word for source in INVENTORY for word in ("-i", str(source))]
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "ANSIBLE_"))}
    file = tempfile.TemporaryFile()
    process = subprocess.Popen(
        [*command, *inventory], cwd=folder, env=environment | env, stdout=file, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
    )
    return Started(process, file, time.monotonic())


def finish(started: Started) -> Output:
    """Wait for its end."""
    with started.file as file:
        returncode = started.process.wait(LIMIT)
        file.seek(0)
        return Output(returncode, file.read().decode(errors="replace"), time.monotonic() - started.began)


def site(*arguments: str, fast: bool = False) -> Output:
    return finish(start("site.yml", *arguments, fast=fast))


def drift(*, fast: bool = False) -> tuple[Output, dict[str, t.Any]]:
    """A drift check and its report."""
    output = finish(start("drift_check.yml", "--check", "--diff", fast=fast, LAUNCH_DRIFT_REPORT=str(REPORT)))
    return output, json.loads(REPORT.read_text(encoding="utf-8"))
