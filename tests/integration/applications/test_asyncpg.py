# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""examples/asyncpg against a real pool with one server connection."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import typing as t

import asyncpg
import pytest

from tests.integration.applications.conftest import NAMES, PROJECTS, Tenant, end_server_connections, example, issue, names
from tests.support.pooled import Pool
from tests.support.postgres import Database

tenancy = example("asyncpg/tenancy.py")


Opener = t.Callable[..., t.AsyncContextManager[asyncpg.Pool]]


@pytest.fixture
def opened(bouncer: Pool) -> Opener:
    """Open a pool of asyncpg for a login; the certificate names the address as well."""

    @contextlib.asynccontextmanager
    async def opening(user: str = "launch_app", host: str = bouncer.address, port: int = bouncer.port, **options: t.Any) -> t.AsyncIterator[asyncpg.Pool]:
        trust = ssl.create_default_context(cafile=options.pop("ca_file", bouncer.ca_file))
        database = bouncer.database
        async with asyncpg.create_pool(
            host=host, port=port, user=user, password=database.passwords[user], database=database.name, ssl=trust, min_size=1, max_size=2, **options
        ) as pool:
            yield pool

    return opening


async def refusal(pool: asyncpg.Pool, token: str, statement: str = NAMES, *values: t.Any) -> tuple[str, str | None]:
    with pytest.raises(asyncpg.InsufficientPrivilegeError) as caught:
        async with tenancy.tenant(pool, token) as connection:
            await connection.fetch(statement, *values)
    return caught.value.sqlstate, caught.value.constraint_name


def test_a_tenant_sees_its_own_rows_and_nothing_is_left(opened: Opener, alpha: Tenant, beta: Tenant) -> None:
    async def test() -> None:
        async with opened() as pool:
            for one, other in [(alpha, beta), (beta, alpha)] * 5:
                async with tenancy.tenant(pool, one.token()) as connection:
                    assert names(one) <= {row["name"] for row in await connection.fetch(NAMES)}
                    assert await connection.fetchval("select count(*) from app.projects where tenant_id = $1", other.id) == 0
                with pytest.raises(asyncpg.InsufficientPrivilegeError) as caught:
                    await pool.fetch(NAMES)
                assert caught.value.constraint_name == "context_missing"

    asyncio.run(test())


def test_refusals_say_which(opened: Opener, alpha: Tenant, beta: Tenant, key: str) -> None:
    async def test() -> None:
        async with opened() as pool:
            assert await refusal(pool, issue(key, "another", alpha.id, alpha.actor)) == ("42501", "context_refused")
            assert await refusal(pool, alpha.token(life=-1)) == ("42501", "context_expired")
            assert await refusal(pool, alpha.token(), "select app.set_context($1)", beta.token()) == ("42501", "context_changed")
            assert await refusal(pool, alpha.token(), "select app.set_context($1, $2)", beta.id, beta.actor) == ("42501", "context_unsigned")
            assert await refusal(pool, alpha.token(), "insert into app.projects (tenant_id, name) values ($1, 'x')", beta.id) == ("42501", None)

    asyncio.run(test())


def test_a_conflict_is_tried_again_from_the_start(opened: Opener, database: Database, alpha: Tenant) -> None:
    attempts: list[int] = []
    change = "update app.projects set is_active = not is_active where name = 'alpha 2'"

    async def test() -> None:
        server = database.server
        async with opened() as pool, opened(host=server.address, port=server.port, ca_file=server.ca_file) as elsewhere:

            async def work(connection: asyncpg.Connection) -> None:
                await connection.fetch(NAMES)
                attempts.append(1)
                if len(attempts) < 3:
                    async with tenancy.tenant(elsewhere, alpha.token()) as other:
                        await other.execute(change)
                await connection.execute(change)

            await tenancy.run(pool, alpha.token, work, isolation="serializable")
            assert len(attempts) == 3
            del attempts[:]
            with pytest.raises(asyncpg.SerializationError):
                await tenancy.run(pool, alpha.token, work, attempts=1, isolation="serializable")
            async with tenancy.tenant(pool, alpha.token()) as connection:
                assert await connection.fetchval("show transaction_isolation") == "read committed"

    asyncio.run(test())


def test_a_savepoint_keeps_the_context_and_what_was_done_before(opened: Opener, alpha: Tenant) -> None:
    class Undo(Exception):
        pass

    async def test() -> None:
        async with opened() as pool:
            with pytest.raises(Undo):
                async with tenancy.tenant(pool, alpha.token()) as connection:
                    await connection.execute("insert into app.projects (name) values ('kept')")
                    with pytest.raises(asyncpg.UniqueViolationError):
                        async with connection.transaction():
                            await connection.execute("insert into app.projects (name) values ('alpha 1')")
                    assert await connection.fetchval("select count(*) from app.projects where name = 'kept'") == 1
                    raise Undo

    asyncio.run(test())


def test_an_error_that_was_swallowed_undoes_everything_without_a_word(opened: Opener, alpha: Tenant) -> None:
    """asyncpg tells nobody that a transaction has failed; the page says so."""

    async def test() -> None:
        async with opened() as pool:
            async with tenancy.tenant(pool, alpha.token()) as connection:
                await connection.execute("insert into app.projects (name) values ('swallowed')")
                with contextlib.suppress(asyncpg.UniqueViolationError):
                    await connection.execute("insert into app.projects (name) values ('alpha 1')")
            async with tenancy.tenant(pool, alpha.token()) as connection:
                assert await connection.fetch("select from app.projects where name = 'swallowed'") == []

    asyncio.run(test())


