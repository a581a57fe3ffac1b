# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""postgres_tenant removes a tenant that an export has every row of, and touches no other."""
from __future__ import annotations

import json
import time

import psycopg2
import pytest

from tests.integration.postgres.modules import held
from tests.integration.postgres.portable import ACTOR, AUTHOR, as_tenant, done, export, fill, hashes, new_id, tenant_with_rows


def end(launch, tenant, status="inactive"):
    done(launch.run("postgres_tenant", actor=ACTOR, tenants=[{"id": tenant, "name": "x", "status": status}]))


@pytest.fixture
def tenant(launch):
    """An inactive one."""
    tenant = tenant_with_rows(launch)
    end(launch, tenant)
    return tenant


@pytest.fixture
def path(launch, tenant, tmp_path):
    export(launch, tenant, tmp_path / "export")
    return tmp_path / "export"


def remove(launch, tenant, path, check=False):
    return launch.run("postgres_tenant", check=check, actor=ACTOR, tenants=[{"id": tenant, "state": "absent", "export": str(path)}])


def refused(launch, tenant, path, words):
    """In check mode and without, and nothing is lost."""
    before = hashes(launch, log=True)
    for check in (True, False):
        outcome = remove(launch, tenant, path, check)
        assert outcome.get("failed") and words in outcome["msg"], outcome
    assert hashes(launch, log=True) == before


def test_every_row_of_it_goes_the_log_stays_and_nobody_else_notices(launch, tenant, path):
    tenant_with_rows(launch)
    others = hashes(launch, f"tenant <> '{tenant}'", log=True)
    before = launch.database.server.psql(f"SELECT count(*) FROM audit.audit_log WHERE tenant_id = '{tenant}'", launch.name)
    checked, outcome = remove(launch, tenant, path, check=True), done(remove(launch, tenant, path))
    assert checked["plan"] == outcome["plan"] and outcome["plan"][0]["destructive"]
    assert outcome["plan"][0]["before"]["rows"] == {"app.projects": 3, "app.tasks": 9, "app.tenants": 1}
    assert not any(hashes(launch, f"tenant = '{tenant}'").values())
    assert hashes(launch, f"tenant <> '{tenant}'", log=True) == others
    log = launch.rows(
        f"{as_tenant(tenant)}; SELECT entity_type, performed_by, count(*) FROM audit.audit_log WHERE action = 'delete' GROUP BY 1, 2 ORDER BY 1",
    )
    assert log == [("app.projects", ACTOR, 3), ("app.tasks", ACTOR, 9), ("app.tenants", ACTOR, 1)]
    after = launch.database.server.psql(f"SELECT count(*) FROM audit.audit_log WHERE tenant_id = '{tenant}'", launch.name)
    assert int(after) == int(before) + 13
    again = remove(launch, tenant, path)
    assert (again["changed"], again["plan"]) == (False, [])


def test_what_was_removed_comes_back_from_its_export(launch, tenant, path):
    before = hashes(launch, f"tenant = '{tenant}'")
    done(remove(launch, tenant, path))
    done(launch.run("postgres_tenant_restore", path=str(path), actor=ACTOR))
    assert hashes(launch, f"tenant = '{tenant}'") == before


def test_an_id_is_not_given_again_since_its_new_tenant_would_read_the_old_ones_log(launch, tenant, path):
    other = tenant_with_rows(launch)
    done(remove(launch, tenant, path))
    before = hashes(launch, log=True)
    entries = [{"id": tenant, "name": "Somebody else"}, {"id": other, "name": "x"}, {"id": new_id(), "name": "New"}]
    for check in (True, False):
        outcome = launch.run("postgres_tenant", check=check, actor=ACTOR, tenants=entries)
        assert outcome["failed"] and "there was a tenant of this id" in outcome["msg"] and outcome["value"] == tenant, outcome
    with pytest.raises(psycopg2.errors.InvalidParameterValue, match=f"there was a tenant {tenant}: the log has its entries"):
        launch.execute(f"SET LOCAL ROLE launch_platform; SELECT app.create_tenant('{tenant}', 'Somebody else', null, '{ACTOR}')")
    assert hashes(launch, log=True) == before
    done(launch.run("postgres_tenant_restore", path=str(path), actor=ACTOR))
    assert not done(launch.run("postgres_tenant", actor=ACTOR, tenants=[{"id": tenant, "name": "x"}]))["changed"]


