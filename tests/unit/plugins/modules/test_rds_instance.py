# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json

import pytest

from ansible_collections.launch.database.plugins.module_utils._progress import parse
from tests.support.aws_world import GROUP, INSTANCE, SECRET, World


@pytest.fixture(name="empty")
def fixture_empty():
    world = World()
    world.set_up("rds_parameter_group", GROUP)
    world.set_up("db_secret", SECRET)
    return world


@pytest.fixture(name="world")
def fixture_world():
    return World().with_instance()


def run(world, check=False, **args):
    return world.run("rds_instance", {**INSTANCE, **args}, check)


def test_a_new_instance_is_returned_when_it_can_be_reached(empty):
    outcome = run(empty)
    assert outcome["instance"]["status"] == "available"
    assert outcome["instance"]["endpoint"] == {"address": "launch-db-main.example.com", "port": 5432}
    assert outcome["instance"]["kms_key_id"].startswith("arn:")


def test_a_new_instance_has_the_password_of_its_secret_and_nobody_sees_it(empty):
    outcome = run(empty)
    assert empty.rds.passwords["launch-db-main"] == empty.content()["password"]
    assert empty.content()["password"] not in json.dumps(outcome)


def test_a_version_that_is_withdrawn_becomes_the_next(empty):
    run(empty)
    assert empty.aws.params("CreateDBInstance")[0]["EngineVersion"] == "17.6"


def test_without_its_secret_nothing_is_created(empty):
    outcome = run(empty, master_secret="/launch/db/other")
    assert (outcome["option"], outcome["value"]) == ("master_secret", "/launch/db/other")
    assert empty.aws.writes == []


def test_check_mode_does_not_need_the_secret_that_the_same_run_would_make():
    world = World()
    outcome = run(world, check=True)
    assert outcome["changed"] is True
    assert outcome["instance"]["endpoint"] == {"address": None, "port": 5432}


def test_what_an_interrupted_run_began_is_waited_for(empty):
    run(empty, wait=False)
    assert empty.instance["DBInstanceStatus"] == "creating"
    outcome = run(empty)
    assert (outcome["changed"], outcome["instance"]["status"]) == (False, "available")


def test_check_mode_waits_for_nothing(empty):
    run(empty, wait=False)
    before = empty.clock.now
    assert run(empty, check=True)["instance"]["status"] == "creating"
    assert empty.clock.now == before


def test_an_instance_that_stands_is_adopted(world):
    world.rds.tags.clear()
    outcome = world.run("rds_instance", {**INSTANCE, "tags": None})
    assert world.aws.writes == ["AddTagsToResource"]
    assert outcome["plan"][0]["path"] == "tags.launch.database:master-secret-fingerprint"


@pytest.mark.parametrize("seconds", [0, 5, 14])
def test_a_change_is_waited_for_although_rds_says_available_first(world, seconds):
    world.rds.slow_to_begin = seconds
    outcome = run(world, instance_class="db.r6g.xlarge", apply_immediately=True)
    assert (outcome["instance"]["instance_class"], outcome["instance"]["status"]) == ("db.r6g.xlarge", "available")


def test_size_and_performance_are_sent_together(world):
    run(world, allocated_storage=500, apply_immediately=True)
    sent = world.aws.params("ModifyDBInstance")[0]
    assert (sent["AllocatedStorage"], sent["Iops"], sent["StorageThroughput"]) == (500, 12000, 500)


def test_a_change_that_waits_is_reported_and_not_repeated(world):
    first = run(world, instance_class="db.r6g.xlarge")
    assert first["plan"][0]["when"] == "maintenance_window"
    assert first["instance"]["pending_modified_values"] == {"instance_class": "db.r6g.xlarge"}
    second = run(world, instance_class="db.r6g.xlarge")
    assert second["changed"] is False
    assert [change["path"] for change in second["pending"]] == ["instance_class"]
    assert world.aws.writes == ["ModifyDBInstance"]


