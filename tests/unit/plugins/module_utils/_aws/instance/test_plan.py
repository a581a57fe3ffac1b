# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import dataclasses

import pytest

from ansible_collections.launch.database.plugins.module_utils._aws.instance.plan import advice, plan_instance
from ansible_collections.launch.database.plugins.module_utils._aws.instance.state import (
    PASSWORD_TAG,
    ActualInstance,
    DesiredInstance,
    MasterSecret,
)
from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._plan import (
    EVENTUAL,
    IMMEDIATE,
    MAINTENANCE_WINDOW,
    PENDING_REBOOT,
)

LIVE = {
    "engine_version": "17.6", "instance_class": "db.t4g.medium", "allocated_storage": 400, "storage_type": "gp3", "iops": 12000,
    "storage_throughput": 500, "max_allocated_storage": None, "multi_az": False, "db_name": "launch", "port": 5432,
    "master_username": "launch_master", "subnet_group": "subnets", "vpc_security_group_ids": ["sg-1"], "parameter_group": "group",
    "kms_key_id": "arn:aws:kms:us-west-2:1:key/abc", "storage_encrypted": True, "backup_retention_period": 7,
    "monitoring_interval": 0, "performance_insights": False, "cloudwatch_logs_exports": ["postgresql"], "deletion_protection": True,
}
SECRET = MasterSecret("a-password-of-some-length", "launch_master", "fingerprint")


def desired(attributes=None, **kwargs):
    return DesiredInstance("db", attributes=attributes or {}, **kwargs)


def actual(live=None, **kwargs):
    return dataclasses.replace(ActualInstance(True, "available", {**LIVE, **(live or {})}, arn="arn", offered=("17.6", "17.7")), **kwargs)


def changes(wanted, now):
    return [(change.action, change.path, change.before, change.after, change.when) for change in plan_instance(wanted, now).changes]


SAME = [
    ("nothing named", desired(), actual()),
    ("everything as it is", desired(LIVE), actual()),
    ("a newer minor", desired({"engine_version": "17.4"}), actual()),
    ("any minor", desired({"engine_version": "17"}), actual()),
    ("a key by its id", desired({"kms_key_id": "abc"}), actual()),
    ("a key by its alias", desired({"kms_key_id": "alias/launch"}), actual(kms_key=LIVE["kms_key_id"])),
    ("storage that grew by itself", desired({"allocated_storage": 400, "max_allocated_storage": 1000}),
     actual({"allocated_storage": 440, "max_allocated_storage": 1000})),
    ("storage that does not scale", desired({"allocated_storage": 400, "max_allocated_storage": 400}), actual()),
    ("the baseline of small storage", desired({"iops": 3000, "storage_throughput": 125}),
     actual({"allocated_storage": 100, "iops": None, "storage_throughput": None})),
    ("a role of no monitoring", desired({"monitoring_interval": 0, "monitoring_role_arn": "arn"}), actual()),
    ("a retention of no insights", desired({"performance_insights_retention": 31}), actual()),
    ("a port that is not known yet", desired({"port": 5432}), actual({"port": None}, status="creating")),
    ("what is pending already", desired({"multi_az": True}), actual(pending={"multi_az": True})),
    ("an adopted instance without a secret", desired(tags={}, purge_tags=True), actual(tags={PASSWORD_TAG: "x"})),
]


@pytest.mark.parametrize(("wanted", "now"), [row[1:] for row in SAME], ids=[row[0] for row in SAME])
def test_what_is_no_change(wanted, now):
    assert changes(wanted, now) == []


