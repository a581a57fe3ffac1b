# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import itertools

import pytest

from ansible_collections.launch.database.plugins.module_utils._aws.instance import stability, waiters
from ansible_collections.launch.database.plugins.module_utils._aws.instance.state import ActualInstance
from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from tests.support.fake_aws import Clock


@pytest.fixture(name="clock")
def fixture_clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(waiters, "time", clock)
    return clock


def waiter(*statuses, timeout=1000, progress=waiters.silent, event=None):
    """One that reads these statuses in turn, and the last of them ever after."""
    seen = itertools.chain(statuses, itertools.repeat(statuses[-1]))
    return waiters.Waiter("db", lambda: ActualInstance(True, next(seen)), lambda: event, timeout, progress)


def test_settling_ends_the_wait(clock):
    assert waiter("creating", "backing-up", "available").until(stability.unsettled).status == "available"
    assert clock.now > 1000


def test_settled_from_the_beginning_needs_no_time(clock):
    waiter("available").until(stability.unsettled)
    assert clock.now == 1000


def test_settled_right_after_a_call_is_not_believed(clock):
    waiter("available").until(stability.unsettled, settle=15)
    assert clock.now >= 1015


def test_settled_after_unsettled_is_believed_at_once(clock):
    waiter("available", "modifying", "available").until(stability.unsettled, settle=15)
    assert clock.now < 1015


def test_a_broken_instance_ends_the_wait_with_the_last_event(clock):
    with pytest.raises(LaunchError, match="incompatible-parameters. RDS says: Out of memory"):
        waiter("modifying", "incompatible-parameters", event="Out of memory").until(stability.unsettled)
    assert clock.now < 1010


def test_what_a_planned_change_fixes_is_not_given_up_at_once(clock):
    statuses = ("incompatible-parameters", "incompatible-parameters", "rebooting", "available")
    assert waiter(*statuses).until(stability.unsettled, settle=15, planned={"parameters"}).status == "available"
    assert clock.now < 1015


def test_what_stays_although_a_change_was_to_fix_it_is_for_the_caller(clock):
    assert waiter("incompatible-parameters").until(stability.unsettled, settle=15, planned={"parameters"}).status == "incompatible-parameters"
    assert clock.now >= 1015


def test_the_timeout_says_what_was_waited_for(clock):
    with pytest.raises(LaunchError) as caught:
        waiter("modifying", timeout=60).until(stability.unsettled)
    assert caught.value.option == "wait_timeout"
    assert "status modifying" in caught.value.message
    assert 1060 <= clock.now < 1090


def test_progress_is_each_new_reason_and_now_and_then_the_same(clock):
    lines = []
    statuses = ("creating",) * 12 + ("backing-up", "available")
    waiter(*statuses, progress=lambda reason, seconds: lines.append((reason, seconds))).until(stability.unsettled)
    reasons = [reason for reason, _seconds in lines]
    assert reasons[0] == "status creating"
    assert reasons[-1] == "status backing-up"
    assert 2 <= reasons.count("status creating") < 12
    times = [seconds for _reason, seconds in lines]
    assert times == sorted(times)
    assert all(later - earlier >= waiters.REPORT_SECONDS for earlier, later in zip(times[:-2], times[1:-1]))


def test_what_is_settled_reports_nothing(clock):
    lines = []
    waiter("available", progress=lambda *line: lines.append(line)).until(stability.unsettled)
    assert lines == []


def test_pauses_grow_and_stay_bounded(clock):
    with pytest.raises(LaunchError):
        waiter("creating", timeout=3600).until(stability.unsettled)
    assert clock.now - 1000 < 3600 + waiters.LONGEST_PAUSE
