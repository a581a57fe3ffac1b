# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The log's partitions are there ahead of time, protected, and nobody is kept waiting for them."""

from __future__ import annotations

import datetime as dt
import itertools
import time
import typing as t
from concurrent.futures import ThreadPoolExecutor

import pytest
from psycopg2 import errors

from tests.integration.sql.months import months_from_now, partition_of
from tests.integration.sql.sessions import Session, Tenant

if t.TYPE_CHECKING:
    from tests.integration.sql.conftest import Connect
    from tests.support.postgres import Database


def test_partitions_are_made_a_year_ahead_without_a_gap(master: Session) -> None:
    with master.transaction():
        master.run("set local role launch_audit_owner")
        made = master.run("select partition, starts_at, ends_at from audit.partition_bounds() order by starts_at")
    utc = [dt.datetime(day.year, day.month, 1, tzinfo=dt.UTC) for day in months_from_now(len(made) + 1)]
    assert len(made) > 12
    assert made == [(partition_of(start), start, end) for start, end in itertools.pairwise(utc)]


def test_partitions_are_protected_like_the_log(master: Session) -> None:
    with master.transaction():
        master.run("set local role launch_platform")
        master.run("select audit.ensure_partitions(16)")
        assert master.run(
            "select distinct relrowsecurity, relforcerowsecurity, relacl is null, pg_get_userbyid(relowner)"
            " from pg_class where relname like 'audit\\_log\\_y%' and relkind = 'r'"
        ) == [(True, True, True, "launch_audit_owner")]


def test_bounds_do_not_depend_on_the_sessions_zone(master: Session) -> None:
    with master.transaction():
        master.run("set local timezone = 'America/New_York'")
        master.run("set local role launch_platform")
        master.run("select audit.ensure_partitions(18)")
        master.run("set local role launch_audit_owner")
        assert (
            master.value(
                "select count(*) from audit.partition_bounds() where date_trunc('month', starts_at, 'UTC') <> starts_at"
            )
            == 0
        )


def test_ensure_partitions_is_done_once(platform: Session) -> None:
    with platform.transaction():
        first = platform.run("select audit.ensure_partitions(17)")
        assert first == [(partition_of(month),) for month in months_from_now(18)[-3:]]
        assert platform.run("select audit.ensure_partitions(17)") == []


def waits_for_its_turn(session: Session) -> bool:
    """Whether somebody comes to wait for the log, within five seconds."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        if session.value("select count(*) from pg_locks where relation = 'audit.audit_log'::regclass and not granted"):
            return True
        time.sleep(0.02)
    return False


def test_ensure_partitions_by_two_at_once(connect: Connect, master: Session) -> None:
    """The second waits for the first and finds its work done; without taking turns it would fail."""
    first, second = connect("launch_ops"), connect("launch_ops")
    with ThreadPoolExecutor(1) as pool:
        made = [name for (name,) in first.run("select audit.ensure_partitions(22)")]
        late = pool.submit(second.run, "select audit.ensure_partitions(22)")
        waited = waits_for_its_turn(first)
        first.connection.commit()
        assert (waited, late.result()) == (True, [])
    second.connection.rollback()
    with master.transaction(keep=True):
        master.run("set local role launch_audit_owner")
        master.run("drop table " + ", ".join(f"audit.{name}" for name in made))
    assert made == [partition_of(month) for month in months_from_now(23)[-8:]]


@pytest.fixture
def short_patience(database: Database) -> t.Iterator[None]:
    """Nobody waits ten seconds in a test."""
    function = "set local role launch_audit_owner; alter function audit.ensure_partitions(integer) set lock_timeout"
    database.execute(f"{function} = '300ms'")
    yield
    database.execute(f"{function} = '10s'")


@pytest.mark.usefixtures("short_patience")
def test_partitions_are_made_while_the_log_is_read_and_written(app: Session, platform: Session, alpha: Tenant) -> None:
    """Also while the application holds the lock that could once be guessed, and each other that it can take."""
    with app.transaction(alpha), platform.transaction():
        app.run("select pg_advisory_lock('audit.audit_log'::regclass::oid::bigint)")
        app.run("lock table audit.audit_log in access share mode")
        app.run("select count(*) from audit.audit_log")
        app.run("update app.projects set name = 'meanwhile'")
        assert len(platform.run("select audit.ensure_partitions(17)")) == 3
        app.run("update app.projects set name = 'and after that'")


LOCKS = ("row share", "row exclusive", "share update exclusive", "share", "share row exclusive", "exclusive", "access exclusive")


@pytest.mark.parametrize("mode", LOCKS)
@pytest.mark.parametrize("login", ["launch_app", "launch_report", "launch_audit", "launch_archive"])
def test_who_reads_the_log_cannot_lock_it(connect: Connect, login: str, mode: str) -> None:
    session = connect(login)
    with session.transaction(), pytest.raises(errors.InsufficientPrivilege):
        session.run(f"lock table audit.audit_log in {mode} mode")


@pytest.mark.usefixtures("short_patience")
def test_who_waits_in_vain_is_told_for_whom(master: Session, platform: Session) -> None:
    with master.transaction():
        master.run("set local role launch_audit_owner")
        master.run("lock table audit.audit_log in share mode")
        process = master.value("select pg_backend_pid()")
        with platform.transaction(), pytest.raises(errors.LockNotAvailable, match=rf"locked by launch_admin \(process {process}\)"):
            platform.run("select audit.ensure_partitions(17)")


@pytest.mark.parametrize("months", [-1, 121, None])
def test_months_ahead_are_bounded(platform: Session, months: int | None) -> None:
    with platform.transaction(), pytest.raises(errors.InvalidParameterValue, match="between 0 and 120"):
        platform.run("select audit.ensure_partitions(%s)", months)


def test_horizon_ends_at_a_gap(master: Session) -> None:
    gap = months_from_now(4)[3]
    with master.transaction():
        master.run("set local role launch_audit_owner")
        master.run(f"drop table audit.{partition_of(gap)}")
        assert master.value("select audit.partition_horizon()").date() == gap


def test_a_write_that_has_no_partition_to_be_told_in_is_refused(master: Session, alpha: Tenant) -> None:
    with master.transaction():
        master.run("set local role launch_audit_owner")
        master.run(f"drop table audit.{partition_of(months_from_now(1)[0])}")
        master.run("set local role launch_rw")
        master.run("select app.set_context(%s, %s)", alpha.id, alpha.actor)
        with pytest.raises(errors.CheckViolation, match="no partition of relation"):
            master.run("insert into app.projects (name) values ('untold')")


def test_no_horizon_without_a_partition_for_now(master: Session) -> None:
    with master.transaction():
        master.run("set local role launch_audit_owner")
        master.run(f"drop table audit.{partition_of(months_from_now(1)[0])}")
        assert master.value("select audit.partition_horizon()") is None
