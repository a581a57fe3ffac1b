# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What docs/applications.md warns of, driver by driver, as it goes wrong, and what works instead."""

from __future__ import annotations

import contextlib
import typing as t

import pytest

from tests.integration.applications import drivers
from tests.integration.applications.conftest import Tenant, end_server_connections
from tests.integration.applications.drivers import IN_TESTS, Client
from tests.integration.applications.test_drivers import count, rows
from tests.support.pooled import Pool
from tests.support.postgres import Database


@pytest.fixture(scope="module", autouse=True)
def built(database: Database) -> t.Iterator[None]:
    with drivers.built():
        yield


@pytest.fixture
def jdbc(bouncer: Pool, database: Database) -> t.Iterator[Client]:
    """What it left in the server connection goes with it."""
    with contextlib.ExitStack() as stack:
        yield stack.enter_context(drivers.started(IN_TESTS["jdbc"], bouncer))
    end_server_connections(database)


@pytest.mark.parametrize(
    ("method", "setting", "left"), [("isolation", "default_transaction_isolation", "serializable"), ("schema", "search_path", "pg_catalog")],
)
def test_what_jdbcs_own_methods_set_is_the_next_clients(jdbc: Client, method: str, setting: str, left: str) -> None:
    assert rows(jdbc.ask("bare", sql=f"show {setting}")) != [[left]]
    jdbc.ask("trap", name=method)
    assert rows(jdbc.ask("bare", sql=f"show {setting}"))[0][0].strip("\'\"") == left


def test_a_query_that_node_postgres_gave_up_goes_on(bouncer: Pool, database: Database) -> None:
    with drivers.started(IN_TESTS["node-postgres"], bouncer) as client:
        assert "timeout" in client.ask("trap", query_timeout=300)["text"]
        running = "select count(*) from pg_stat_activity where state = 'active' and query like '%given_up%' and usename = 'launch_app'"
        assert database.server.psql(running).strip() == "1"
    end_server_connections(database)


@pytest.fixture(scope="module")
def django(bouncer: Pool, built: None) -> t.Iterator[Client]:
    with drivers.started(IN_TESTS["django"], bouncer) as client:
        yield client


@pytest.mark.parametrize(("way", "left"), [("middleware", 1), ("decorator", 0)])
def test_what_a_view_wrote_before_it_failed(django: Client, alpha: Tenant, way: str, left: int) -> None:
    """A middleware sees a response where the view raised, so that its atomic() commits."""
    how = {"decorated": False, "middleware": ["atomic_around"]} if way == "middleware" else {"decorated": True, "middleware": []}
    answer = django.ask("trap", tokens=[alpha.token()], view="fails", name=f"by {way}", atomic_requests=False, **how)
    assert answer["status"] == 500 and count(django, alpha, f"by {way}") == left


def test_a_middleware_is_not_within_atomic_requests(django: Client, alpha: Tenant) -> None:
    """Its set_context() was a transaction of its own."""
    request = {"tokens": [alpha.token()], "view": "counts", "name": ""}
    assert django.ask("trap", atomic_requests=True, decorated=False, middleware=["context_before"], **request)["status"] == 500
    assert django.ask("trap", atomic_requests=False, decorated=True, middleware=[], **request)["status"] == 200
