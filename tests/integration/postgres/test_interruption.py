# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that is killed leaves a state from which the next one goes on."""
from __future__ import annotations

import time

import pytest

from tests.integration.postgres.modules import held, located

FILES = {
    "V1__first.sql": "CREATE TABLE first ();",
    "V2__slow.sql": "CREATE TABLE slow (); SELECT pg_sleep(${seconds});",
    "V3__last.sql": "CREATE TABLE last ();",
}
# The check of the syntax holds the same words, and is over when it is seen.
RUNNING = (
    "SELECT pid FROM pg_stat_activity WHERE application_name = 'launch.database' AND datname = current_database()"
    " AND query LIKE '%{}%' AND query NOT LIKE 'DO $guard$%'"
)


def wait_for(target, words):
    """The server process that runs a statement with these words."""
    until = time.monotonic() + 20
    while not (rows := target.rows(RUNNING.format(words) + " AND pid <> pg_backend_pid()")):
        assert time.monotonic() < until, f"nothing ran {words}"
        time.sleep(0.05)
    return rows[0][0]


def kill_the_module(target, process, pid):
    process.kill()


def kill_the_server_process(target, process, pid):
    target.rows(f"SELECT pg_terminate_backend({pid})")


@pytest.mark.parametrize("kill", [kill_the_module, kill_the_server_process])
def test_migrations_that_were_killed_in_the_middle_of_a_script(target, kill):
    arguments = located({"sql": FILES})
    process = target.start("postgres_migration", **arguments, placeholders={"seconds": "600"})
    kill(target, process, pid := wait_for(target, "pg_sleep(6"))
    assert process.wait(20) != 0
    # The server notices that its client is gone when it has something to say; a person would do the same.
    target.rows(f"SELECT pg_terminate_backend({pid})")
    outcome = target.run("postgres_migration", **arguments, placeholders={"seconds": "0"})
    assert outcome["applied"] == ["V2__slow.sql", "V3__last.sql"], outcome
    assert target.rows("SELECT script, success FROM flyway_schema_history ORDER BY installed_rank") == [(name, True) for name in FILES]


def test_roles_that_were_killed_half_way(target, names):
    roles = [{"name": names("rw")}, {"name": names("app"), "login": True, "member_of": [names("rw")], "connection_limit": 5}]
    target.execute(f"CREATE ROLE {names('app')} LOGIN")
    with held(target, f"ALTER ROLE {names('app')} NOLOGIN"):
        process = target.start("postgres_role", roles=roles)
        pid = wait_for(target, f'{names("app")}" CONNECTION LIMIT')
        process.kill()
        process.wait(20)
        target.rows(f"SELECT pg_terminate_backend({pid})")
    assert target.rows(f"SELECT FROM pg_roles WHERE rolname = '{names('rw')}'") == []
    outcome = target.run("postgres_role", roles=roles)
    assert [role["name"] for role in outcome["roles"]] == [names("app"), names("rw")], outcome
    assert target.run("postgres_role", roles=roles)["changed"] is False
