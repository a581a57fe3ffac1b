# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logical replication, as a blue/green upgrade uses it: rows arrive as they left, and are logged once."""

from __future__ import annotations

import contextlib
import dataclasses
import time
import typing as t

import pytest

from tests.integration.sql.migrations import create_groups, migrate
from tests.integration.sql.sessions import Session, refused
from tests.support.postgres import MASTER, Database, running_database

GREEN, MIGRATED = "green", "migrated"
ACTOR = "01J0000000000000000000ACT0"
# Everything of the application and its log; not what the context rests on, which is another one's in each database.
PUBLICATION = "create publication moving for tables in schema app, audit with (publish_via_partition_root = true)"
SUBSCRIPTION = """
create subscription moving connection 'host=/var/run/postgresql port={port} user=rdsadmin dbname=launch' publication moving
  with (create_slot = false, slot_name = moving, run_as_owner = {as_owner}, streaming = {streaming}, copy_data = true)"""
ROWS = {
    "tenants": "select t::text from app.tenants t order by id",
    "projects": "select p::text from app.projects p order by id",
    "tasks": "select t::text from app.tasks t order by id",
    "log": "select l::text from audit.audit_log l order by id",
}
SECONDS = 30
SETTINGS = {"wal_level": "logical", "debug_logical_replication_streaming": "immediate"}


@dataclasses.dataclass(frozen=True)
class Pair:
    """A database and the one that takes its changes, on one server."""

    blue: Database
    green: Database

    def rows(self, database: Database) -> dict[str, str]:
        return {name: self.blue.server.psql(query, database.name) for name, query in ROWS.items()}

    def are_alike(self) -> bool:
        return self.soon(lambda: self.rows(self.blue) == self.rows(self.green))

    def soon(self, happens: t.Callable[[], bool]) -> bool:
        deadline = time.monotonic() + SECONDS
        while not happens():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.2)
        return True

    def errors(self) -> int:
        return int(self.blue.server.psql("select sum(apply_error_count + sync_error_count) from pg_stat_subscription_stats", GREEN))

    def subscribe(self, as_owner: bool, streaming: str) -> None:
        self.blue.server.psql("select pg_create_logical_replication_slot('moving', 'pgoutput')", self.blue.name)
        options = {"port": self.blue.server.port, "as_owner": str(as_owner).lower(), "streaming": streaming}
        self.blue.server.psql(SUBSCRIPTION.format(**options), GREEN)

    def unsubscribe(self) -> None:
        for statement in ("alter subscription moving disable", "alter subscription moving set (slot_name = none)", "drop subscription moving"):
            self.blue.server.psql(statement, self.green.name)
        drop = "select pg_drop_replication_slot('moving') from pg_replication_slots where slot_name = 'moving' and not active"
        assert self.soon(lambda: self.blue.server.psql(drop, self.blue.name).count("\n") >= 0 and self.slots() == 0)

    def slots(self) -> int:
        return int(self.blue.server.psql("select count(*) from pg_replication_slots", self.blue.name))


@pytest.fixture(scope="module")
def blue() -> t.Iterator[Database]:
    with running_database(SETTINGS) as database:
        database.server.psql(f"create database {MIGRATED} owner {MASTER}")
        create_groups(database)
        for each in (database, dataclasses.replace(database, name=MIGRATED)):
            migrate(each)
        database.create_login("launch_app", "launch_rw")
        database.server.psql(PUBLICATION, database.name)
        yield database


@pytest.fixture
def pair(blue: Database) -> t.Iterator[Pair]:
    blue.server.psql(f"create database {GREEN} owner {MASTER} template {MIGRATED}")
    yield Pair(blue, dataclasses.replace(blue, name=GREEN))
    blue.server.psql(f"drop database {GREEN}")


@contextlib.contextmanager
def subscribed(pair: Pair, as_owner: bool = True, streaming: str = "off") -> t.Iterator[None]:
    pair.subscribe(as_owner, streaming)
    try:
        yield
    finally:
        pair.unsubscribe()


def work(database: Database, name: str) -> None:
    """Register a tenant and write as it: every kind of change, and one that cascades."""
    with contextlib.closing(database.connect()) as connection:
        master = Session(connection)
        with master.transaction(keep=True):
            master.run("set local role launch_platform")
            tenant = master.value("select app.new_entity_id()")
            master.run("select app.create_tenant(%s, %s, null, %s)", tenant, name, ACTOR)
    with contextlib.closing(database.connect("launch_app")) as connection:
        app = Session(connection)
        with app.transaction(keep=True):
            app.run("select app.set_context(%s, %s)", tenant, ACTOR)
            for project in ("kept", "gone"):
                app.run("insert into app.projects (name) values (%s)", project)
            app.run("insert into app.tasks (project_id, title) select id, 'a task of ' || name from app.projects")
            app.run("update app.projects set name = 'renamed' where name = 'kept'")
            app.run("delete from app.projects where name = 'gone'")


# With "parallel", and a publisher that streams at once, a worker of its own applies a transaction before it has ended.
@pytest.mark.parametrize("streaming", ["off", "parallel"])
def test_rows_arrive_as_they_left_and_are_logged_once(pair: Pair, streaming: str) -> None:
    names = [f"{streaming}, while it {does}" for does in ("copies", "follows")]
    with subscribed(pair, streaming=streaming):
        for name in names:
            work(pair.blue, name)
            assert pair.are_alike(), f"{pair.errors()} errors"
        assert pair.errors() == 0
    rows = pair.rows(pair.green)
    assert [rows["log"].count(name) for name in names] == [1, 1]
    assert "renamed" in rows["projects"]


def test_a_worker_as_the_tables_owner_is_refused_by_its_policies(pair: Pair) -> None:
    """Forced row level security binds the owner, and no owner of a table skips it on RDS."""
    work(pair.blue, "refused")
    with subscribed(pair, as_owner=False):
        assert pair.soon(lambda: pair.errors() > 0)
        assert "refused" not in pair.rows(pair.green)["log"]
    assert "with row-level security enabled" in pair.blue.server._shell("cat /rds/log/postgresql.log")


def test_a_session_in_replica_mode_is_no_worker(pair: Pair) -> None:
    with contextlib.closing(pair.green.connect()) as connection:
        master = Session(connection)
        with master.transaction():
            master.run("set local session_replication_role = replica")
            master.run("set local role launch_rw")
            assert master.value("select app.is_replication_worker()") is False
            with refused("context_missing"):
                master.run("delete from app.projects")
