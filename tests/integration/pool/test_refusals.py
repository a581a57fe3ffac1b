# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role says to variables that can't work: one sentence with option, value and remedy, before anything is changed.

The refusals come from the controller, so the host needs not even be there. All runs are in check mode, so that a
refusal that got lost installs nothing on this machine.
"""
from __future__ import annotations

import pytest

from tests.support.ansible import run_playbook

VERIFIER = "SCRAM-SHA-256$4096:c2FsdHNhbHRzYWx0c2FsdA==$" + "A" * 43 + "=:" + "B" * 43 + "="
GOOD = {
    "pgbouncer_databases": [{"name": "launch", "host": "db.example"}],
    "pgbouncer_users": [{"name": "launch_app", "verifier": VERIFIER}],
    "pgbouncer_host_count": 2,
    "pgbouncer_server_max_connections": 400,
    "pgbouncer_server_ca_content": "-----BEGIN CERTIFICATE-----",
    "pgbouncer_client_tls_names": ["DNS:pool-1"],
}
WEAK_ON_DEBIAN_13 = [
    "CVE-2026-6668", "CVE-2026-6669", "CVE-2026-19888", "CVE-2026-107348", "CVE-2026-107349", "CVE-2026-107350",
]
POLICY = """\
#!/bin/sh
cat <<END
pgbouncer:
  Installed: (none)
  Candidate: {version}
END
"""


def run_role(connection="ssh", env=None, **variables):
    """Run the role in check mode for a host that can't be reached, or on this machine."""
    play = {
        "name": "Role",
        "hosts": "pool-1",
        "gather_facts": False,
        "vars": GOOD | variables | {"ansible_connection": connection, "ansible_host": "host.invalid"},
        "roles": ["launch.database.pgbouncer"],
    }
    return run_playbook([play], check=True, arguments=["-i", "pool-1,"], env=env)


def refusal(run):
    """The one failure of a run, which has to be its last task."""
    failures = [task for task in run.tasks if task.get("failed")]
    assert len(failures) == 1 and failures[0] is run.tasks[-1], run.output
    assert run.stats["pool-1"]["changed"] == 0
    assert run.stats["pool-1"]["unreachable"] == 0
    return failures[0]["msg"]


@pytest.mark.parametrize(("variables", "expected"), [
    pytest.param(
        {"pgbouncer_server_max_connections": 112},
        ["pgbouncer_max_db_connections: 100:", "2 hosts x 100 connections = 200", "only 85", "At most 42 for each host"],
        id="over the budget"),
    pytest.param(
        {"pgbouncer_default_pool_size": 100, "pgbouncer_reserve_pool_size": 50},
        ["pgbouncer_reserve_pool_size: 50:", "only 0 of the reserve", "at least 150"],
        id="dead reserve"),
    pytest.param({"pgbouncer_users": []}, ["pgbouncer_users: []:", "Name at least one user"], id="no user"),
    pytest.param({"pgbouncer_databases": []}, ["pgbouncer_databases: []:", "Name at least one database"], id="no database"),
    pytest.param(
        {"pgbouncer_pool_mode": "transactional"},
        ["pgbouncer_pool_mode", "transactional", "session, transaction, statement"],
        id="unknown pool mode"),
    pytest.param({"pgbouncer_listen_port": "high"}, ["pgbouncer_listen_port", "high", "int"], id="wrong type"),
    pytest.param(
        {"pgbouncer_server_ca_content": ""}, ["pgbouncer_server_ca_content", "verify-full", "ansible.builtin.file"],
        id="nothing to verify the server with"),
])
def test_variables(variables, expected):
    message = refusal(run_role(**variables))
    assert [part for part in expected if part not in message] == []


def test_what_is_no_verifier_is_refused_and_not_shown():
    run = run_role(pgbouncer_users=[{"name": "launch_app", "verifier": "hunter2-in-clear"}])
    message = refusal(run)
    assert "pgbouncer_users: what user 'launch_app' has is not a SCRAM verifier" in message
    assert "hunter2-in-clear" not in run.output


@pytest.fixture
def apt_with(tmp_path, monkeypatch):
    """Have apt-cache offer a version of PgBouncer, on this machine."""
    def offer(version):
        program = tmp_path / "apt-cache"
        program.write_text(POLICY.format(version=version), encoding="utf-8")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    return offer


@pytest.mark.parametrize(("version", "variables", "expected"), [
    pytest.param(
        "1.24.1-1+deb13u2", {},
        ["pgbouncer_minimum_version: '1.26.1':", "PgBouncer 1.24.1-1+deb13u2 would be installed", "pgbouncer_repository: pgdg"],
        id="older than the minimum"),
    pytest.param(
        "1.24.1-1+deb13u2",
        {"pgbouncer_minimum_version": "1.24.1", "pgbouncer_accepted_weaknesses": WEAK_ON_DEBIAN_13[:5]},
        ["pgbouncer_accepted_weaknesses", "CVE-2026-107350 (login as another user, fixed in 1.26.1)", "accept each by its number"],
        id="weakness not accepted"),
    pytest.param(
        "1.18.0-1+deb12u1", {"pgbouncer_minimum_version": "1.18.0"},
        ["pgbouncer_accept_legacy: False:", "1.24.1 or later"],
        id="older than the role"),
])
def test_versions(apt_with, version, variables, expected):
    apt_with(version)
    message = refusal(run_role("local", **variables))
    assert [part for part in expected if part not in message] == []


def test_a_user_without_verifier_and_secret_is_refused():
    assert "one of the following is required: verifier, secret" in run_role(pgbouncer_users=[{"name": "a"}]).output


def test_the_weaknesses_of_debian_13_are_exactly_six(apt_with):
    apt_with("1.24.1-1+deb13u2")
    message = refusal(run_role("local", pgbouncer_minimum_version="1.24.1"))
    assert sorted(word for word in message.replace("(", " ").split() if word.startswith("CVE-")) == sorted(WEAK_ON_DEBIAN_13)


@pytest.mark.parametrize("variables", [
    pytest.param({}, id="good ones"),
    pytest.param({"pgbouncer_users": [{"name": "a", "verifier": [VERIFIER]}]}, id="a verifier of the wrong type"),
    pytest.param({"pgbouncer_users": VERIFIER}, id="users of the wrong type"),
])
def test_no_verifier_and_no_key_is_shown_at_the_highest_verbosity(variables):
    secrets = {"pgbouncer_client_tls_cert": "given", "pgbouncer_client_tls_key": "key-in-clear"}
    run = run_role(env={"ANSIBLE_VERBOSITY": "3", "ANSIBLE_STDOUT_CALLBACK": "default"}, **secrets, **variables)
    assert "Validating arguments" in run.output
    assert not [secret for secret in ("A" * 43, "key-in-clear") if secret in run.output]
