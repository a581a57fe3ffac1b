# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""examples/psycopg against a real pool with one server connection."""

from __future__ import annotations

import concurrent.futures
import contextlib
import re
import threading
import time
import typing as t

import psycopg
import pytest
from psycopg import errors
from psycopg_pool import ConnectionPool

from tests.integration.applications.conftest import NAMES, PROJECTS, Tenant, end_server_connections, example, issue, names
from tests.support.pooled import DEFAULTS, Pool

tenancy = example("psycopg/tenancy.py")

SERIALIZABLE = "begin isolation level serializable"


@pytest.fixture(scope="module")
def pool(bouncer: Pool) -> t.Iterator[ConnectionPool]:
    with tenancy.open_pool(bouncer.dsn("launch_app"), min_size=2, max_size=4, timeout=10) as opened:
        yield opened


def test_a_tenant_sees_its_own_rows_and_nothing_is_left(pool: ConnectionPool, alpha: Tenant, beta: Tenant) -> None:
    for one, other in [(alpha, beta), (beta, alpha)] * 5:
        with tenancy.tenant(pool, one.token()) as connection:
            assert names(one) <= {name for (name,) in connection.execute(NAMES)}
            assert connection.execute("select count(*) from app.projects where tenant_id = %s", [other.id]).fetchone() == (0,)
        with pytest.raises(errors.InsufficientPrivilege), pool.connection() as connection:
            connection.execute(NAMES)


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
    with pytest.raises(errors.InsufficientPrivilege) as caught, pool.connection() as connection:
        connection.execute(NAMES)
    assert caught.value.diag.constraint_name == "context_missing"


def test_a_refusal_is_not_tried_again(pool: ConnectionPool, alpha: Tenant) -> None:
    asked: list[str] = []

    def expired() -> str:
        asked.append("")
        return alpha.token(life=-1)

    with pytest.raises(errors.InsufficientPrivilege):
        tenancy.run(pool, expired, lambda connection: None)
    assert len(asked) == 1


