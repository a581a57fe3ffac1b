# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

ACTOR = "00000000P1AYB00K0000000000"
FIRST = {"id": "01JAMZ0000TENANT0000000001", "name": "First", "domain": "first.example"}
SECOND = {"id": "01JAMZ0000TENANT0000000002", "name": "Second"}
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


@pytest.mark.parametrize(("tenant", "option"), [
    ({**FIRST, "id": "lower"}, "tenants[0].id"),
    ({**FIRST, "name": ""}, "tenants[0].name"),
    ({**FIRST, "domain": "First.example"}, "tenants[0].domain"),
])
def test_what_makes_no_sense_is_refused_before_anything_is_done(launch, tenant, option):
    outcome = launch.run("postgres_tenant", actor=ACTOR, tenants=[tenant])
    assert outcome["failed"] and outcome["option"] == option and outcome["remedy"]


def test_another_domain_is_refused_and_nothing_is_registered(launch):
    launch.run("postgres_tenant", actor=ACTOR, tenants=[FIRST])
    third = {"id": "01JAMZ0000TENANT0000000003", "name": "Third"}
    outcome = launch.run("postgres_tenant", actor=ACTOR, tenants=[third, {**FIRST, "domain": "moved.example"}])
    assert outcome["failed"] and "has the domain 'first.example'" in outcome["msg"]
    assert third["id"] not in [row[0] for row in launch.rows(REGISTERED)]


def test_a_login_that_is_not_the_platform_registers_nobody(launch):
    outcome = launch.as_user("launch_app").run("postgres_tenant", actor=ACTOR, tenants=[FIRST])
    assert outcome["failed"] and "can't become launch_platform: SQLSTATE 42501" in outcome["msg"]


def test_before_the_migrations_check_mode_plans_what_a_run_will_do(launch, target):
    outcome = target.run("postgres_tenant", check=True, actor=ACTOR, names=launch.names, tenants=[FIRST])
    assert [change["path"] for change in outcome["plan"]] == [FIRST["id"]]
