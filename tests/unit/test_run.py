# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The runner itself: a runner that hides a red stage would hide everything."""
from __future__ import annotations

import os
import pty
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
begun = pathlib.Path({folder!r}, "begun")
begun.with_suffix(".part").write_text(str(child.pid))
begun.with_suffix(".part").rename(begun)
time.sleep(60)
"""
WAITS = """
import pathlib, time
while not pathlib.Path({folder!r}, "begun").exists():
    time.sleep(0.05)
"""
LONG_WINDED = r"""
print("TASK [x]\n\x1b[31m│ [ERROR]: no such host\x1b[0m\n│ fatal: [pool-1]: UNREACHABLE!")
for line in range(200):
    print("and so on", line)
raise SystemExit(4)
"""
ONE_STAGE = """
import os, sys
from tests import run
if os.isatty(1):
    os.open(os.ttyname(1), os.O_RDWR)     # a session's first process gets its terminal by opening it
run.signal.signal(run.signal.SIGHUP, run.signal.{hup})    # whether these tests run under nohup or not
run.LOGS = run.pathlib.Path({folder!r})
run.stages = lambda: [run.Stage("a", (sys.executable, "-c", {code!r}))]
run.remains.sweep = lambda names: (run.LOGS / "swept").touch() or []
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


@pytest.fixture
def late(tmp_path, monkeypatch):
    """Every stage is over its time as soon as it says that it began; by the clock it might still be starting."""
    outcome = runner.Run.outcome

    def over(state, process, _deadline):
        wait_for(tmp_path / "begun", process)
        return outcome(state, process, 0)

    monkeypatch.setattr(runner.Run, "outcome", over)


@pytest.fixture
def start(tmp_path):
    """A whole run of one stage that tears down, as a process; it is returned when the stage began."""
    begun = []

    def run(hup="SIG_DFL", **kwargs):
        code = ONE_STAGE.format(folder=str(tmp_path), hup=hup, code=TEARS_DOWN.format(folder=str(tmp_path)))
        begun.append(subprocess.Popen([sys.executable, "-c", code], cwd=runner.ROOT, text=True, **kwargs))
        wait_for(tmp_path / "begun", begun[0])
        return begun[0]

    yield run
    for process in begun:
        process.kill()
        process.wait()


def stage(name, code, **kwargs):
    return runner.Stage(name, (sys.executable, "-c", code), **kwargs)


def wait_for(path, process, seconds=25):
    """Wait until a process made a file, but not for ever."""
    deadline = time.monotonic() + seconds
    while not path.exists():
        assert process.poll() is None, f"ended without {path.name}"
        assert time.monotonic() < deadline, f"no {path.name} within {seconds} s"
        time.sleep(0.05)


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


def test_why_ansible_failed_is_said_at_the_end_of_a_long_log(go, capsys):
    go(runner.Stage("a", (sys.executable, "-c", LONG_WINDED)))
    red = capsys.readouterr().out
    assert "\nand so on 199\n│ [ERROR]: no such host\n│ fatal: [pool-1]: UNREACHABLE!\n" in red


def test_a_stage_over_its_time_is_red(go):
    state = go(stage("a", "import time; time.sleep(60)", limit=1))
    assert state.red == "a"


def test_stages_beside_a_red_one_tear_down(go, tmp_path):
    folder = str(tmp_path)
    red = WAITS.format(folder=folder) + "raise SystemExit(1)"
    state = go(stage("a", TEARS_DOWN.format(folder=folder)), stage("b", red))
    assert (state.red, (tmp_path / "torn down").exists()) == ("b", True)


def test_a_stage_over_its_time_tears_down(go, late, tmp_path):
    state = go(stage("a", TEARS_DOWN.format(folder=str(tmp_path))))
    assert (state.red, (tmp_path / "torn down").exists()) == ("a", True)


def test_a_stubborn_stage_is_killed_with_its_children(go, late, tmp_path, monkeypatch):
    monkeypatch.setattr(runner, "SIGNALS", tuple((number, 0.2) for number, _seconds in runner.SIGNALS))
    state = go(stage("a", STUBBORN.format(folder=str(tmp_path))))
    assert state.red == "a"
    assert not lives(int((tmp_path / "begun").read_text()))


def lives(pid):
    """Whether a process runs; it may take a moment until a killed one doesn't."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            if runner.pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return False
        except OSError:
            return False
        time.sleep(0.05)
    return True


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_run_lets_its_stages_tear_down(start, tmp_path, number):
    process = start(stdout=subprocess.PIPE)
    process.send_signal(number)
    output = process.communicate(timeout=30)[0]
    assert (process.returncode, (tmp_path / "torn down").exists()) == (1, True)
    assert output.splitlines()[-1] == "0 passed, 1 failed"


def test_a_run_whose_terminal_is_closed_tears_down_and_sweeps(start, tmp_path):
    person, terminal = pty.openpty()
    process = start(stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True)
    os.close(terminal)
    (tmp_path / "swept").unlink()       # that was before the stage
    os.close(person)
    process.wait(timeout=30)
    assert [(tmp_path / name).exists() for name in ("torn down", "swept")] == [True, True]


def test_nohup_outlives_the_terminal(start, tmp_path):
    process = start(hup="SIG_IGN", stdout=subprocess.PIPE)
    process.send_signal(signal.SIGHUP)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(timeout=1)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert (tmp_path / "torn down").exists()


def test_what_a_green_run_left_running_is_a_failure():
    state = runner.Run([])
    state.close([])
    assert (state.red, state.counts["failed"]) == (None, 0)
    state.close(["test: 1 process(es)"])
    assert (state.red, state.counts["failed"]) == ("remains", 1)


@pytest.mark.parametrize(("left", "code"), [((["pytest: x"], []), 0), (([], ["pytest: x"]), 1)])
def test_only_what_is_left_in_the_end_is_a_failure(tmp_path, monkeypatch, left, code):
    swept = []

    def sweep(names):
        swept.append((list(names), (tmp_path / "aws.log").exists()))
        return left[len(swept) - 1]

    monkeypatch.setattr(runner, "LOGS", tmp_path)
    monkeypatch.setattr(runner, "heed_signals", lambda _: None)
    monkeypatch.setattr(runner, "stages", lambda: [stage("aws", "pass")])
    monkeypatch.setattr(remains, "sweep", sweep)
    assert runner.main() == code
    # Before the stage no profile: another session may be using it.
    assert swept == [([], False), (["test"], True)]


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
