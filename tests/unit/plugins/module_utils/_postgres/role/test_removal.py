# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.role.plan import ActualRole, ActualRoles, plan_roles
from ansible_collections.launch.database.plugins.module_utils._postgres.role.removal import Holdings
from ansible_collections.launch.database.plugins.module_utils._postgres.role.spec import role_specs


def planned(roles, actual):
    state = ActualRoles(170000, actual, frozenset(actual))
    return plan_roles(role_specs(roles, "master"), state, False).changes


def old(**holdings):
    return {"old": ActualRole(login=True, holdings=Holdings(**holdings))}


GONE = [{"name": "old", "login": True, "state": "absent"}]


@pytest.mark.parametrize(("actual", "changes"), [
    ({}, []),
    (old(), [("drop", "old", {"login": True})]),
    (old(sessions=3), [("drop", "old", {"login": True})]),
    (old(privileges=("table a.b",), grantors=("owner",)), [("drop_privileges", "old.privileges", ["table a.b"]), ("drop", "old", {"login": True})]),
])
def test_a_role_goes_with_what_it_was_granted(actual, changes):
    removal = planned(GONE, actual)
    assert [(change.action, change.path, change.before) for change in removal] == changes
    assert all(change.destructive and change.after is None for change in removal)


@pytest.mark.parametrize(("holdings", "words"), [
    ({"members": ("app",)}, "has members: app. Take it from their member_of"),
    ({"objects": ("table a.b", "schema a")}, "owns, or is named by: table a.b, schema a. Give them away (REASSIGN OWNED BY old TO ...)"),
    ({"objects": tuple(f"table t{number}" for number in range(23))}, "table t19 and 3 more."),
    ({"elsewhere": {"b": 2, "a": 1}}, "on objects of other databases: 1 in a, 2 in b. See there"),
    ({"privileges": ("table a.b",), "fixed": ("table a.b of other",)}, "that this login can't revoke: table a.b of other."),
])
def test_what_a_role_has_keeps_it(holdings, words):
    with pytest.raises(LaunchError) as refusal:
        planned(GONE, old(**holdings))
    assert (refusal.value.option, refusal.value.value) == ("roles", "old")
    assert words in refusal.value.message and refusal.value.remedy.endswith("Nothing was changed.")


def test_every_reason_of_every_role_is_in_one_refusal():
    actual = {**old(members=("x",), objects=("table t",)), "older": ActualRole(holdings=Holdings(elsewhere={"b": 1}))}
    with pytest.raises(LaunchError) as refusal:
        planned([*GONE, {"name": "older", "login": False, "state": "absent"}, {"name": "app", "login": True, "member_of": ["missing"]}], actual)
    assert [error.value for error in refusal.value.errors] == ["missing", "old", "old", "older"]


def test_a_group_may_go_with_its_members():
    actual = {"group": ActualRole(holdings=Holdings(members=("old",))), **old()}
    changes = planned([{"name": "group", "login": False, "state": "absent"}, *GONE], actual)
    assert [(change.action, change.path) for change in changes] == [("drop", "group"), ("drop", "old")]


def test_nobody_can_be_a_member_of_what_is_to_be_removed():
    with pytest.raises(LaunchError, match="'old': app should be a member of it, but it is to be removed"):
        planned([*GONE, {"name": "app", "login": True, "member_of": ["old"]}], old())


def test_removals_come_last_and_nothing_else_of_such_an_entry_counts():
    gone = {**GONE[0], "member_of": ["nowhere"], "secret": "/gone", "password": "p", "connection_limit": 7}
    changes = planned([gone, {"name": "new", "login": True, "connection_limit": 3}], {"old": ActualRole(login=True, powers=("CREATEDB",))})
    assert [(change.action, change.path) for change in changes] == [
        ("create", "new"), ("set_connection_limit", "new.connection_limit"), ("drop", "old"),
    ]


def test_the_login_that_does_the_work_is_not_removed():
    with pytest.raises(LaunchError, match="'master': it is the login that does the work"):
        role_specs([{"name": "master", "login": True, "state": "absent"}], "master")