def test_what_waits_is_applied_when_it_is_wanted_now(world):
    run(world, multi_az=True)
    outcome = run(world, multi_az=True, apply_immediately=True)
    assert (outcome["instance"]["multi_az"], outcome["pending"]) == (True, [])


def test_what_others_queued_is_warned_of(world):
    world.instance["PendingModifiedValues"] = {"CACertificateIdentifier": "ca", "Iops": 13000}
    arguments = {key: value for key, value in INSTANCE.items() if key != "iops"}
    outcome = world.run("rds_instance", {**arguments, "multi_az": True, "apply_immediately": True})
    assert [warning for warning in outcome["warnings"] if "iops" in str(warning)]


def test_parameters_that_wait_are_reported(world):
    world.set_up("rds_parameter_group", {**GROUP, "parameters": {"shared_buffers": "2GB"}})
    outcome = run(world)
    assert (outcome["changed"], outcome["instance"]["parameter_apply_status"]) == (False, "pending-reboot")
    assert outcome["pending"][0]["when"] == "pending_reboot"


def test_parameters_that_wait_are_brought_into_force_by_a_reboot(world):
    world.set_up("rds_parameter_group", {**GROUP, "parameters": {"shared_buffers": "2GB"}})
    assert run(world, reboot="if_pending")["instance"]["parameter_apply_status"] == "in-sync"
    assert world.aws.writes == ["RebootDBInstance"]


def test_nothing_waits_and_nothing_is_rebooted(world):
    assert run(world, reboot="if_pending")["changed"] is False


def test_a_wait_ends_at_its_timeout_and_the_next_run_goes_on(empty):
    outcome = run(empty, wait_timeout=30)
    assert (outcome["option"], outcome["instance" if "instance" in outcome else "failed"]) == ("wait_timeout", True)
    assert run(empty)["instance"]["status"] == "available"


def test_a_wait_tells_its_file_how_it_goes(empty, tmp_path):
    lines = tmp_path / "lines"
    lines.touch()
    assert run(empty, progress_file=str(lines))["instance"]["status"] == "available"
    reasons = [parse(line)[0] for line in lines.read_text().splitlines()]
    assert (reasons[0], reasons[-1]) == ("status creating", "status backing-up")
    assert empty.content()["password"] not in lines.read_text()


def test_a_new_password_is_given_once(world):
    secret = world.secrets.secrets[SECRET["name"]]
    secret["versions"]["rotated"] = json.dumps({**world.content(), "password": "another-password-of-thirty-two-c"})
    secret["current"] = "rotated"
    world.set_up("db_secret", SECRET)
    outcome = run(world)
    assert "another-password" not in json.dumps(outcome)
    assert world.rds.passwords["launch-db-main"] == "another-password-of-thirty-two-c"
    assert world.aws.writes == ["ModifyDBInstance", "AddTagsToResource"]


def test_another_version_of_the_secret_with_the_same_password_is_no_change(world):
    world.set_up("db_secret", {**SECRET, "fields": {"host": "db.example.com", "port": 5432}})
    assert run(world)["changed"] is False


def test_a_broken_instance_is_told_at_once_with_rds_s_words(empty):
    empty.rds.events = ["The parameters do not fit the memory."]
    empty.clock.after(10, lambda: empty.instance.update(DBInstanceStatus="incompatible-parameters"))
    outcome = run(empty)
    assert "incompatible-parameters" in outcome["msg"]
    assert "The parameters do not fit the memory." in outcome["msg"]
    assert empty.clock.now < 1060


@pytest.fixture(name="broken")
def fixture_broken(world):
    """An instance that did not start with its parameters, which were corrected since."""
    world.instance["DBInstanceStatus"] = "incompatible-parameters"
    return world


@pytest.mark.parametrize("seconds", [0, 5, 14])
def test_an_instance_whose_parameters_were_corrected_is_started_by_a_reboot(broken, seconds):
    broken.rds.slow_to_begin = seconds
    outcome = run(broken, reboot="if_pending")
    assert (outcome["instance"]["status"], broken.aws.writes) == ("available", ["RebootDBInstance"])
    assert run(broken, reboot="if_pending")["changed"] is False