class OnlyOne:
    """A connection that a test holds, in place of the pool."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection

    def connection(self) -> t.ContextManager[psycopg.Connection]:
        return contextlib.nullcontext(self._connection)


def test_one_round_trip(alpha: Tenant, bouncer: Pool, tmp_path: t.Any) -> None:
    """What is sent is sent before anything is waited for: the trace of libpq has one change from sending to receiving."""
    with tenancy.open_pool(bouncer.dsn("launch_app"), min_size=1, max_size=1) as single:
        single.wait()
        trace = tmp_path / "trace"
        with trace.open("w", encoding="utf-8") as file, single.connection() as connection:
            connection.pgconn.trace(file.fileno())
            rows = tenancy.in_one_round_trip(OnlyOne(connection), alpha.token(), f"{NAMES} limit %s", 3)
            connection.pgconn.untrace()
    directions = "".join(re.findall(r"(?m)^(?:[^\t]+\t)?([FB])\t", trace.read_text(encoding="utf-8")))
    assert len(rows) == 3 and len(re.findall("F+B+", directions)) == 1, trace.read_text()


def direct(bouncer: Pool) -> str:
    """To the server itself: through the pool one transaction at a time has a connection."""
    server = bouncer.database.server
    return bouncer.dsn("launch_app", host=server.host, port=str(server.port), sslrootcert=str(server.ca_file))


def test_a_conflict_is_tried_again_from_the_start(bouncer: Pool, alpha: Tenant) -> None:
    attempts: list[int] = []
    change = "update app.projects set is_active = not is_active where name = 'alpha 1'"

    def work(connection: psycopg.Connection) -> None:
        connection.execute("select count(*) from app.projects").fetchone()
        attempts.append(1)
        if len(attempts) < 3:
            with tenancy.tenant(other, alpha.token()) as elsewhere:
                elsewhere.execute(change)
        connection.execute(change)

    with tenancy.open_pool(bouncer.dsn("launch_app"), min_size=1) as mine, tenancy.open_pool(direct(bouncer), min_size=1) as other:
        tenancy.run(mine, alpha.token, work, begin=SERIALIZABLE)
        assert len(attempts) == 3
        del attempts[:]
        with pytest.raises(errors.SerializationFailure):
            tenancy.run(mine, alpha.token, work, attempts=1, begin=SERIALIZABLE)
        with tenancy.tenant(mine, alpha.token()) as connection:
            assert connection.execute("show transaction_isolation").fetchone() == ("read committed",)


def test_a_deadlock_is_tried_again(bouncer: Pool, alpha: Tenant) -> None:
    attempts: list[str] = []
    met = threading.Barrier(2, timeout=20)

    def changes(dsn: str, first: str, second: str) -> None:
        def work(connection: psycopg.Connection) -> None:
            attempts.append(first)
            connection.execute("update app.projects set is_active = true where name = %s", [first])
            if attempts.count(first) == 1 and len(attempts) < 3:
                met.wait()
            connection.execute("update app.projects set is_active = true where name = %s", [second])

        with tenancy.open_pool(dsn, min_size=1) as pool:
            tenancy.run(pool, alpha.token, work)

    with concurrent.futures.ThreadPoolExecutor() as executor:
        dsns = bouncer.dsn("launch_app"), direct(bouncer)
        for done in [executor.submit(changes, dsns[0], "alpha 3", "alpha 4"), executor.submit(changes, dsns[1], "alpha 4", "alpha 3")]:
            done.result(30)
    assert len(attempts) == 3


def test_a_savepoint_keeps_the_context_and_what_was_done_before(pool: ConnectionPool, alpha: Tenant) -> None:
    with tenancy.tenant(pool, alpha.token()) as connection:
        connection.execute("insert into app.projects (name) values ('kept')")
        with pytest.raises(errors.UniqueViolation), connection.transaction():
            connection.execute("insert into app.projects (name) values ('alpha 1')")
        assert connection.execute("select count(*) from app.projects where name = 'kept'").fetchone() == (1,)
        connection.rollback()


def test_a_failed_query_in_one_round_trip_leaves_nothing(pool: ConnectionPool, alpha: Tenant) -> None:
    write = "insert into app.projects (name) values (%s)"
    with pytest.raises(errors.UniqueViolation):
        tenancy.in_one_round_trip(pool, alpha.token(), write, "alpha 1")
    assert tenancy.in_one_round_trip(pool, alpha.token(), f"{write} returning name", "in one") == [("in one",)]
    assert tenancy.in_one_round_trip(pool, alpha.token(), "delete from app.projects where name = %s returning name", "in one") == [("in one",)]
    with pytest.raises(errors.InsufficientPrivilege) as caught, pool.connection() as connection:
        connection.execute(NAMES)
    assert caught.value.diag.constraint_name == "context_missing"


def test_an_error_that_was_swallowed_is_no_commit(pool: ConnectionPool, alpha: Tenant) -> None:
    with pytest.raises(errors.InFailedSqlTransaction, match="not passed on"), tenancy.tenant(pool, alpha.token()) as connection:
        connection.execute("insert into app.projects (name) values ('swallowed')")
        with contextlib.suppress(errors.UniqueViolation):
            connection.execute("insert into app.projects (name) values ('alpha 1')")
    assert tenancy.in_one_round_trip(pool, alpha.token(), "select from app.projects where name = %s", "swallowed") == []


def test_context_set_after_a_savepoint_goes_with_it(pool: ConnectionPool, alpha: Tenant) -> None:
    with pytest.raises(errors.InsufficientPrivilege) as caught, pool.connection() as connection:
        with connection.transaction(force_rollback=True), connection.transaction():
            with connection.transaction(force_rollback=True):
                connection.execute("select app.set_context(%s)", [alpha.token()])
            connection.execute(NAMES)
    assert caught.value.diag.constraint_name == "context_missing"


@pytest.mark.parametrize("size", [1, 7, PROJECTS, 100])
def test_pages_are_complete_and_without_duplicates(pool: ConnectionPool, beta: Tenant, size: int) -> None:
    """All rows have the same created_at, so that only the id tells them apart."""
    seen = [name for _, _, name in tenancy.projects(pool, beta.token, size)]
    assert len(seen) == PROJECTS and set(seen) == names(beta)


def test_a_lost_server_connection_is_tried_again(pool: ConnectionPool, database: t.Any, alpha: Tenant) -> None:
    attempts: list[psycopg.Connection] = []

    def work(connection: psycopg.Connection) -> int:
        attempts.append(connection)
        if len(attempts) == 1:
            assert end_server_connections(database)
        return len(connection.execute(NAMES).fetchall())

    assert tenancy.run(pool, alpha.token, work) >= PROJECTS
    assert len(attempts) == 2


def test_a_connection_lost_while_committing_is_not_tried_again_by_itself(pool: ConnectionPool, database: t.Any, alpha: Tenant) -> None:
    attempts: list[int] = []

    def work(connection: psycopg.Connection) -> None:
        attempts.append(1)
        connection.execute("insert into app.projects (name) values ('doubtful') on conflict do nothing")
        if len(attempts) == 1:
            end_server_connections(database)

    with pytest.raises(tenancy.MayBeCommitted):
        tenancy.run(pool, alpha.token, work)
    assert len(attempts) == 1
    del attempts[:]
    tenancy.run(pool, alpha.token, work, repeatable=True)
    assert len(attempts) == 2


def test_what_a_server_lost_between_transactions_costs_nobody_a_failure(pool: ConnectionPool, database: t.Any, alpha: Tenant) -> None:
    with tenancy.tenant(pool, alpha.token()) as connection:
        connection.execute(NAMES)
    end_server_connections(database)
    assert tenancy.run(pool, alpha.token, lambda connection: len(connection.execute(NAMES).fetchall())) >= PROJECTS


def test_what_reads_can_not_write(pool: ConnectionPool, bouncer: Pool, alpha: Tenant) -> None:
    with pytest.raises(errors.ReadOnlySqlTransaction), tenancy.tenant(pool, alpha.token(), begin="begin read only") as connection:
        connection.execute("insert into app.projects (name) values ('x')")
    with tenancy.open_pool(bouncer.dsn("launch_report"), min_size=1) as reading:
        with tenancy.tenant(reading, alpha.token(), begin="begin read only") as connection:
            assert connection.execute(NAMES).fetchall()
        with pytest.raises(errors.InsufficientPrivilege), tenancy.tenant(reading, alpha.token()) as connection:
            connection.execute("insert into app.projects (name) values ('x')")


def test_a_token_that_waited_for_a_connection_counts(alpha: Tenant) -> None:
    """By default it lives longer than PgBouncer lets anybody wait."""
    waits = int(DEFAULTS["pgbouncer_query_wait_timeout"])
    assert int(alpha.token()[72:82]) > time.time() + waits


def test_prepared_statements_outlive_a_server_connection(pool: ConnectionPool, database: t.Any, alpha: Tenant) -> None:
    """psycopg prepares what it ran five times; PgBouncer prepares it again where it has to (max_prepared_statements)."""
    for number in range(12):
        if number == 8:
            end_server_connections(database)
        assert tenancy.run(pool, alpha.token, lambda connection: connection.execute(NAMES).fetchall())


def test_two_clients_take_turns(pool: ConnectionPool, alpha: Tenant, beta: Tenant) -> None:
    wrong: list[str] = []

    def reads(tenant: Tenant) -> None:
        for _ in range(20):
            found = tenancy.run(pool, tenant.token, lambda connection: connection.execute("select distinct tenant_id from app.projects").fetchall())
            wrong.extend(name for (name,) in found if name != tenant.id)

    threads = [threading.Thread(target=reads, args=[tenant]) for tenant in (alpha, beta)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert wrong == [] and not any(thread.is_alive() for thread in threads)


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
