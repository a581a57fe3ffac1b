# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The AWS modules through ansible-playbook against the local stack: one life of a group, a secret and an instance."""
from __future__ import annotations

import json
import os
import pathlib
import signal
import subprocess
import time

import pytest

from tests.integration.aws.conftest import CREDENTIALS
from tests.support.ansible import PLAYBOOK, ROOT, run_module

GROUP = ("rds_parameter_group", {
    "name": "launch-pg-main", "family": "postgres17", "instance_class": "db.t4g.medium",
    "parameters": {"shared_buffers": "1GB", "effective_cache_size": "3GB", "work_mem": "4MB", "random_page_cost": 1.1,
                   "log_min_duration_statement": "1s", "shared_preload_libraries": ["pg_stat_statements", "pgaudit"]},
    "tags": {"project": "launch"},
})
SECRET = ("db_secret", {
    "name": "/launch/db/credentials", "username": "launch_admin", "fields": {"engine": "postgres", "dbname": "launch"}, "tags": {"project": "launch"},
})
OPTIONS = {
    "identifier": "launch-db-main", "engine_version": "17.4", "instance_class": "db.t4g.medium", "storage_type": "gp3", "allocated_storage": 400,
    "iops": 12000, "storage_throughput": 500, "db_name": "launch", "master_username": "launch_admin", "master_secret": "/launch/db/credentials",
    "parameter_group": "launch-pg-main", "storage_encrypted": True, "backup_retention_period": 7,
    "kms_key_id": "arn:aws:kms:us-west-2:597088015766:key/62739486-7aa4-4cdb-9bfc-68dd7d80c7c0",
    "backup_window": "03:00-04:00", "maintenance_window": "sun:05:00-sun:06:00", "monitoring_interval": 15,
    "monitoring_role_arn": "arn:aws:iam::597088015766:role/launch-role-db-monitoring", "performance_insights": True,
    "performance_insights_retention": 7, "cloudwatch_logs_exports": ["postgresql", "upgrade"], "deletion_protection": True,
    "tags": {"project": "launch"},
}
INSTANCE = ("rds_instance", OPTIONS)
EVERYTHING = (GROUP, SECRET, INSTANCE)


def changed(run):
    assert run.returncode == 0, run.output
    return [task["changed"] for task in run.tasks]


def secrets_of(account):
    """Password and verifier of the master."""
    held = json.loads(account.client("secretsmanager").get_secret_value(SecretId=SECRET[1]["name"])["SecretString"])
    return held["password"], held["scram_verifier"]


def described(account):
    return account.client("rds").describe_db_instances(DBInstanceIdentifier="launch-db-main")["DBInstances"][0]


