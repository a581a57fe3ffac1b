# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every change is told: what, by whom, when, of which row."""

from __future__ import annotations

import pytest
from psycopg2 import errors

from tests.integration.sql.sessions import Session, Tenant

LOG = "select action, performed_by, tenant_id, database_user, changes from audit.audit_log where entity_id = %s"


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
    assert changes["id"] == {"new": getattr(alpha, entity)}


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
        # Who migrates only: a tenant moves no row to another partition.
        master.run("set local role launch_migrator")
        master.run("update app.readings set taken_on = '2040-12-01'")
        master.run("set local role launch_rw")
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


TABLE = """
  create table app.things (
    tenant_id app.entity_id not null default app.current_tenant() references app.tenants (id),
    {columns},
    created_at timestamptz not null, updated_at timestamptz not null,
    created_by app.entity_id not null, updated_by app.entity_id not null,
    version integer not null
  );
  select app.apply_row_triggers('app.things', 'tenant_id');
  grant all on app.things to launch_rw
"""
KEYS = [
    ("id app.entity_id not null default app.new_entity_id(), note text, primary key (tenant_id, note, id)", None),
    ("id bigint primary key default 7, note text", "7"),
    ("id uuid default '6c1f16a4-0000-4000-8000-000000000000', note text", "6c1f16a4-0000-4000-8000-000000000000"),
    ("note text primary key", "x"),
    ('"No 1" integer default 1, note text, primary key (tenant_id, note, "No 1")', '["x", 1]'),
    ("place point default '1,2', day date default '2026-02-03', note text, primary key (tenant_id, day)", "2026-02-03"),
]


@pytest.mark.parametrize(("columns", "told"), KEYS)
def test_a_row_is_named_by_its_id_or_its_key(master: Session, alpha: Tenant, columns: str, told: str | None) -> None:
    with master.transaction():
        master.run("set local role launch_owner")
        master.run(TABLE.format(columns=columns))
        master.run("set local role launch_rw")
        master.run("select app.set_context(%s, %s)", alpha.id, alpha.actor)
        master.run("insert into app.things (note) values ('x')")
        expected = told or master.value("select id from app.things")
        assert master.run("select entity_id from audit.audit_log where performed_at = now()") == [(expected,)]


@pytest.mark.parametrize("columns", ["note text", "note text, primary key (tenant_id)"])
def test_a_table_whose_rows_have_no_name_is_refused(master: Session, columns: str) -> None:
    with master.transaction(), pytest.raises(errors.InvalidTableDefinition, match="neither a column id nor a primary key"):
        master.run("set local role launch_owner")
        master.run(TABLE.format(columns=columns))


def test_statements_and_their_order_are_told(app: Session, alpha: Tenant) -> None:
    with app.transaction(alpha):
        app.run("insert into app.tasks (project_id, title) select %s, n from generate_series(1, 3) n", alpha.project)
        app.run("update app.tasks set title = 'done' where title in ('1', '3')")
        told = app.run(
            "select statement_at, action from audit.audit_log where performed_at = now() order by recorded_at"
        )
        distinct = app.value("select count(distinct recorded_at) from audit.audit_log where performed_at = now()")
    assert [action for _, action in told] == ["insert"] * 3 + ["update"] * 2
    assert len({at for at, _ in told[:3]}) == len({at for at, _ in told[3:]}) == 1
    assert told[0][0] < told[3][0]
    assert distinct == 5


def test_residual_statements_of_one_message_are_told_as_one(app: Session, alpha: Tenant) -> None:
    with app.transaction(alpha):
        app.run("update app.projects set name = 'a'; update app.projects set name = 'b'")
        assert app.value("select count(distinct statement_at) from audit.audit_log where performed_at = now()") == 1
