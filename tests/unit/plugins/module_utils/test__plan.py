# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from ansible_collections.launch.database.plugins.module_utils._plan import PENDING_REBOOT, Change, Plan


def test_an_empty_plan_changes_nothing_and_shows_nothing():
    plan = Plan("thing")
    assert not plan.changed
    assert plan.diff() == {}
    assert plan.as_result() == []


def test_the_diff_holds_only_what_changes():
    plan = Plan("thing", (Change("update", "a", 1, 2),))
    assert plan.diff() == {"before_header": "thing", "after_header": "thing", "before": {"a": 1}, "after": {"a": 2}}


def test_pending_is_no_change():
    plan = Plan("thing", pending=(Change("update", "a", 1, 2, PENDING_REBOOT),))
    assert not plan.changed


def test_destructive_changes_are_named():
    gone = Change("delete", "b", destructive=True)
    assert Plan("thing", (Change("create", "a"), gone)).destructive == (gone,)


def test_of_selects_by_action_in_order():
    plan = Plan("thing", (Change("create", "b"), Change("delete", "c"), Change("create", "a")))
    assert [change.path for change in plan.of("create")] == ["b", "a"]


SECRET = Change("set_password", "app.password", None, "(hidden)", payload="hunter2")


def test_what_apply_executes_is_shown_nowhere():
    plan = Plan("thing", (SECRET,), (SECRET,))
    shown = [repr(plan), str(SECRET), plan.as_result(), plan.diff(), SECRET.as_result()]
    assert "hunter2" not in str(shown)
    assert set(SECRET.as_result()) == {"action", "path", "before", "after", "when", "destructive"}


def test_payloads_are_those_of_the_actions_in_order():
    plan = Plan("thing", (Change("set", "b", payload={"b": 1}), Change("drop", "c", payload={}), Change("set", "a", payload={"a": 2, "b": 3})))
    assert plan.payloads("set") == [{"b": 1}, {"a": 2, "b": 3}]
    assert plan.members("set") == {"a": 2, "b": 3}


def test_a_plan_followed_by_another_shows_both():
    both = Plan("thing", (Change("restore", "a"),), partial=True).followed_by(Plan("thing", (Change("set", "b"),)))
    assert [change.path for change in both.changes] == ["a", "b"]
    assert not both.partial
