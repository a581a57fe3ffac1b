# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What docs/applications.md says that does not work through a transaction pool, as two clients of one server connection see it."""

from __future__ import annotations

import contextlib
import time
import typing as t

import psycopg
import pytest
from psycopg import errors

from ansible_collections.launch.database.plugins.module_utils._postgres.context.tokens import Issuer, Key
from tests.integration.applications.conftest import Tenant, end_server_connections, issue
from tests.support.pooled import Pool
from tests.support.postgres import Database


@pytest.fixture
def clients(bouncer: Pool, database: Database) -> t.Iterator[tuple[psycopg.Connection, psycopg.Connection]]:
    """Two clients; what they left in the server connection goes with it."""
    with contextlib.ExitStack() as stack:
        yield tuple(stack.enter_context(psycopg.connect(bouncer.dsn("launch_app"), autocommit=True)) for _ in range(2))
    end_server_connections(database)


def value(connection: psycopg.Connection, query: str) -> t.Any:
    return connection.execute(query).fetchone()[0]


SETTINGS = {
    "work_mem": "7MB", "search_path": "pg_catalog", "default_transaction_read_only": "on", "row_security": "off", "statement_timeout": "1h",
    "enable_indexscan": "off",
}
LEFT = {
    **{name: (f"set {name} = '{setting}'", f"show {name}", setting) for name, setting in SETTINGS.items()},
    "a prepared statement": ("prepare mine as select 42", "execute mine", 42),
    "a cursor with hold": ("declare mine cursor with hold for select 42", "fetch mine", 42),
}


@pytest.mark.parametrize("what", LEFT)
def test_what_a_client_leaves_in_the_session_is_the_next_ones(clients: tuple[psycopg.Connection, psycopg.Connection], what: str) -> None:
    """So the one who left it may also get another server connection, and miss it."""
    leave, look, found = LEFT[what]
    clients[0].execute(leave)
    assert value(clients[1], look) == found


def test_set_local_ends_with_the_transaction(clients: tuple[psycopg.Connection, psycopg.Connection]) -> None:
    with clients[0].transaction():
        clients[0].execute("set local work_mem = '7MB'")
        assert value(clients[0], "show work_mem") == "7MB"
    assert value(clients[1], "show work_mem") != "7MB"


def test_a_lock_of_the_session_keeps_nobody_out(clients: tuple[psycopg.Connection, psycopg.Connection]) -> None:
    assert [value(client, "select pg_try_advisory_lock(7)") for client in clients] == [True, True]


def test_who_listens_hears_nothing(clients: tuple[psycopg.Connection, psycopg.Connection]) -> None:
    clients[0].execute("listen news")
    clients[1].execute("notify news")
    assert list(clients[0].notifies(timeout=0.5)) == []


def test_temporary_tables_are_refused(clients: tuple[psycopg.Connection, psycopg.Connection]) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        clients[0].execute("create temporary table mine (id integer)")


def test_options_of_the_connection_are_dropped(bouncer: Pool) -> None:
    with psycopg.connect(bouncer.dsn("launch_app"), options="-c work_mem=7MB") as connection:
        assert value(connection, "show work_mem") != "7MB"


def test_copy_into_a_tenants_table_is_refused(clients: tuple[psycopg.Connection, psycopg.Connection], alpha: Tenant) -> None:
    client = clients[0]
    with pytest.raises(errors.FeatureNotSupported), client.transaction():
        client.execute("select app.set_context(%s)", [alpha.token()])
        with client.cursor() as cursor, cursor.copy("copy app.projects (name) from stdin") as copy:
            copy.write_row(["copied"])


def test_a_statement_that_takes_too_long_is_cancelled_and_the_connection_stays(clients: tuple[psycopg.Connection, psycopg.Connection]) -> None:
    with pytest.raises(errors.QueryCanceled) as caught, clients[0].transaction():
        clients[0].execute("set local statement_timeout = '50ms'")
        clients[0].execute("select pg_sleep(5)")
    assert caught.value.sqlstate == "57014" and value(clients[0], "select 1") == 1


def test_who_waits_too_long_for_a_connection_is_told_so(strict: Pool) -> None:
    with psycopg.connect(strict.dsn("launch_app")) as one, psycopg.connect(strict.dsn("launch_app"), autocommit=True) as two:
        one.execute("select 1")
        with pytest.raises(errors.ProtocolViolation, match="query_wait_timeout") as caught:
            two.execute("select 1")
    assert caught.value.sqlstate == "08P01"


def test_many_rows_in_one_statement(clients: tuple[psycopg.Connection, psycopg.Connection], alpha: Tenant) -> None:
    client = clients[0]
    with client.transaction(force_rollback=True):
        client.execute("select app.set_context(%s)", [alpha.token()])
        done = client.execute("insert into app.projects (name) select unnest(%s::text[])", [[f"bulk {number}" for number in range(5000)]])
        assert done.rowcount == 5000


def test_the_pool_takes_tls_only_and_its_name_is_verified(bouncer: Pool) -> None:
    with pytest.raises(psycopg.OperationalError, match="does not match host name"):
        psycopg.connect(bouncer.dsn("launch_app", host="another.test"))
    with pytest.raises(psycopg.OperationalError, match="SSL required"):
        psycopg.connect(bouncer.dsn("launch_app", sslmode="disable"))


def test_tokens_are_those_of_the_collection(key: str, alpha: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 1_800_000_000.5)
    assert issue(key, "launch", alpha.id, alpha.actor, 45) == Issuer(Key(key), "launch", time.time).token(alpha.id, alpha.actor, 45)
    for wrong in ("", "two words"):
        with pytest.raises(ValueError, match="without a space"):
            issue(key, "launch", wrong, alpha.actor)
