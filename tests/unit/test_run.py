# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The runner itself: a runner that hides a red stage would hide everything."""
from __future__ import annotations

import sys
import threading

import pytest

from tests import run as runner


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


def test_every_integration_suite_is_a_stage():
    suites = {path.parent.name for path in (runner.ROOT / "tests" / "integration").glob("*/test_*.py")}
    assert suites <= {stage.name for stage in runner.stages()}
