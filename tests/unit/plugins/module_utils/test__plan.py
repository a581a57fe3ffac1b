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
    assert plan.pending_as_result()[0]["path"] == "a"


def test_destructive_changes_are_named():
    gone = Change("delete", "b", destructive=True)
    assert Plan("thing", (Change("create", "a"), gone)).destructive == (gone,)


def test_of_selects_by_action_in_order():
    plan = Plan("thing", (Change("create", "b"), Change("delete", "c"), Change("create", "a")))
    assert [change.path for change in plan.of("create")] == ["b", "a"]
