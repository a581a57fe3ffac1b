# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""examples/psycopg against a real pool with one server connection."""

from __future__ import annotations

import contextlib
import re
import time
import typing as t

import psycopg
import pytest
from psycopg import errors
from psycopg_pool import ConnectionPool

from tests.integration.applications.conftest import NAMES, PROJECTS, Tenant, example, issue
from tests.support.pooled import DEFAULTS, Pool

tenancy = example("psycopg/tenancy.py")


@pytest.fixture(scope="module")
def pool(bouncer: Pool) -> t.Iterator[ConnectionPool]:
    with tenancy.open_pool(bouncer.dsn("launch_app"), min_size=2, max_size=4, timeout=10) as opened:
        yield opened


def refusal(pool: ConnectionPool, token: str, statement: str = NAMES, *values: t.Any) -> tuple[str | None, str | None]:
    with pytest.raises(errors.InsufficientPrivilege) as caught, tenancy.tenant(pool, token) as connection:
        connection.execute(statement, values)
    return caught.value.sqlstate, caught.value.diag.constraint_name


def test_refusals_say_which(pool: ConnectionPool, alpha: Tenant, beta: Tenant, key: str) -> None:
    strange = issue(key, "another", alpha.id, alpha.actor)
    assert refusal(pool, strange) == ("42501", "context_refused")
    assert refusal(pool, alpha.token()[:-1] + "x") == ("42501", "context_refused")
    assert refusal(pool, alpha.token(life=-1)) == ("42501", "context_expired")
    assert refusal(pool, alpha.token(life=400)) == ("42501", "context_expired")
    assert refusal(pool, alpha.token(), "select app.set_context(%s)", beta.token()) == ("42501", "context_changed")
    assert refusal(pool, alpha.token(), "select app.set_context(%s, %s)", beta.id, beta.actor) == ("42501", "context_unsigned")
    assert refusal(pool, alpha.token(), "insert into app.projects (tenant_id, name) values (%s, 'x')", beta.id) == ("42501", None)
    assert refusal(pool, alpha.token(), "insert into app.projects (name, created_at) values ('x', now())") == ("42501", None)
    assert refusal(pool, alpha.token(), "insert into app.projects (name, created_at) values ('x', default)") == ("42501", None)
    with pytest.raises(errors.InsufficientPrivilege) as caught, pool.connection() as connection:
        connection.execute(NAMES)
    assert caught.value.diag.constraint_name == "context_missing"


class OnlyOne:
    """A connection that a test holds, in place of the pool."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection

    def connection(self) -> t.ContextManager[psycopg.Connection]:
        return contextlib.nullcontext(self._connection)


def test_two_round_trips(alpha: Tenant, bouncer: Pool, tmp_path: t.Any) -> None:
    """All up to the query is sent before anything is waited for: so the trace of libpq says."""
    with tenancy.open_pool(bouncer.dsn("launch_app"), min_size=1, max_size=1) as single:
        single.wait()
        trace = tmp_path / "trace"
        with trace.open("w", encoding="utf-8") as file, single.connection() as connection:
            connection.pgconn.trace(file.fileno())
            rows = tenancy.in_two_round_trips(OnlyOne(connection), alpha.token(), f"{NAMES} limit %s", 3)
            connection.pgconn.untrace()
    directions = "".join(re.findall(r"(?m)^(?:[^\t]+\t)?([FB])\t", trace.read_text(encoding="utf-8")))
    assert len(rows) == 3 and len(re.findall("F+B+", directions)) == 1, trace.read_text()


def test_a_failed_query_in_two_round_trips_leaves_nothing(pool: ConnectionPool, alpha: Tenant) -> None:
    write = "insert into app.projects (name) values (%s)"
    with pytest.raises(errors.UniqueViolation):
        tenancy.in_two_round_trips(pool, alpha.token(), write, "alpha 1")
    assert tenancy.in_two_round_trips(pool, alpha.token(), f"{write} returning name", "in one") == [("in one",)]
    assert tenancy.in_two_round_trips(pool, alpha.token(), "delete from app.projects where name = %s returning name", "in one") == [("in one",)]
    with pytest.raises(errors.InsufficientPrivilege) as caught, pool.connection() as connection:
        connection.execute(NAMES)
    assert caught.value.diag.constraint_name == "context_missing"


def test_context_set_after_a_savepoint_goes_with_it(pool: ConnectionPool, alpha: Tenant) -> None:
    with pytest.raises(errors.InsufficientPrivilege) as caught, pool.connection() as connection:
        with connection.transaction(force_rollback=True), connection.transaction():
            with connection.transaction(force_rollback=True):
                connection.execute("select app.set_context(%s)", [alpha.token()])
            connection.execute(NAMES)
    assert caught.value.diag.constraint_name == "context_missing"


def test_a_token_that_waited_for_a_connection_counts(alpha: Tenant) -> None:
    """By default it lives longer than PgBouncer lets anybody wait."""
    waits = int(DEFAULTS["pgbouncer_query_wait_timeout"])
    assert int(alpha.token()[72:82]) > time.time() + waits


def test_a_breaker_asks_nobody_while_the_database_is_away(pool: ConnectionPool, bouncer: Pool, alpha: Tenant) -> None:
    breaker = example("psycopg/breaker.py")
    asked: list[ConnectionPool] = []
    with contextlib.ExitStack() as stack:
        away = stack.enter_context(tenancy.open_pool(bouncer.dsn("launch_app", port="1"), min_size=1, timeout=0.2))

        def read(used: ConnectionPool) -> int:
            asked.append(used)
            return len(tenancy.run(used, alpha.token, lambda connection: connection.execute(NAMES).fetchall(), attempts=1))

        guard = breaker.Breaker(tenancy.is_lost, psycopg.Error, failures=2, rest=0.5)
        for _ in range(2):
            with pytest.raises(psycopg.OperationalError):
                guard.call(lambda: read(away))
        with pytest.raises(breaker.Open):
            guard.call(lambda: read(pool))
        assert asked == [away, away]
        time.sleep(0.6)
        with pytest.raises(psycopg.OperationalError):
            guard.call(lambda: read(away))
        with pytest.raises(breaker.Open):
            guard.call(lambda: read(pool))
        time.sleep(0.6)
        assert guard.call(lambda: read(pool)) >= PROJECTS
        with pytest.raises(errors.InsufficientPrivilege):
            guard.call(lambda: tenancy.run(pool, lambda: alpha.token(life=-1), lambda connection: None))
        assert guard.call(lambda: read(pool)) >= PROJECTS
