# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The platform registers tenants and ends them; it sees no tenant's rows."""

from __future__ import annotations

import pytest
from psycopg2 import errors

from ansible_collections.launch.database.plugins.module_utils._postgres.context.tokens import Issuer
from tests.integration.sql.conftest import new_id
from tests.integration.sql.sessions import Session, Tenant, refused

NEW = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
ACTOR = "01ARZ3NDEKTSV4RRFFQ69G5FAW"


def create(session: Session, tenant: str = NEW, name: str = "gamma", domain: str | None = "gamma.test") -> bool:
    return session.value("select app.create_tenant(%s, %s, %s, %s)", tenant, name, domain, ACTOR)


def test_second_creation_changes_nothing(platform: Session) -> None:
    with platform.transaction():
        assert [create(platform), create(platform)] == [True, False]
        assert platform.run("select name, domain, status, version from app.tenants where id = %s", NEW) == [
            ("gamma", "gamma.test", "active", 1)
        ]


def test_creation_is_in_the_tenants_log_with_its_actor(master: Session) -> None:
    with master.transaction():
        master.run("set local role launch_platform")
        create(master)
        master.run("set local role launch_archiver")
        assert master.run(
            "select performed_by, action, entity_type, entity_id from audit.audit_log where tenant_id = %s", NEW
        ) == [(ACTOR, "insert", "app.tenants", NEW)]


def test_name_given_by_the_tenant_is_kept(platform: Session, alpha: Tenant) -> None:
    with platform.transaction():
        assert create(platform, alpha.id, "another name", "alpha.test") is False
        assert platform.value("select name from app.tenants where id = %s", alpha.id) == "alpha"


def test_another_domain_for_a_known_tenant_is_refused(platform: Session, alpha: Tenant) -> None:
    with platform.transaction(), pytest.raises(errors.InvalidParameterValue, match="another domain"):
        create(platform, alpha.id, "alpha", "elsewhere.test")


def test_domain_of_another_tenant_is_refused(platform: Session, alpha: Tenant) -> None:
    with platform.transaction(), pytest.raises(errors.UniqueViolation):
        create(platform, domain="alpha.test")


@pytest.mark.usefixtures("alpha")
def test_platform_gets_no_context_from_creating(platform: Session) -> None:
    with platform.transaction():
        create(platform)
        with pytest.raises(errors.InsufficientPrivilege, match="permission denied for function"):
            platform.run("select app.current_tenant()")


@pytest.mark.usefixtures("alpha")
def test_nobody_gets_a_context_from_creating(master: Session) -> None:
    with master.transaction(), refused("context_missing"):
        master.run("set local role launch_platform")
        create(master)
        master.run("set local role launch_rw")
        master.run("select app.current_tenant()")


def test_an_id_that_the_log_has_entries_of_is_not_given_again(master: Session, platform: Session, alpha: Tenant) -> None:
    """Here of a tenant that was never registered: what counts is what it would read."""
    known = new_id(master)
    with master.transaction():
        master.run("set local role launch_migrator")
        master.run("select app.assume_context(%s, %s)", known, ACTOR)
        master.run("set local role launch_rw")
        master.run("select audit.record('signed', 'contract', '1', '{}')")
        master.run("commit")
    with platform.transaction():
        assert platform.run("select app.removed_tenants(%s)", [known, alpha.id, NEW]) == [(known,)]
        with pytest.raises(errors.InvalidParameterValue, match="there was a tenant"):
            create(platform, known, "gamma", None)


@pytest.mark.parametrize("question", ["app.was_tenant()", "audit.knew_tenant()"])
def test_platform_asks_the_log_by_ids_only(platform: Session, question: str) -> None:
    with platform.transaction(), pytest.raises(errors.InsufficientPrivilege, match="permission denied for function"):
        platform.run(f"select {question}")


@pytest.mark.parametrize("table", ["app.projects", "app.tasks", "audit.audit_log"])
def test_platform_sees_no_tenants_rows(platform: Session, table: str) -> None:
    with platform.transaction(), pytest.raises(errors.InsufficientPrivilege, match="permission denied"):
        platform.run(f"select from {table}")


@pytest.mark.parametrize(
    "statement",
    ["insert into app.tenants (name) values ('x')", "update app.tenants set name = 'x'", "delete from app.tenants"],
)
def test_platform_changes_tenants_through_functions_only(platform: Session, statement: str) -> None:
    with platform.transaction(), pytest.raises(errors.InsufficientPrivilege, match="permission denied"):
        platform.run(statement)


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("status", ["suspended", "inactive"])
def test_only_an_active_tenant_gets_a_context(master: Session, alpha: Tenant, issuer: Issuer, status: str, signed: bool) -> None:
    context = [issuer.token(alpha.id, alpha.actor)] if signed else [alpha.id, alpha.actor]
    with master.transaction():
        master.run("set local role launch_platform")
        change = "select app.set_tenant_status(%s, %s, %s)"
        assert [master.value(change, alpha.id, status, ACTOR) for _ in range(2)] == [True, False]
        master.run("set local role launch_rw")
        with refused("context_refused"):
            master.run(f"select app.set_context({', '.join(['%s'] * len(context))})", *context)


def test_unknown_tenant_has_no_status_to_change(platform: Session) -> None:
    with platform.transaction(), pytest.raises(errors.NoDataFound, match=NEW):
        platform.run("select app.set_tenant_status(%s, 'inactive', %s)", NEW, ACTOR)


def test_unknown_status_is_refused(platform: Session, alpha: Tenant) -> None:
    with platform.transaction(), pytest.raises(errors.CheckViolation):
        platform.run("select app.set_tenant_status(%s, 'asleep', %s)", alpha.id, ACTOR)


@pytest.mark.parametrize(
    "call",
    [
        "app.create_tenant('a', 'b', 'c', 'd')", "app.set_tenant_status('a', 'b', 'c')", "audit.ensure_partitions(1)",
        "app.removed_tenants('{a}')", "app.was_tenant()", "audit.knew_tenant()",
    ],
)
def test_application_cannot_act_as_the_platform(app: Session, call: str) -> None:
    with app.transaction(), pytest.raises(errors.InsufficientPrivilege, match="permission denied for function"):
        app.run(f"select {call}")
