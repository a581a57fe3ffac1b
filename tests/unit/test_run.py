# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The runner itself: a runner that hides a red stage would hide everything."""
from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time

import pytest

from local import remains
from tests import run as runner

# Says that it began, and tears down as a fixture does.
TEARS_DOWN = """
import pathlib, sys, time
folder = pathlib.Path({folder!r})
try:
    (folder / "begun").touch()
    time.sleep(60)
except KeyboardInterrupt:
    time.sleep(0.3)
    (folder / "torn down").touch()
"""
STUBBORN = """
import pathlib, signal, subprocess, time
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, signal.SIG_IGN)
child = subprocess.Popen(["sleep", "60"])
pathlib.Path({folder!r}, "begun").write_text(str(child.pid))
time.sleep(60)
"""
WAITS = """
import pathlib, time
while not pathlib.Path({folder!r}, "begun").exists():
    time.sleep(0.05)
"""
ONE_STAGE = """
import sys
from tests import run
run.LOGS = run.pathlib.Path({folder!r})
run.stages = lambda: [run.Stage("a", (sys.executable, "-c", {code!r}))]
run.remains.sweep = lambda names: []
sys.exit(run.main())
"""


@pytest.fixture
def go(tmp_path, monkeypatch):
    monkeypatch.setattr(runner, "LOGS", tmp_path)

    def run(*stages):
        state = runner.Run(list(stages))
        workers = [threading.Thread(target=state.work) for worker in range(runner.WORKERS)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(timeout=30)
        return state

    return run


def stage(name, code, **kwargs):
    return runner.Stage(name, (sys.executable, "-c", code), **kwargs)


def test_green_stages_are_counted_by_their_own_line(go):
    state = go(stage("a", "print('3 passed in 0.1s')"), stage("b", "pass"))
    assert state.red is None
    assert state.counts == {"passed": 4, "failed": 0}


def test_a_red_stage_stops_the_rest(go, tmp_path):
    state = go(stage("a", "print('1 passed, 2 failed in 0.1s'); raise SystemExit(1)"), stage("b", "pass", after=("a",)))
    assert state.red == "a"
    assert state.counts == {"passed": 1, "failed": 2}
    assert not (tmp_path / "b.log").exists()


def test_a_crash_without_a_count_is_a_failure(go):
    state = go(stage("a", "raise SystemExit(3)"))
    assert state.red == "a"
    assert state.counts["failed"] == 1


def test_a_stage_over_its_time_is_red(go):
    state = go(stage("a", "import time; time.sleep(60)", limit=1))
    assert state.red == "a"


def test_stages_beside_a_red_one_tear_down(go, tmp_path):
    folder = str(tmp_path)
    red = WAITS.format(folder=folder) + "raise SystemExit(1)"
    state = go(stage("a", TEARS_DOWN.format(folder=folder)), stage("b", red))
    assert (state.red, (tmp_path / "torn down").exists()) == ("b", True)


def test_a_stage_over_its_time_tears_down(go, tmp_path):
    state = go(stage("a", TEARS_DOWN.format(folder=str(tmp_path)), limit=1))
    assert (state.red, (tmp_path / "torn down").exists()) == ("a", True)


def test_a_stubborn_stage_is_killed_with_its_children(go, tmp_path, monkeypatch):
    monkeypatch.setattr(runner, "SIGNALS", tuple((number, 0.2) for number, _seconds in runner.SIGNALS))
    begun = time.monotonic()
    state = go(stage("a", STUBBORN.format(folder=str(tmp_path)), limit=1))
    assert (state.red, time.monotonic() - begun < 10) == ("a", True)
    assert not lives(int((tmp_path / "begun").read_text()))


def lives(pid):
    """Whether a process runs; it may take a moment until a killed one doesn't."""
    deadline = time.monotonic() + 2
    while time.monotonic() < deadline:
        try:
            if runner.pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return False
        except OSError:
            return False
        time.sleep(0.05)
    return True


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_lets_its_stages_tear_down(tmp_path, number):
    code = ONE_STAGE.format(folder=str(tmp_path), code=TEARS_DOWN.format(folder=str(tmp_path)))
    process = subprocess.Popen([sys.executable, "-c", code], cwd=runner.ROOT, stdout=subprocess.PIPE, text=True)
    while not (tmp_path / "begun").exists():
        time.sleep(0.05)
    process.send_signal(number)
    output = process.communicate(timeout=30)[0]
    assert (process.returncode, (tmp_path / "torn down").exists()) == (1, True)
    assert output.splitlines()[-1] == "0 passed, 1 failed"


def test_what_a_green_run_left_running_is_a_failure():
    state = runner.Run([])
    state.close([])
    assert (state.red, state.counts["failed"]) == (None, 0)
    state.close(["test: 1 process(es)"])
    assert (state.red, state.counts["failed"]) == ("remains", 1)


def test_what_a_stopped_stage_left_is_no_second_failure():
    state = runner.Run([])
    state.red = "lint"
    state.close(["test: 1 process(es)"])
    assert (state.red, state.counts["failed"]) == ("lint", 0)


def test_only_stacks_of_stages_that_began_are_swept(go, monkeypatch):
    swept = []
    monkeypatch.setattr(remains, "sweep", lambda names: swept.extend(names) or [])
    runner.sweep(go(stage("unit", "pass"), stage("aws", "raise SystemExit(1)"), stage("site", "pass", after=("aws",))))
    assert swept == ["test"]


def test_every_test_profile_is_swept_after_its_stage():
    assert set(runner.STACKS.values()) == set(remains.TESTS)
    assert set(runner.STACKS) <= {stage.name for stage in runner.stages()}


def test_every_integration_suite_is_a_stage():
    suites = {path.parent.name for path in (runner.ROOT / "tests" / "integration").glob("*/test_*.py")}
    assert suites <= {stage.name for stage in runner.stages()}
