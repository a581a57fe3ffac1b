# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Transactions of a tenant with psycopg 3 and psycopg_pool. Copy it; docs/applications.md says why it is as it is."""
from __future__ import annotations

import contextlib
import random
import time
import typing as t

import psycopg
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool

SET_CONTEXT = "select app.set_context(%s)"
ATTEMPTS = 5
PAUSE = 0.05  # seconds; doubles with each attempt

Connection = psycopg.Connection[TupleRow]
MakeToken = t.Callable[[], str]
Result = t.TypeVar("Result")


def open_pool(dsn: str, password: str | None = None, **options: t.Any) -> ConnectionPool:
    """A pool for the functions here: what is no transaction of theirs is none, and has no context."""
    return ConnectionPool(dsn, kwargs={"autocommit": True, "password": password}, open=True, **options)


class MayBeCommitted(Exception):
    """The connection was lost while a transaction was being committed: nobody here knows whether it was."""


@contextlib.contextmanager
def tenant(pool: ConnectionPool, token: str, begin: t.LiteralString = "begin") -> t.Iterator[Connection]:
    """A transaction of the token's tenant: committed at the end, rolled back after an exception.

    :arg begin: what else the transaction is, as in ``begin isolation level serializable read only``. So nothing of it stays.
    """
    with pool.connection() as connection:
        with connection.pipeline():  # both in one round trip
            connection.execute(begin)
            connection.execute(SET_CONTEXT, [token])
        yield connection
        # PostgreSQL would take COMMIT for ROLLBACK, and say nothing.
        if connection.info.transaction_status == psycopg.pq.TransactionStatus.INERROR:
            raise psycopg.errors.InFailedSqlTransaction("a statement failed and its error was not passed on: nothing can be committed")


def run(
    pool: ConnectionPool,
    make_token: MakeToken,
    work: t.Callable[[Connection], Result],
    repeatable: bool = False,
    attempts: int = ATTEMPTS,
    begin: t.LiteralString = "begin",
) -> Result:
    """Do work in a transaction, and all of it again, with a new token, where that is what helps.

    :arg repeatable: doing it twice is doing it once, so that it is repeated as well where it may have been committed.
    Raises MayBeCommitted: the connection was lost during COMMIT.
    """
    for attempt in range(attempts):
        done = False
        try:
            with tenant(pool, make_token(), begin) as connection:
                result = work(connection)
                done = True
            return result
        except psycopg.Error as error:
            if done and is_lost(error) and not repeatable:
                raise MayBeCommitted from error
            if attempt + 1 == attempts or not (is_lost(error) or is_conflict(error)):
                raise
        time.sleep(random.uniform(0.5, 1) * PAUSE * 2**attempt)
    raise AssertionError("there is at least one attempt")


def is_conflict(error: psycopg.Error) -> bool:
    """Another transaction was in the way; this one was rolled back."""
    return error.sqlstate in ("40001", "40P01")


def is_lost(error: psycopg.Error) -> bool:
    """The connection is gone, or there was none to be had: no SQLSTATE, class 08, or what a server says that goes away."""
    if error.sqlstate is None:
        # The second: at COMMIT the server's last word and the pool's own come together, which psycopg does not expect.
        return isinstance(error, (psycopg.OperationalError, psycopg.InternalError))
    return error.sqlstate.startswith("08") or error.sqlstate in ("57P01", "57P02", "57P03")


def in_two_round_trips(pool: ConnectionPool, token: str, query: t.LiteralString, *values: t.Any) -> list[TupleRow]:
    """A transaction of one query: all up to it in a pipeline, then COMMIT.

    Not in one. Behind the Sync that ends a pipeline psycopg sends a Flush. Where the transaction is over by then, PgBouncer takes a
    server connection for the Flush, and keeps it for this client until its next query.
    """
    with pool.connection() as connection:
        with connection.pipeline():
            connection.execute("begin")
            connection.execute(SET_CONTEXT, [token])
            cursor = connection.execute(query, values)
        return cursor.fetchall() if cursor.description else []


PAGE = "select created_at, id, name from app.projects {after} order by created_at, id limit %s"
FIRST, NEXT = PAGE.format(after=""), PAGE.format(after="where (created_at, id) > (%s, %s)")


def projects(pool: ConnectionPool, make_token: MakeToken, size: int = 100) -> t.Iterator[TupleRow]:
    """All projects of a tenant, page by page; each page is a transaction of its own and costs the same, however far it is."""
    after: TupleRow = ()
    while True:
        statement, values = (NEXT, [*after[:2], size]) if after else (FIRST, [size])
        rows = run(pool, make_token, lambda connection: connection.execute(statement, values).fetchall(), repeatable=True)
        yield from rows
        if len(rows) < size:
            return
        after = rows[-1]


def add_projects(connection: Connection, names: t.Sequence[str]) -> None:
    """Many rows in one statement; COPY is refused for tenants' tables."""
    connection.execute("insert into app.projects (name) select unnest(%s::text[])", [list(names)])
