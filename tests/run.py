#!/usr/bin/env python3
# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run every test of the project, two stages at a time, and count.

Stops at the first red stage. The last line is `N passed, N failed`: pytest's own counts where a stage is
pytest, one for a stage that has no count. A stage's output is in reports/tests/<stage>.log.
"""
from __future__ import annotations

import dataclasses
import pathlib
import re
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
LOGS = ROOT / "reports" / "tests"
WORKERS = 2
COUNT = re.compile(r"\b(\d+) (passed|failed|error|errors)\b")


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
        Stage(name, ("pytest", "-q", f"tests/integration/{name}"), 1200, ("images",))
        for name in sorted(folders, key=lambda name: (name != "site", name))
    ]


def stages() -> list[Stage]:
    """All stages, in the order in which free workers take them."""
    molecule = [Stage("molecule", ("make", "molecule"), 900, ("images",))] if (ROOT / "molecule").exists() else []
    return [
        Stage("images", ("python", "-m", "local", "images"), 900),
        Stage("unit", ("pytest", "-q", "tests/unit")),
        Stage("lint", ("make", "lint")),
        *integration_suites(),
        *molecule,
        Stage("sanity", ("make", "sanity")),
    ]


class Run:
    """What the workers share: what is left, what runs, the verdicts so far."""

    def __init__(self, todo: list[Stage]) -> None:
        self.started = time.monotonic()
        self.todo = todo
        self.green: set[str] = set()
        self.red: str | None = None
        self.counts = {"passed": 0, "failed": 0}
        self.running: dict[Stage, subprocess.Popen[bytes]] = {}
        self.news = threading.Condition()

    def say(self, text: str) -> None:
        print(f"{time.monotonic() - self.started:6.0f} s  {text}", flush=True)

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
                    return ready
                self.news.wait()
        return None

    def execute(self, stage: Stage) -> tuple[int, str]:
        """Run a stage; its exit code (124: over time) and its output."""
        log = LOGS / f"{stage.name}.log"
        with log.open("wb") as sink:
            process = subprocess.Popen(stage.command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.STDOUT)
            with self.news:
                self.running[stage] = process
                if self.red:
                    process.terminate()
            try:
                code = process.wait(timeout=stage.limit)
            except subprocess.TimeoutExpired:
                process.terminate()
                process.wait()
                code = 124
        return code, log.read_text(errors="replace")

    def finish(self, stage: Stage, code: int, output: str) -> None:
        with self.news:
            del self.running[stage]
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
            self.say(f"{stage.name}: RED, {why}\n{tail(output)}")
            for process in self.running.values():
                process.terminate()

    def count(self, code: int, output: str) -> None:
        last = [line for line in output.splitlines() if COUNT.search(line) and " in " in line][-1:]
        found = {word.rstrip("s"): int(number) for number, word in COUNT.findall("".join(last))}
        failed = found.get("failed", 0) + found.get("error", 0)
        self.counts["passed"] += found.get("passed", int(code == 0))
        self.counts["failed"] += max(failed, int(code != 0))


def tail(output: str, lines: int = 80) -> str:
    return "\n".join(output.splitlines()[-lines:])


def main() -> int:
    LOGS.mkdir(parents=True, exist_ok=True)
    run = Run(stages())
    workers = [threading.Thread(target=run.work) for worker in range(WORKERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(f"{run.counts['passed']} passed, {run.counts['failed']} failed", flush=True)
    return int(run.red is not None)


if __name__ == "__main__":
    sys.exit(main())
