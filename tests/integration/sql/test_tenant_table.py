# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The generator of tenants' tables: all in one call, everything made good by another, and what it refuses."""

from __future__ import annotations

import contextlib
import typing as t

import pytest
from psycopg2 import errors
from psycopg2.extras import RealDictCursor

from ansible_collections.launch.database.plugins.module_utils._postgres.schema.facts import catalogs_of
from ansible_collections.launch.database.plugins.module_utils._postgres.schema.queries import queries
from tests.integration.sql.sessions import Session, Tenant
from tests.integration.sql.test_rules import RULES, findings

CREATE = """
select app.create_tenant_table('app.notes', $$
    project_id app.entity_id not null, task_id app.entity_id, title text not null, unique (tenant_id, title)
  $$,
  foreign_keys => '{"project_id": {"table": "app.projects", "on_delete": "cascade"}, "task_id": {"table": "app.tasks", "on_delete": "set null"}}',
  indexes => array['created_at, id'])"""
PROTECT = CREATE.replace("create_tenant_table('app.notes', $$", "protect_tenant_table('app.notes', ").replace(
    "\n    project_id app.entity_id not null, task_id app.entity_id, title text not null, unique (tenant_id, title)\n  $$,", "")
COLUMNS = """tenant_id app.entity_id not null, id app.entity_id not null, created_at timestamptz not null, updated_at timestamptz not null,
  created_by app.entity_id not null, updated_by app.entity_id not null, version integer not null"""
Facts = dict[str, dict[str, str]]


@pytest.fixture
def owner(master: Session) -> t.Iterator[Session]:
    """The owner of the tables, in a transaction that is rolled back."""
    with master.transaction():
        master.run("set local role launch_owner")
        yield master


def facts(session: Session) -> Facts:
    """What the catalogs say now, in the open transaction."""
    session.run("set local search_path = pg_catalog, pg_temp")
    rows: dict[str, list[dict[str, t.Any]]] = {}
    with session.connection.cursor(cursor_factory=RealDictCursor) as cursor:
        for kind, query in queries(session.connection.server_version).items():
            cursor.execute(query)
            rows[kind] = sorted(map(dict, cursor.fetchall()), key=lambda row: (row["name"], row.get("_rel") or 0))
    return catalogs_of(rows).facts


def differences(before: Facts, after: Facts) -> list[str]:
    return sorted(name for name in {*before, *after} if before.get(name) != after.get(name))


@contextlib.contextmanager
def refused(*reasons: str) -> t.Iterator[None]:
    """All of them in one error."""
    with pytest.raises(errors.InvalidTableDefinition) as caught:
        yield
    said = caught.value.diag.message_primary or ""
    assert all(reason in said for reason in reasons), said


def test_one_call_makes_what_the_rules_ask_for(owner: Session) -> None:
    owner.run(CREATE)
    for rule in RULES:
        assert findings(owner, rule) == [], rule


def test_an_application_works_with_it_at_once(owner: Session, alpha: Tenant, beta: Tenant) -> None:
    owner.run(CREATE)
    owner.run("set local role launch_rw")
    owner.run("select app.set_context(%s, %s)", alpha.id, alpha.actor)
    owner.run("insert into app.notes (project_id, task_id, title) values (%s, %s, 'first')", alpha.project, alpha.task)
    assert owner.run("select tenant_id, created_by, version from app.notes") == [(alpha.id, alpha.actor, 1)]
    assert owner.value("select count(*) from audit.audit_log where entity_type = 'app.notes'") == 1
    owner.run("delete from app.tasks where id = %s", alpha.task)
    assert owner.run("select tenant_id, task_id from app.notes") == [(alpha.id, None)]
    with pytest.raises(errors.ForeignKeyViolation):
        owner.run("insert into app.notes (project_id, title) values (%s, 'of another')", beta.project)