CHANGES = [
    ("a class waits for the window", desired({"instance_class": "db.r6g.xlarge"}), actual(),
     [("update", "instance_class", "db.t4g.medium", "db.r6g.xlarge", MAINTENANCE_WINDOW)]),
    ("unless it is wanted at once", desired({"instance_class": "db.r6g.xlarge"}, apply_immediately=True), actual(),
     [("update", "instance_class", "db.t4g.medium", "db.r6g.xlarge", IMMEDIATE)]),
    ("without waiting it happens some time", desired({"deletion_protection": False}, wait=False), actual(),
     [("update", "deletion_protection", True, False, EVENTUAL)]),
    ("a window is changed at once", desired({"backup_window": "03:00-04:00"}), actual(),
     [("update", "backup_window", None, "03:00-04:00", IMMEDIATE)]),
    ("an older minor gets the next that is offered", desired({"engine_version": "17.6"}), actual({"engine_version": "17.4"}),
     [("update", "engine_version", "17.4", "17.6", MAINTENANCE_WINDOW)]),
    ("more days of backups", desired({"backup_retention_period": 35}), actual(), [("update", "backup_retention_period", 7, 35, IMMEDIATE)]),
    ("no backups wait", desired({"backup_retention_period": 0}), actual(), [("update", "backup_retention_period", 7, 0, MAINTENANCE_WINDOW)]),
    ("logs", desired({"cloudwatch_logs_exports": []}), actual(), [("update", "cloudwatch_logs_exports", ["postgresql"], [], IMMEDIATE)]),
    ("what somebody else queued is taken back", desired({"multi_az": False}), actual(pending={"multi_az": True}),
     [("update", "multi_az", True, False, MAINTENANCE_WINDOW)]),
    ("what is pending is wanted now", desired({"multi_az": True}, apply_immediately=True), actual(pending={"multi_az": True}),
     [("flush", "multi_az", False, True, IMMEDIATE)]),
    ("autoscaling is switched off at the size that was reached", desired({"allocated_storage": 400, "max_allocated_storage": 400}),
     actual({"max_allocated_storage": 1000}), [("update", "max_allocated_storage", 1000, 400, IMMEDIATE)]),
    ("another group, in force at once", desired({"parameter_group": "new"}, reboot="if_pending"), actual(),
     [("update", "parameter_group", "group", "new", IMMEDIATE), ("reboot", "parameters", "pending-reboot", "in-sync", IMMEDIATE)]),
    ("parameters that wait", desired(reboot="if_pending"), actual(apply_status="pending-reboot"),
     [("reboot", "parameters", "pending-reboot", "in-sync", IMMEDIATE)]),
    ("parameters that keep it from starting", desired(reboot="if_pending"), actual(status="incompatible-parameters", apply_status="pending-reboot"),
     [("reboot", "parameters", "incompatible-parameters", "in-sync", IMMEDIATE)]),
    ("parameters that kept it from starting and were corrected", desired(reboot="if_pending"), actual(status="incompatible-parameters"),
     [("reboot", "parameters", "incompatible-parameters", "in-sync", IMMEDIATE)]),
    ("more room for a full disk", desired({"allocated_storage": 500}, apply_immediately=True), actual(status="storage-full"),
     [("update", "allocated_storage", 400, 500, IMMEDIATE)]),
    ("another password", desired(), actual(tags={PASSWORD_TAG: "old"}, secret=SECRET),
     [("password", "master_password", "(hidden)", "(hidden)", IMMEDIATE), ("tag", f"tags.{PASSWORD_TAG}", "old", "fingerprint", IMMEDIATE)]),
    ("an adopted instance gets only the tag", desired(), actual(secret=SECRET), [("tag", f"tags.{PASSWORD_TAG}", None, "fingerprint", IMMEDIATE)]),
    ("our tag is not purged", desired(tags={"a": "1"}, purge_tags=True), actual(tags={PASSWORD_TAG: "x", "b": "2"}),
     [("tag", "tags.a", None, "1", IMMEDIATE), ("untag", "tags.b", "2", None, IMMEDIATE)]),
]


@pytest.mark.parametrize(("wanted", "now", "expected"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES])
def test_what_changes_and_when(wanted, now, expected):
    assert changes(wanted, now) == expected


