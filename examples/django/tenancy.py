# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Transactions of a tenant with Django 5.2 and psycopg 3. Copy it; docs/applications.md says why it is as it is."""
from __future__ import annotations

import contextlib
import functools
import random
import time
import typing as t

import psycopg
from django.db import DEFAULT_DB_ALIAS, Error, connections, transaction

SET_CONTEXT = "select app.set_context(%s)"
ATTEMPTS = 5
PAUSE = 0.05  # seconds; doubles with each attempt

MakeToken = t.Callable[[], str]
Result = t.TypeVar("Result")


def database(host: str, name: str, user: str, password: str, ca_file: str, port: int = 6432, **options: t.Any) -> dict[str, t.Any]:
    """An entry of DATABASES whose connections go to the pool, with its certificate verified."""
    return {
        "ENGINE": "django.db.backends.postgresql", "HOST": host, "PORT": port, "NAME": name, "USER": user, "PASSWORD": password,
        # Connections stay open, as the pool's are cheap to keep and TLS is not cheap to begin.
        "CONN_MAX_AGE": None,
        # Outside of a transaction they are held by a session, which there is none of.
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": {"sslmode": "verify-full", "sslrootcert": ca_file, **options},
    }


class MayBeCommitted(Exception):
    """The connection was lost while a transaction was being committed: nobody here knows whether it was."""


@contextlib.contextmanager
def tenant(token: str, using: str = DEFAULT_DB_ALIAS, mode: str | None = None) -> t.Iterator[None]:
    """A transaction of the token's tenant: committed at the end, rolled back after an exception.

    :arg mode: what else the transaction is, as in ``isolation level serializable, read only``.
    """
    # durable: within another atomic() it would be a savepoint, and its context and its commit somebody else's.
    with transaction.atomic(using=using, durable=True):
        connection = connections[using]
        with connection.cursor() as cursor:
            if mode:
                cursor.execute(f"set transaction {mode}")
            cursor.execute(SET_CONTEXT, [token])
        yield
        # PostgreSQL would take COMMIT for ROLLBACK, and say nothing.
        if connection.connection.info.transaction_status == psycopg.pq.TransactionStatus.INERROR:
            raise psycopg.errors.InFailedSqlTransaction("a statement failed and its error was not passed on: nothing can be committed")


def run(
    make_token: MakeToken,
    work: t.Callable[[], Result],
    using: str = DEFAULT_DB_ALIAS,
    repeatable: bool = False,
    attempts: int = ATTEMPTS,
    mode: str | None = None,
) -> Result:
    """Do work in a transaction, and all of it again, with a new token, where that is what helps.

    :arg repeatable: doing it twice is doing it once, so that it is repeated as well where it may have been committed.
    Raises MayBeCommitted: the connection was lost during COMMIT.
    """
    for attempt in range(attempts):
        done = False
        try:
            with tenant(make_token(), using, mode):
                result = work()
                done = True
            return result
        except Error as error:
            if is_lost(error):
                connections[using].close()
            if done and is_lost(error) and not repeatable:
                raise MayBeCommitted from error
            if attempt + 1 == attempts or not (is_lost(error) or is_conflict(error)):
                raise
        time.sleep(random.uniform(0.5, 1) * PAUSE * 2**attempt)
    raise AssertionError("there is at least one attempt")


def for_tenant(make_token: t.Callable[[t.Any], str], **options: t.Any) -> t.Callable[..., t.Any]:
    """A view's decorator: the whole view is a transaction of the request's tenant. A view that is done again has to bear that.

    A middleware can't be this: what a view raises is a response by the time that it gets there, and would be committed.

    :arg make_token: makes a token of a request.
    """

    def decorate(view: t.Callable[..., t.Any]) -> t.Callable[..., t.Any]:
        @functools.wraps(view)
        def wrapped(request: t.Any, *arguments: t.Any, **named: t.Any) -> t.Any:
            return run(lambda: make_token(request), lambda: view(request, *arguments, **named), **options)

        return wrapped

    return decorate


def sqlstate(error: Error) -> str | None:
    """Django's errors wrap the driver's."""
    return getattr(error.__cause__ or error, "sqlstate", None)


def is_conflict(error: Error) -> bool:
    """Another transaction was in the way; this one was rolled back."""
    return sqlstate(error) in ("40001", "40P01")


def is_lost(error: Error) -> bool:
    """The connection is gone, or there was none to be had: no SQLSTATE, class 08, or what a server says that goes away."""
    state = sqlstate(error)
    if state is None:
        # The second: at COMMIT the server's last word and the pool's own come together, which psycopg does not expect.
        return isinstance(error.__cause__, (psycopg.OperationalError, psycopg.InternalError))
    return state.startswith("08") or state in ("57P01", "57P02", "57P03")
