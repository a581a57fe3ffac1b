# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules and playbooks run by the real Ansible, their results as data."""
from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import typing as t

ROOT = pathlib.Path(__file__).resolve().parents[2]
PLAYBOOK = pathlib.Path(sys.executable).with_name("ansible-playbook")
SECONDS = 120


@dataclasses.dataclass(frozen=True)
class Run:
    """What one run of ansible-playbook left behind.

    :arg returncode: 0, or what ansible-playbook says about failures.
    :arg tasks: one result per task and host, in order, each with ``task`` and ``host``.
    :arg stats: the counts of the recap by host.
    :arg stdout: what the chosen callback wrote.
    :arg stderr: warnings, and what a module shows while it waits.
    """

    returncode: int
    tasks: tuple[dict[str, t.Any], ...]
    stats: dict[str, dict[str, int]]
    stdout: str
    stderr: str

    @property
    def output(self) -> str:
        return self.stdout + self.stderr


def run_playbook(
    plays: list[dict[str, t.Any]],
    *,
    check: bool = False,
    diff: bool = True,
    env: t.Mapping[str, str] | None = None,
    arguments: t.Sequence[str] = (),
    timeout: int = SECONDS,
) -> Run:
    """Run plays, given as data, with ansible-playbook on this machine.

    :arg env: added to the environment of this process.
    :arg arguments: added to the command line, such as ``-vvv`` or ``-i hosts.yml``; without the latter there is only this machine.
    :arg timeout: seconds after which subprocess.TimeoutExpired is raised.
    """
    with tempfile.TemporaryDirectory() as folder:
        book = pathlib.Path(folder, "playbook.yml")
        book.write_text(json.dumps(plays), encoding="utf-8")
        return run_playbook_file(book, check=check, diff=diff, env=env, arguments=arguments, timeout=timeout)


def run_playbook_file(
    book: pathlib.Path,
    *,
    check: bool = False,
    diff: bool = True,
    env: t.Mapping[str, str] | None = None,
    arguments: t.Sequence[str] = (),
    timeout: int = SECONDS,
) -> Run:
    """Run a playbook of the repository or of a temporary folder; arguments as of run_playbook."""
    switches = [*(["--check"] if check else []), *(["--diff"] if diff else [])]
    inventory = [] if {"-i", "--inventory"} & set(arguments) else ["-i", "localhost,"]
    done = subprocess.run(
        [str(PLAYBOOK), str(book), *switches, *inventory, *arguments],
        cwd=ROOT, env=_environment(env), capture_output=True, text=True, timeout=timeout, check=False,
    )
    return _run(done)


def run_module(
    name: str,
    args: t.Mapping[str, t.Any],
    *,
    check: bool = False,
    env: t.Mapping[str, str] | None = None,
    timeout: int = SECONDS,
) -> dict[str, t.Any]:
    """Run one module on this machine, and give what it returned; ``failed`` is true where it failed.

    :arg name: fully qualified, as in ``launch.database.db_secret``.
    """
    task = {"name": name, name: dict(args), "vars": {"ansible_python_interpreter": sys.executable}}
    play = {"name": "One module", "hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": [task]}
    run = run_playbook([play], check=check, env=env, timeout=timeout)
    if not run.tasks:
        raise AssertionError(f"{name} was not run: {run.output}")
    return run.tasks[-1]


def _environment(env: t.Mapping[str, str] | None) -> dict[str, str]:
    return os.environ | {
        "ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_FORCE_COLOR": "false",
    } | dict(env or {})


def _run(done: subprocess.CompletedProcess) -> Run:
    report = _report(done.stdout)
    tasks = tuple(
        {**result, "task": task["task"]["name"], "host": host}
        for play in report["plays"] for task in play["tasks"] for host, result in task["hosts"].items()
    )
    return Run(done.returncode, tasks, report["stats"], done.stdout, done.stderr)


def _report(stdout: str) -> dict[str, t.Any]:
    """The report of the json callback; with ``-v`` Ansible writes lines of its own around it."""
    start = stdout.find("\n{\n") + 1 if not stdout.startswith("{") else 0
    try:
        return json.JSONDecoder().raw_decode(stdout[start:])[0]
    except json.JSONDecodeError:
        return {"plays": [], "stats": {}}