def killed_during_creation(account, folder):
    """Run everything, and kill ansible-playbook with all its children when RDS begins to create the instance."""
    book = pathlib.Path(folder, "playbook.yml")
    book.write_text(json.dumps(account.play(*EVERYTHING)), encoding="utf-8")
    with subprocess.Popen(
        [str(PLAYBOOK), str(book), "-i", "localhost,"], cwd=ROOT, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as process:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not account.client("rds").describe_db_instances()["DBInstances"]:
            time.sleep(0.1)
        os.killpg(process.pid, signal.SIGKILL)
    return described(account)["DBInstanceStatus"]


@pytest.fixture(scope="module")
def life(account, tmp_path_factory):
    """What each of the runs of a beginning left behind."""
    checked = account.run(*EVERYTHING, check=True)
    left = account.client("rds").describe_db_instances()["DBInstances"]
    status = killed_during_creation(account, tmp_path_factory.mktemp("killed"))
    first = account.run(*EVERYTHING, arguments=["-vvv"])
    return {"checked": checked, "left": left, "killed": status, "first": first, "second": account.run(*EVERYTHING)}


def test_check_mode_plans_everything_and_makes_nothing(life):
    assert changed(life["checked"]) == [True, True, True]
    assert life["left"] == []


def test_a_killed_run_is_finished_by_the_next(life):
    assert life["killed"] == "creating"
    assert changed(life["first"]) == [False, False, False]
    instance = life["first"].tasks[2]["instance"]
    assert (instance["status"], instance["endpoint"]["port"]) == ("available", 5432)


def test_a_second_run_changes_nothing(life):
    assert changed(life["second"]) == [False, False, False]


def test_rds_has_what_was_written_in_its_own_units(life, account):
    pages = account.client("rds").get_paginator("describe_db_parameters").paginate(DBParameterGroupName="launch-pg-main", Source="user")
    values = {raw["ParameterName"]: raw["ParameterValue"] for page in pages for raw in page["Parameters"]}
    assert values == {"shared_buffers": "131072", "effective_cache_size": "393216", "work_mem": "4096", "random_page_cost": "1.1",
                      "log_min_duration_statement": "1000", "shared_preload_libraries": "pg_stat_statements,pgaudit"}


def test_no_secret_is_in_the_most_talkative_output(life, account):
    for secret in secrets_of(account):
        assert all(secret not in life[run].output for run in ("first", "second"))


def test_a_static_parameter_is_reported_until_a_reboot_brings_it_into_force(life, account):
    group = ("rds_parameter_group", {**GROUP[1], "parameters": {**GROUP[1]["parameters"], "max_connections": 200}})
    waiting = account.run(group, INSTANCE)
    assert changed(waiting) == [True, False]
    assert waiting.tasks[1]["pending"][0]["when"] == "pending_reboot"
    rebooted = account.run(("rds_instance", {**OPTIONS, "reboot": "if_pending"}))
    assert "launch-db-main: status rebooting, waiting for " in rebooted.stderr
    assert [step["action"] for step in rebooted.tasks[0]["plan"]] == ["reboot"]
    assert rebooted.tasks[0]["instance"]["parameter_apply_status"] == "in-sync"


def test_several_changes_are_made_at_once_and_only_once(life, account):
    options = {**OPTIONS, "allocated_storage": 500, "multi_az": True, "cloudwatch_logs_exports": ["postgresql"], "apply_immediately": True}
    done = account.run(("rds_instance", options))
    assert {step["path"] for step in done.tasks[0]["plan"]} == {"allocated_storage", "multi_az", "cloudwatch_logs_exports"}
    instance = described(account)
    assert (instance["AllocatedStorage"], instance["MultiAZ"], instance["EnabledCloudwatchLogsExports"]) == (500, True, ["postgresql"])
    assert changed(account.run(("rds_instance", options))) == [False]


BAD = [
    ("parameter", "rds_parameter_group", {**GROUP[1], "parameters": {"shared_bufers": "1GB"}}, ("parameters.shared_bufers", "1GB", "shared_buffers")),
    ("range", "rds_parameter_group", {**GROUP[1], "parameters": {"work_mem": "32kB"}}, ("parameters.work_mem", "32kB", "from 64")),
    ("unit", "rds_parameter_group", {**GROUP[1], "parameters": {"work_mem": "5min"}}, ("parameters.work_mem", "5min", "Use B, kB")),
    ("memory", "rds_parameter_group", {**GROUP[1], "parameters": {"shared_buffers": "4GB"}}, ("parameters.shared_buffers", "4GB", "3686MB")),
    ("window", "rds_instance", {**OPTIONS, "backup_window": "3-4"}, ("backup_window", "3-4", "03:00-04:00")),
    ("identifier", "rds_instance", {**OPTIONS, "identifier": "launch_db"}, ("identifier", "launch_db", "single hyphens")),
    ("name", "db_secret", {**SECRET[1], "name": "launch db"}, ("name", "not the name of a secret", "letters, digits")),
]


@pytest.fixture(scope="module")
def refusals(life, account):
    """What each of the bad inputs was answered, and what RDS and the secret were before and after."""
    before = state(account)
    run = account.run(*[(module, options) for _name, module, options, _parts in BAD], play={"ignore_errors": True})
    return {"tasks": run.tasks, "before": before, "after": state(account)}


def state(account):
    """What bad input must not touch; the time up to which RDS could restore moves by itself."""
    instance = {key: value for key, value in described(account).items() if key != "LatestRestorableTime"}
    parameters = account.client("rds").describe_db_parameters(DBParameterGroupName="launch-pg-main", Source="user")["Parameters"]
    return instance, parameters, secrets_of(account)


@pytest.mark.parametrize(("place", "parts"), [(place, row[3]) for place, row in enumerate(BAD)], ids=[row[0] for row in BAD])
def test_bad_input_is_one_error_with_option_value_and_remedy(refusals, place, parts):
    outcome = refusals["tasks"][place]
    assert outcome["failed"] is True
    assert all(part in outcome["msg"] for part in parts)


def test_bad_input_changes_nothing(refusals):
    assert refusals["after"] == refusals["before"]


def test_an_endpoint_that_does_not_answer_is_told_soon():
    began = time.monotonic()
    outcome = run_module(f"launch.database.{SECRET[0]}", {**CREDENTIALS, **SECRET[1], "endpoint_url": "http://127.0.0.1:9"})
    assert outcome["failed"] is True
    assert "Could not connect to the endpoint URL" in outcome["msg"]
    assert "Check endpoint_url" in outcome["msg"]
    assert time.monotonic() - began < 20


def test_everything_goes_when_it_is_said_twice(life, account):
    gone = {"identifier": "launch-db-main", "state": "absent", "skip_final_snapshot": True}
    refused = account.run(("rds_instance", {**gone, "deletion_protection": False}))
    assert "allow_destructive" in refused.tasks[0]["msg"]
    done = account.run(
        ("rds_instance", {**gone, "deletion_protection": False, "allow_destructive": True}),
        ("rds_parameter_group", {"name": "launch-pg-main", "state": "absent"}),
        ("db_secret", {"name": SECRET[1]["name"], "state": "absent", "recovery_window": 7}),
    )
    assert changed(done) == [True, True, True]
    assert account.client("rds").describe_db_instances()["DBInstances"] == []
