# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._converge import converge
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
        self.warnings = []

    def warn(self, sentence):
        self.warnings.append(sentence)

    def exit_json(self, **outcome):
        raise Ended(warnings=self.warnings, **outcome)

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


def test_a_refusal_ends_the_module_with_its_fields():
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


class Hidden(Resource):
    """What it holds is seen, and compared, when it is open."""

    def plan(self, actual):
        if "closed" in actual:
            return Plan("thing", (Change("open", "closed", True, None),), partial=True)
        return super().plan(actual)

    def apply(self, plan, actual):
        self.applied.append(plan)
        if plan.of("open") and not self.deaf:
            del self.actual["closed"]
        self.actual.update({change.path: change.after for change in plan.of("update")})


def test_what_could_only_be_planned_later_is_done_and_reported_as_well():
    resource = Hidden({"a": 1, "closed": True}, {"a": 2})
    outcome = resource.converge()
    assert [change["action"] for change in outcome["plan"]] == ["open", "update"]
    assert outcome["diff"]["after"] == {"closed": None, "a": 2}
    assert [len(plan.changes) for plan in resource.applied] == [1, 1]


def test_nothing_may_be_left_for_later():
    resource = Hidden({"a": 2, "closed": True}, {"a": 2})
    assert [change["action"] for change in resource.converge()["plan"]] == ["open"]


def test_what_stays_closed_is_an_error():
    resource = Hidden({"closed": True}, {}, deaf=True)
    assert "closed is True, not None" in resource.converge()["msg"]
    assert len(resource.applied) == 1


def test_destruction_that_shows_only_later_is_refused():
    assert "update a" in Hidden({"a": 1, "closed": True}, {"a": 2}, destructive=True).converge()["msg"]


class Lock:
    def __init__(self):
        self.held, self.times = False, 0

    def __enter__(self):
        self.held, self.times = True, self.times + 1

    def __exit__(self, *_error):
        self.held = False


def test_other_runs_are_kept_out_from_the_first_look_to_the_last_change():
    lock, resource, seen = Lock(), Resource({"a": 1}, {"a": 2}), []
    for step in ("read", "plan", "apply"):
        def watched(*arguments, name=step, real=getattr(resource, step)):
            seen.append((name, lock.held))
            return real(*arguments)

        setattr(resource, step, watched)
    resource.converge(exclusive=lambda: lock)
    assert seen == [("read", True), ("plan", True), ("apply", True), ("read", False), ("plan", False)]


def test_check_mode_keeps_nobody_out():
    lock = Lock()
    Resource({"a": 1}, {"a": 2}).converge(check_mode=True, exclusive=lambda: lock)
    assert lock.times == 0


@pytest.mark.parametrize("check_mode", [True, False])
def test_advice_is_given_once(check_mode):
    resource = Resource({"a": 1}, {"a": 2})
    assert resource.converge(check_mode, advice=lambda actual: [f"a is {actual['a']}"])["warnings"] == ["a is 1"]


def test_what_nobody_waits_for_need_not_be_there_yet():
    resource = Resource({"a": 1}, {"a": 2}, deaf=True)
    resource.plan = lambda actual: Plan("thing", (Change("update", "a", 1, 2, EVENTUAL),))
    assert resource.converge()["changed"] is True
