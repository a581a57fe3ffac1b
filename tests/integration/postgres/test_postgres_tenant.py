# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
import time

import pytest

from tests.integration.postgres.modules import held

ACTOR = "00000000P1AYB00K0000000000"
FIRST = {"id": "01JAMZ0000TENANT0000000001", "name": "First", "domain": "first.example"}
SECOND = {"id": "01JAMZ0000TENANT0000000002", "name": "Second"}
THIRD = {"id": "01JAMZ0000TENANT0000000003", "name": "Third"}
FOURTH = {"id": "01JAMZ0000TENANT0000000004", "name": "Fourth"}
REGISTERED = "SET ROLE launch_platform; SELECT id, name, domain, status FROM app.tenants WHERE id LIKE '01JAMZ0000TENANT%' ORDER BY id"


def test_tenants_are_registered_and_have_their_status(launch):
    outcome = launch.run("postgres_tenant", actor=ACTOR, tenants=[FIRST, {**SECOND, "status": "suspended"}])
    assert [(change["action"], change["path"]) for change in outcome["plan"]] == [
        ("create", FIRST["id"]), ("create", SECOND["id"]), ("set_status", f"{SECOND['id']}.status"),
    ]
    assert launch.rows(REGISTERED) == [(FIRST["id"], "First", "first.example", "active"), (SECOND["id"], "Second", None, "suspended")]
    outcome = launch.run("postgres_tenant", actor=ACTOR, tenants=[{**FIRST, "name": "Renamed"}, {**SECOND, "status": "active"}])
    assert [(change["path"], change["before"], change["after"]) for change in outcome["plan"]] == [(f"{SECOND['id']}.status", "suspended", "active")]
    assert [tenant["name"] for tenant in outcome["tenants"]] == ["First", "Second"]


def test_domain_and_settings_are_kept_and_the_tenants_own_settings_stay(launch):
    outcome = launch.run("postgres_tenant", actor=ACTOR, tenants=[{**THIRD, "domain": "third.example", "settings": {"plan": "basic", "seats": 5}}])
    assert [change["after"] for change in outcome["plan"]] == [
        {"name": "Third", "domain": "third.example", "settings": {"plan": "basic", "seats": 5}},
    ]
    launch.execute(
        f"SET LOCAL ROLE launch_migrator; SELECT app.assume_context('{THIRD['id']}', '{ACTOR}'); SET LOCAL ROLE launch_rw;"
        """ UPDATE app.tenants SET name = 'Own', settings = settings || '{"theme": "dark"}'""",
    )
    again = [{**THIRD, "domain": "moved.example", "settings": {"plan": "large", "seats": None, "none": None}}]
    assert changes(launch.run("postgres_tenant", actor=ACTOR, tenants=again)) == [
        ("third.example", "moved.example"), ({"plan": "basic", "seats": 5}, {"plan": "large", "seats": None}),
    ]
    found = launch.rows(f"SET ROLE launch_platform; SELECT name, domain, settings FROM app.tenants WHERE id = '{THIRD['id']}'")
    assert found == [("Own", "moved.example", {"plan": "large", "theme": "dark"})]
    assert changes(launch.run("postgres_tenant", actor=ACTOR, tenants=[{**THIRD, "domain": ""}])) == [("moved.example", None)]
    assert changes(launch.run("postgres_tenant", actor=ACTOR, tenants=[THIRD])) == []


def changes(outcome):
    assert not outcome.get("failed"), outcome["msg"]
    return [(change["before"], change["after"]) for change in outcome["plan"]]


@pytest.mark.parametrize(("tenant", "option"), [
    ({**FIRST, "id": "lower"}, "tenants[0].id"),
    ({**FIRST, "id": "01JAMZ0000TENANT0000000001\0"}, "tenants[0].id"),
    ({**FIRST, "name": ""}, "tenants[0].name"),
    ({**FIRST, "name": "n" * 300}, "tenants[0].name"),
    ({**FIRST, "name": "a\0b"}, "tenants[0].name"),
    ({**FIRST, "domain": "First.example"}, "tenants[0].domain"),
    ({**FIRST, "domain": "a'); drop table tenants"}, "tenants[0].domain"),
    ({**FIRST, "settings": {"a": "\0"}}, "tenants[0].settings"),
    ({**FIRST, "settings": {"a": "x" * 65536}}, "tenants[0].settings"),
    ({**FIRST, "domain": "taken.example"}, "tenants"),
])
@pytest.mark.parametrize("check", [True, False])
def test_what_would_fail_is_refused_in_check_mode_as_well_and_before_anything_is_done(launch, tenant, option, check):
    launch.run("postgres_tenant", actor=ACTOR, tenants=[{**FOURTH, "domain": "taken.example"}])
    before = launch.rows(REGISTERED)
    outcome = launch.run("postgres_tenant", check=check, actor=ACTOR, tenants=[tenant, {"id": "01JAMZ0000TENANT0000000009", "name": "Ninth"}])
    assert outcome["failed"] and outcome["option"] == option and outcome["remedy"]
    assert launch.rows(REGISTERED) == before