# What is done to the table as its owner; a second call of protect_tenant_table() undoes it.
DAMAGES = (
    "alter table app.notes disable row level security",
    "alter table app.notes no force row level security",
    *(f"drop policy {policy} on app.notes" for policy in ("tenant_select", "tenant_insert", "tenant_update", "tenant_delete", "maintenance")),
    "alter policy tenant_select on app.notes using (true)",
    "alter policy tenant_insert on app.notes with check (true)",
    "alter policy tenant_select on app.notes to launch_rw",
    "alter policy maintenance on app.notes to launch_rw, launch_owner, launch_migrator",
    "drop policy tenant_delete on app.notes; create policy tenant_delete on app.notes as restrictive for delete to launch_rw using (true)",
    *(f"drop trigger {trigger} on app.notes" for trigger in ("context_required", "row_stamped", "row_audited", "truncate_refused")),
    "alter table app.notes enable trigger row_audited",
    "alter table app.notes disable trigger row_stamped",
    "alter table app.notes enable replica trigger truncate_refused",
    "create or replace trigger row_audited after insert on app.notes for each row execute function audit.capture('tenant_id')",
    "revoke select on app.notes from launch_rw",
    "revoke insert (title) on app.notes from launch_rw",
    "grant truncate, trigger, references on app.notes to launch_rw",
    "grant update (tenant_id, version) on app.notes to launch_rw",
    "grant select on app.notes to public, launch_platform, launch_archiver",
    "grant insert on app.notes to launch_ro",
    "alter table app.notes drop constraint notes_pkey",
    "alter table app.notes drop constraint notes_tenant_id_project_id_fkey",
    "alter table app.notes drop constraint notes_tenant_id_task_id_fkey",
    "alter table app.notes drop constraint notes_tenant_id_fkey",
    "alter table app.notes alter column tenant_id drop default",
    "alter table app.notes alter column id drop default",
    "drop index app.notes_tenant_id_project_id_idx",
    "drop index app.notes_tenant_id_created_at_id_idx",
)


def test_a_second_call_changes_nothing(owner: Session) -> None:
    owner.run(CREATE)
    before = facts(owner)
    owner.run(PROTECT)
    assert differences(before, facts(owner)) == []


@pytest.mark.parametrize("damage", DAMAGES)
def test_another_call_makes_good_what_was_changed(owner: Session, damage: str) -> None:
    owner.run(CREATE)
    before = facts(owner)
    owner.run(damage)
    assert differences(before, facts(owner)) != []
    owner.run(PROTECT)
    assert differences(before, facts(owner)) == []


def test_keys_that_were_there_before_get_their_index(owner: Session) -> None:
    owner.run(f"create table app.notes ({COLUMNS}, project_id app.entity_id, foreign key (tenant_id, project_id) references app.projects (tenant_id, id))")
    owner.run("select app.protect_tenant_table('app.notes')")
    assert owner.value("select app.has_index('app.notes', '{tenant_id,project_id}')") is True


def test_a_wider_index_serves_a_key(owner: Session) -> None:
    owner.run("select app.create_tenant_table('app.notes', 'project_id app.entity_id', '{\"project_id\": \"app.projects\"}', '{\"project_id, id\"}')")
    assert owner.value("select count(*) from pg_indexes where tablename = 'notes'") == 2, "it and the primary key's"


@pytest.mark.parametrize("index", [
    "create index on app.notes (tenant_id, project_id) where project_id is not null",
    "create index on app.notes (project_id, tenant_id)",
    "create index on app.notes (tenant_id, lower(project_id))",
    "create index on app.notes (lower(project_id), tenant_id, project_id)",
    "create index on app.notes (tenant_id) include (project_id)",
])
def test_another_index_does_not(owner: Session, index: str) -> None:
    owner.run(f"create table app.notes ({COLUMNS}, project_id app.entity_id)")
    owner.run(index)
    owner.run("select app.protect_tenant_table('app.notes', '{\"project_id\": \"app.projects\"}')")
    assert "(tenant_id, project_id)" in str(owner.run("select indexdef from pg_indexes where tablename = 'notes' and indexdef not like '%where%'"))
    assert owner.value("select app.has_index('app.notes', '{tenant_id,project_id}')") is True


def test_all_faults_are_told_at_once(owner: Session) -> None:
    owner.run("create table app.notes (tenant_id text, id app.entity_id, name text unique)")
    with refused("its column tenant_id is text, not app.entity_id", "its column id may be null", "it has no column created_at", "version integer",
                 "its index app.notes_name_key is unique without the column tenant_id"):
        owner.run("select app.protect_tenant_table('app.notes')")


