# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The context on a standby that streams from its primary: each attack as on the primary, and nothing of it needs a write."""

from __future__ import annotations

import contextlib
import secrets
import time
import typing as t

import psycopg2
import pytest
from psycopg2 import errors

from tests.integration.sql.conftest import set_strength
from tests.integration.sql.sessions import Session, Tenant, refused
from tests.support.postgres import running_standby

if t.TYPE_CHECKING:
    from ansible_collections.launch.database.plugins.module_utils._postgres.context.tokens import Issuer, Key
    from tests.support.postgres import Database

SET = "select app.set_context(%s)"


class Standby(t.NamedTuple):
    """A standby of the suite's server, in the same container."""

    database: Database
    port: int

    def connect(self, user: str = "launch_app") -> psycopg2.extensions.connection:
        server = self.database.server
        return psycopg2.connect(
            host=server.host, hostaddr=server.address, port=self.port, dbname=self.database.name, user=user, password=self.database.passwords[user],
            sslmode="verify-full", sslrootcert=str(server.ca_file),
        )

    def catch_up(self) -> None:
        """Wait until it has all that the primary has written until now."""
        until = self.database.server.psql("select pg_current_wal_lsn()").strip()
        with contextlib.closing(self.connect()) as connection, connection.cursor() as cursor:
            connection.autocommit = True
            for _attempt in range(300):
                cursor.execute("select pg_last_wal_replay_lsn() >= %s", (until,))
                if cursor.fetchone()[0]:
                    return
                time.sleep(0.1)
        raise AssertionError(f"the standby has not replayed {until} within 30 s")


@pytest.fixture(scope="module")
def standby(database: Database, tenants: tuple[Tenant, Tenant]) -> t.Iterator[Standby]:
    with running_standby(database.server) as port:
        yield Standby(database, port)


@pytest.fixture
def app(standby: Standby) -> t.Iterator[Session]:
    """The application on the standby."""
    with contextlib.closing(standby.connect()) as connection:
        yield Session(connection)


@pytest.fixture
def strength(database: Database, standby: Standby) -> t.Iterator[t.Callable[[str], None]]:
    """Set the strength on the primary, and wait for it here."""

    def change(name: str) -> None:
        set_strength(database, name)
        standby.catch_up()

    yield change
    change("transaction")


@pytest.fixture
def token(issuer: Issuer, standby: Standby, alpha: Tenant) -> str:
    standby.catch_up()
    return issuer.token(alpha.id, alpha.actor)


def seen(session: Session) -> set[str]:
    return {row[0] for row in session.run("select tenant_id from app.projects")}


def test_it_streams_and_rows_of_the_primary_arrive(standby: Standby, database: Database, app: Session, token: str, alpha: Tenant) -> None:
    assert database.server.psql("select state from pg_stat_replication").strip() == "streaming"
    assert app.value("select pg_is_in_recovery()") is True
    app.connection.rollback()
    name = secrets.token_hex(4)
    with contextlib.closing(database.connect("launch_app")) as primary, Session(primary).transaction(alpha, keep=True) as session:
        session.run("insert into app.projects (name) values (%s)", name)
    standby.catch_up()
    try:
        with app.transaction():
            assert app.value(SET, token) == alpha.id
            assert app.run("select tenant_id from app.projects where name = %s", name) == [(alpha.id,)]
            assert seen(app) == {alpha.id}
    finally:
        with contextlib.closing(database.connect("launch_app")) as primary, Session(primary).transaction(alpha, keep=True) as session:
            session.run("delete from app.projects where name = %s", name)


@pytest.mark.parametrize(("name", "unsigned"), [("transaction", None), ("both", None), ("signed", "context_unsigned")])
def test_the_strength_is_the_primarys(app: Session, strength: t.Callable[[str], None], token: str, alpha: Tenant, name: str, unsigned: str | None) -> None:
    strength(name)
    with app.transaction():
        app.run(SET, token)
        assert seen(app) == {alpha.id}
    with app.transaction(), refused(unsigned) if unsigned else contextlib.nullcontext():
        app.run("select app.set_context(%s, %s)", alpha.id, alpha.actor)
        assert seen(app) == {alpha.id}


