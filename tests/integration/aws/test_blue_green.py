# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""While a blue/green deployment is open, the role database_schema changes nothing in the database; with somebody's word, or after it, it does."""
from __future__ import annotations

import contextlib
import json
import sys

import psycopg2
import pytest

from local.containers import address_of
from tests.integration.aws.conftest import CREDENTIALS, PROFILE
from tests.support.ansible import run_playbook

NAME = "launch-db-main"
SECRET = ("db_secret", {"name": "/launch/db/credentials", "username": "launch_admin", "fields": {"engine": "postgres", "dbname": "launch"}})
INSTANCE = ("rds_instance", {
    "identifier": NAME, "engine_version": "17", "instance_class": "db.t4g.medium", "allocated_storage": 20, "storage_type": "gp3",
    "db_name": "launch", "master_username": "launch_admin", "master_secret": SECRET[1]["name"],
})


class Schema:
    """The role on the instance, and what it leaves there."""

    def __init__(self, account, folder):
        self.rds, self.folder = account.client("rds"), folder
        self.address = address_of(f"{PROFILE.network}-db-{NAME}")
        held = account.client("secretsmanager").get_secret_value(SecretId=SECRET[1]["name"])["SecretString"]
        self.login = {"host": self.address, "dbname": "launch", "user": "launch_admin", "password": json.loads(held)["password"]}

    def run(self, entry="main", *, check=False, credentials=(), **variables):
        """The role, with what its user says of blue/green deployments."""
        given = {"platform": False, "locations": [str(self.folder)], "instance_identifier": NAME, **variables}
        return run_playbook([{
            "hosts": "localhost", "connection": "local", "gather_facts": False,
            "vars": {"ansible_python_interpreter": sys.executable, **{f"database_schema_{name}": value for name, value in given.items()}},
            "module_defaults": {
                "group/launch.database.aws": {**CREDENTIALS, **dict(credentials)},
                "group/launch.database.postgres": {
                    "login_secret": SECRET[1]["name"], "login_secret_source": CREDENTIALS, "login_host": self.address, "login_port": 5432,
                    "login_db": "launch", "ca_cert": str(PROFILE.ca_file),
                },
            },
            "tasks": [{"ansible.builtin.import_role": {"name": "launch.database.database_schema", "tasks_from": entry}}],
        }], check=check)

    def script(self, version):
        (self.folder / f"V{version}__table.sql").write_text(f"CREATE TABLE table_{version} ();", encoding="utf-8")

    def names(self, query):
        with contextlib.closing(psycopg2.connect(**self.login, sslmode="require")) as connection, connection.cursor() as cursor:
            cursor.execute(query)
            return [name for name, in cursor]

    def tables(self):
        return self.names("SELECT relname FROM pg_class WHERE relname ~ '^table_[0-9]$' ORDER BY 1")

    def roles(self):
        return self.names("SELECT rolname FROM pg_roles WHERE rolname = 'made_by_role'")

    def open(self, name):
        source = self.rds.describe_db_instances(DBInstanceIdentifier=NAME)["DBInstances"][0]["DBInstanceArn"]
        made = self.rds.create_blue_green_deployment(BlueGreenDeploymentName=name, Source=source)
        return made["BlueGreenDeployment"]["BlueGreenDeploymentIdentifier"]


@pytest.fixture(scope="module")
def schema(account, tmp_path_factory):
    made = account.run(SECRET, INSTANCE)
    assert made.returncode == 0, made.output
    return Schema(account, tmp_path_factory.mktemp("sql"))


def test_nothing_is_changed_until_the_switchover_is_over(schema):
    schema.script(1)
    key = schema.open("to-18")
    refused = schema.run(group_roles=[{"name": "made_by_role"}])
    failed = refused.tasks[-1]
    assert (refused.returncode, failed["failed"], failed["option"], failed["value"]) == (2, True, "identifier", NAME)
    assert f"to-18 ({key}) is open: its status is AVAILABLE, its source {NAME}, its target {NAME}-green-" in failed["msg"]
    assert "Switch it over or delete it first" in failed["remedy"]
    assert (schema.tables(), schema.roles()) == ([], [])
    schema.rds.switchover_blue_green_deployment(BlueGreenDeploymentIdentifier=key)
    done = schema.run(group_roles=[{"name": "made_by_role"}])
    assert done.returncode == 0, done.output
    assert (schema.tables(), schema.roles()) == (["table_1"], ["made_by_role"])


def test_one_that_is_deleted_is_in_nobody_s_way(schema):
    schema.script(2)
    key = schema.open("given-up")
    assert schema.run().returncode == 2
    schema.rds.delete_blue_green_deployment(BlueGreenDeploymentIdentifier=key)
    assert schema.run().returncode == 0
    assert "table_2" in schema.tables()


@pytest.fixture(scope="module")
def deployment(schema):
    key = schema.open("same-version")
    yield key
    schema.rds.delete_blue_green_deployment(BlueGreenDeploymentIdentifier=key)


def test_check_mode_warns_and_shows_the_rest(schema, deployment):
    schema.script(3)
    run = schema.run(check=True)
    assert run.returncode == 0, run.output
    assert f"same-version ({deployment}) is open" in run.output
    assert [task["pending_scripts"] for task in run.tasks if task.get("pending_scripts")] == [["V3__table.sql"]]


def test_undo_is_refused_as_well(schema, deployment):
    run = schema.run("undo", undo_to="0", allow_destructive=True, undo_locations=[str(schema.folder)])
    assert f"same-version ({deployment}) is open" in run.tasks[-1]["msg"]


def test_what_somebody_answers_for_goes_on(schema, deployment):
    schema.script(4)
    run = schema.run(blue_green_allowed=["same-version"])
    assert run.returncode == 0, run.output
    assert "It is in allowed" in run.output
    assert "table_4" in schema.tables()


def test_where_nobody_says_which_instance_it_is_nobody_looks_and_that_is_said(schema, deployment):
    schema.script(5)
    run = schema.run(instance_identifier="")
    assert run.returncode == 0, run.output
    assert "was not looked at: database_schema_instance_identifier is not set" in run.output
    assert "table_5" in schema.tables()


def test_an_endpoint_that_can_not_be_reached_is_no_answer(schema, deployment):
    schema.script(6)
    run = schema.run(credentials={"endpoint_url": "http://127.0.0.1:9"})
    assert run.tasks[-1]["failed"] is True
    assert "table_6" not in schema.tables()


def test_the_module_tells_what_there_is(account, schema, deployment):
    run = account.run(("rds_blue_green_check", {"identifier": NAME, "when_open": "warn"}))
    found = run.tasks[-1]
    assert found["looked_at"] is True and [each["name"] for each in found["deployments"] if each["open"]] == ["same-version"], run.output
    assert found["changed"] is False
