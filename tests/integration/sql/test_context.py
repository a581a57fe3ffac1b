# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tenant context holds for one transaction, one tenant and one actor, whichever form of set_context() set it."""

from __future__ import annotations

import contextlib
import secrets
import time
import typing as t

import pytest
from psycopg2 import errors

from ansible_collections.launch.database.plugins.module_utils._postgres.context.tokens import Issuer, Key
from tests.integration.sql.sessions import Session, Tenant, refused

if t.TYPE_CHECKING:
    from tests.integration.sql.conftest import Connect
    from tests.support.postgres import Database

UNKNOWN = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
UNSIGNED = "select app.set_context(%s, %s)"
SIGNED = "select app.set_context(%s)"


@pytest.fixture(params=["unsigned", "signed"])
def set_context(request: pytest.FixtureRequest, issuer: Issuer) -> t.Callable[[Session, str, str], str]:
    """Either form of set_context(), for a tenant and an actor."""
    if request.param == "signed":
        return lambda session, tenant, actor: session.value(SIGNED, issuer.token(tenant, actor))
    return lambda session, tenant, actor: session.value(UNSIGNED, tenant, actor)


SetContext = t.Callable[[Session, str, str], str]


def test_context_names_tenant_and_actor(app: Session, alpha: Tenant, set_context: SetContext) -> None:
    with app.transaction():
        assert set_context(app, alpha.id, alpha.actor) == alpha.id
        assert app.run("select app.current_tenant(), app.current_actor()") == [(alpha.id, alpha.actor)]


def test_context_needs_no_right_to_write(connect: Connect, alpha: Tenant, set_context: SetContext) -> None:
    """Nor a transaction id, so that it works on a replica."""
    with connect("launch_report").transaction() as session:
        session.run("set transaction read only")
        set_context(session, alpha.id, alpha.actor)
        assert session.run("select id, pg_current_xact_id_if_assigned() from app.projects") == [(alpha.project, None)]


@pytest.mark.parametrize("function", ["current_tenant", "current_actor"])
def test_no_context_is_an_error_with_a_hint(app: Session, function: str) -> None:
    with app.transaction(), refused("context_missing") as caught:
        app.run(f"select app.{function}()")
    assert "app.set_context" in caught.value.diag.message_hint


def test_context_ends_with_its_transaction(app: Session, alpha: Tenant, set_context: SetContext) -> None:
    with app.transaction(keep=True):
        set_context(app, alpha.id, alpha.actor)
        assert app.value("select count(*) from app.projects") == 1
    with app.transaction(), refused("context_missing"):
        app.run("select from app.projects")


def test_context_set_outside_of_a_transaction_counts_nowhere(app: Session, alpha: Tenant, set_context: SetContext) -> None:
    app.connection.autocommit = True
    set_context(app, alpha.id, alpha.actor)
    with refused("context_missing"):
        app.run("select from app.projects")


def test_same_context_may_be_set_again(app: Session, alpha: Tenant, set_context: SetContext) -> None:
    with app.transaction(alpha):
        set_context(app, alpha.id, alpha.actor)
        assert app.value("select app.current_tenant()") == alpha.id


@pytest.mark.parametrize("part", ["id", "actor"])
def test_another_tenant_or_actor_needs_another_transaction(
    app: Session, alpha: Tenant, beta: Tenant, set_context: SetContext, part: str
) -> None:
    other = {"tenant": alpha.id, "actor": alpha.actor} | {part.replace("id", "tenant"): getattr(beta, part)}
    with app.transaction(alpha), refused("context_changed"):
        set_context(app, other["tenant"], other["actor"])


@pytest.mark.parametrize(
    ("tenant", "actor"),
    [(UNKNOWN, UNKNOWN), (None, UNKNOWN), ("not an id", UNKNOWN), ("' or true --", UNKNOWN), ("", ""), ("alpha", None), ("alpha", "somebody")],
)
def test_tenant_or_actor_that_cannot_be_is_refused(app: Session, alpha: Tenant, tenant: str | None, actor: str | None) -> None:
    with app.transaction(), refused("context_refused"):
        app.run(UNSIGNED, alpha.id if tenant == "alpha" else tenant, actor)


