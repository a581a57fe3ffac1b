# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An instance that somebody's parameters keep from starting, and how a run repairs it."""
from __future__ import annotations

import time

import pytest

from tests.integration.aws.conftest import CREDENTIALS
from tests.support.ansible import run_playbook

NAME, GROUP = "launch-db-main", "launch-pg-main"
SECRET = {"name": "/launch/db/credentials", "username": "launch_admin"}
OPTIONS = {
    "identifier": NAME, "engine_version": "17.4", "class": "db.t4g.medium", "allocated_storage": 20, "db_name": "launch",
    "master_username": SECRET["username"], "master_secret": SECRET["name"],
    "subnet_group": {"name": "launch-db-subnets", "description": "Subnets"},
    "parameter_group": {"name": GROUP, "family": "postgres17", "description": "Parameters"}, "parameters": {"shared_buffers": "1GB"},
    "backup_window": "03:00-04:00", "maintenance_window": "sun:05:00-sun:06:00",
}
PARAMETERS = ("rds_parameter_group", {
    "name": GROUP, "family": "postgres17", "instance_class": "db.t4g.medium", "parameters": {"shared_buffers": "1GB"},
})
INSTANCE = ("rds_instance", {"identifier": NAME, "instance_class": "db.t4g.medium", "reboot": "if_pending"})


def role(account, *beforehand):
    """The role as the playbook runs it: its refusals, then the rest."""
    play = account.play(*beforehand)[0]
    for entry in ("preflight", "main"):
        play["tasks"].append({"name": entry, "ansible.builtin.include_role": {
            "name": "launch.database.database_instance", "tasks_from": entry}})
    ec2 = account.client("ec2")
    network = {"subnet_ids": [subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"]],
               "security_group_ids": [ec2.describe_security_groups()["SecurityGroups"][0]["GroupId"]]}
    play["vars"] |= {f"database_instance_{name}": value for name, value in {**OPTIONS, **network}.items()}
    play["module_defaults"]["group/amazon.aws.aws"] = CREDENTIALS
    return run_playbook([play])


def status(account):
    return account.client("rds").describe_db_instances(DBInstanceIdentifier=NAME)["DBInstances"][0]["DBInstanceStatus"]


def shared_buffers(account):
    pages = account.client("rds").get_paginator("describe_db_parameters").paginate(DBParameterGroupName=GROUP)
    return next(raw["ParameterValue"] for page in pages for raw in page["Parameters"] if raw["ParameterName"] == "shared_buffers")


def broken(account):
    """Somebody gives the server more memory than there is, by hand, and reboots it."""
    rds = account.client("rds")
    rds.modify_db_parameter_group(DBParameterGroupName=GROUP, Parameters=[
        {"ParameterName": "shared_buffers", "ParameterValue": "500000", "ApplyMethod": "pending-reboot"}])
    rds.reboot_db_instance(DBInstanceIdentifier=NAME)
    deadline = time.monotonic() + 60
    while status(account) != "incompatible-parameters":
        assert time.monotonic() < deadline, status(account)
        time.sleep(0.2)


@pytest.fixture(scope="module")
def life(account):
    """What each of the runs said, and the group and the instance after it."""
    made = role(account, ("db_secret", SECRET))
    assert made.returncode == 0, made.output
    broken(account)
    refused = role(account)
    left = shared_buffers(account), status(account)
    return {"refused": refused, "left": left, "repaired": account.run(PARAMETERS, INSTANCE), "again": account.run(PARAMETERS, INSTANCE)}


def test_without_a_reboot_the_group_is_mended_before_the_refusal(life):
    assert life["left"] == ("131072", "incompatible-parameters")
    failed = life["refused"].tasks[-1]
    assert failed["failed"] is True
    assert "its status is incompatible-parameters" in failed["msg"]
    assert "reboot: if_pending" in failed["remedy"]
    assert [task["task"] for task in life["refused"].tasks if task.get("failed")] == [failed["task"]]


def test_with_a_reboot_it_runs_again(life, account):
    assert life["repaired"].returncode == 0, life["repaired"].output
    group, instance = life["repaired"].tasks
    assert [group["changed"], [step["action"] for step in instance["plan"]]] == [False, ["reboot"]]
    assert (instance["instance"]["status"], instance["instance"]["parameter_apply_status"]) == ("available", "in-sync")
    assert status(account) == "available"


def test_then_there_is_nothing_to_do(life):
    assert [task["changed"] for task in life["again"].tasks] == [False, False]


def test_one_run_mends_parameters_and_instance(account, life):
    broken(account)
    run = account.run(PARAMETERS, INSTANCE)
    assert run.returncode == 0, run.output
    assert [task["changed"] for task in run.tasks] == [True, True]
    assert (shared_buffers(account), status(account)) == ("131072", "available")


def test_values_that_only_a_later_class_has_room_for_are_refused(account, life):
    larger = {**PARAMETERS[1], "instance_class": "db.r6g.xlarge", "parameters": {"shared_buffers": "16GB"}}
    refused = account.run(("rds_parameter_group", larger)).tasks[0]
    assert refused["failed"] is True
    assert f"4096 MiB of db.t4g.medium, the class that {NAME} has now" in refused["msg"]
    assert shared_buffers(account) == "131072"


def test_another_group_mends_it_too(account, life):
    broken(account)
    other = ("rds_parameter_group", {"name": "launch-pg-other", "family": "postgres17", "instance_class": "db.t4g.medium"})
    run = account.run(other, ("rds_instance", {**INSTANCE[1], "parameter_group": "launch-pg-other"}))
    assert run.returncode == 0, run.output
    assert run.tasks[1]["instance"]["parameter_apply_status"] == "in-sync"
    assert status(account) == "available"
