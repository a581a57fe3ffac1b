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

from tests.integration.applications.conftest import NAMES, PROJECTS, Tenant, end_server_connections, example, issue
from tests.support.pooled import Pool

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


def test_refusals_say_which(opened: Opener, alpha: Tenant, beta: Tenant, key: str) -> None:
    async def test() -> None:
        async with opened() as pool:
            assert await refusal(pool, issue(key, "another", alpha.id, alpha.actor)) == ("42501", "context_refused")
            assert await refusal(pool, alpha.token(life=-1)) == ("42501", "context_expired")
            assert await refusal(pool, alpha.token(), "select app.set_context($1)", beta.token()) == ("42501", "context_changed")
            assert await refusal(pool, alpha.token(), "select app.set_context($1, $2)", beta.id, beta.actor) == ("42501", "context_unsigned")
            assert await refusal(pool, alpha.token(), "insert into app.projects (tenant_id, name) values ($1, 'x')", beta.id) == ("42501", None)

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
