#!/usr/bin/env python3
# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run every test of the project, two stages at a time, and count.

Stops at the first red stage, at Ctrl-C and when its terminal is closed: what runs gets time to remove what it started.
In the end nothing of the tests may be left running; what a green run left is a failure, what earlier runs left is not.
The last line is `N passed, N failed`: pytest's own counts where a stage is pytest, one for a stage that has no count.
A stage's output is in reports/tests/<stage>.log.
"""
from __future__ import annotations

import contextlib
import dataclasses
import pathlib
import os
import re
import signal
import subprocess
import sys
import threading
import time

from local import remains
from local.errors import StackError

ROOT = pathlib.Path(__file__).resolve().parent.parent
LOGS = ROOT / "reports" / "tests"
WORKERS = 2
# What a stage that is stopped gets, and the seconds after each. Fixtures remove their stacks at the first.
SIGNALS = ((signal.SIGINT, 60), (signal.SIGTERM, 10), (signal.SIGKILL, 10))
# The profile of the local stack that a stage starts.
STACKS = {"aws": "test", "stack": "stacktest", "site": "sitetest", "notes": "notes", "molecule": "molecule"}
COUNT = re.compile(r"\b(\d+) (passed|failed|error|errors)\b")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
# What ansible-playbook says at the task that failed; after it, Molecule goes on for a hundred lines.
TROUBLE = re.compile(r"\[ERROR\]: |(fatal|failed): \[")


@dataclasses.dataclass(frozen=True)
class Stage:
    """One command.

    :arg limit: seconds it may take.
    :arg after: stages that must be green before.
    """

    name: str
    command: tuple[str, ...]
    limit: int = 600
    after: tuple[str, ...] = ()


def integration_suites() -> list[Stage]:
    """One stage for each folder of tests/integration; the site, which takes longest, first."""
    folders = {path.parent.name for path in (ROOT / "tests" / "integration").glob("*/test_*.py")}
    return [
        Stage(name, ("pytest", "-q", f"tests/integration/{name}"), 2100, ("images",))
        for name in sorted(folders, key=lambda name: (name != "site", name))
    ]


def stages() -> list[Stage]:
    """All stages, in the order in which free workers take them: after the longest, what says no in the shortest time."""
    longest, *others = integration_suites()
    molecule = [Stage("molecule", ("make", "molecule"), 1200, ("images",))] if (ROOT / "molecule").exists() else []
    return [
        Stage("images", ("python", "-m", "local", "images"), 900),
        Stage("unit", ("pytest", "-q", "tests/unit")),
        Stage("lint", ("make", "lint")),
        longest,
        Stage("sanity", ("make", "sanity")),
        *others,
        *molecule,
    ]


class Run:
    """What the workers share: what is left, what runs, the verdicts so far."""

    def __init__(self, todo: list[Stage]) -> None:
        self.started = time.monotonic()
        self.todo = todo
        self.green: set[str] = set()
        self.red: str | None = None
        self.counts = {"passed": 0, "failed": 0}
        self.begun: list[Stage] = []
        self.news = threading.Condition()

    def say(self, text: str) -> None:
        tell(f"{time.monotonic() - self.started:6.0f} s  {text}")

    def work(self) -> None:
        """Take stages until none is left or one is red."""
        while (stage := self.take()) is not None:
            self.finish(stage, *self.execute(stage))

    def take(self) -> Stage | None:
        with self.news:
            while self.todo and not self.red:
                ready = next((stage for stage in self.todo if self.green.issuperset(stage.after)), None)
                if ready:
                    self.todo.remove(ready)
                    self.begun.append(ready)
                    return ready
                self.news.wait()
        return None

    def execute(self, stage: Stage) -> tuple[int, str]:
        """Run a stage; its exit code (124: over time) and its output."""
        log = LOGS / f"{stage.name}.log"
        with log.open("wb") as sink:
            # A group of its own: its signals come from here, once, also after Ctrl-C in a terminal.
            process = subprocess.Popen(
                stage.command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.STDOUT, process_group=0,
            )
            code = self.outcome(process, time.monotonic() + stage.limit)
        return code, log.read_text(errors="replace")

    def outcome(self, process: subprocess.Popen[bytes], deadline: float) -> int:
        """Wait for a stage's end, and bring it about where another one is red or its time is over."""
        while process.poll() is None:
            if self.red:
                stop(process)
            elif time.monotonic() > deadline:
                stop(process)
                return 124
            time.sleep(0.05)
        return process.returncode

    def interrupt(self) -> None:
        """Stop everything, as somebody asked."""
        with self.news:
            if self.red:
                return
            self.red = "interrupted"
            self.counts["failed"] += 1
            self.news.notify_all()
            self.say("interrupted: what runs gets time to remove what it started")

    def finish(self, stage: Stage, code: int, output: str) -> None:
        with self.news:
            self.news.notify_all()
            if self.red:        # stopped because another stage is red: not this one's fault
                return
            self.count(code, output)
            if code == 0:
                self.green.add(stage.name)
                self.say(f"{stage.name}: green")
                return
            self.red = stage.name
            why = f"over {stage.limit} s" if code == 124 else f"exit code {code}"
            self.say(f"{stage.name}: RED, {why}\n{tail(output)}\n{trouble(output)}")

    def close(self, left: list[str]) -> None:
        """Judge what was left running: only a stage that was stopped may leave anything."""
        for words in left:
            self.say(f"was left running, and had to be removed: {words}")
        if left and not self.red:
            self.red = "remains"
            self.counts["failed"] += 1

    def count(self, code: int, output: str) -> None:
        last = [line for line in output.splitlines() if COUNT.search(line) and " in " in line][-1:]
        found = {word.rstrip("s"): int(number) for number, word in COUNT.findall("".join(last))}
        failed = found.get("failed", 0) + found.get("error", 0)
        self.counts["passed"] += found.get("passed", int(code == 0))
        self.counts["failed"] += max(failed, int(code != 0))


