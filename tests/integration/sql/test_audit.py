# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every change is told, by whom, and what is told stays."""

from __future__ import annotations

import datetime as dt
import itertools
import time
import typing as t
from concurrent.futures import ThreadPoolExecutor

import pytest
from psycopg2 import errors

from tests.integration.sql.sessions import Session, Tenant

if t.TYPE_CHECKING:
    from tests.integration.sql.conftest import Connect

LOG = "select action, performed_by, tenant_id, database_user, changes from audit.audit_log where entity_id = %s"


def partition_of(month: dt.date) -> str:
    return f"audit_log_y{month:%Y}m{month:%m}"


def months_from_now(count: int) -> list[dt.date]:
    first = dt.datetime.now(dt.UTC).date().replace(day=1)
    return [
        dt.date(first.year + (first.month - 1 + ahead) // 12, (first.month - 1 + ahead) % 12 + 1, 1)
        for ahead in range(count)
    ]


def test_changes_are_told_with_old_and_new(app: Session, alpha: Tenant) -> None:
    with app.transaction(alpha):
        app.run("update app.projects set name = 'renamed', is_active = true where id = %s", alpha.project)
        *_, (action, actor, tenant, login, changes) = app.run(f"{LOG} and action = 'update'", alpha.project)
    assert (action, actor, tenant, login) == ("update", alpha.actor, alpha.id, "launch_app")
    assert changes["name"] == {"old": "first", "new": "renamed"}
    assert changes["version"] == {"old": 1, "new": 2}
    assert not {"is_active", "id", "tenant_id", "created_by"} & set(changes)


@pytest.mark.parametrize("entity", ["id", "project", "task"])
def test_insertions_are_told(app: Session, alpha: Tenant, entity: str) -> None:
    with app.transaction(alpha):
        [(action, actor, tenant, _, changes)] = app.run(LOG, getattr(alpha, entity))
    assert (action, actor, tenant) == ("insert", alpha.actor, alpha.id)
    assert changes["id"] == {"old": None, "new": getattr(alpha, entity)}


def test_tenants_settings_are_told(app: Session, alpha: Tenant) -> None:
    with app.transaction(alpha):
        app.run("""update app.tenants set settings = '{"theme": "dark"}'""")
        assert (
            app.value(
                "select changes -> 'settings' -> 'new' ->> 'theme' from audit.audit_log"
                " where action = 'update' and entity_id = %s",
                alpha.id,
            )
            == "dark"
        )


def test_deletion_by_cascade_is_told(app: Session, alpha: Tenant) -> None:
    with app.transaction(alpha):
        app.run("delete from app.projects where id = %s", alpha.project)
        told = {row[0] for row in app.run("select entity_id from audit.audit_log where action = 'delete'")}
    assert told == {alpha.project, alpha.task}


PARTITIONED = """
  create table app.readings (
    tenant_id app.entity_id not null default app.current_tenant() references app.tenants (id),
    id app.entity_id not null default app.new_entity_id(),
    taken_on date not null,
    created_at timestamptz not null, updated_at timestamptz not null,
    created_by app.entity_id not null, updated_by app.entity_id not null,
    version integer not null,
    primary key (tenant_id, id, taken_on)
  ) partition by range (taken_on);
  create table app.readings_2040 partition of app.readings
    for values from ('2040-01-01') to ('2041-01-01') partition by range (taken_on);
  create table app.readings_2040_h1 partition of app.readings_2040 for values from ('2040-01-01') to ('2040-07-01');
  select app.protect_tenant_table('app.readings');
  select app.protect_tenant_table('app.readings');
  create table app.readings_2040_h2 partition of app.readings_2040 for values from ('2040-07-01') to ('2041-01-01');
"""


def test_changes_in_a_partition_are_told_of_its_table(master: Session, alpha: Tenant) -> None:
    with master.transaction():
        master.run("set local role launch_owner")
        master.run(PARTITIONED)
        master.run("set local role launch_rw")
        master.run("select app.set_context(%s, %s)", alpha.id, alpha.actor)
        master.run("insert into app.readings (taken_on) values ('2040-01-01')")
        master.run("update app.readings set taken_on = '2040-12-01'")
        told = master.run("select entity_type, action from audit.audit_log where performed_at = now()")
    assert sorted(told) == [("app.readings", action) for action in ("delete", "insert", "insert")]


def test_a_reserved_word_is_told_without_quotes(master: Session, alpha: Tenant) -> None:
    with master.transaction():
        master.run("set local role launch_owner")
        master.run('alter table app.projects rename to "Order"')
        master.run("set local role launch_rw")
        master.run("select app.set_context(%s, %s)", alpha.id, alpha.actor)
        master.run("""insert into app."Order" (name) values ('odd')""")
        assert master.run("select entity_type from audit.audit_log where performed_at = now()") == [("app.Order",)]


def test_replica_mode_does_not_silence_the_log(master: Session, alpha: Tenant) -> None:
    with master.transaction():
        master.run("set local session_replication_role = replica")
        master.run("set local role launch_rw")
        master.run("select app.set_context(%s, %s)", alpha.id, alpha.actor)
        master.run("update app.projects set name = 'quiet'")
        assert master.value("select count(*) from audit.audit_log where action = 'update'") == 1


FORGERIES = (
    "insert into audit.audit_log (tenant_id, entity_id, entity_type, action, changes, performed_by)"
    " values (app.current_tenant(), app.new_entity_id(), 'app.projects', 'insert', '{{}}', app.new_entity_id())",
    "update audit.audit_log set performed_by = app.new_entity_id()",
    "delete from audit.audit_log",
    "truncate audit.audit_log",
    "alter table audit.audit_log disable row level security",
    "alter table app.projects disable trigger row_audited",
    "drop trigger row_audited on app.projects",
    "select from audit.{partition}",
    "delete from audit.{partition}",
    "truncate audit.{partition}",
    "alter table audit.audit_log detach partition audit.{partition}",
    "select audit.create_partition('2040-01-01')",
    "set session_replication_role = replica",
    "set local role launch_audit_owner",
)


@pytest.mark.parametrize("login", ["launch_app", "launch_audit", "launch_archive", "launch_ops"])
@pytest.mark.parametrize("statement", FORGERIES)
def test_log_cannot_be_forged_or_erased(connect: Connect, alpha: Tenant, login: str, statement: str) -> None:
    session = connect(login)
    context = alpha if login in ("launch_app", "launch_audit") else None
    with session.transaction(context), pytest.raises(errors.InsufficientPrivilege):
        session.run(statement.format(partition=partition_of(months_from_now(1)[0])))


@pytest.mark.parametrize("statement", ["update audit.audit_log set changes = '{}'", "delete from audit.audit_log"])
def test_even_the_owner_finds_no_row_to_change(master: Session, alpha: Tenant, statement: str) -> None:
    with master.transaction():
        master.run("set local role launch_audit_owner")
        assert master.rows_touched(statement) == 0


def test_owner_cannot_write_what_the_context_does_not_say(master: Session, alpha: Tenant, beta: Tenant) -> None:
    with master.transaction(), pytest.raises(errors.InsufficientPrivilege, match="row-level security"):
        master.run("set local role launch_owner")
        master.run("select app.assume_context(%s, %s)", alpha.id, alpha.actor)
        master.run("update app.projects set name = 'moved' where tenant_id = %s", beta.id)


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
    """Whether somebody comes to wait for an advisory lock, within five seconds."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        if session.value("select count(*) from pg_locks where locktype = 'advisory' and not granted"):
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
