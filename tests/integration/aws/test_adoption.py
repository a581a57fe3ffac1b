# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A secret and an instance that somebody made by hand are taken over as they are."""
from __future__ import annotations

import json
import time

import pytest

from ansible_collections.launch.database.plugins.module_utils._scram import belongs

NAME, PASSWORD = "launch-db-main", "chosen-by-somebody-long-ago"
TAG = "launch.database:master-secret-fingerprint"
OTHERS = {"previous_password": "the-one-of-last-year", "admin_token": "token-of-somebody", "replicas": [{"key": "nested-secret"}]}
HELD = {"username": "launch_admin", "password": PASSWORD, "engine": "postgres", **OTHERS}
SECRET = ("db_secret", {"name": "/launch/db/credentials", "username": "launch_admin", "fields": {"dbname": "launch"}})
MADE = {
    "DBInstanceIdentifier": NAME, "DBInstanceClass": "db.t4g.medium", "Engine": "postgres", "EngineVersion": "17.4", "DBName": "launch",
    "MasterUsername": "launch_admin", "MasterUserPassword": PASSWORD, "AllocatedStorage": 20, "StorageType": "gp3",
    "BackupRetentionPeriod": 7, "Tags": [{"Key": "owner", "Value": "somebody"}],
}
INSTANCE = ("rds_instance", {
    "identifier": NAME, "engine_version": "17", "instance_class": "db.t4g.medium", "allocated_storage": 20, "storage_type": "gp3",
    "db_name": "launch", "master_username": "launch_admin", "master_secret": SECRET[1]["name"], "backup_retention_period": 7,
})


def content(account):
    return json.loads(account.client("secretsmanager").get_secret_value(SecretId=SECRET[1]["name"])["SecretString"])


def described(account):
    """The instance; the time up to which RDS could restore moves by itself."""
    shown = account.client("rds").describe_db_instances(DBInstanceIdentifier=NAME)["DBInstances"][0]
    return {key: value for key, value in shown.items() if key != "LatestRestorableTime"}


@pytest.fixture(scope="module")
def adoption(account):
    """What was there, and what each of the runs said."""
    account.client("secretsmanager").create_secret(Name=SECRET[1]["name"], SecretString=json.dumps(HELD))
    account.client("rds").create_db_instance(**MADE)
    deadline = time.monotonic() + 60
    while described(account)["DBInstanceStatus"] != "available":
        assert time.monotonic() < deadline
        time.sleep(0.2)
    before = described(account)
    runs = [account.run(SECRET, check=True, arguments=["-vvv"]), account.run(SECRET, INSTANCE, arguments=["-vvv"]), account.run(SECRET, INSTANCE)]
    assert [run.returncode for run in runs] == [0, 0, 0], runs[-1].output
    return {"before": before, "checked": runs[0], "first": runs[1], "second": runs[2]}


def test_a_secret_keeps_what_it_holds_and_gets_what_is_missing(adoption, account):
    held = content(account)
    assert {key: held[key] for key in HELD} == HELD
    assert held["dbname"] == "launch"
    assert belongs(PASSWORD, held["scram_verifier"])


def test_only_what_may_be_shown_of_it_is_shown(adoption):
    assert adoption["checked"].tasks[0]["fields"] == {"username": "launch_admin", "engine": "postgres"}
    assert adoption["first"].tasks[0]["fields"] == {"username": "launch_admin", "engine": "postgres", "dbname": "launch"}
    for secret in (PASSWORD, "the-one-of-last-year", "token-of-somebody", "nested-secret"):
        assert [name for name in ("checked", "first", "second") if secret in adoption[name].output] == []


def test_an_instance_gets_only_the_tag_that_knows_its_password(adoption, account):
    assert [step["path"] for step in adoption["first"].tasks[1]["plan"]] == [f"tags.{TAG}"]
    now = described(account)
    tags = {tag["Key"]: tag["Value"] for tag in now.pop("TagList")}
    assert tags.pop(TAG)
    assert tags == {"owner": "somebody"}
    assert now == {key: value for key, value in adoption["before"].items() if key != "TagList"}


def test_then_there_is_nothing_to_do(adoption):
    assert [task["changed"] for task in adoption["second"].tasks] == [False, False]


def test_its_password_follows_the_secret_from_then_on(adoption, account):
    account.client("secretsmanager").put_secret_value(
        SecretId=SECRET[1]["name"], SecretString=json.dumps({**content(account), "password": "another-one-of-somebody"}))
    run = account.run(SECRET, INSTANCE)
    assert run.returncode == 0, run.output
    assert [step["action"] for step in run.tasks[1]["plan"]] == ["password", "tag"]
    assert "another-one-of-somebody" not in run.output
