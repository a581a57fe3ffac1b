# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A gateway asks which active tenant a domain belongs to, and can do nothing else."""

from __future__ import annotations

import typing as t

import pytest
from psycopg2 import errors

from tests.integration.sql.sessions import Session, Tenant

if t.TYPE_CHECKING:
    from tests.integration.sql.conftest import Connect

ACTOR = "01ARZ3NDEKTSV4RRFFQ69G5FAW"
ASK = "select app.tenant_of_domain(%s)"
IDN = ("01ARZ3NDEKTSV4RRFFQ69G5F0D", "xn--mnchen-3ya.example")
KELVIN = ("01ARZ3NDEKTSV4RRFFQ69G5F0E", "kelvin.example")


@pytest.fixture
def gateway(connect: Connect) -> Session:
    return connect("launch_door")


def test_gateway_learns_the_tenant_of_a_domain(gateway: Session, alpha: Tenant, beta: Tenant) -> None:
    with gateway.transaction():
        gateway.run("set transaction read only")
        assert [gateway.value(ASK, f"{name}.test") for name in ("alpha", "beta")] == [alpha.id, beta.id]


@pytest.mark.parametrize("asked", ["alpha.test", "ALPHA.test", "Alpha.Test.", "alpha.test."])
def test_capitals_and_one_dot_at_the_end_do_not_count(gateway: Session, alpha: Tenant, asked: str) -> None:
    with gateway.transaction():
        assert gateway.value(ASK, asked) == alpha.id


@pytest.mark.usefixtures("alpha")
@pytest.mark.parametrize("asked", [
    "unknown.test", "alpha.test..", "alpha.test:443", " alpha.test", "alpha.test\n", "al%", "%", "", ".", None, "a" * 300, "alpha.test" + "." * 300,
])
def test_other_spellings_and_unknown_domains_answer_nothing(gateway: Session, asked: str | None) -> None:
    with gateway.transaction():
        assert gateway.run(ASK, asked) == [(None,)]


@pytest.mark.parametrize("status", ["suspended", "inactive"])
def test_a_tenant_that_is_not_active_answers_as_an_unknown_one(master: Session, alpha: Tenant, status: str) -> None:
    with master.transaction():
        master.run("set local role launch_platform")
        master.run("select app.set_tenant_status(%s, %s, %s)", alpha.id, status, ACTOR)
        master.run("set local role launch_gateway")
        assert master.run(ASK, "alpha.test") == master.run(ASK, "unknown.test") == [(None,)]


@pytest.mark.parametrize(("tenant", "asked", "found"), [
    (IDN, "XN--Mnchen-3ya.example.", True),
    (IDN, "m\N{LATIN SMALL LETTER U WITH DIAERESIS}nchen.example", False),
    (KELVIN, "KELVIN.example", True),
    (KELVIN, "\N{KELVIN SIGN}elvin.example", False),
])
def test_names_in_other_scripts_are_their_a_labels(master: Session, tenant: tuple[str, str], asked: str, found: bool) -> None:
    with master.transaction():
        master.run("set local role launch_platform")
        master.run("select app.create_tenant(%s, 'x', %s, %s)", *tenant, ACTOR)
        master.run("set local role launch_gateway")
        assert master.value(ASK, asked) == (tenant[0] if found else None)


@pytest.mark.usefixtures("alpha")
@pytest.mark.parametrize("statement", [
    "select from app.tenants", "select domain from app.tenants", "select from app.projects", "select from audit.audit_log",
    "select app.set_context('a', 'b')", "select app.set_context('a')", "select app.current_tenant()", "select app.new_entity_id()",
    "select app.create_tenant('a', 'b', 'c', 'd')", "select app.register_tenants('[]', 'a')", "select app.change_tenants('[]', 'a')",
    "select app.removed_tenants('{a}')",
    "select app.set_tenant_status('a', 'b', 'c')", "select app.assume_context('a', 'b')", "update app.tenants set domain = 'x'", "delete from app.tenants",
    "create table app.mine ()", "create temporary table mine ()", "set role launch_platform",
])
def test_gateway_can_do_nothing_else(gateway: Session, statement: str) -> None:
    with gateway.transaction(), pytest.raises(errors.InsufficientPrivilege):
        gateway.run(statement)


@pytest.mark.parametrize("login", ["launch_app", "launch_report", "launch_audit", "launch_archive", "launch_ops"])
def test_nobody_else_may_ask(connect: Connect, login: str) -> None:
    with (session := connect(login)).transaction(), pytest.raises(errors.InsufficientPrivilege, match="permission denied for function"):
        session.run(ASK, "alpha.test")
