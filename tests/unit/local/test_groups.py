# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DB parameter groups without any server."""

from __future__ import annotations

import pytest

from local.endpoint.faults import Fault
from local.endpoint.groups import DEFAULT_GROUP, Groups

CATALOG = {
    name: {
        "ParameterName": name,
        "DataType": "integer",
        "AllowedValues": "0-100",
        "ApplyType": kind,
        "IsModifiable": True,
        "Source": "system",
    }
    | value
    for name, kind, value in (("dynamic", "dynamic", {"ParameterValue": "5"}), ("static", "static", {}))
}


def setting(name: str, value: str, method: str) -> dict[str, str]:
    return {"ParameterName": name, "ParameterValue": value, "ApplyMethod": method}


@pytest.fixture
def groups() -> Groups:
    found = Groups(CATALOG, "arn:aws:rds:us-west-2:1:pg:")
    found.create("Mine", "postgres17", "text", {"a": "b"})
    return found


def test_name_is_stored_in_lower_case(groups: Groups) -> None:
    assert groups.get("MINE").describe() == {
        "DBParameterGroupName": "mine",
        "DBParameterGroupFamily": "postgres17",
        "Description": "text",
        "DBParameterGroupArn": "arn:aws:rds:us-west-2:1:pg:mine",
    }


def test_tags_are_kept(groups: Groups) -> None:
    assert groups.get("mine").tags == {"a": "b"}


def test_values_of_the_user_lie_over_the_defaults(groups: Groups) -> None:
    assert groups.modify("mine", [setting("dynamic", "7", "immediate"), setting("static", "8", "pending-reboot")]) == {
        "dynamic"
    }
    assert groups.get("mine").values(CATALOG) == {"dynamic": "7", "static": "8"}
    assert [entry["Source"] for entry in groups.get("mine").parameters(CATALOG)] == ["user", "user"]


def test_modification_is_all_or_nothing(groups: Groups) -> None:
    with pytest.raises(Fault):
        groups.modify("mine", [setting("dynamic", "7", "immediate"), setting("static", "101", "pending-reboot")])
    assert groups.get("mine").own == {}


def test_reset_of_some(groups: Groups) -> None:
    groups.modify("mine", [setting("dynamic", "7", "immediate"), setting("static", "8", "pending-reboot")])
    assert groups.reset("mine", False, [{"ParameterName": "static", "ApplyMethod": "pending-reboot"}]) == set()
    assert groups.get("mine").values(CATALOG) == {"dynamic": "7"}


def test_reset_of_all_applies_only_what_is_dynamic(groups: Groups) -> None:
    groups.modify("mine", [setting("dynamic", "7", "immediate"), setting("static", "8", "pending-reboot")])
    assert groups.reset("mine", True, []) == {"dynamic"}
    assert groups.get("mine").values(CATALOG) == {"dynamic": "5"}


def test_reset_at_once_of_a_static_parameter(groups: Groups) -> None:
    with pytest.raises(Fault) as refused:
        groups.reset("mine", False, [{"ParameterName": "static", "ApplyMethod": "immediate"}])
    assert refused.value.code == "InvalidParameterCombination"


@pytest.mark.parametrize(
    ("action", "code"),
    [
        (lambda groups: groups.get("other"), "DBParameterGroupNotFound"),
        (lambda groups: groups.modify("other", [setting("dynamic", "7", "immediate")]), "DBParameterGroupNotFound"),
        (lambda groups: groups.create("mine", "postgres17", "again", {}), "DBParameterGroupAlreadyExists"),
        (lambda groups: groups.create("new", "postgres16", "other family", {}), "InvalidParameterValue"),
        (
            lambda groups: groups.modify(DEFAULT_GROUP, [setting("dynamic", "7", "immediate")]),
            "InvalidDBParameterGroupState",
        ),
        (lambda groups: groups.delete(DEFAULT_GROUP, []), "InvalidDBParameterGroupState"),
        (lambda groups: groups.delete("mine", ["launch-db-main"]), "InvalidDBParameterGroupState"),
    ],
)
def test_refused(groups: Groups, action, code: str) -> None:
    with pytest.raises(Fault) as refused:
        action(groups)
    assert refused.value.code == code


def test_deletion(groups: Groups) -> None:
    groups.delete("mine", [])
    assert [group.name for group in groups.all()] == [DEFAULT_GROUP]