@pytest.mark.parametrize("status", ["active", "suspended"])
def test_only_an_inactive_tenant_is_removed(launch, tmp_path, status):
    tenant = tenant_with_rows(launch, status=status)
    export(launch, tenant, tmp_path / "export")
    refused(launch, tenant, tmp_path / "export", f"it is {status}, and only a tenant that is inactive is removed")


def test_an_export_that_is_older_than_its_rows_is_refused(launch, tenant, path):
    fill(launch, tenant, "more")
    refused(launch, tenant, path, "it has other rows than its export, in app.projects, app.tasks.")


def test_an_export_from_before_it_was_inactive_is_refused(launch, tmp_path):
    tenant = tenant_with_rows(launch)
    export(launch, tenant, tmp_path / "export")
    end(launch, tenant)
    refused(launch, tenant, tmp_path / "export", "it has other rows than its export, in app.tenants.")


def test_another_tenants_export_is_refused(launch, tenant, tmp_path):
    other = tenant_with_rows(launch)
    export(launch, other, tmp_path / "export")
    refused(launch, tenant, tmp_path / "export", f"it is an export of {other}, not of {tenant}")


def test_a_damaged_export_is_refused_and_so_is_none(launch, tenant, path, tmp_path):
    file = next(path.glob("*tasks.copy"))
    file.write_bytes(file.read_bytes()[1:])
    refused(launch, tenant, path, "is not as it was written")
    refused(launch, tenant, tmp_path / "none", "there is no such folder")
    outcome = launch.run("postgres_tenant", actor=ACTOR, tenants=[{"id": tenant, "state": "absent"}])
    assert outcome["option"] == "tenants[0].export"


def test_a_table_that_is_no_tenants_and_refers_to_its_rows_is_named(launch, tenant, path):
    launch.execute(
        "SET LOCAL ROLE launch_owner; CREATE TABLE ops.invoices (id int, customer app.entity_id CONSTRAINT customer REFERENCES app.tenants ON DELETE CASCADE)",
    )
    try:
        refused(launch, tenant, path, "ops.invoices refers to its rows by customer, and has no tenant_id")
    finally:
        launch.execute("SET LOCAL ROLE launch_owner; DROP TABLE ops.invoices")


def test_keys_that_point_both_ways_and_restrict_do_not_matter(launch, tmp_path):
    launch.execute("""
        SET LOCAL ROLE launch_owner;
        ALTER TABLE app.projects ADD COLUMN first_task app.entity_id,
          ADD CONSTRAINT both_ways FOREIGN KEY (tenant_id, first_task) REFERENCES app.tasks (tenant_id, id) ON DELETE RESTRICT;
        SELECT app.protect_tenant_table('app.projects')""")
    try:
        tenant = tenant_with_rows(launch)
        launch.execute(f"{as_tenant(tenant)}; UPDATE app.projects p SET first_task = (SELECT min(id) FROM app.tasks t WHERE t.project_id = p.id)")
        end(launch, tenant)
        export(launch, tenant, tmp_path / "export")
        before = hashes(launch, f"tenant = '{tenant}'")
        done(remove(launch, tenant, tmp_path / "export"))
        done(launch.run("postgres_tenant_restore", path=str(tmp_path / "export"), actor=ACTOR))
        assert hashes(launch, f"tenant = '{tenant}'") == before
        done(remove(launch, tenant, tmp_path / "export"))
    finally:
        launch.execute("SET LOCAL ROLE launch_owner; ALTER TABLE app.projects DROP COLUMN first_task")


INSERT = "INSERT INTO app.projects (name) VALUES ('in flight')"
UPDATE = "UPDATE app.tasks SET title = 'in flight' WHERE title = 'task 1'"


