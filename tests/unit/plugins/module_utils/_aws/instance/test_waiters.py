# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import itertools

import pytest

from ansible_collections.launch.database.plugins.module_utils._aws.instance import stability, waiters
from ansible_collections.launch.database.plugins.module_utils._aws.instance.state import ActualInstance
from ansible_collections.launch.database.plugins.module_utils._converge import Unfinished
from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from tests.support.fake_aws import Clock


@pytest.fixture(name="clock")
def fixture_clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(waiters, "time", clock)
    return clock


def waiter(*statuses, timeout=1000, slice=None, shown=None, event=None):
    """One that reads these statuses in turn, and the last of them ever after."""
    seen = itertools.chain(statuses, itertools.repeat(statuses[-1]))
    return waiters.Waiter("db", lambda: ActualInstance(True, next(seen)), lambda: event, timeout, slice, shown)


def test_rest_ends_the_wait(clock):
    assert waiter("creating", "backing-up", "available").until(stability.unsettled).status == "available"
    assert clock.now > 1000


def test_rest_from_the_beginning_needs_no_time(clock):
    waiter("available").until(stability.unsettled)
    assert clock.now == 1000


def test_rest_right_after_a_call_is_not_believed(clock):
    waiter("available").until(stability.unsettled, settle=15)
    assert clock.now >= 1015


def test_settled_after_unsettled_is_believed_at_once(clock):
    waiter("available", "modifying", "available").until(stability.unsettled, settle=15)
    assert clock.now < 1015


def test_a_broken_instance_ends_the_wait_with_the_last_event(clock):
    with pytest.raises(LaunchError, match="incompatible-parameters. RDS says: Out of memory"):
        waiter("modifying", "incompatible-parameters", event="Out of memory").until(stability.unsettled)
    assert clock.now < 1010


def test_what_a_planned_change_mends_is_not_given_up_at_once(clock):
    statuses = ("incompatible-parameters", "incompatible-parameters", "rebooting", "available")
    assert waiter(*statuses).until(stability.unsettled, settle=15, planned={"parameters"}).status == "available"
    assert clock.now < 1015


def test_what_stays_although_a_change_was_to_mend_it_is_for_the_caller(clock):
    assert waiter("incompatible-parameters").until(stability.unsettled, settle=15, planned={"parameters"}).status == "incompatible-parameters"
    assert clock.now >= 1015


def test_the_timeout_says_what_was_waited_for(clock):
    with pytest.raises(LaunchError) as caught:
        waiter("modifying", timeout=60).until(stability.unsettled)
    assert caught.value.option == "wait_timeout"
    assert "status modifying" in caught.value.message
    assert 1060 <= clock.now < 1090


def test_what_begins_is_told_at_once(clock):
    with pytest.raises(Unfinished) as caught:
        waiter("available", "modifying", slice=20).until(stability.unsettled, settle=15)
    assert caught.value.progress["reason"] == "status modifying"
    assert clock.now < 1005


def test_what_follows_is_told_at_once(clock):
    with pytest.raises(Unfinished) as caught:
        waiter("creating", "creating", "backing-up", slice=20, shown="status creating").until(stability.unsettled)
    assert caught.value.progress["reason"] == "status backing-up"
    assert clock.now < 1010


def test_what_only_this_run_waits_for_is_not_told_early(clock):
    busy = waiters.Waiter("db", lambda: ActualInstance(True, "available", pending={"iops": 1}), lambda: None, 1000, 20)
    with pytest.raises(Unfinished):
        busy.until(lambda now: stability.unsettled_after_change(now, True))
    assert clock.now >= 1020


def test_the_end_of_a_slice_says_how_it_goes(clock):
    with pytest.raises(Unfinished) as caught:
        waiter("creating", slice=20, shown="status creating").until(stability.unsettled)
    assert caught.value.progress == {"identifier": "db", "status": "creating", "reason": "status creating"}
    assert 1020 <= clock.now < 1040


def test_pauses_grow_and_stay_bounded(clock):
    with pytest.raises(LaunchError):
        waiter("creating", timeout=3600).until(stability.unsettled)
    assert clock.now - 1000 < 3600 + waiters.LONGEST_PAUSE
