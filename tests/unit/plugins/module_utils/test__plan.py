# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._plan import (
    IMMEDIATE,
    PENDING_REBOOT,
    Change,
    Plan,
    chunk,
    compare_mapping,
)

COMPARISONS = [
    ("equal", {"a": 1}, {"a": 1}, False, []),
    ("unset is unmanaged", {"a": None}, {"a": 1}, False, []),
    ("empty is empty", {"a": ""}, {"a": "x"}, False, [Change("update", "t.a", "x", "")]),
    ("false is a value", {"a": False}, {"a": True}, False, [Change("update", "t.a", True, False)]),
    ("missing is created", {"a": 1}, {}, False, [Change("create", "t.a", None, 1)]),
    ("different is updated", {"a": 2}, {"a": 1}, False, [Change("update", "t.a", 1, 2)]),
    ("unnamed is left alone", {}, {"b": 1}, False, []),
    ("purge removes the unnamed", {"a": 1}, {"a": 1, "b": 2}, True, [Change("delete", "t.b", 2, None)]),
    ("purge leaves the unmanaged", {"b": None}, {"b": 2}, True, []),
    ("in the order of names", {"b": 1, "a": 1}, {}, False, [Change("create", "t.a", None, 1), Change("create", "t.b", None, 1)]),
]


@pytest.mark.parametrize(("desired", "actual", "purge", "expected"), [row[1:] for row in COMPARISONS], ids=[row[0] for row in COMPARISONS])
def test_compare_mapping(desired, actual, purge, expected):
    assert compare_mapping(desired, actual, prefix="t.", purge=purge) == expected


def test_an_empty_plan_changes_nothing_and_shows_nothing():
    plan = Plan("thing")
    assert not plan.changed
    assert plan.diff() == {}
    assert plan.as_result() == []


def test_the_diff_holds_only_what_changes():
    plan = Plan("thing", (Change("update", "a", 1, 2),))
    assert plan.diff() == {"before_header": "thing", "after_header": "thing", "before": {"a": 1}, "after": {"a": 2}}


def test_pending_is_no_change_but_needs_a_reboot():
    plan = Plan("thing", pending=(Change("update", "a", 1, 2, PENDING_REBOOT),))
    assert not plan.changed
    assert plan.reboot_required
    assert plan.pending_as_result()[0]["path"] == "a"


def test_an_immediate_change_needs_no_reboot():
    assert not Plan("thing", (Change("update", "a", 1, 2, IMMEDIATE),)).reboot_required


def test_destructive_changes_are_named():
    gone = Change("delete", "b", destructive=True)
    assert Plan("thing", (Change("create", "a"), gone)).destructive == (gone,)


def test_of_selects_by_action_in_order():
    plan = Plan("thing", (Change("create", "b"), Change("delete", "c"), Change("create", "a")))
    assert [change.path for change in plan.of("create")] == ["b", "a"]


@pytest.mark.parametrize(
    ("count", "size", "lengths"),
    [(0, 20, []), (1, 20, [1]), (20, 20, [20]), (21, 20, [20, 1]), (40, 20, [20, 20]), (41, 20, [20, 20, 1])],
)
def test_chunk_loses_nothing(count, size, lengths):
    chunks = chunk(range(count), size)
    assert [len(part) for part in chunks] == lengths
    assert [item for part in chunks for item in part] == list(range(count))


def test_chunk_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        chunk([1], 0)