@pytest.mark.parametrize(("made", "reason"), [
    (f"create view app.notes as select null::app.entity_id as tenant_id", "it is no table"),
    (f"create table app.parents ({COLUMNS}); create table app.notes () inherits (app.parents)", "it inherits from another table"),
    (f"create table app.notes ({COLUMNS}); create table app.heirs () inherits (app.notes)", "another table inherits from it"),
    (f"create table app.parents ({COLUMNS}) partition by range (id); create table app.notes partition of app.parents default", "it is a partition"),
    (f"create table app.notes ({COLUMNS}); create rule away as on delete to app.notes do instead nothing", "it has rewrite rules"),
    (f"create table app.notes ({COLUMNS}, name text, unique (id))", "its index app.notes_id_key is unique without the column tenant_id"),
    (f"create table app.notes ({COLUMNS}, name text, exclude (name with =))", "its index app.notes_name_excl is unique without"),
    (f"create table app.notes ({COLUMNS}, other app.entity_id references app.tenants)", "its foreign key notes_other_fkey leaves out the tenant"),
    (f"create table app.notes ({COLUMNS}, project app.entity_id, foreign key (tenant_id, project) references app.projects (tenant_id, id) on delete set null)",
     "would clear the column tenant_id"),
    (f"create table app.notes ({COLUMNS}, project app.entity_id, foreign key (project, tenant_id) references app.projects (tenant_id, id))",
     "its foreign key notes_project_tenant_id_fkey leaves out the tenant"),
    *((f"create table app.notes ({COLUMNS}); alter table app.notes alter column {column} drop not null", f"its column {column} may be null")
      for column in ("tenant_id", "id", "created_at", "created_by", "updated_at", "updated_by", "version")),
    *((f"create table app.notes ({COLUMNS}); alter table app.notes drop column {column}", f"it has no column {column}")
      for column in ("tenant_id", "id", "created_at", "created_by", "updated_at", "updated_by", "version")),
])
def test_what_can_not_be_protected_is_refused_with_the_reason(owner: Session, made: str, reason: str) -> None:
    owner.run(made)
    with refused(reason):
        owner.run("select app.protect_tenant_table('app.notes')")


def test_another_roles_table_is_refused(master: Session) -> None:
    with master.transaction():
        master.run("set local role launch_owner")
        master.run(f"create table app.notes ({COLUMNS})")
        master.run("grant create on schema app to launch_migrator")
        master.run("reset role")
        master.run("grant launch_migrator to launch_owner")
        master.run("set local role launch_owner")
        master.run("alter table app.notes owner to launch_migrator")
        with refused("it belongs to launch_migrator, not to launch_owner"):
            master.run("select app.protect_tenant_table('app.notes')")


@pytest.mark.parametrize(("reference", "error"), [
    ('{"title": "app.projects"}', "is of type"),
    ('{"project_id": {"table": "app.projects", "on_delete": "set default"}}', "the reference of project_id is"),
    ('{"project_id": {"tabel": "app.projects"}}', "the reference of project_id is"),
    ('{"project_id": {"table": "app.projects", "ondelete": "cascade"}}', "the reference of project_id is"),
    ('{"project_id": null}', "the reference of project_id is"),
    ('{"project_id": "app.nothing"}', 'relation "app.nothing" does not exist'),
    ('{"nothing": "app.projects"}', 'column "nothing" referenced in foreign key constraint does not exist'),
    ('{"project_id": "app.tenants"}', 'column "tenant_id" referenced in foreign key constraint does not exist'),
])
def test_a_reference_that_is_none_is_refused(owner: Session, reference: str, error: str) -> None:
    with pytest.raises(errors.Error, match=error.replace("is of type", "constraint .* cannot be implemented|does not exist") if "title" in reference else error):
        owner.run("select app.create_tenant_table('app.notes', 'project_id app.entity_id, title integer', %s)", reference)


def test_a_reference_with_another_action_is_refused(owner: Session) -> None:
    owner.run(CREATE)
    with refused("app.notes has another reference from project_id"):
        owner.run("select app.protect_tenant_table('app.notes', '{\"project_id\": \"app.projects\"}')")


def test_a_table_of_no_schema_is_refused(owner: Session) -> None:
    with pytest.raises(errors.InvalidName, match="notes has no schema"):
        owner.run("select app.create_tenant_table('notes', 'title text')")


@pytest.mark.parametrize("columns", ["", "title text default"])
def test_columns_that_are_no_sql_make_nothing(owner: Session, columns: str) -> None:
    with pytest.raises(errors.SyntaxError):
        owner.run("select app.create_tenant_table('app.notes', %s)", columns)


def test_a_table_with_nothing_to_update_is_protected(owner: Session) -> None:
    owner.run(f"create table app.notes ({COLUMNS})")
    owner.run("select app.protect_tenant_table('app.notes')")
    granted = "select has_any_column_privilege('launch_rw', 'app.notes', %s)"
    assert [owner.value(granted, each) for each in ("insert", "update")] == [True, False]


def test_odd_names_are_quoted(owner: Session) -> None:
    owner.run("""select app.create_tenant_table('app."Odd Notes"', '"The Project" app.entity_id, "a""b" text',
                 '{"The Project": "app.projects"}', array['"a""b", id'])""")
    for rule in ("R01", "R20", "R22", "R23", "R44"):
        assert findings(owner, rule) == []


