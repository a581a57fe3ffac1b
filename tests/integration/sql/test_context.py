# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tenant context holds for one transaction, one tenant and one actor."""

from __future__ import annotations

import typing as t

import pytest
from psycopg2 import Error, errors

from tests.integration.sql.sessions import Session, Tenant

if t.TYPE_CHECKING:
    from tests.integration.sql.conftest import Connect

UNKNOWN = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


def test_context_names_tenant_and_actor(app: Session, alpha: Tenant) -> None:
    with app.transaction(alpha):
        assert app.run("select app.current_tenant(), app.current_actor()") == [(alpha.id, alpha.actor)]


def test_context_needs_no_right_to_write(connect: Connect, alpha: Tenant) -> None:
    """Nor a transaction id, so that it works on a replica."""
    with connect("launch_report").transaction() as session:
        session.run("set transaction read only")
        session.run("select app.set_context(%s, %s)", alpha.id, alpha.actor)
        assert session.run("select id, pg_current_xact_id_if_assigned() from app.projects") == [(alpha.project, None)]


@pytest.mark.parametrize("function", ["current_tenant", "current_actor"])
def test_no_context_is_an_error_with_a_hint(app: Session, function: str) -> None:
    with app.transaction(), pytest.raises(errors.InsufficientPrivilege, match="no tenant context") as caught:
        app.run(f"select app.{function}()")
    assert "app.set_context" in caught.value.diag.message_hint


def test_context_ends_with_its_transaction(app: Session, alpha: Tenant) -> None:
    with app.transaction(alpha, keep=True):
        assert app.value("select count(*) from app.projects") == 1
    with app.transaction(), pytest.raises(errors.InsufficientPrivilege, match="no tenant context"):
        app.run("select from app.projects")


def test_value_left_in_the_session_does_not_count(app: Session, alpha: Tenant) -> None:
    with app.transaction(alpha, keep=True):
        app.run("select set_config('launch.context', current_setting('launch.context'), false)")
        assert app.value("select count(*) from app.projects") == 1
    with app.transaction(), pytest.raises(errors.InsufficientPrivilege, match="no tenant context"):
        assert app.value("select current_setting('launch.context')").endswith(alpha.actor)
        app.run("select from app.projects")


def test_value_set_before_the_transaction_does_not_count(app: Session, alpha: Tenant) -> None:
    app.connection.autocommit = True
    app.run(f"set launch.context = '0.0 {alpha.id} {alpha.actor}'")
    app.run("select app.set_context(%s, %s)", alpha.id, alpha.actor)
    with pytest.raises(errors.InsufficientPrivilege, match="no tenant context"):
        app.run("select from app.projects")


def test_context_set_after_a_savepoint_goes_with_it(app: Session, alpha: Tenant) -> None:
    with app.transaction():
        app.run("savepoint before")
        app.run("select app.set_context(%s, %s)", alpha.id, alpha.actor)
        app.run("rollback to before")
        with pytest.raises(errors.InsufficientPrivilege, match="no tenant context"):
            app.run("select from app.projects")


def test_same_context_may_be_set_again(app: Session, alpha: Tenant) -> None:
    with app.transaction(alpha):
        app.run("select app.set_context(%s, %s)", alpha.id, alpha.actor)
        assert app.value("select app.current_tenant()") == alpha.id


def test_another_tenant_needs_another_transaction(app: Session, alpha: Tenant, beta: Tenant) -> None:
    with app.transaction(alpha), pytest.raises(errors.InvalidTransactionState, match="already"):
        app.run("select app.set_context(%s, %s)", beta.id, beta.actor)


def test_another_actor_needs_another_transaction(app: Session, alpha: Tenant, beta: Tenant) -> None:
    with app.transaction(alpha), pytest.raises(errors.InvalidTransactionState, match="already"):
        app.run("select app.set_context(%s, %s)", alpha.id, beta.actor)


@pytest.mark.parametrize("half", ["0.0", "{now}", "{now} {tenant}"])
def test_incomplete_value_is_no_context(app: Session, alpha: Tenant, half: str) -> None:
    with app.transaction():
        now = app.value("select extract(epoch from now())::text")
        app.run("select set_config('launch.context', %s, true)", half.format(now=now, tenant=alpha.id))
        with pytest.raises(errors.InsufficientPrivilege, match="no tenant context"):
            app.run("select app.current_tenant(), app.current_actor()")


REFUSED: list[tuple[t.Any, t.Any, type[Error]]] = [
    (UNKNOWN, UNKNOWN, errors.InsufficientPrivilege),
    (None, UNKNOWN, errors.InsufficientPrivilege),
    ("not an id", UNKNOWN, errors.CheckViolation),
    ("' or true --", UNKNOWN, errors.CheckViolation),
]


@pytest.mark.parametrize(("tenant", "actor", "error"), REFUSED)
def test_tenant_that_cannot_be_is_refused(app: Session, tenant: t.Any, actor: t.Any, error: type[Error]) -> None:
    with app.transaction(), pytest.raises(error):
        app.run("select app.set_context(%s, %s)", tenant, actor)


@pytest.mark.parametrize(("actor", "error"), [(None, errors.NullValueNotAllowed), ("somebody", errors.CheckViolation)])
def test_actor_has_to_be_an_id(app: Session, alpha: Tenant, actor: t.Any, error: type[Error]) -> None:
    with app.transaction(), pytest.raises(error):
        app.run("select app.set_context(%s, %s)", alpha.id, actor)


def test_only_trusted_roles_skip_the_look_at_the_tenant(app: Session, alpha: Tenant) -> None:
    with app.transaction(), pytest.raises(errors.InsufficientPrivilege, match="permission denied for function"):
        app.run("select app.assume_context(%s, %s)", alpha.id, alpha.actor)
