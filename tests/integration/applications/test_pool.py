# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What docs/applications.md says that does not work through a transaction pool, as two clients of one server connection see it."""

from __future__ import annotations

import asyncio
import contextlib
import pathlib
import ssl
import time
import typing as t

import asyncpg
import psycopg
import pytest
from psycopg import errors

from ansible_collections.launch.database.plugins.module_utils._postgres.context.tokens import Issuer, Key
from tests.integration.applications.conftest import Tenant, end_server_connections, issue
from tests.support.pooled import DEFAULTS, Pool, start_pool
from tests.support.postgres import Database


@pytest.fixture
def clients(bouncer: Pool, database: Database) -> t.Iterator[tuple[psycopg.Connection, psycopg.Connection]]:
    """Two clients; what they left in the server connection goes with it."""
    with contextlib.ExitStack() as stack:
        yield tuple(stack.enter_context(psycopg.connect(bouncer.dsn("launch_app"), autocommit=True)) for _ in range(2))
    end_server_connections(database)


@pytest.fixture(scope="module")
def resetting(bouncer: Pool, tmp_path_factory: pytest.TempPathFactory) -> Pool:
    """Another pool, which gives up what a session holds after each transaction."""
    return start_pool(bouncer.database, ["launch_app"], tmp_path_factory.mktemp("resetting"), bouncer.port + 2, "server_reset_query_always = 1\n")


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
    "what is listened to": ("listen news", "select * from pg_listening_channels()", "news"),
}


@pytest.mark.parametrize("what", LEFT)
def test_what_a_client_leaves_in_the_session_is_the_next_ones(clients: tuple[psycopg.Connection, psycopg.Connection], what: str) -> None:
    """So the one who left it may also get another server connection, and miss it."""
    leave, look, found = LEFT[what]
    clients[0].execute(leave)
    assert value(clients[1], look) == found


@pytest.mark.parametrize("what", LEFT)
def test_a_pool_that_resets_hands_on_nothing(resetting: Pool, what: str) -> None:
    leave, look, found = LEFT[what]
    with psycopg.connect(resetting.dsn("launch_app"), autocommit=True) as one, psycopg.connect(resetting.dsn("launch_app"), autocommit=True) as two:
        connection_of_one = value(one, "select pg_backend_pid()")
        one.execute(leave)
        assert value(two, "select pg_backend_pid()") == connection_of_one
        try:
            left = two.execute(look).fetchone()
        except (errors.InvalidSqlStatementName, errors.InvalidCursorName):
            left = None
    assert left != (found,)


def test_prepared_statements_of_a_driver_outlive_a_reset(resetting: Pool) -> None:
    with psycopg.connect(resetting.dsn("launch_app"), autocommit=True) as one, psycopg.connect(resetting.dsn("launch_app"), autocommit=True) as two:
        answers = [client.execute("select %s::integer + 1", [number], prepare=True).fetchone() for number in range(3) for client in (one, two)]
    assert answers == [(1,), (1,), (2,), (2,), (3,), (3,)]


def test_each_client_has_its_own_application_name(bouncer: Pool) -> None:
    """PgBouncer keeps it for each of them; who sets it chooses it."""
    with psycopg.connect(bouncer.dsn("launch_app", application_name="one"), autocommit=True) as one:
        with psycopg.connect(bouncer.dsn("launch_app", application_name="two"), autocommit=True) as two:
            one.execute("set application_name = 'three'")
            seen = [value(client, "show application_name") for client in (two, one)]
    assert seen == ["two", "three"]


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


@pytest.mark.parametrize(("settings", "refused"), [
    ({"statement_timeout": "5s"}, "unsupported startup parameter: statement_timeout"),
    ({"search_path": "app"}, "unsupported startup parameter: search_path"),
    ({"extra_float_digits": "2"}, None),
    ({"timezone": "UTC", "datestyle": "ISO", "application_name": "mine"}, None),
])
def test_settings_that_a_connection_begins_with(bouncer: Pool, settings: dict[str, str], refused: str | None) -> None:
    trust = ssl.create_default_context(cafile=bouncer.ca_file)

    async def begin() -> None:
        connection = await asyncpg.connect(
            host=bouncer.address, port=bouncer.port, user="launch_app", password=bouncer.database.passwords["launch_app"],
            database=bouncer.database.name, ssl=trust, server_settings=settings,
        )
        await connection.close()

    if refused is None:
        asyncio.run(begin())
    else:
        with pytest.raises(asyncpg.ProtocolViolationError, match=refused) as caught:
            asyncio.run(begin())
        assert caught.value.sqlstate == "08P01"


def test_a_startup_parameter_that_the_pool_ignores_has_no_effect(resetting: Pool, tmp_path: pathlib.Path) -> None:
    settings = f"ignore_startup_parameters = {DEFAULTS['pgbouncer_ignore_startup_parameters']},statement_timeout\n"
    pool = start_pool(resetting.database, ["launch_app"], tmp_path, resetting.port + 1, settings)
    trust = ssl.create_default_context(cafile=pool.ca_file)

    async def begun() -> str:
        connection = await asyncpg.connect(
            host=pool.address, port=pool.port, user="launch_app", password=pool.database.passwords["launch_app"], database=pool.database.name,
            ssl=trust, server_settings={"statement_timeout": "77s"},
        )
        try:
            return await connection.fetchval("show statement_timeout")
        finally:
            await connection.close()

    assert asyncio.run(begun()) != "77s"


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


def test_one_name_is_verified_at_both_pools(bouncer: Pool) -> None:
    """Each has a certificate of its own with the name in it, of one authority; then the first of the name's pools takes no connection."""
    of_the_authority = bouncer.ca_file.parent.parent
    second = start_pool(bouncer.database, ["launch_app"], of_the_authority, bouncer.port + 4)
    for pool in (bouncer, second):
        with psycopg.connect(pool.dsn("launch_app")) as connection:
            assert value(connection, "select 1") == 1
    several = {"host": f"{second.host},{second.host}", "hostaddr": f"{second.address},{second.address}", "port": f"1,{second.port}"}
    with psycopg.connect(second.dsn("launch_app", **several)) as connection:
        assert value(connection, "select 1") == 1
    with pytest.raises(psycopg.OperationalError, match="does not match host name"):
        psycopg.connect(second.dsn("launch_app", host="another.test"))


def test_tokens_are_those_of_the_collection(key: str, alpha: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 1_800_000_000.5)
    assert issue(key, "launch", alpha.id, alpha.actor, 45) == Issuer(Key(key), "launch", time.time).token(alpha.id, alpha.actor, 45)
    for wrong in ("", "two words"):
        with pytest.raises(ValueError, match="without a space"):
            issue(key, "launch", wrong, alpha.actor)
