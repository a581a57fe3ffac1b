# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Transactions of a tenant with asyncpg and its pool. Copy it; docs/applications.md says why it is as it is."""
from __future__ import annotations

import asyncio
import contextlib
import random
import typing as t

import asyncpg

SET_CONTEXT = "select app.set_context($1)"
ATTEMPTS = 5
PAUSE = 0.05  # seconds; doubles with each attempt

Connection = asyncpg.pool.PoolConnectionProxy
MakeToken = t.Callable[[], str]
Result = t.TypeVar("Result")


async def open_pool(dsn: str, password: str | None = None, **options: t.Any) -> asyncpg.Pool:
    """A pool for the functions here."""

    async def no_reset(connection: asyncpg.Connection) -> None:
        """By default what a session may hold is given up after each use, in one more round trip, on whatever server connection is free."""

    return await asyncpg.create_pool(dsn, password=password, reset=no_reset, **options)


class MayBeCommitted(Exception):
    """The connection was lost while a transaction was being committed: nobody here knows whether it was."""


@contextlib.asynccontextmanager
async def tenant(pool: asyncpg.Pool, token: str, isolation: str | None = None, readonly: bool = False) -> t.AsyncIterator[Connection]:
    """A transaction of the token's tenant: committed at the end, rolled back after an exception."""
    async with pool.acquire() as connection:
        try:
            # Isolation and the like become words of BEGIN, so that nothing of them is left in the pool.
            async with connection.transaction(isolation=isolation, readonly=readonly):
                await connection.execute(SET_CONTEXT, token)
                yield connection
        except asyncpg.InterfaceError as error:
            # Where a connection is lost, asyncpg's transaction hides the error that says so behind this one.
            if is_gone(connection):
                raise asyncpg.ConnectionDoesNotExistError(str(error)) from error
            raise


async def run(
    pool: asyncpg.Pool,
    make_token: MakeToken,
    work: t.Callable[[Connection], t.Awaitable[Result]],
    repeatable: bool = False,
    attempts: int = ATTEMPTS,
    **options: t.Any,
) -> Result:
    """Do work in a transaction, and all of it again, with a new token, where that is what helps.

    :arg repeatable: doing it twice is doing it once, so that it is repeated as well where it may have been committed.
    Raises MayBeCommitted: the connection was lost during COMMIT.
    """
    for attempt in range(attempts):
        done = False
        try:
            async with tenant(pool, make_token(), **options) as connection:
                result = await work(connection)
                done = True
            return result
        except (asyncpg.PostgresError, OSError) as error:
            if done and is_lost(error) and not repeatable:
                raise MayBeCommitted from error
            if attempt + 1 == attempts or not (is_lost(error) or is_conflict(error)):
                raise
        await asyncio.sleep(random.uniform(0.5, 1) * PAUSE * 2**attempt)
    raise AssertionError("there is at least one attempt")


def is_gone(connection: Connection) -> bool:
    """The pool takes a connection back at once when it is closed; from then on it answers nothing."""
    try:
        return connection.is_closed()
    except asyncpg.InterfaceError:
        return True


def is_conflict(error: Exception) -> bool:
    """Another transaction was in the way; this one was rolled back."""
    return getattr(error, "sqlstate", None) in ("40001", "40P01")


def is_lost(error: Exception) -> bool:
    """The connection is gone, or there was none to be had: OSError, class 08, or what a server says that goes away."""
    state = getattr(error, "sqlstate", None) or ""
    return isinstance(error, OSError) or state.startswith("08") or state in ("57P01", "57P02", "57P03")


PAGE = "select created_at, id, name from app.projects {after} order by created_at, id limit $1"
FIRST, NEXT = PAGE.format(after=""), PAGE.format(after="where (created_at, id) > ($2, $3)")


async def projects(pool: asyncpg.Pool, make_token: MakeToken, size: int = 100) -> t.AsyncIterator[asyncpg.Record]:
    """All projects of a tenant, page by page; each page is a transaction of its own and costs the same, however far it is."""
    after: tuple[t.Any, ...] = ()
    while True:
        statement, values = NEXT if after else FIRST, (size, *after)
        rows = await run(pool, make_token, lambda connection: connection.fetch(statement, *values), repeatable=True)
        for row in rows:
            yield row
        if len(rows) < size:
            return
        after = tuple(rows[-1])[:2]


async def add_projects(connection: Connection, names: t.Sequence[str]) -> None:
    """Many rows in one statement; COPY is refused for tenants' tables."""
    await connection.execute("insert into app.projects (name) select unnest($1::text[])", names)
