# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._aws.instance import stability
from ansible_collections.launch.database.plugins.module_utils._aws.instance.state import ActualInstance
from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError


def instance(status="available", **kwargs):
    return ActualInstance(True, status, **kwargs)


UNSETTLED = [
    (instance(), None),
    (instance("storage-optimization"), None),
    (instance("stopped"), None),
    (instance("incompatible-parameters"), None),
    (ActualInstance(False), None),
    (instance("creating"), "status creating"),
    (instance("backing-up"), "status backing-up"),
    (instance("a-status-of-tomorrow"), "status a-status-of-tomorrow"),
    (instance(apply_status="applying"), "parameters are being applied"),
    (instance(apply_status="pending-reboot"), None),
    (instance(settled_groups=False), "security groups are being changed"),
    (instance(pending={"multi_az": True}), None),
]


@pytest.mark.parametrize(("actual", "expected"), UNSETTLED)
def test_unsettled(actual, expected):
    assert stability.unsettled(actual) == expected


AFTER = [
    (lambda now: stability.unsettled_after_change(now, True), instance(pending={"multi_az": True}), "multi_az pending"),
    (lambda now: stability.unsettled_after_change(now, False), instance(pending={"multi_az": True}), None),
    (lambda now: stability.unsettled_after_change(now, True), instance("modifying", pending={"multi_az": True}), "status modifying"),
    (stability.unsettled_after_reboot, instance(apply_status="pending-reboot"), "parameters are not in force yet"),
    (stability.unsettled_after_reboot, instance("rebooting", apply_status="pending-reboot"), "status rebooting"),
    (stability.unsettled_after_reboot, instance(), None),
    (stability.unsettled_after_creation, ActualInstance(False), "not visible yet"),
    (stability.unsettled_after_creation, instance("creating"), "status creating"),
    (stability.unsettled_after_deletion, instance("deleting"), "status deleting"),
    (stability.unsettled_after_deletion, ActualInstance(False), None),
]


@pytest.mark.parametrize(("unsettled", "actual", "expected"), AFTER)
def test_unsettled_after_a_call(unsettled, actual, expected):
    assert unsettled(actual) == expected


@pytest.mark.parametrize(
    ("actual", "expected"),
    [(instance(), False), (instance(apply_status="pending-reboot"), True), (instance("incompatible-parameters"), True), (instance("stopped"), False)],
)
def test_what_a_reboot_is_for(actual, expected):
    assert stability.awaits_reboot(actual) is expected


@pytest.mark.parametrize("status", sorted(stability.BROKEN))
def test_a_broken_instance_is_told_with_a_remedy_and_rdss_words(status):
    with pytest.raises(LaunchError) as caught:
        stability.refuse_broken("db", status, event="The disk is gone.")
    assert status in caught.value.message
    assert "The disk is gone." in caught.value.message
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("status", "planned"), [("available", ()), ("modifying", ()), ("storage-full", ("allocated_storage",)), ("incompatible-parameters", ("parameters",))],
)
def test_what_works_or_is_being_mended_is_let_through(status, planned):
    assert stability.refuse_broken("db", status, planned) is None
