# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every driver's example held to the same table, through a real pool with one server connection."""

from __future__ import annotations

import concurrent.futures
import contextlib
import datetime
import json
import time
import typing as t

import psycopg
import pytest

from tests.integration.applications import drivers
from tests.integration.applications.conftest import NAMES, PROJECTS, Tenant, end_server_connections, issue, names
from tests.integration.applications.drivers import DRIVERS, Client, Driver
from tests.support.pooled import Pool
from tests.support.postgres import Database

POINT = {"sql": "select name from app.projects where name = $1", "values": ["alpha 1"]}
TENANTS = "select distinct tenant_id from app.projects"


@pytest.fixture(scope="module", autouse=True)
def built(database: Database) -> t.Iterator[None]:
    """After the server, since whoever starts that writes podman's settings."""
    with drivers.built():
        yield


@pytest.fixture(scope="module", params=DRIVERS)
def driver(request: pytest.FixtureRequest) -> Driver:
    return DRIVERS[request.param]


@pytest.fixture(scope="module")
def client(driver: Driver, bouncer: Pool) -> t.Iterator[Client]:
    with drivers.started(driver, bouncer) as running:
        yield running


@pytest.fixture
def direct(database: Database) -> t.Iterator[psycopg.Connection]:
    """To the server itself: through the pool one transaction at a time has a connection."""
    server = database.server
    with psycopg.connect(
        host=server.host, hostaddr=server.address, port=server.port, dbname=database.name, user="launch_app",
        password=database.passwords["launch_app"], sslmode="verify-full", sslrootcert=str(server.ca_file), autocommit=True,
    ) as connection:
        yield connection


def changes(connection: psycopg.Connection, tenant: Tenant, *statements: str) -> None:
    with connection.transaction():
        connection.execute("select app.set_context(%s)", [tenant.token()])
        for statement in statements:
            connection.execute(statement)


def error(answer: dict[str, t.Any]) -> tuple[str | None, str | None]:
    assert "error" in answer, answer
    return answer["error"]["sqlstate"], answer["error"]["constraint"]


def refused(driver: Driver, answer: dict[str, t.Any], constraint: str | None) -> bool:
    """With 42501, and with the constraint's name as far as the driver passes it on."""
    assert error(answer) == ("42501", constraint if driver.constraints else None)
    return True


def rows(answer: dict[str, t.Any]) -> list[t.Any]:
    """Of each query."""
    assert "rows" in answer, answer
    return answer["rows"]


def count(client: Client, tenant: Tenant, name: str) -> int:
    return rows(client.run(tenant.token(), f"select cast(count(*) as integer) from app.projects where name = '{name}'"))[0][0][0]


def test_a_tenant_sees_its_own_rows_and_nothing_is_left(client: Client, driver: Driver, alpha: Tenant, beta: Tenant) -> None:
    for tenant in [alpha, beta] * 6:
        found, whose = rows(client.run(tenant.token(), NAMES, TENANTS))
        assert names(tenant) <= {name for (name,) in found} and whose == [[tenant.id]]
        assert refused(driver, client.ask("bare", sql=NAMES), "context_missing")


def test_two_clients_take_turns(driver: Driver, client: Client, bouncer: Pool, alpha: Tenant, beta: Tenant) -> None:
    """Each prepares its statements on the one server connection, under names that may be the other's."""

    def reads(reader: Client, tenant: Tenant) -> set[str]:
        return {rows(reader.run(tenant.token(), TENANTS))[0][0][0] for _ in range(15)}

    with drivers.started(driver, bouncer) as other, concurrent.futures.ThreadPoolExecutor() as threads:
        found = list(threads.map(reads, (client, other), (alpha, beta)))
    assert found == [{alpha.id}, {beta.id}]


def test_refusals_say_which_and_are_not_tried_again(client: Client, driver: Driver, alpha: Tenant, beta: Tenant) -> None:
    expired, good = alpha.token(life=-1), alpha.token()
    assert refused(driver, answer := client.run([expired, good], NAMES), "context_expired") and answer["attempts"] == 0
    assert refused(driver, client.run(good[:-1] + "x", NAMES), "context_refused")
    assert refused(driver, client.run(good, {"sql": "select app.set_context($1)", "values": [beta.token()]}), "context_changed")
    assert refused(driver, client.run(good, "insert into app.projects (name, created_at) values ('x', now())"), None)


