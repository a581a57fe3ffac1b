# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logins from secrets, through the real Ansible, a real server and a real boto3: how often they are read, and where they show."""
from __future__ import annotations

import secrets
import sys

import psycopg2
import pytest

from local.endpoint.scram import verifier
from tests.support.ansible import run_playbook


def login_of(target, user, password):
    """The content of a login's secret, as db_secret keeps it."""
    server = target.database.server
    return {
        "username": user, "password": password, "scram_verifier": verifier(password),
        "host": server.address, "port": server.port, "dbname": target.name, "engine": "postgres",
    }


@pytest.fixture
def master(target, secrets_manager):
    connection = target.connection()
    return secrets_manager.keep(f"/{target.name}/master", login_of(target, connection["login_user"], connection["login_password"]))


@pytest.fixture
def new_login(target, names, secrets_manager):
    """Makes up a login: its entry in a list of roles. The secret exists, the role does not."""
    def make(name):
        password = secrets.token_urlsafe(16)
        target.database.passwords[names(name)] = password
        return {"name": names(name), "login": True, "secret": secrets_manager.keep(f"/{names(name)}", login_of(target, names(name), password))}

    return make


def play_of(target, secrets_manager, master, *tasks):
    return {
        "hosts": "localhost", "connection": "local", "gather_facts": False,
        "vars": {"ansible_python_interpreter": sys.executable},
        "module_defaults": {"group/launch.database.postgres": {
            "login_secret": master, "login_secret_source": secrets_manager.source, "ca_cert": target.connection()["ca_cert"],
        }},
        "tasks": list(tasks),
    }


def hidden(target, names, *logins):
    """Everything that must not be in any output."""
    passwords = [target.database.passwords[target.user], *(target.database.passwords[names(login)] for login in logins)]
    return [*passwords, "SCRAM-SHA-256$", "local-stack-only"]


def lets_in(target, user):
    server = target.database.server
    psycopg2.connect(
        host=server.address, port=server.port, dbname=target.name, user=user, password=target.database.passwords[user],
        sslmode="verify-full", sslrootcert=str(server.ca_file),
    ).close()


def test_two_logins_side_by_side_get_the_passwords_of_their_secrets(target, names, secrets_manager, master, new_login):
    roles = [{"name": names("rw")}, {**new_login("one"), "member_of": [names("rw")]}, {**new_login("two"), "member_of": [names("rw")]}]
    play = play_of(target, secrets_manager, master, {"name": "Roles", "launch.database.postgres_role": {"roles": roles}})
    secrets_manager.reads()
    outputs = ""
    for check, changed in ((True, True), (False, True), (False, False)):
        run = run_playbook([play], check=check, arguments=["-vvvv"])
        assert [task.get("changed") for task in run.tasks] == [changed], run.output
        assert secrets_manager.reads() == 3
        outputs += run.output
    lets_in(target, names("one"))
    lets_in(target, names("two"))
    assert names("one") in outputs and f"/{names('one')}" in outputs
    assert not [secret for secret in hidden(target, names, "one", "two") if secret in outputs]


def test_every_module_reads_its_secret_once_in_a_loop_and_in_the_background(target, names, secrets_manager, master, new_login, tmp_path):
    (tmp_path / "R01.sql").write_text("SELECT 1 AS rule, 1 AS severity, 1 AS object, 1 AS detail, 1 AS remedy WHERE false\n", encoding="utf-8")
    one = new_login("one")
    play = play_of(
        target, secrets_manager, master,
        {"name": "Loop", "launch.database.postgres_role": {"roles": [{"name": "{{ item }}"}, one]}, "loop": [names("a"), names("b")]},
        {"name": "Background", "launch.database.postgres_role": {"roles": [one]}, "async": 60, "poll": 1},
        {"name": "Folder", "launch.database.postgres_check": {"path": str(tmp_path)}},
        {"name": "Own", "launch.database.postgres_check": {"path": str(tmp_path), "login_user": one["name"], "login_password": "{{ own }}"}},
    )
    play["vars"]["own"] = target.database.passwords[one["name"]]
    secrets_manager.reads()
    run = run_playbook([play], arguments=["-vvvv"])
    assert run.returncode == 0 and [task["changed"] for task in run.tasks] == [True, False, False, False], run.output
    assert secrets_manager.reads() == 2 + 2 + 1 + 1
    # The last task's own password stands in the play; all the rest is in secrets only.
    assert not [secret for secret in hidden(target, names) if secret in run.output]


@pytest.mark.parametrize("module", ["role", "migration", "check", "tenant", "audit_partition", "isolation_check", "isolation_attack", "extension"])
def test_every_module_refuses_a_secret_that_is_not_there_before_it_runs(target, secrets_manager, module, tmp_path):
    options = {"role": {"roles": []}, "migration": {"locations": [str(tmp_path)]}, "check": {"path": str(tmp_path)}}.get(module, {})
    play = play_of(target, secrets_manager, "/not/there", {"name": "Any", f"launch.database.postgres_{module}": options})
    (result,) = run_playbook([play]).tasks
    assert result["failed"] and (result["option"], result["value"]) == ("login_secret", "/not/there")
    assert result["msg"].startswith("login_secret: '/not/there': there is no such secret, or it has no value yet. Create it with")


def test_a_login_whose_secret_is_not_made_yet_is_planned_and_not_made(target, names, secrets_manager, master):
    roles = [{"name": names("rw")}, {"name": names("app"), "login": True, "secret": "/not/yet"}]
    play = play_of(target, secrets_manager, master, {"name": "Roles", "launch.database.postgres_role": {"roles": roles}})
    (checked,), (done,) = (run_playbook([play], check=check).tasks for check in (True, False))
    assert [(change["action"], change["path"]) for change in checked["plan"]][:3] == [
        ("create", names("rw")), ("create", names("app")), ("set_password", f"{names('app')}.password"),
    ]
    assert done["failed"] and (done["option"], done["value"]) == ("roles", "/not/yet") and "there is no such secret" in done["msg"]
    assert target.rows(f"SELECT FROM pg_roles WHERE rolname IN ('{names('rw')}', '{names('app')}')") == []