def test_settings_that_fit_only_without_the_tenants_own_are_refused_in_check_mode_as_well(launch):
    launch.run("postgres_tenant", actor=ACTOR, tenants=[{**FOURTH, "settings": {"own": "x" * 60000}}])
    for check in (True, False):
        outcome = launch.run("postgres_tenant", check=check, actor=ACTOR, tenants=[{**FOURTH, "settings": {"more": "x" * 6000}}])
        assert "they have 66023 bytes as JSON" in outcome["msg"]


def test_domains_change_places_and_a_new_tenant_gets_the_one_that_is_given_up(launch):
    launch.run("postgres_tenant", actor=ACTOR, tenants=[{**FIRST, "domain": "one.example"}, {**SECOND, "domain": "two.example"}])
    new = {"id": "01JAMZ0000TENANT0000000008", "name": "Eighth", "domain": "two.example", "status": "suspended"}
    outcome = launch.run("postgres_tenant", actor=ACTOR, tenants=[new, {**FIRST, "domain": "free.example"}, {**SECOND, "domain": "one.example"}])
    assert [row[2:] for row in launch.rows(REGISTERED) if row[0] in (FIRST["id"], SECOND["id"], new["id"])] == [
        ("free.example", "active"), ("one.example", "active"), ("two.example", "suspended"),
    ]
    assert len(outcome["plan"]) == 4


def test_runs_that_meet_register_each_tenant_once(launch):
    """One finds what the other has made meanwhile, and waits for it."""
    tenants = [{"id": f"01JAMZ0000MEETNG0000000{number:03}", "name": "Meeting", "domain": f"m{number}.example"} for number in range(100)]
    runs = [launch.start("postgres_tenant", actor=ACTOR, tenants=given) for given in (tenants, tenants[::-1], tenants[50:] + tenants[:50])]
    assert [json.loads(run.stdout.read()).get("failed") for run in runs] == [None, None, None]
    assert [run.wait() for run in runs] == [0, 0, 0]
    registered = "SET ROLE launch_platform; SELECT count(*) FROM app.tenants WHERE id LIKE '01JAMZ0000MEETNG%' AND version = 1"
    assert launch.rows(registered) == [(100,)]
    assert not launch.run("postgres_tenant", actor=ACTOR, tenants=tenants)["changed"]


def test_a_run_that_dies_registers_nobody_and_the_next_one_all(launch):
    """It waits for another session in the middle of its tenants when it is killed."""
    tenants = [{"id": f"01JAMZ0000KA1EED0000000{number:03}", "name": "Killed"} for number in range(20)]
    registered = "SET ROLE launch_platform; SELECT count(*) FROM app.tenants WHERE id LIKE '01JAMZ0000KA1EED%'"
    holding = f"SET LOCAL ROLE launch_platform; SELECT app.create_tenant('{tenants[10]['id']}', 'Held', NULL, '{ACTOR}')"
    with held(launch, holding):
        run = launch.start("postgres_tenant", actor=ACTOR, tenants=tenants)
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%register_tenants%'"
        wait_until(lambda: launch.database.server.psql(waiting).strip() == "1")
        run.kill()
        run.wait()
        wait_until(lambda: launch.database.server.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'SELECT \"app\".register%'") == "")
        assert launch.rows(registered) == [(0,)]
    assert launch.run("postgres_tenant", actor=ACTOR, tenants=tenants)["changed"]
    assert launch.rows(registered) == [(20,)]


def wait_until(done):
    until = time.monotonic() + 20
    while not done():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_login_that_is_not_the_platform_registers_nobody(launch):
    outcome = launch.as_user("launch_app").run("postgres_tenant", actor=ACTOR, tenants=[FIRST])
    assert outcome["failed"] and "this login can't become launch_platform." in outcome["msg"]


def test_before_the_migrations_check_mode_plans_what_a_run_will_do(launch, target):
    outcome = target.run("postgres_tenant", check=True, actor=ACTOR, names=launch.names, tenants=[FIRST])
    assert [change["path"] for change in outcome["plan"]] == [FIRST["id"]]