def test_an_error_rolls_back(client: Client, alpha: Tenant) -> None:
    write = "insert into app.projects (name) values ('undone')"
    answer = client.run(alpha.token(), write, {"fail": True})
    assert "asked to fail" in answer["error"]["text"] and answer["attempts"] == 1
    assert error(answer := client.run(alpha.token(), write, "insert into app.projects (name) values ('alpha 1')"))[0] == "23505"
    assert answer["attempts"] == 1 and count(client, alpha, "undone") == 0


@pytest.mark.parametrize("driver", [name for name, driver in DRIVERS.items() if driver.savepoints], indirect=True)
def test_a_savepoint_keeps_the_context_and_what_was_done_before(driver: Driver, client: Client, alpha: Tenant) -> None:
    inner = {"savepoint": [{"sql": "insert into app.projects (name) values ('alpha 1')"}]}
    answer = client.run(
        alpha.token(), "insert into app.projects (name) values ('kept')", inner, "select cast(count(*) as integer) from app.projects where name = 'kept'",
        {"savepoint": [{"sql": "delete from app.projects where name = 'kept' returning name"}]},
    )
    assert rows(answer)[1]["sqlstate"] == "23505" and rows(answer)[2:] == [[[1]], [["kept"]]]


def test_a_conflict_is_tried_again_from_the_start(client: Client, direct: psycopg.Connection, alpha: Tenant) -> None:
    change = "update app.projects set is_active = not is_active where name = 'alpha 1'"
    asked = {"conflict": lambda: changes(direct, alpha, change)}

    def answer(until: int, attempts: int) -> dict[str, t.Any]:
        steps = "select count(*) from app.projects", {"ask": "conflict", "until": until}, change
        return client.run(alpha.token(), *steps, asked=asked, serializable=True, attempts=attempts)

    assert rows(answer(2, 5)) and error(answer(1, 1))[0] == "40001"
    assert answer(2, 5)["attempts"] == 3
    # Nothing of it stays, neither here nor in the pool.
    assert rows(client.run(alpha.token(), "show transaction_isolation"))[0] == [["read committed"]]
    assert rows(client.ask("bare", sql="show default_transaction_isolation")) == [["read committed"]]


def test_each_attempt_has_a_token_of_its_own(client: Client, driver: Driver, direct: psycopg.Connection, alpha: Tenant) -> None:
    change = "update app.projects set is_active = not is_active where name = 'alpha 1'"
    steps = "select count(*) from app.projects", {"ask": "conflict", "until": 1}, change
    asked = {"conflict": lambda: changes(direct, alpha, change)}
    answer = client.run([alpha.token(), alpha.token(life=-1)], *steps, asked=asked, serializable=True)
    assert refused(driver, answer, "context_expired") and answer["attempts"] == 1


def test_a_deadlock_is_tried_again(client: Client, database: Database, direct: psycopg.Connection, alpha: Tenant) -> None:
    """Who begins to wait last finds it: the other has looked, and seen none, before the client is let go on."""
    update = "update app.projects set is_active = true where name = '{}'"

    def crosses() -> None:
        threads.submit(changes, direct, alpha, update.format("alpha 4"), update.format("alpha 3"))
        waits = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and now() - state_change > interval '1.2 s'"
        while database.server.psql(waits).strip() != "1":
            time.sleep(0.05)

    with concurrent.futures.ThreadPoolExecutor() as threads:
        answer = client.run(
            alpha.token(), update.format("alpha 3"), {"ask": "cross", "until": 1}, update.format("alpha 4"), asked={"cross": crosses},
        )
    assert "rows" in answer and answer["attempts"] == 2


def test_a_lost_server_connection_is_tried_again(client: Client, database: Database, alpha: Tenant) -> None:
    asked = {"end": lambda: end_server_connections(database)}
    answer = client.run(alpha.token(), NAMES, {"ask": "end", "until": 1}, NAMES, asked=asked)
    assert len(rows(answer)[1]) >= PROJECTS and answer["attempts"] == 2


def test_a_connection_lost_while_committing_is_not_tried_again_by_itself(client: Client, database: Database, alpha: Tenant) -> None:
    asked = {"end": lambda: end_server_connections(database)}
    steps = "insert into app.projects (name) values ('doubtful') on conflict do nothing", {"ask": "end", "until": 1}
    answer = client.run(alpha.token(), *steps, asked=asked)
    assert answer["error"]["kind"] == "MayBeCommitted" and answer["attempts"] == 1
    answer = client.run(alpha.token(), *steps, asked=asked, repeatable=True)
    assert "rows" in answer and answer["attempts"] == 2 and count(client, alpha, "doubtful") == 1