def test_what_else_is_wanted_of_it_comes_after_the_reboot(broken):
    outcome = run(broken, reboot="if_pending", multi_az=True, apply_immediately=True)
    assert outcome["instance"]["multi_az"] is True
    assert broken.aws.writes == ["RebootDBInstance", "ModifyDBInstance"]


@pytest.mark.parametrize("check", [True, False])
def test_without_a_reboot_it_is_refused_with_the_remedy(broken, check):
    outcome = run(broken, check)
    assert "incompatible-parameters" in outcome["msg"]
    assert "reboot: if_pending" in outcome["remedy"]
    assert broken.aws.writes == []


def test_a_reboot_that_does_not_help_is_told_with_rds_s_words(broken):
    broken.rds.starts, broken.rds.events = False, ["The parameters do not fit the memory."]
    outcome = run(broken, reboot="if_pending")
    assert "incompatible-parameters" in outcome["msg"]
    assert "The parameters do not fit the memory." in outcome["msg"]
    assert broken.aws.writes == ["RebootDBInstance"]


GONE = {"identifier": "launch-db-main", "state": "absent", "skip_final_snapshot": True}


def test_deletion_needs_the_user_s_word(world):
    outcome = world.run("rds_instance", {**GONE, "deletion_protection": False})
    assert "allow_destructive" in outcome["msg"]
    assert world.aws.writes == []


def test_deletion_needs_the_protection_lifted(world):
    outcome = world.run("rds_instance", {**GONE, "allow_destructive": True})
    assert outcome["option"] == "deletion_protection"
    assert world.aws.writes == []


def test_deletion_ends_when_it_is_gone(world):
    outcome = world.run("rds_instance", {**GONE, "allow_destructive": True, "deletion_protection": False})
    assert outcome["instance"]["exists"] is False
    assert world.rds.instances == {}


def test_a_deletion_that_another_run_began_is_waited_for(world):
    world.run("rds_instance", {**GONE, "allow_destructive": True, "deletion_protection": False, "wait": False})
    outcome = world.run("rds_instance", {**GONE, "allow_destructive": True})
    assert (outcome["changed"], outcome["instance"]["exists"]) == (False, False)


BAD = [
    ("malformed identifier", {"identifier": "launch_db"}, "identifier", "launch_db", "single hyphens"),
    ("malformed backup window", {"backup_window": "3-4"}, "backup_window", "3-4", "03:00-04:00"),
    ("malformed maintenance window", {"maintenance_window": "05:00-06:00"}, "maintenance_window", "05:00-06:00", "sun:05:00-sun:06:00"),
    ("windows that overlap", {"backup_window": "05:30-06:30"}, "backup_window", "05:30-06:30", "Move one"),
    ("a short window", {"backup_window": "03:00-03:10"}, "backup_window", "03:00-03:10", "30 minutes"),
    ("monitoring", {"monitoring_interval": 7}, "monitoring_interval", 7, "Choose"),
    ("retention of insights", {"performance_insights_retention": 94}, "performance_insights_retention", 94, "Choose"),
    ("too many iops", {"iops": 65000}, "iops", 65000, "Choose one in between"),
    ("a malformed version", {"engine_version": "latest"}, "engine_version", "latest", "17.4"),
]


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(("args", "option", "value", "remedy"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_bad_input_is_one_error_and_changes_nothing(world, args, option, value, remedy, check):
    outcome = run(world, check, **args)
    assert outcome["failed"]
    assert (outcome["option"], outcome["value"]) == (option, value)
    assert remedy in outcome["msg"]
    assert world.aws.writes == []


def test_a_smaller_disk_is_refused(world):
    outcome = run(world, allocated_storage=200, iops=None, storage_throughput=None)
    assert "never shrinks" in outcome["msg"]
    assert world.aws.writes == []