REFUSED = [
    ("a smaller disk", desired({"allocated_storage": 200}), actual(), "allocated_storage", "never shrinks"),
    ("storage that is being optimized", desired({"allocated_storage": 500}), actual(status="storage-optimization"), "allocated_storage", "six hours"),
    ("another key", desired({"kms_key_id": "other"}), actual(), "kms_key_id", "restore a snapshot"),
    ("no encryption", desired({"storage_encrypted": False}), actual(), "storage_encrypted", "restore a snapshot"),
    ("another master", desired({"master_username": "other"}), actual(), "master_username", "restore a snapshot"),
    ("another subnet group", desired({"subnet_group": "other"}), actual(), "subnet_group", "restore a snapshot"),
    ("a major version", desired({"engine_version": "18.1"}), actual(), "engine_version", "blue/green"),
    ("a minor that is not offered", desired({"engine_version": "17.9"}), actual(), "engine_version", "17.6, 17.7"),
    ("a broken instance", desired(), actual(status="incompatible-parameters"), "identifier", "reboot: if_pending"),
    ("a stopped instance", desired({"multi_az": True}), actual(status="stopped"), "identifier", "Start it"),
    ("a password that rds refuses", desired(), actual(tags={PASSWORD_TAG: "old"}, secret=MasterSecret("a@b", None, "new")), "master_secret", "ASCII"),
]


@pytest.mark.parametrize(("wanted", "now", "option", "part"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_can_not_be_had_names_option_and_remedy(wanted, now, option, part):
    with pytest.raises(LaunchError) as caught:
        plan_instance(wanted, now)
    assert caught.value.option == option
    assert part in caught.value.message


NEW = {"instance_class": "db.t4g.medium", "allocated_storage": 100, "master_username": "launch_master", "engine_version": "17.4"}
NOWHERE = ActualInstance(False, offered=("17.6", "17.7"), secret=SECRET)


def test_a_new_instance_gets_what_is_named_a_version_that_is_offered_and_our_tag():
    plan = plan_instance(desired(NEW, master_secret="s", tags={"a": 1}), NOWHERE)
    after = {change.path: change.after for change in plan.changes}
    assert after == {**NEW, "instance": "db", "master_password": "(hidden)", "engine_version": "17.6", "tags.a": "1",
                     f"tags.{PASSWORD_TAG}": "fingerprint"}


def test_a_new_instance_that_lacks_something_names_all_of_it():
    with pytest.raises(LaunchError, match="instance_class, allocated_storage, master_username, master_secret"):
        plan_instance(desired(), NOWHERE)


def test_a_secret_of_another_user_is_refused():
    with pytest.raises(LaunchError, match="one of launch_master"):
        plan_instance(desired({**NEW, "master_username": "other"}, master_secret="s"), NOWHERE)


GONE = {"state": "absent", "skip_final_snapshot": True}


def test_deletion_is_destructive_and_needs_the_protection_lifted():
    plan = plan_instance(desired({"deletion_protection": False}, **GONE), actual())
    assert [(change.action, change.destructive) for change in plan.changes] == [("unprotect", False), ("delete", True)]


def test_an_unprotected_instance_is_just_deleted():
    assert [change.action for change in plan_instance(desired(**GONE), actual({"deletion_protection": False})).changes] == ["delete"]


@pytest.mark.parametrize(("wanted", "option"), [(desired(**GONE), "deletion_protection"), (desired(state="absent"), "final_snapshot_identifier")])
def test_deletion_is_refused_without_what_it_needs(wanted, option):
    with pytest.raises(LaunchError) as caught:
        plan_instance(wanted, actual())
    assert caught.value.option == option


@pytest.mark.parametrize("now", [ActualInstance(False), actual(status="deleting")])
def test_what_is_gone_or_going_is_left_alone(now):
    assert not plan_instance(desired(**GONE), now).changed


def test_what_waits_is_named():
    plan = plan_instance(desired({"multi_az": True}), actual(pending={"multi_az": True, "iops": 13000}, apply_status="pending-reboot"))
    assert [(change.path, change.when) for change in plan.pending] == [
        ("iops", MAINTENANCE_WINDOW), ("multi_az", MAINTENANCE_WINDOW), ("parameters", PENDING_REBOOT)]


def test_what_others_queued_is_warned_of_only_when_it_would_be_applied():
    now = actual(pending={"instance_class": "db.r6g.xlarge"})
    assert "instance_class" in advice(desired({"multi_az": True}, apply_immediately=True), now)[0]
    assert advice(desired({"multi_az": True}), now) == []


def test_a_password_is_not_in_the_words_for_an_instance():
    assert SECRET.password not in repr(actual(secret=SECRET))