def test_prepared_statements_outlive_a_server_connection(client: Client, database: Database, alpha: Tenant) -> None:
    """What is lost between transactions costs nobody an attempt."""
    for number in range(12):
        if number == 8:
            end_server_connections(database)
        answer = client.run(alpha.token(), {"sql": "select name from app.projects where name <> $1", "values": ["x"]})
        assert len(rows(answer)[0]) >= PROJECTS and answer["attempts"] == 1


def test_what_reads_can_not_write(client: Client, alpha: Tenant) -> None:
    write = "insert into app.projects (name) values ('x')"
    assert error(client.run(alpha.token(), write, read_only=True))[0] == "25006"
    assert rows(client.run(alpha.token(), NAMES, profile="read", read_only=True))[0]
    assert error(client.run(alpha.token(), write, profile="read"))[0] == "42501"
    assert rows(client.run(alpha.token(), "show transaction_read_only"))[0] == [["off"]]
    assert rows(client.ask("bare", sql="show default_transaction_read_only")) == [["off"]]


@pytest.mark.parametrize("size", [7, PROJECTS])
def test_pages_are_complete_and_without_duplicates(client: Client, beta: Tenant, size: int) -> None:
    """All rows have the same created_at, so that only the id tells them apart."""
    seen = client.ask("pages", tokens=[beta.token()], size=size)["names"]
    assert len(seen) == PROJECTS and set(seen) == names(beta)


def test_values_are_what_was_written(client: Client, driver: Driver, alpha: Tenant) -> None:
    sql = (
        "select timestamptz '2026-03-29 01:59:59.123456+00' as moment, cast(cast($1 as text) as jsonb) as content, true as yes, 42 as number,"
        " cast(null as text) as nothing"
    )
    content = {"a": [1, None, "ü"], "b": {"c": 1.5}}
    (moment, found, *others), = rows(client.run(alpha.token(), {"sql": sql, "values": [json.dumps(content)]}))[0]
    written = datetime.datetime(2026, 3, 29, 1, 59, 59, 123456 - 123456 % driver.precision, datetime.UTC)
    assert datetime.datetime.fromisoformat(moment) == written
    assert (json.loads(found) if isinstance(found, str) else found) == content and others == [True, 42, None]


def test_an_error_that_was_swallowed_is_no_commit(client: Client, driver: Driver, alpha: Tenant) -> None:
    answer = client.run(
        alpha.token(), "insert into app.projects (name) values ('swallowed')", {"swallow": "insert into app.projects (name) values ('alpha 1')"},
    )
    assert ("error" not in answer) is driver.silent and count(client, alpha, "swallowed") == 0


def test_many_rows(client: Client, alpha: Tenant) -> None:
    many = [f"many {number}" for number in range(2500)]
    answer = client.ask("bulk", tokens=[alpha.token()], names=many, **drivers.DEFAULTS)
    assert answer.get("count") == len(many), answer
    gone = "with gone as (delete from app.projects where starts_with(name, 'many ') returning 1) select cast(count(*) as integer) from gone"
    assert rows(client.run(alpha.token(), gone))[0] == [[len(many)]]


def turns(between: drivers.Relay, client: Client, tenant: Tenant, **request: t.Any) -> int:
    """Round trips of a request that was made often before: statements are prepared, the driver's own pool has opened what it opens."""
    for _ in range(12):
        client.ask(tokens=[tenant.token()], **request)
    while between.turns():
        time.sleep(0.5)
    return min(turns_of_one(between, client, tenant, request) for _ in range(6))


def turns_of_one(between: drivers.Relay, client: Client, tenant: Tenant, request: dict[str, t.Any]) -> int:
    """It may be more where a connection that nobody used for a while is tried out first, or where the machine is slow in sending."""
    between.turns()
    assert rows(client.ask(tokens=[tenant.token()], **request))[-1] in ([["alpha 1"]], ["alpha 1"])
    return between.turns()


def test_round_trips(driver: Driver, bouncer: Pool, alpha: Tenant) -> None:
    with drivers.relay(bouncer, 6500) as between, drivers.started(driver, between.pool) as client:
        assert turns(between, client, alpha, do="run", steps=[POINT], **drivers.DEFAULTS) == driver.round_trips
        if driver.at_best:
            assert turns(between, client, alpha, do="single", **POINT) == driver.at_best