@pytest.mark.parametrize("statement", [INSERT, UPDATE])
def test_rows_of_who_began_before_are_not_lost(launch, tenant, path, statement):
    """It had its context while the tenant was active, and commits while the removal waits for it."""
    with held(launch, f"{as_tenant(tenant)}; {statement}") as connection:
        run = launch.start("postgres_tenant", **removal(tenant, path))
        waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'launch.database'"
        until = time.monotonic() + 20
        while launch.database.server.psql(waits).strip() != "1":
            assert time.monotonic() < until
            time.sleep(0.05)
        connection.commit()
        outcome = json.loads(run.stdout.read())
        run.wait()
    assert outcome["failed"] and "SQLSTATE" in outcome["msg"]
    assert launch.rows(f"{as_tenant(tenant)}; SELECT count(*) FROM app.tasks") == [(9,)]
    assert launch.rows(f"{as_tenant(tenant)}; SELECT count(*) > 0 FROM app.{'projects WHERE name' if statement == INSERT else 'tasks WHERE title'} = 'in flight'")
    refused(launch, tenant, path, "it has other rows than its export")


def removal(tenant, path):
    return {"actor": ACTOR, "tenants": [{"id": tenant, "state": "absent", "export": str(path)}]}


def test_a_run_that_dies_removes_nothing_and_the_next_one_all(launch, tenant, path):
    before = hashes(launch, log=True)
    with held(launch, "SET LOCAL ROLE launch_owner; LOCK TABLE app.tasks IN SHARE MODE"):
        run = launch.start("postgres_tenant", **removal(tenant, path))
        waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%DELETE FROM%'"
        until = time.monotonic() + 20
        while launch.database.server.psql(waits).strip() != "1":
            assert time.monotonic() < until
            time.sleep(0.05)
        run.kill()
        run.wait()
        launch.database.server.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    assert hashes(launch, log=True) == before
    assert done(remove(launch, tenant, path))["changed"]


def test_two_runs_remove_it_once(launch, tenant, path):
    runs = [launch.start("postgres_tenant", **removal(tenant, path)) for _ in range(2)]
    outcomes = [(json.loads(run.stdout.read()), run.wait())[0] for run in runs]
    assert sum(bool(outcome.get("changed")) for outcome in outcomes) == 1
    assert not remove(launch, tenant, path)["changed"]
    log = launch.rows(f"{as_tenant(tenant)}; SELECT count(*) FROM audit.audit_log WHERE action = 'delete' AND entity_type = 'app.tenants'")
    assert log == [(1,)]


def test_a_removal_and_a_registration_with_its_domain_in_one_call(launch, tenant, path):
    new = {"id": new_id(), "name": "Heir", "domain": f"{tenant.lower()}.example"}
    outcome = done(launch.run("postgres_tenant", actor=ACTOR, tenants=[new, *removal(tenant, path)["tenants"]]))
    assert [change["action"] for change in outcome["plan"]] == ["remove", "create"]
    assert AUTHOR != ACTOR


def test_a_registration_that_fails_takes_no_tenant_with_it(launch, tenant, path, tmp_path):
    """All of a call is done, or nothing: nobody learns of a removal from a run that failed."""
    second = tenant_with_rows(launch, status="inactive")
    export(launch, second, tmp_path / "second")
    before = hashes(launch, log=True)
    tenants = [{"id": new_id(), "name": "Heir"}, *removal(tenant, path)["tenants"], *removal(second, tmp_path / "second")["tenants"]]
    launch.execute("SET LOCAL ROLE launch_owner; ALTER TABLE app.tenants ADD CONSTRAINT no_heir CHECK (name <> 'Heir') NOT VALID")
    try:
        outcome = launch.run("postgres_tenant", actor=ACTOR, tenants=tenants)
    finally:
        launch.execute("SET LOCAL ROLE launch_owner; ALTER TABLE app.tenants DROP CONSTRAINT no_heir")
    assert outcome["failed"] and "Tenants were not registered" in outcome["msg"] and hashes(launch, log=True) == before
    outcome = done(launch.run("postgres_tenant", actor=ACTOR, tenants=tenants))
    assert [change["action"] for change in outcome["plan"]] == ["remove", "remove", "create"]