@pytest.mark.parametrize("size", [1, 7, PROJECTS, 100])
def test_pages_are_complete_and_without_duplicates(opened: Opener, beta: Tenant, size: int) -> None:
    async def test() -> list[str]:
        async with opened() as pool:
            return [row["name"] async for row in tenancy.projects(pool, beta.token, size)]

    seen = asyncio.run(test())
    assert len(seen) == PROJECTS and set(seen) == names(beta)


@pytest.mark.parametrize("cache", [100, 0])
def test_a_lost_server_connection_is_tried_again(opened: Opener, database: Database, alpha: Tenant, cache: int) -> None:
    """Prepared statements or none: PgBouncer prepares again, on the new server connection, what a client thinks is there."""
    attempts: list[int] = []

    async def work(connection: asyncpg.Connection) -> int:
        attempts.append(1)
        if len(attempts) == 1:
            assert end_server_connections(database)
        return len(await connection.fetch(NAMES))

    async def test() -> None:
        async with opened(statement_cache_size=cache) as pool:
            for _ in range(3):
                assert await tenancy.run(pool, alpha.token, work) >= PROJECTS
            end_server_connections(database)
            assert await tenancy.run(pool, alpha.token, work) >= PROJECTS

    asyncio.run(test())
    assert 5 <= len(attempts) <= 6


def test_a_connection_lost_while_committing_is_not_tried_again_by_itself(opened: Opener, database: Database, alpha: Tenant) -> None:
    attempts: list[int] = []

    async def work(connection: asyncpg.Connection) -> None:
        attempts.append(1)
        await connection.execute("insert into app.projects (name) values ('doubtful') on conflict do nothing")
        if len(attempts) == 1:
            end_server_connections(database)

    async def test() -> None:
        async with opened() as pool:
            with pytest.raises(tenancy.MayBeCommitted):
                await tenancy.run(pool, alpha.token, work)
            assert len(attempts) == 1
            del attempts[:]
            await tenancy.run(pool, alpha.token, work, repeatable=True)
            assert len(attempts) == 2

    asyncio.run(test())


def test_a_dsn_verifies_the_pool(bouncer: Pool) -> None:
    async def test(trust: str) -> str:
        dsn = f"postgresql://launch_app@{bouncer.address}:{bouncer.port}/{bouncer.database.name}?sslmode=verify-full&sslrootcert={trust}"
        connection = await asyncpg.connect(dsn, password=bouncer.database.passwords["launch_app"])
        try:
            return await connection.fetchval("select current_user")
        finally:
            await connection.close()

    assert asyncio.run(test(str(bouncer.ca_file))) == "launch_app"
    with pytest.raises(ssl.SSLCertVerificationError):
        asyncio.run(test(str(bouncer.database.server.ca_file)))


async def in_turns(opened: Opener, *tenants: Tenant, **options: t.Any) -> list[set[str]]:
    """Let each tenant's client read at the same time; return the tenants whose rows each got."""

    async def reads(pool: asyncpg.Pool, tenant: Tenant) -> set[str]:
        found: set[str] = set()
        for _ in range(20):
            async with tenancy.tenant(pool, tenant.token()) as connection:
                found |= {row["tenant_id"] for row in await connection.fetch("select tenant_id from app.projects")}
        return found

    async with contextlib.AsyncExitStack() as stack:
        pools = [await stack.enter_async_context(opened(**options)) for _ in tenants]
        return await asyncio.gather(*map(reads, pools, tenants))


def test_two_prepare_on_one_server_connection(opened: Opener, alpha: Tenant, beta: Tenant) -> None:
    """Names of prepared statements are each client's own; through a pool that knew none, they would meet."""

    assert asyncio.run(in_turns(opened, alpha, beta)) == [{alpha.id}, {beta.id}]


@pytest.mark.parametrize(("cache", "prepared"), [(100, 200), (0, 0), (0, 200)])
def test_prepared_statements_outlive_a_server_connection(
    opened: Opener, bouncer: Pool, strict: Pool, alpha: Tenant, cache: int, prepared: int
) -> None:
    used = bouncer if prepared else strict
    assert asyncio.run(around_a_loss(opened, used, alpha, cache)) >= PROJECTS


def test_a_pool_that_knows_no_prepared_statements_needs_a_client_that_makes_none(opened: Opener, strict: Pool, alpha: Tenant) -> None:
    with pytest.raises(asyncpg.InvalidSQLStatementNameError):
        asyncio.run(around_a_loss(opened, strict, alpha, cache=100))


async def around_a_loss(opened: Opener, used: Pool, tenant: Tenant, cache: int) -> int:
    """Read, have the pool take another connection to the server, and read again as the same client of it."""
    async with opened(port=used.port, ca_file=used.ca_file, statement_cache_size=cache) as pool:
        for loss in (True, False):
            async with tenancy.tenant(pool, tenant.token()) as connection:
                rows = await connection.fetch(NAMES)
            if loss:
                end_server_connections(used.database)
    return len(rows)