def test_no_server_connection_is_kept(driver: Driver, bouncer: Pool, alpha: Tenant) -> None:
    """Whatever a client sends last, and however late it arrives: between its transactions others have the one server connection."""
    requests: list[dict[str, t.Any]] = [
        {"do": "run", "steps": [POINT], **drivers.DEFAULTS},
        {"do": "run", "steps": [{"sql": "select 1 / 0"}], **drivers.DEFAULTS},
        {"do": "bare", "sql": "select 1"},
    ]
    with drivers.relay(bouncer, 6501, pause=0.03) as between, drivers.started(driver, between.pool) as client:
        for request in requests + [{"do": "single", **POINT}] * bool(driver.at_best):
            for _ in range(7):  # statements are prepared meanwhile
                answer = client.ask(tokens=[alpha.token()], **request)
                assert "rows" in answer or error(answer)[0] == "22012", answer
            assert waited(bouncer) < 10, request


def waited(bouncer: Pool) -> float:
    """Seconds until another client has had its turn; the pool sends it away after query_wait_timeout."""
    begun = time.monotonic()
    with contextlib.suppress(psycopg.OperationalError), psycopg.connect(bouncer.dsn("launch_app"), autocommit=True) as other:
        other.execute("select 1")
    return time.monotonic() - begun


# Of a name's addresses only containers know several.
WAYS = [(name, "hosts") for name, driver in DRIVERS.items() if driver.hosts]
WAYS += [(name, "addresses") for name, driver in DRIVERS.items() if driver.contained]


@pytest.mark.parametrize(("name", "several"), WAYS)
def test_a_host_that_does_not_answer(name: str, several: str, bouncer: Pool, alpha: Tenant) -> None:
    """The first of two hosts, or of a name's two addresses, takes no connection."""
    changes = {
        "hosts": {"hosts": [bouncer.host] * 2, "addresses": [bouncer.address] * 2, "ports": [1, bouncer.port]},
        "addresses": {"addresses": ["127.0.0.2", bouncer.address]},
    }
    works = several == "hosts" or DRIVERS[name].addresses
    with contextlib.nullcontext() if works else pytest.raises(drivers.Ended), drivers.started(DRIVERS[name], bouncer, **changes[several]) as client:
        assert rows(client.run(alpha.token(), TENANTS))[0] == [[alpha.id]]


def test_the_pools_certificate_is_verified(driver: Driver, bouncer: Pool, alpha: Tenant) -> None:
    """By another authority's certificate nobody gets in."""
    with contextlib.suppress(drivers.Ended), drivers.started(driver, bouncer, ca_file=bouncer.database.server.ca_file) as client:
        assert "error" in client.run(alpha.token(), TENANTS, attempts=1)


@pytest.mark.parametrize("name", [name for name, driver in DRIVERS.items() if driver.issues])
def test_tokens_are_those_of_the_collection(name: str, bouncer: Pool, key: str, alpha: Tenant) -> None:
    with drivers.started(DRIVERS[name], bouncer) as client:
        made = client.ask("issue", key=key, database="launch", tenant=alpha.id, actor=alpha.actor, life=45)["token"]
        expiry = int(made[72:82])
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(time, "time", lambda: expiry - 45)
            assert made == issue(key, "launch", alpha.id, alpha.actor, 45)
        assert abs(expiry - 45 - time.time()) < 60
        assert "without a space" in client.ask("issue", key=key, database="launch", tenant="two words", actor=alpha.actor, life=45)["error"]["text"]


@pytest.mark.parametrize("name", [name for name, driver in DRIVERS.items() if driver.model])
def test_a_mapped_object_has_what_the_database_filled_in(name: str, bouncer: Pool, alpha: Tenant) -> None:
    with drivers.started(DRIVERS[name], bouncer) as client:
        made, changed = rows(client.ask("model", tokens=[alpha.token()], name=f"of {name}"))
    for row, version, active in ((made, 1, True), (changed, 2, False)):
        assert {row["tenant_id"], row["created_by"], row["updated_by"]} == {alpha.id, alpha.actor}
        assert (row["name"], row["version"], row["is_active"]) == (f"of {name}", version, active)
    assert made["id"] == changed["id"] and made["created_at"] == changed["created_at"] and made["updated_at"] < changed["updated_at"]
