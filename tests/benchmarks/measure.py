# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One run of a command, measured: wall time, CPU of everything that it started, its tasks, its calls of AWS."""
from __future__ import annotations

import argparse
import collections
import contextlib
import ctypes
import dataclasses
import json
import os
import pathlib
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import typing as t

ROOT = pathlib.Path(__file__).resolve().parents[2]
CALLBACKS = pathlib.Path(__file__).with_name("callback")
CALL = re.compile(r" call (\S+)$", re.MULTILINE)
SUBREAPER = 36      # PR_SET_CHILD_SUBREAPER
PATIENCE = 5.0      # seconds for what outlives its parent for a moment


@dataclasses.dataclass(frozen=True)
class Task:
    """One task on one host.

    :arg items: how many there are in its loop; 1 without one.
    :arg only_planned: it ran in check mode, whatever the run did.
    """

    name: str
    uuid: str
    action: str
    host: str
    outcome: str
    items: int
    only_planned: bool
    seconds: float


@dataclasses.dataclass(frozen=True)
class Run:
    """What one run took.

    :arg cpu: seconds of user and system time on this machine, of the command and all that came of it.
    """

    wall: float
    cpu: float
    tasks: tuple[Task, ...]
    calls: dict[str, int]

    @property
    def task_count(self) -> int:
        """How many tasks ran on at least one host."""
        return len({task.uuid for task in self.tasks if task.outcome != "skipped"})

    @property
    def changed(self) -> list[str]:
        return sorted({task.name for task in self.tasks if task.outcome == "changed"})

    def seconds_of(self, action: str, *, whole: bool = False) -> list[float]:
        """Of each task of a module: seconds. Tasks that only planned count where there are no others: then the plan is what kept it.

        :arg whole: of all items of a loop, not of one.
        """
        ran = [task for task in self.tasks if task.action == action and task.outcome != "skipped"]
        counted = [task for task in ran if not task.only_planned] or ran
        return [task.seconds / (1 if whole else max(task.items, 1)) for task in counted]


class RunError(Exception):
    """The command failed, so that what it took says nothing."""


def run(command: t.Sequence[str], folder: pathlib.Path, environment: t.Mapping[str, str], log: pathlib.Path, limit: float) -> Run:
    """Run a command of Ansible and measure it.

    :arg log: of the endpoint whose calls are counted.
    :arg limit: seconds that it may take.
    """
    with tempfile.TemporaryDirectory() as temporary:
        times, output = pathlib.Path(temporary, "times"), pathlib.Path(temporary, "output")
        offset = log.stat().st_size if log.exists() else 0
        cpu, began = _cpu(), time.monotonic()
        with output.open("wb") as sink, orphans_counted():
            done = subprocess.run(
                command, cwd=folder, env=_environment(environment, times), stdin=subprocess.DEVNULL, stdout=sink,
                stderr=subprocess.STDOUT, timeout=limit, check=False,
            )
            wall = time.monotonic() - began
        if done.returncode:
            raise RunError(f"{' '.join(command)}: exit code {done.returncode}\n{output.read_text(errors='replace')[-6000:]}")
        return Run(wall, _cpu() - cpu, read_tasks(times), count_calls(log, offset))


def command_line(description: str) -> argparse.ArgumentParser:
    """The options that every benchmark with a report has."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--json", type=pathlib.Path, help="a file for the report as JSON")
    return parser


def publish(measured: t.Callable[[], dict[str, t.Any]], text: t.Callable[[dict[str, t.Any]], str], file: pathlib.Path | None) -> int:
    """Measure, print the report and write it to a file, if there is to be one. Return the exit code: 1 if a run failed.

    :arg measured: makes the report.
    :arg text: the same for a person.
    """
    try:
        found = measured()
    except RunError as error:
        print(error, file=sys.stderr)
        return 1
    print(text(found))
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return 0


def _environment(given: t.Mapping[str, str], times: pathlib.Path) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "ANSIBLE_", "PYTHON"))}
    return inherited | {
        "ANSIBLE_CALLBACKS_ENABLED": "task_times", "ANSIBLE_CALLBACK_PLUGINS": str(CALLBACKS), "LAUNCH_TASK_TIMES": str(times),
    } | dict(given)


def read_tasks(times: pathlib.Path) -> tuple[Task, ...]:
    """What the callback wrote."""
    lines = times.read_text(encoding="utf-8").splitlines() if times.exists() else []
    found = [json.loads(line) for line in lines]
    return tuple(
        Task(one["task"], one["id"], one["action"], one["host"], one["outcome"], one["items"], one["only_planned"], one["seconds"])
        for one in found
    )


def count_calls(log: pathlib.Path, offset: int) -> dict[str, int]:
    """The calls that an endpoint wrote down behind a place in its log, by name, the most frequent first."""
    if not log.exists():
        return {}
    with log.open("rb") as file:
        file.seek(offset)
        text = file.read().decode(errors="replace")
    return dict(collections.Counter(CALL.findall(text)).most_common())


def median(runs: t.Sequence[Run]) -> dict[str, t.Any]:
    """The medians of several runs of one kind; tasks and calls are of the last, as they should not differ."""
    return {
        "wall": round(statistics.median(one.wall for one in runs), 1),
        "cpu": round(statistics.median(one.cpu for one in runs), 1),
        "tasks": runs[-1].task_count,
        "calls": sum(runs[-1].calls.values()),
        "calls_by_name": runs[-1].calls,
        "rounds": len(runs),
    }


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextlib.contextmanager
def orphans_counted() -> t.Iterator[None]:
    """Be the parent of what outlives its own meanwhile: else nobody could say how much time it took. Mitogen's processes do."""
    before = _children()
    _set_subreaper(1)
    try:
        yield
        _reap(before)
    finally:
        _set_subreaper(0)


def _set_subreaper(value: int) -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(SUBREAPER, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def _reap(before: set[int]) -> None:
    """Count in what ends within a moment; ssh's masters stay, for all kinds of run alike."""
    deadline = time.monotonic() + PATIENCE
    while (mine := _children() - before) and time.monotonic() < deadline:
        if all(_command(pid) == "ssh" for pid in mine):
            return
        for pid in mine:
            os.waitpid(pid, os.WNOHANG)
        time.sleep(0.05)


def _children() -> set[int]:
    lists = pathlib.Path("/proc/self/task").glob("*/children")
    return {int(pid) for file in lists for pid in file.read_text(encoding="ascii").split()}


def _command(pid: int) -> str:
    try:
        return pathlib.Path("/proc", str(pid), "comm").read_text(encoding="utf-8").strip()
    except OSError:
        return ""