def test_a_second_tenant_or_actor_in_one_transaction_is_refused(app: Session, issuer: Issuer, token: str, alpha: Tenant, beta: Tenant) -> None:
    for other in (issuer.token(beta.id, beta.actor), issuer.token(alpha.id, beta.actor)):
        with app.transaction(), refused("context_changed"):
            app.run(SET, token)
            app.run(SET, other)
    with app.transaction(), refused("context_refused"):
        app.run(SET, token[:64] + issuer.token(beta.id, beta.actor)[64:])


@pytest.mark.parametrize("between", ["commit", "commit and chain", "rollback", "reset all"])
def test_the_second_of_two_transactions_in_one_message_and_a_cleared_context_are_none(app: Session, token: str, between: str) -> None:
    app.connection.autocommit = True
    with refused("context_missing"):
        app.run(f"begin; select app.set_context('{token}'); {between}; select from app.projects")


def test_residual_a_cleared_context_and_a_second_good_token(app: Session, issuer: Issuer, token: str, beta: Tenant) -> None:
    """As on the primary: who has two tokens could take two transactions."""
    with app.transaction():
        app.run(SET, token)
        app.run("reset all")
        app.run(SET, issuer.token(beta.id, beta.actor))
        assert seen(app) == {beta.id}


def test_nothing_is_left_in_the_session(app: Session, token: str, beta: Tenant) -> None:
    with app.transaction(keep=True):
        app.run(SET, token)
        app.run("select set_config(name, setting, false) from pg_settings where name like 'launch%'")
    with app.transaction(), refused("context_missing"):
        for name in ("launch.context", "launch.context_tenant"):
            app.run("select set_config(%s, %s, true)", name, beta.id)
        app.run("select from app.projects")


def test_residual_a_token_counts_again_until_it_expires(app: Session, issuer_at: t.Callable[..., Issuer], token: str, alpha: Tenant) -> None:
    for _time in range(2):
        with app.transaction():
            app.run(SET, token)
            assert seen(app) == {alpha.id}
    with app.transaction(), refused("context_expired"):
        app.run(SET, issuer_at(lambda: time.time() - 3600).token(alpha.id, alpha.actor))


def test_a_tenant_that_is_suspended_is_refused_here_once_that_was_replayed(
    app: Session, standby: Standby, database: Database, issuer: Issuer, beta: Tenant
) -> None:
    change = "set local role launch_platform; select app.set_tenant_status('{0.id}', '{1}', '{0.actor}')"
    standby.catch_up()
    try:
        with app.transaction():
            app.run(SET, issuer.token(beta.id, beta.actor))
            database.execute(change.format(beta, "suspended"))
            standby.catch_up()
            assert seen(app) == {beta.id}, "what runs goes on, as on the primary"
        with app.transaction(), refused("context_refused"):
            app.run(SET, issuer.token(beta.id, beta.actor))
    finally:
        database.execute(change.format(beta, "active"))


def test_a_key_that_ended_is_refused_here_once_that_was_replayed(app: Session, standby: Standby, database: Database, key: Key, token: str) -> None:
    change = "set local role launch_key_keeper; update seal.token_keys set not_after = {1} where id = '{0}'"
    database.execute(change.format(key.id, "now()"))
    try:
        standby.catch_up()
        with app.transaction(), refused("context_refused"):
            app.run(SET, token)
    finally:
        database.execute(change.format(key.id, "'infinity'"))


@pytest.mark.parametrize("statement", [
    "insert into app.projects (name) values ('x')", "update app.projects set name = 'x'", "delete from app.projects",
    "select audit.record('seen', 'project', 'x')", "create temporary table t ()",
])
def test_what_writes_is_refused_by_the_server(app: Session, token: str, statement: str) -> None:
    with app.transaction(), pytest.raises(errors.ReadOnlySqlTransaction):
        app.run(SET, token)
        app.run(statement)


def test_a_context_without_a_token_leaves_no_note_here(
    app: Session, strength: t.Callable[[str], None], database: Database, alpha: Tenant
) -> None:
    """So that the primary's notes tell nothing of who would be refused here."""
    strength("both")
    database.server.psql("delete from seal.uses", database.name)
    with app.transaction(keep=True):
        app.run("select app.set_context(%s, %s)", alpha.id, alpha.actor)
        assert seen(app) == {alpha.id}
    assert database.server.psql("select count(*) from seal.uses", database.name).strip() == "0"