def test_partitions_are_protected_with_their_table(owner: Session) -> None:
    owner.run(f"create table app.notes ({COLUMNS}, primary key (tenant_id, id, created_at)) partition by range (created_at)")
    owner.run("create table app.notes_old partition of app.notes for values from (minvalue) to ('2030-01-01') partition by range (created_at)")
    owner.run("create table app.notes_oldest partition of app.notes_old default")
    owner.run("grant select on app.notes_oldest to launch_rw")
    owner.run("select app.protect_tenant_table('app.notes')")
    for rule in ("R01", "R02", "R13", "R34", "R44"):
        assert findings(owner, rule) == [], rule
    owner.run("set local role launch_owner")
    for table in ("notes", "notes_old", "notes_oldest"):
        owner.run("savepoint before")
        with pytest.raises(errors.InsufficientPrivilege, match=f"app.{table} holds tenants' rows and is not truncated"):
            owner.run(f"truncate app.{table}")
        owner.run("rollback to before")


def test_a_row_does_not_change_its_partition_under_a_tenant(owner: Session) -> None:
    """It would be deleted and inserted: its stamps would be those of a new row, and its version 1 again."""
    columns = f"{COLUMNS}, kind text, shade text, note text, primary key (tenant_id, id, kind, shade)"
    owner.run(f"create table app.notes ({columns}) partition by list (kind)")
    owner.run("create table app.notes_a partition of app.notes for values in ('a') partition by list (shade)")
    owner.run("create table app.notes_a_all partition of app.notes_a default; select app.protect_tenant_table('app.notes')")
    granted = (
        "select array(select attname::text from pg_attribute where attrelid = 'app.notes'::regclass and attnum > 0"
        " and has_column_privilege('launch_rw', attrelid, attnum, %s) order by 1)"
    )
    assert owner.value(granted, "update") == ["note"]
    assert {"kind", "shade", "note"} <= set(owner.value(granted, "insert"))
    assert findings(owner, "R45") == []
    for column in ("kind", "shade"):
        owner.run(f"savepoint before; set local role launch_owner; grant update ({column}) on app.notes to launch_rw")
        assert [row[3] for row in findings(owner, "R45")] == [f"launch_{who} has UPDATE ({column})" for who in ("app", "rw")]
        owner.run("rollback to before")


@pytest.mark.parametrize("statement", ["truncate app.tasks", "truncate app.projects cascade", "truncate app.tenants cascade"])
@pytest.mark.parametrize("mode", ["origin", "replica"])
def test_tenants_rows_are_not_truncated(master: Session, statement: str, mode: str) -> None:
    with master.transaction(), pytest.raises(errors.InsufficientPrivilege, match="is not truncated"):
        master.run(f"set local session_replication_role = {mode}")
        master.run("set local role launch_owner")
        master.run(statement)


SHARE = "create table app.countries (code text primary key, name text); grant all on app.countries to public, launch_rw; {} select app.share_table('app.countries')"


def test_a_shared_table_is_read_by_tenants_and_written_by_migrations(owner: Session, alpha: Tenant) -> None:
    owner.run(SHARE.format(""))
    owner.run("set local role launch_migrator")
    owner.run("insert into app.countries values ('NL', 'Nederland')")
    owner.run("set local role launch_rw")
    owner.run("select app.set_context(%s, %s)", alpha.id, alpha.actor)
    assert owner.run("select name from app.countries") == [("Nederland",)]
    for statement in ("insert into app.countries values ('BE', 'Belgie')", "update app.countries set name = ''", "delete from app.countries"):
        owner.run("savepoint before")
        with pytest.raises(errors.InsufficientPrivilege):
            owner.run(statement)
        owner.run("rollback to before")


@pytest.mark.parametrize(("changed", "reason"), [
    ("alter table app.countries add tenant_id app.entity_id;", "it has the column tenant_id"),
    ("alter table app.countries add made_by app.entity_id references app.tenants;", "it refers to a table of tenants"),
    ("alter table app.countries rename to places; create view app.countries as table app.places;", "it is no table of its own"),
])
def test_what_can_not_be_shared_is_refused_with_the_reason(owner: Session, changed: str, reason: str) -> None:
    with refused(reason):
        owner.run(SHARE.format(changed))


@pytest.mark.parametrize("role", ["launch_rw", "launch_migrator", "launch_platform"])
@pytest.mark.parametrize("call", ["create_tenant_table('app.notes', 'title text')", "protect_tenant_table('app.tasks')", "share_table('app.tasks')"])
def test_nobody_but_the_owner_makes_tables(master: Session, role: str, call: str) -> None:
    with master.transaction(), pytest.raises(errors.InsufficientPrivilege):
        master.run(f"set local role {role}")
        master.run(f"select app.{call}")