def tell(line: str) -> None:
    # Whoever read it may have gone, with the terminal for one; that must not keep anybody from tearing down.
    with contextlib.suppress(OSError):
        print(line, flush=True)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a stage by stronger and stronger means, and then what it left of its group."""
    for number, seconds in SIGNALS:
        signal_group(process, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
            break
    signal_group(process, signal.SIGKILL)


def signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def tail(output: str, lines: int = 80) -> str:
    return "\n".join(output.splitlines()[-lines:])


def trouble(output: str, lines: int = 8) -> str:
    """The first failure that Ansible reports, again: where only the end of a long log is kept, it is in it."""
    plain = [COLOUR.sub("", line) for line in output.splitlines()]
    first = next((place for place, line in enumerate(plain) if TROUBLE.search(line)), len(plain))
    return "\n".join(plain[first:first + lines])


def heed_signals(run: Run) -> None:
    """Let a request to end reach the stages, which no terminal's signals reach in groups of their own."""
    asked = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:       # nohup wants the run to outlive its terminal
        asked.append(signal.SIGHUP)
    for number in asked:
        signal.signal(number, lambda *_: run.interrupt())


def sweep(run: Run) -> list[str]:
    """Remove what the stages that began and test sessions that ended left running, and say what it was."""
    try:
        return remains.sweep(STACKS[stage.name] for stage in run.begun if stage.name in STACKS)
    except StackError as error:
        return [f"nobody knows what: {error}"]


def main() -> int:
    LOGS.mkdir(parents=True, exist_ok=True)
    run = Run(stages())
    heed_signals(run)
    # Before any stage began: what is found in the end is then this run's.
    for words in sweep(run):
        run.say(f"was left running by earlier tests: {words}")
    workers = [threading.Thread(target=run.work) for worker in range(WORKERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    run.close(sweep(run))
    tell(f"{run.counts['passed']} passed, {run.counts['failed']} failed")
    return int(run.red is not None)


if __name__ == "__main__":
    sys.exit(main())
