# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of every tenant changed in batches, beside others who use the table."""
from __future__ import annotations

import json
import os
import pathlib
import secrets
import time

import pytest

from tests.integration.postgres.modules import ROOT, held
from tests.integration.postgres.portable import as_tenant, tenant_with_rows
from tests.support.ansible import run_playbook_file

ACTOR = "00000000F111000000000000AC"
TASKS = {"table": "app.projects", "set": "name = 'tidy ' || btrim(name)", "where": "name not like 'tidy %'", "actor": ACTOR}


@pytest.fixture
def tenants(launch):
    """Two tenants with seven projects that are to be changed."""
    made = sorted(tenant_with_rows(launch) for _ in range(2))
    for tenant in made:
        launch.execute(f"{as_tenant(tenant)}; INSERT INTO app.projects (name) SELECT 'p' || n FROM generate_series(1, 7) n")
    return made


def names_of(launch, tenant):
    return {row[0] for row in launch.rows(f"SET LOCAL ROLE launch_migrator; SELECT name FROM app.projects WHERE tenant_id = '{tenant}'")}


def test_every_row_of_every_tenant_is_changed_in_its_tenants_name(launch, tenants):
    outcome = launch.run("postgres_backfill", tenants=tenants, batch=3, **TASKS)
    assert (outcome["changed"], outcome["tenants_left"], outcome["rows"]) == (True, [], sum(len(names_of(launch, tenant)) for tenant in tenants))
    assert all(name.startswith("tidy ") for tenant in tenants for name in names_of(launch, tenant))
    for tenant in tenants:
        ((changes, transactions),) = launch.rows(
            f"{as_tenant(tenant)}; SELECT count(*), count(DISTINCT transaction_id) FROM audit.audit_log WHERE performed_by = '{ACTOR}'")
        assert (changes, transactions) == (len(names_of(launch, tenant)), -(-changes // 3)), "batch by batch"


def test_check_mode_names_the_tenants_and_changes_none(launch, tenants):
    outcome = launch.run("postgres_backfill", check=True, tenants=tenants, **TASKS)
    assert (outcome["changed"], outcome["tenants_left"], outcome["rows"]) == (True, tenants, 0)
    assert not any(name.startswith("tidy ") for tenant in tenants for name in names_of(launch, tenant))


@pytest.mark.parametrize("change", ["nam = 'x'", "name = 1 + 'x'::text"], ids=["no column", "no operator"])
def test_check_mode_does_not_promise_what_the_server_can_not_read(launch, tenants, change):
    outcome = launch.run("postgres_backfill", check=True, tenants=tenants, **{**TASKS, "set": change})
    assert outcome["failed"] and "No batch could be changed: SQLSTATE 42" in outcome["msg"], outcome


def test_no_tenant_is_none_and_no_option_is_all(launch, tenants):
    assert launch.run("postgres_backfill", check=True, tenants=[], **TASKS)["tenants_left"] == []
    assert set(tenants) <= set(launch.run("postgres_backfill", check=True, **TASKS)["tenants_left"])


def test_a_run_that_is_killed_is_gone_on_with(launch, tenants):
    process = launch.start("postgres_backfill", tenants=tenants, batch=1, pause=0.2, **TASKS)
    deadline = time.monotonic() + 30
    while not any(name.startswith("tidy ") for name in names_of(launch, tenants[0])) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.kill()
    process.wait(10)
    changed = sum(name.startswith("tidy ") for tenant in tenants for name in names_of(launch, tenant))
    assert changed > 0
    outcome = launch.run("postgres_backfill", tenants=tenants, **TASKS)
    assert (outcome["rows"] > 0, outcome["tenants_left"]) == (True, [])


def test_a_condition_that_changed_rows_meet_is_refused_and_nothing_of_the_batch_stays(launch, tenants):
    outcome = launch.run("postgres_backfill", tenants=tenants, **{**TASKS, "where": "name is not null"})
    assert (outcome["option"], outcome["changed"], outcome["rows"], outcome["tenants_left"]) == ("where", False, 0, tenants)
    assert not any(name.startswith("tidy ") for tenant in tenants for name in names_of(launch, tenant))


def test_a_row_that_somebody_holds_is_named_with_who_holds_it(launch, tenants):
    with held(launch, f"{as_tenant(tenants[1])}; UPDATE app.projects SET name = 'p1' WHERE name = 'p1'"):
        outcome = launch.run("postgres_backfill", tenants=tenants, lock_timeout="300ms", lock_retries=1, **TASKS)
    assert "SQLSTATE 55P03" in outcome["msg"] and "It was tried 2 times. In the way at the last try: pid " in outcome["msg"]
    assert (outcome["changed"], outcome["tenants_left"]) == (True, [tenants[1]]), "the first one is done"


def test_the_time_budget_ends_a_run_between_two_batches(launch, tenants, tmp_path):
    progress = pathlib.Path(tmp_path, "progress")
    progress.touch()
    outcome = launch.run("postgres_backfill", tenants=tenants, batch=1, pause=0.6, time_budget=1, progress_file=str(progress), **TASKS)
    assert (outcome["option"], outcome["changed"], outcome["tenants_left"]) == ("time_budget", True, tenants)
    assert 0 < outcome["rows"] < 7


def test_all_that_is_wrong_is_said_at_once_and_before_anything(launch):
    outcome = launch.run(
        "postgres_backfill", table="projects", set="name = 'x'; drop table app.projects", where="true) or (true", actor="x", tenants=["y"], batch=0, pause=-1,
        lock_timeout="soon", time_budget=0,
    )
    options = [error["option"] for error in outcome["errors"]]
    assert options == ["table", "set", "where", "actor", "tenants", "lock_timeout", "batch", "pause", "time_budget"]


@pytest.mark.parametrize("given, option, words", [
    ({"table": "app.nothing"}, "table", "there is no such table"),
    ({"table": "app.tenants", "where": "id is not null"}, "table", "it has no column tenant_id"),
    ({"table": "audit.audit_log"}, "table", "launch_migrator may not change it"),
    ({"tenants": ["01J" + "0" * 23]}, "tenants", "the registry has no such tenant"),
], ids=["no table", "the registry", "the log", "no tenant"])
def test_what_is_not_there_is_refused(launch, given, option, words):
    outcome = launch.run("postgres_backfill", check=True, **{**TASKS, **given})
    assert outcome["failed"] and outcome["option"] == option and words in outcome["msg"]


def test_a_table_of_nobody_is_refused(launch):
    name = f"shared_{secrets.token_hex(3)}"
    launch.execute(f"SET LOCAL ROLE launch_owner; CREATE TABLE app.{name} (id int)")
    try:
        outcome = launch.run("postgres_backfill", check=True, **{**TASKS, "table": f"app.{name}"})
        assert "it has no column tenant_id" in outcome["msg"]
    finally:
        launch.execute(f"SET LOCAL ROLE launch_owner; DROP TABLE app.{name}")


def test_a_column_of_the_registry_is_none_of_the_table(launch, tenants):
    """Otherwise check mode would take it, and the run would not."""
    assert "42703" in launch.run("postgres_backfill", check=True, tenants=tenants, **{**TASKS, "where": "domain is null"})["msg"]


def test_the_playbook_says_what_is_left_and_what_was_done(launch, tenants):
    connection = launch.connection()
    variables = {
        **{name: value for name, value in connection.items() if name != "login_password"}, "backfill_names": launch.names, "backfill_tenants": tenants,
        "backfill_batch": 4, **{f"backfill_{name}": value for name, value in TASKS.items()},
    }
    said = []
    for check in (True, False, False):
        done = run_playbook_file(
            ROOT / "playbooks" / "backfill.yml", check=check, arguments=["-e", json.dumps(variables)], env={**os.environ, "PGPASSWORD": connection["login_password"]})
        assert done.returncode == 0 and connection["login_password"] not in done.output, done.output
        said.append(" ".join(done.output.split()))
    rows = sum(len(names_of(launch, tenant)) for tenant in tenants)
    assert f"0 rows of app.projects were changed. 2 tenants have rows left: {', '.join(tenants)}" in said[0]
    assert f"{rows} rows of app.projects were changed. No tenant has rows left." in said[1]
    assert "0 rows of app.projects were changed. No tenant has rows left." in said[2]
