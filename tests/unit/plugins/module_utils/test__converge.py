# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._converge import Unfinished, converge
from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._plan import EVENTUAL, MAINTENANCE_WINDOW, Change, Plan


class Ended(Exception):
    """What AnsibleModule does with SystemExit."""

    def __init__(self, **outcome):
        self.outcome = outcome
        super().__init__(outcome)


class Module:
    def __init__(self, check_mode=False):
        self.check_mode = check_mode

    def exit_json(self, **outcome):
        raise Ended(**outcome)

    def fail_json(self, **outcome):
        raise Ended(failed=True, **outcome)


class Resource:
    """A resource in memory that counts what is done to it."""

    def __init__(self, actual, desired, destructive=False, deaf=False):
        self.actual, self.desired, self.destructive, self.deaf = dict(actual), desired, destructive, deaf
        self.applied = []

    def read(self):
        return dict(self.actual)

    def plan(self, actual):
        return Plan("thing", tuple(
            Change("update", key, actual.get(key), value, destructive=self.destructive)
            for key, value in self.desired.items() if actual.get(key) != value
        ))

    def apply(self, plan, actual):
        self.applied.append(plan)
        if not self.deaf:
            self.actual.update({change.path: change.after for change in plan.changes})

    def converge(self, check_mode=False, **kwargs):
        with pytest.raises(Ended) as ended:
            converge(Module(check_mode), read=self.read, plan=self.plan, apply=self.apply, result=lambda actual: {"thing": actual}, **kwargs)
        return ended.value.outcome


def test_a_run_applies_and_returns_what_it_read_again():
    outcome = Resource({"a": 1}, {"a": 2}).converge()
    assert outcome["changed"] is True
    assert outcome["thing"] == {"a": 2}
    assert outcome["diff"]["before"] == {"a": 1}
    assert outcome["plan"][0]["path"] == "a"


def test_check_mode_plans_the_same_and_touches_nothing():
    resource = Resource({"a": 1}, {"a": 2})
    checked = resource.converge(check_mode=True)
    assert resource.applied == []
    done = resource.converge()
    assert (checked["plan"], checked["diff"], checked["changed"]) == (done["plan"], done["diff"], done["changed"])


def test_a_second_run_plans_nothing_and_has_no_diff():
    resource = Resource({"a": 1}, {"a": 2})
    resource.converge()
    outcome = resource.converge()
    assert outcome["changed"] is False
    assert "diff" not in outcome
    assert len(resource.applied) == 1


@pytest.mark.parametrize("check_mode", [True, False])
def test_destruction_without_a_word_is_refused_before_anything_is_done(check_mode):
    resource = Resource({"a": 1}, {"a": 2}, destructive=True)
    outcome = resource.converge(check_mode=check_mode)
    assert outcome["failed"]
    assert "update a" in outcome["msg"] and "allow_destructive" in outcome["msg"]
    assert resource.applied == []


def test_destruction_with_the_word_is_done():
    resource = Resource({"a": 1}, {"a": 2}, destructive=True)
    assert resource.converge(allow_destructive=True)["thing"] == {"a": 2}


def test_what_was_not_done_whatever_was_answered_is_an_error():
    outcome = Resource({"a": 1}, {"a": 2}, deaf=True).converge()
    assert outcome["failed"]
    assert "a is 1, not 2" in outcome["msg"]


def test_what_waits_for_a_window_is_named_and_no_error():
    resource = Resource({"a": 1}, {"a": 2}, deaf=True)
    queued = Change("update", "a", 1, 2, MAINTENANCE_WINDOW)
    resource.plan = lambda actual: Plan("thing", pending=(queued,)) if resource.applied else Plan("thing", (queued,))
    outcome = resource.converge()
    assert outcome["changed"] is True
    assert outcome["pending"] == [queued.as_result()]


def test_a_wish_that_can_not_be_granted_ends_the_module_with_its_fields():
    resource = Resource({}, {})

    def refuse(actual):
        raise LaunchError("is unknown.", option="parameters.x", value=1, remedy="Take y.")

    resource.plan = refuse
    outcome = resource.converge()
    assert outcome["msg"] == "parameters.x: 1: is unknown. Take y."
    assert outcome["option"] == "parameters.x"


def test_what_is_under_way_is_waited_for_before_planning():
    resource = Resource({"a": 1}, {"a": 2})
    outcome = resource.converge(settle=lambda actual: {"a": 2})
    assert outcome["changed"] is False
    assert resource.applied == []


def test_check_mode_does_not_wait():
    outcome = Resource({"a": 1}, {"a": 2}).converge(check_mode=True, settle=lambda actual: {"a": 2})
    assert outcome["changed"] is True


def unfinished(*_arguments):
    raise Unfinished({"status": "busy"})


def test_a_wait_that_goes_on_has_changed_nothing_and_says_where_it_stands():
    resource = Resource({"a": 1}, {"a": 2})
    outcome = resource.converge(settle=unfinished)
    assert outcome == {"changed": False, "unfinished": {"status": "busy"}, "thing": {"a": 1}}


def test_a_change_that_goes_on_is_a_change_with_its_plan():
    resource = Resource({"a": 1}, {"a": 2})
    resource.apply = unfinished
    outcome = resource.converge()
    assert outcome["changed"] is True
    assert outcome["diff"]["after"] == {"a": 2}
    assert outcome["unfinished"] == {"status": "busy"}


def test_what_nobody_waits_for_need_not_be_there_yet():
    resource = Resource({"a": 1}, {"a": 2}, deaf=True)
    resource.plan = lambda actual: Plan("thing", (Change("update", "a", 1, 2, EVENTUAL),))
    assert resource.converge()["changed"] is True