@pytest.mark.parametrize(("tenant", "actor"), [(UNKNOWN, UNKNOWN), ("no-id", UNKNOWN), ("alpha", "somebody")])
def test_a_token_for_what_cannot_be_is_refused(app: Session, alpha: Tenant, issuer: Issuer, tenant: str, actor: str) -> None:
    with app.transaction(), refused("context_refused"):
        app.run(SIGNED, issuer.token(alpha.id if tenant == "alpha" else tenant, actor))


def spliced(token: str, other: str) -> dict[str, str | None]:
    """Tokens that nobody made: of two good ones, of one that was changed, and of nothing."""
    return {
        "the MAC of another": other[:64] + token[64:],
        "another tenant": token.replace(token[82:108], other[82:108]),
        "another actor": token[:109] + other[109:],
        "a later expiry": token[:72] + str(int(token[72:82]) + 1) + token[82:],
        "another key": token[:64] + "00000000" + token[72:],
        "MAC in capitals": token[:64].upper() + token[64:],
        "something behind it": token + " x",
        "a space behind it": token + " ",
        "cut": token[:-1],
        "without a MAC": token[64:],
        "no number for the expiry": token[:72] + "0123456789"[::-1].replace("5", "x") + token[82:],
        "empty": "",
        "null": None,
        "words": "let me in",
        "not ASCII": token[:-1] + "\N{LATIN SMALL LETTER E WITH ACUTE}",
    }


@pytest.mark.parametrize("change", spliced("0" * 140, "0" * 140))
def test_a_token_that_was_not_made_so_is_refused(app: Session, alpha: Tenant, beta: Tenant, issuer: Issuer, change: str) -> None:
    token, other = (issuer.token(tenant.id, tenant.actor) for tenant in (alpha, beta))
    with app.transaction(), refused("context_refused"):
        app.run(SIGNED, spliced(token, other)[change])


@pytest.mark.parametrize(("clock", "life"), [(-31, 30), (-100000, 300), (2, 300), (100000, 30)])
def test_a_token_counts_until_it_expires_and_for_minutes_at_most(
    app: Session, alpha: Tenant, issuer_at: t.Callable[..., Issuer], clock: int, life: int
) -> None:
    with app.transaction(), refused("context_expired"):
        app.run(SIGNED, issuer_at(lambda: time.time() + clock).token(alpha.id, alpha.actor, life))


def test_a_token_of_another_database_is_refused(app: Session, alpha: Tenant, issuer_at: t.Callable[..., Issuer]) -> None:
    with app.transaction(), refused("context_refused"):
        app.run(SIGNED, issuer_at(time.time, database="postgres").token(alpha.id, alpha.actor))


@pytest.mark.parametrize(("begins", "ends", "taken"), [
    ("-1 h", "infinity", True), ("-2 h", "1 h", True), ("1 h", "infinity", False), ("1 h", "2 h", False), ("-2 h", "-1 h", False),
])
def test_a_key_counts_in_its_time(app: Session, database: Database, alpha: Tenant, begins: str, ends: str, taken: bool) -> None:
    """As its keeper has written it; the module's keys begin at once."""
    key = Key(secrets.token_hex(32))
    until = "'infinity'" if ends == "infinity" else f"now() + interval '{ends}'"
    with contextlib.closing(database.connect()) as connection:
        keeper = Session(connection)
        keeper.run("set role launch_key_keeper")
        keeper.run(f"insert into seal.token_keys values (%s, %s, %s, now() + interval '{begins}', {until})", key.id, *key.pads)
        connection.commit()
        try:
            with app.transaction(), contextlib.nullcontext() if taken else refused("context_refused"):
                assert app.value(SIGNED, Issuer(key, database.name).token(alpha.id, alpha.actor)) == alpha.id
        finally:
            keeper.run("delete from seal.token_keys where id = %s", key.id)
            keeper.run("delete from seal.uses where key_id = %s", key.id)
            connection.commit()


def test_only_trusted_roles_skip_the_look_at_the_tenant(app: Session, alpha: Tenant) -> None:
    for call in ("app.assume_context(%s, %s)", "app.drop_context()"):
        with app.transaction(), pytest.raises(errors.InsufficientPrivilege, match="permission denied for function"):
            app.run(f"select {call}", *[alpha.id, alpha.actor] if "%s" in call else [])
