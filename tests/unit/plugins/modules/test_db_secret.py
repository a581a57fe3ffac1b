# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json

import pytest

from ansible_collections.launch.database.plugins.module_utils._aws import password
from ansible_collections.launch.database.plugins.module_utils._scram import belongs
from tests.support.aws_world import SECRET, World

NAME = SECRET["name"]


@pytest.fixture(name="world")
def fixture_world():
    return World()


def test_the_secret_holds_a_login_that_works(world):
    world.run("db_secret", {**SECRET, "fields": {"engine": "postgres", "port": "5432"}})
    content = world.content()
    assert (content["username"], content["engine"], content["port"]) == ("launch_master", "postgres", 5432)
    assert len(content["password"]) == 32
    assert password.fits_rds(content["password"])
    assert belongs(content["password"], content["scram_verifier"])


def test_a_later_run_merges_fields_and_keeps_everything_else(world):
    world.set_up("db_secret", SECRET)
    before = world.content()
    outcome = world.run("db_secret", {"name": NAME, "fields": {"host": "db.example.com", "port": 5432}})
    assert world.content() == {**before, "host": "db.example.com", "port": 5432}
    assert outcome["diff"]["after"] == {"fields.host": "db.example.com", "fields.port": 5432}


@pytest.mark.parametrize("check", [True, False])
def test_neither_password_nor_verifier_is_ever_shown(world, check):
    shown = [world.run("db_secret", SECRET, check), world.run("db_secret", {**SECRET, "fields": {"host": "h"}}, check), world.run("db_secret", SECRET)]
    content = world.content()
    for outcome in shown:
        assert content["password"] not in json.dumps(outcome)
        assert content["scram_verifier"] not in json.dumps(outcome)


@pytest.mark.parametrize("check", [True, False])
def test_a_key_is_made_kept_and_never_shown(world, check):
    key = {"name": NAME, "kind": "key"}
    shown = [world.run("db_secret", key, check), world.run("db_secret", key), world.run("db_secret", key)]
    content = world.content()
    assert set(content) == {"key"} and len(content["key"]) == 64 and content["key"].isascii() and " " not in content["key"]
    assert content["key"] not in json.dumps(shown) and shown[-1]["changed"] is False


def test_a_stored_password_is_adopted_and_gets_its_verifier(world):
    world.aws.client("secretsmanager").create_secret(Name=NAME, SecretString=json.dumps({"password": "somebody-else-s-choice"}))
    world.run("db_secret", {"name": NAME, "username": "launch_master"})
    content = world.content()
    assert content["password"] == "somebody-else-s-choice"
    assert belongs("somebody-else-s-choice", content["scram_verifier"])


OTHERS = {"previous_password": "the-one-of-last-year", "admin_token": "token-of-somebody", "replicas": [{"key": "nested-secret", "pin": 918273}]}


@pytest.mark.parametrize("check", [True, False])
def test_what_else_an_adopted_secret_holds_is_kept_and_not_shown(world, check):
    held = {"username": "launch_master", "host": "db.example.com", "schema": "launch", **OTHERS}
    world.aws.client("secretsmanager").create_secret(Name=NAME, SecretString=json.dumps(held))
    outcome = world.run("db_secret", {"name": NAME, "fields": {"schema": "public", "port": 5432}}, check)
    named = {} if check else {"schema": "public", "port": 5432}
    assert outcome["fields"] == {"username": "launch_master", "host": "db.example.com", "schema": "launch", **named}
    for text in ("the-one-of-last-year", "token-of-somebody", "nested-secret", "918273"):
        assert text not in json.dumps(outcome)
    assert {key: world.content()[key] for key in OTHERS} == OTHERS


def test_what_else_it_holds_is_hidden_where_an_error_would_print_it(world):
    world.aws.client("secretsmanager").create_secret(Name=NAME, SecretString=json.dumps(OTHERS))
    outcome = world.run("db_secret", {"name": NAME, "fields": {"port": "token-of-somebody"}})
    assert outcome["failed"]
    assert "token-of-somebody" not in json.dumps({**outcome, "invocation": None})


def test_the_order_of_keys_is_no_change(world):
    world.set_up("db_secret", SECRET)
    secret = world.secrets.secrets[NAME]
    secret["versions"][secret["current"]] = json.dumps(dict(reversed(list(world.content().items()))), indent=2)
    assert world.run("db_secret", SECRET)["changed"] is False


def test_a_change_of_key_or_description_makes_no_version(world):
    version = world.set_up("db_secret", SECRET)["version_id"]
    outcome = world.run("db_secret", {**SECRET, "kms_key_id": "alias/launch", "description": "Other"})
    assert outcome["version_id"] == version
    assert world.aws.writes == ["UpdateSecret"]


def test_a_secret_without_a_value_gets_one(world):
    world.secrets.CreateSecret(NAME)
    world.run("db_secret", SECRET)
    assert world.content()["username"] == "launch_master"


def test_a_deleted_secret_comes_back_with_its_password(world):
    world.set_up("db_secret", SECRET)
    before = world.content()["password"]
    world.set_up("db_secret", {"name": NAME, "state": "absent", "recovery_window": 7})
    assert world.run("db_secret", SECRET)["exists"] is True
    assert world.content()["password"] == before


def test_the_recovery_window_is_the_one_asked_for(world):
    world.set_up("db_secret", SECRET)
    outcome = world.run("db_secret", {"name": NAME, "state": "absent", "recovery_window": 7})
    assert outcome["exists"] is False
    assert world.aws.params("DeleteSecret")[0]["RecoveryWindowInDays"] == 7


def test_what_is_not_ours_is_left_alone(world):
    world.secrets.CreateSecret(NAME, "plain text that is no json", "token-" * 8)
    outcome = world.run("db_secret", SECRET)
    assert "JSON object" in outcome["msg"]
    assert "plain text" not in json.dumps(outcome)
    assert world.aws.writes == []


BAD = [
    ("malformed name", {"name": "with space"}, "name", "letters, digits"),
    ("a password", {"fields": {"password": "x"}}, "fields.password", "generated once"),
    ("a user among the fields", {"fields": {"username": "x"}}, "fields.username", "option username"),
    ("a port that is none", {"fields": {"port": "many"}}, "fields.port", "5432"),
    ("a short password", {"password_length": 8}, "password_length", "Leave it unset"),
    ("a short window", {"recovery_window": 1}, "recovery_window", "7 to 30"),
]


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(("args", "option", "remedy"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_bad_input_is_one_error_and_changes_nothing(world, args, option, remedy, check):
    outcome = world.run("db_secret", {**SECRET, **args}, check)
    assert outcome["failed"]
    assert outcome["option"] == option
    assert remedy in outcome["msg"]
    assert world.aws.writes == []
