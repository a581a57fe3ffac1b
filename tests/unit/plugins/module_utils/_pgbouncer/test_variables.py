# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pathlib

import pytest
import yaml

from ansible_collections.launch.database.plugins.module_utils._pgbouncer.variables import NEEDED, OWN_SETTINGS, check

ROLES = pathlib.Path(__file__).parents[5] / "roles"

CERTIFICATE = "-----BEGIN CERTIFICATE-----\n..."
VERIFIER = "SCRAM-SHA-256$4096:c2FsdHNhbHRzYWx0c2FsdA==$" + "A" * 43 + "=:" + "B" * 43 + "="
GOOD = {
    "client_ca_content": "",
    "client_ca_folder": "~/pool",
    "client_tls_cert": "",
    "client_tls_key": "",
    "databases": [{"name": "launch", "host": "db.example"}],
    "default_pool_size": 70,
    "host_count": 2,
    "ignore_startup_parameters": "extra_float_digits, options",
    "limit_nofile": 65536,
    "max_client_conn": 2000,
    "max_db_connections": 100,
    "max_user_connections": 100,
    "min_pool_size": 10,
    "reserve_pool_size": 30,
    "server_ca_content": CERTIFICATE,
    "server_headroom_percent": 10,
    "server_max_connections": 400,
    "server_reserved_connections": 15,
    "server_tls_sslmode": "verify-full",
    "settings": {"server_idle_timeout": 60},
    "users": [{"name": "launch_app", "verifier": VERIFIER}],
}


def refused(**changes):
    return [error.option for error in check(GOOD | changes)]


def test_good_ones_are_not_refused():
    assert refused() == []


def test_numbers_may_be_written_as_text():
    assert refused(default_pool_size="70", server_max_connections="400") == []


@pytest.mark.parametrize(("changes", "option"), [
    pytest.param({"users": []}, "pgbouncer_users", id="no user"),
    pytest.param({"users": GOOD["users"] * 2}, "pgbouncer_users", id="user twice"),
    pytest.param({"users": [{"name": "a", "verifier": "secret"}]}, "pgbouncer_users", id="a password"),
    pytest.param({"users": [{"name": "a", "verifier": "md5" + "0" * 32}]}, "pgbouncer_users", id="an md5 hash"),
    pytest.param({"databases": []}, "pgbouncer_databases", id="no database"),
    pytest.param({"databases": GOOD["databases"] * 2}, "pgbouncer_databases", id="database twice"),
    pytest.param({"databases": [{"name": "pgbouncer", "host": "a"}]}, "pgbouncer_databases", id="the console's name"),
    pytest.param({"databases": [{"name": "my db", "host": "a"}]}, "pgbouncer_databases", id="a name it can't parse"),
    pytest.param(
        {"client_tls_cert": "PEM", "client_ca_content": CERTIFICATE}, "pgbouncer_client_tls_cert, pgbouncer_client_tls_key",
        id="certificate without key"),
    pytest.param({"client_tls_cert": "PEM", "client_tls_key": "PEM"}, "pgbouncer_client_ca_content", id="nothing to publish"),
    pytest.param({"client_ca_content": CERTIFICATE}, "pgbouncer_client_ca_content", id="authority of nothing"),
    pytest.param(
        {"client_tls_cert": "PEM", "client_tls_key": "PEM", "client_ca_content": "/etc/ca.pem"}, "pgbouncer_client_ca_content",
        id="a path in place of the authority"),
    pytest.param({"server_ca_content": ""}, "pgbouncer_server_ca_content", id="nothing to verify with"),
    pytest.param({"settings": {"pool_mode": "session"}}, "pgbouncer_settings.pool_mode", id="has its own variable"),
    pytest.param(
        {"ignore_startup_parameters": "extra_float_digits"}, "pgbouncer_ignore_startup_parameters", id="options missing"),
    pytest.param({"server_max_connections": 100}, "pgbouncer_max_db_connections", id="over the budget"),
    pytest.param({"reserve_pool_size": 50}, "pgbouncer_reserve_pool_size", id="dead reserve"),
    pytest.param({"min_pool_size": 80}, "pgbouncer_min_pool_size", id="minimum over the size"),
    pytest.param({"limit_nofile": 1024}, "pgbouncer_limit_nofile", id="too few open files"),
    pytest.param(
        {"databases": [{"name": "launch", "host": "a", "pool_size": 90}]}, "pgbouncer_reserve_pool_size",
        id="size of one database"),
])
def test_refusals(changes, option):
    assert refused(**changes) == [option]


def test_a_verifier_is_never_shown():
    (error,) = check(GOOD | {"users": [{"name": "launch_app", "verifier": "hunter2"}]})
    assert "hunter2" not in error.message
    assert "'launch_app'" in error.message


def test_without_verification_no_authority_is_needed():
    assert refused(server_ca_content="", server_tls_sslmode="require") == []


@pytest.mark.parametrize("changes", [
    pytest.param({"client_ca_content": CERTIFICATE}, id="with its authority"),
    pytest.param({"client_ca_folder": ""}, id="not published"),
])
def test_a_given_certificate(changes):
    assert refused(client_tls_cert="PEM", client_tls_key="PEM", **changes) == []


def test_all_that_is_wrong_is_said_at_once():
    assert refused(users=[], databases=[]) == ["pgbouncer_users", "pgbouncer_databases"]
    assert refused(server_ca_content="", min_pool_size=80) == ["pgbouncer_server_ca_content", "pgbouncer_min_pool_size"]


def test_the_settings_that_the_role_decides_are_those_of_its_file():
    role = yaml.safe_load((ROLES / "pgbouncer" / "vars" / "main.yml").read_text(encoding="utf-8"))
    assert set(role["__pgbouncer_own_settings"]) == OWN_SETTINGS


def test_everything_that_is_looked_at_is_a_variable_of_the_role():
    declared = yaml.safe_load((ROLES / "pgbouncer" / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
    assert {f"pgbouncer_{name}" for name in NEEDED} <= set(declared["argument_specs"]["main"]["options"])
