# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each rule has to find, and what looks much the same and is no fault.

Each is made in a transaction that is rolled back, as the role that could really make it.
"""

from __future__ import annotations

import dataclasses

MONTH = "audit_log_y2040m01"
OWN = "tenant_id = (select app.current_tenant())"
REPORTING = "create role reporting; set local role launch_owner; create policy all_rows on app.tasks"
LEAK = "create function app.leak() returns bigint language sql security definer"
PINNED = "set search_path = pg_catalog, pg_temp"
COUNT = "as $$ select count(*) from app.tasks $$"
NOTES = "select app.create_tenant_table('app.notes', 'note text')"
NOTES_BY_YEAR = (
    "create table app.notes (tenant_id app.entity_id not null, id app.entity_id not null, created_at timestamptz not null,"
    " updated_at timestamptz not null, created_by app.entity_id not null, updated_by app.entity_id not null, version integer not null,"
    " primary key (tenant_id, id, created_at)) partition by range (created_at); select app.protect_tenant_table('app.notes')"
)
STATEMENT_TRIGGER = (
    "create function audit.note() returns trigger language plpgsql as $$ begin return null; end $$;"
    " grant execute on function audit.note() to launch_owner; reset role; set local role launch_owner"
)
PGCRYPTO = (
    "set local role launch_owner; grant create on schema app to launch_admin; grant usage on schema app to launch_admin;"
    " reset role; create extension pgcrypto schema app"
)
EVENTS = "create table app.events (tenant_id app.entity_id not null, at timestamptz not null) partition by range (at)"
PLAIN = "create table app.plain (tenant_id app.entity_id not null, id app.entity_id not null, primary key (tenant_id, id))"


@dataclasses.dataclass(frozen=True)
class Fault:
    """What goes wrong, who does it, and which object the finding has to name; none where nothing is wrong."""

    rule: str
    made_by: str
    statement: str
    found: str = ""


def owner(rule: str, statement: str, found: str = "") -> Fault:
    return Fault(rule, "launch_owner", statement, found)


def auditor(rule: str, statement: str, found: str = "") -> Fault:
    return Fault(rule, "launch_audit_owner", statement, found)


def sealer(rule: str, statement: str, found: str = "") -> Fault:
    return Fault(rule, "launch_seal_owner", statement, found)


def administrator(rule: str, statement: str, found: str = "") -> Fault:
    return Fault(rule, "none", statement, found)


FAULTS = (
    owner("R01", "alter table app.tasks disable row level security", "app.tasks"),
    auditor(
        "R01",
        f"create table audit.{MONTH} partition of audit.audit_log"
        " for values from ('2040-01-01+00') to ('2040-02-01+00')",
        f"audit.{MONTH}",
    ),
    administrator(
        "R01", "create table public.notes (tenant_id text); grant select on public.notes to launch_ro", "public.notes"
    ),
    administrator(
        "R01",
        "create schema shop; create table shop.orders (tenant_id text, id int); create role shop_rw;"
        " grant usage on schema shop to shop_rw; grant select, insert on shop.orders to shop_rw",
        "shop.orders",
    ),
    administrator("R01", "create table public.notes (tenant_id text, note text); grant select (note) on public.notes to public", "public.notes"),
    administrator(
        "R01",
        "create schema cold; grant all on schema cold to launch_owner; set local role launch_owner;"
        f" {EVENTS}; create table cold.old partition of app.events for values from ('2020-01-01+00') to ('2021-01-01+00')",
        "cold.old",
    ),
    owner("R02", "alter table app.tasks no force row level security", "app.tasks"),
    owner("R03", f"{PLAIN}; alter table app.plain enable row level security", "app.plain"),
    owner("R03", "drop policy tenant_select on app.tasks", "app.tasks"),
    owner("R03", "drop policy tenant_update on app.tenants", "app.tenants"),
    owner("R03", "grant select on app.tasks to public", "app.tasks"),
    owner("R04", "create table app.countries (code text primary key)", "app.countries"),
    auditor("R04", "create table audit.reasons (code text primary key); grant select on audit.reasons to launch_auditor", "audit.reasons"),
    owner(
        "R05",
        f"{PLAIN}; alter table app.plain drop constraint plain_pkey; "
        "alter table app.plain alter column tenant_id drop not null",
        "app.plain",
    ),
    owner(
        "R06",
        "create policy open on app.tasks for select using (tenant_id = (select app.current_tenant()))",
        "app.tasks: open",
    ),
    owner("R07", "create policy all_rows on app.tasks for select to launch_rw using (true)", "app.tasks: all_rows"),
    owner(
        "R07",
        "create policy own_or_active on app.tasks for select to launch_ro"
        " using (tenant_id = (select app.current_tenant()) or is_active)",
        "app.tasks: own_or_active",
    ),
    owner(
        "R07",
        "create policy any_write on app.tasks for update to launch_rw"
        " using (tenant_id = (select app.current_tenant())) with check (title <> '')",
        "app.tasks: any_write",
    ),
    owner(
        "R07",
        "create policy by_id on app.tasks for select to launch_rw using (id = (select app.current_tenant()))",
        "app.tasks: by_id",
    ),
    *(
        owner("R07", f"create policy loose on app.tasks for select to launch_rw using ({loose})", "app.tasks: loose")
        for loose in (
            f"not ({OWN})",
            f"({OWN}) is not null",
            f"({OWN}) = is_active",
            f"({OWN} and is_active) or title = ''",
            f"is_active or ({OWN} and is_active)",
            f"case when {OWN} then true else is_active end",
            f"exists (select from app.projects p where p.{OWN})",
            "tenant_id = (select app.current_tenant() union select id from app.tenants limit 1)",
            "tenant_id <= (select app.current_tenant())",
        )
    ),
    *(
        administrator(
            "R07",
            f"{REPORTING} for select to {roles} using (true); reset role; grant reporting to {member}",
            "app.tasks: all_rows",
        )
        for roles, member in (
            ("reporting", "launch_report"),
            ("launch_platform, reporting", "launch_ro"),
            ("reporting", "launch_report with inherit false, set true"),
            ("reporting", "launch_report with inherit false, set false, admin true"),
        )
    ),
    auditor(
        "R13",
        f"select audit.create_partition('2040-01-01'); grant select on audit.{MONTH} to launch_ro",
        f"audit.{MONTH}",
    ),
    auditor(
        "R13",
        f"select audit.create_partition('2040-01-01'); grant select (id) on audit.{MONTH} to public",
        f"audit.{MONTH}",
    ),
    *(
        owner("R14", f"grant {privilege} on app.tasks to launch_rw", "app.tasks")
        for privilege in ("truncate", "references", "references (id)", "trigger", "maintain", "all", "all (id)")
    ),
    owner("R14", "grant references (id) on app.tasks to public", "app.tasks"),
    *(
        auditor("R15", f"grant {privilege} on audit.audit_log to launch_rw", "audit.audit_log")
        for privilege in ("insert", "insert (id)", "update (changes)", "delete")
    ),
    owner("R19", "create unique index tasks_id on app.tasks (id)", "app.tasks: tasks_id"),
    owner("R19", "create unique index tasks_lower on app.tasks (lower(id))", "app.tasks: tasks_lower"),
    owner("R19", "grant update (domain) on app.tenants to launch_rw", "app.tenants: tenants_domain_key"),
    owner(
        "R20",
        "create unique index on app.projects (id);"
        " alter table app.tasks add constraint loose foreign key (project_id) references app.projects (id)",
        "app.tasks: loose",
    ),
    owner(
        "R20",
        "alter table app.tasks add column helper app.entity_id constraint helper references app.tenants (id)",
        "app.tasks: helper",
    ),
    owner(
        "R21",
        "alter table app.tasks add constraint clears foreign key (tenant_id, parent_task_id)"
        " references app.tasks (tenant_id, id) on delete set null",
        "app.tasks: clears",
    ),
    owner("R22", "drop index app.tasks_tenant_id_parent_task_id_idx", "app.tasks: tasks_tenant_id_parent_task_id_fkey"),
    owner(
        "R23",
        "create table app.bare (tenant_id app.entity_id not null); create index on app.bare (tenant_id) where false",
        "app.bare",
    ),
    administrator("R26", "alter role launch_app createdb", "launch_app"),
    administrator("R26", "alter role launch_platform createrole", "launch_platform"),
    administrator("R26", "alter role launch_owner login", "launch_owner"),
    administrator("R27", "grant launch_owner to launch_app with inherit false, set true", "launch_app"),
    administrator("R27", "grant launch_audit_owner to launch_rw", "launch_rw"),
    administrator("R27", "grant launch_platform to launch_ro", "launch_report"),
    *(
        administrator("R27", f"create role keeper {attribute}; grant keeper to launch_app", "launch_app")
        for attribute in ("createrole", "createdb")
    ),
    administrator(
        "R27",
        "create role writer; grant writer to launch_app with inherit false, set true;"
        " set local role launch_audit_owner; grant insert on audit.audit_log to writer",
        "launch_app",
    ),
    administrator(
        "R27", "create role keeper createrole; create role crew role launch_ro; grant keeper to crew", "launch_report"
    ),
    administrator(
        "R28", "grant launch_rw to current_user with inherit true; create schema mine authorization launch_rw", "mine"
    ),
    administrator(
        "R28",
        "set local role launch_owner; grant create on schema app to launch_admin;"
        " reset role; create table app.masters (i int)",
        "app.masters",
    ),
    administrator("R29", "grant temporary on database launch to public", "launch"),
    administrator("R30", "grant create on database launch to launch_rw", "database launch"),
    administrator("R30", "grant create on schema public to public", "schema public"),
    owner("R30", "grant create on schema app to launch_rw", "schema app"),
    auditor(
        "R31", "alter default privileges in schema audit grant select on tables to launch_rw", "launch_audit_owner"
    ),
    owner("R31", "alter default privileges grant execute on functions to public", "launch_owner"),
    owner(
        "R08",
        "create policy bare on app.tasks for select to launch_rw using (tenant_id = app.current_tenant())",
        "app.tasks: bare",
    ),
    owner(
        "R08",
        "create policy bare on app.tasks for select to launch_rw"
        " using (tenant_id = nullif(current_setting('app.tenant', true), ''))",
        "app.tasks: bare",
    ),
    owner(
        "R09",
        "create policy bare on app.tasks for select to launch_rw using (tenant_id = (select current_setting('app.tenant')))",
        "app.tasks: bare",
    ),
    owner("R09", "alter table app.tasks alter column title set default current_setting('app.title')", "app.tasks"),
    owner(
        "R09",
        "create function app.who() returns text language sql stable as $$ select current_setting('app.tenant') $$",
        "app.who()",
    ),
    *(
        sealer("R10", f"alter function app.{function} immutable", f"app.{function}")
        for function in ("current_tenant()", "current_actor()")
    ),
    administrator(
        "R10",
        "create function public.who() returns text language sql immutable as $$ select current_setting('app.tenant', true) $$;"
        " grant execute on function public.who() to launch_owner; set local role launch_owner;"
        " create policy who on app.tasks for select to launch_rw using (tenant_id = public.who())",
        "public.who()",
    ),
    owner(
        "R10",
        "create function app.helper() returns text language sql stable as $$ select 'x' $$;"
        " create function app.mine() returns text language sql immutable as $$ select app.helper() $$;"
        " create policy who on app.tasks for select to launch_rw using (tenant_id = app.mine())",
        "app.mine()",
    ),
    sealer("R11", "alter function app.current_tenant() volatile", "app.tasks: tenant_select"),
    owner("R12", f"create policy more on app.tasks for select to launch_rw using ({OWN} and is_active)", "app.tasks"),
    owner("R12", f"create policy more on app.tasks to public using ({OWN})", "app.tasks"),
    owner(
        "R12",
        f"create policy more on app.tasks for select to launch_rw using ({OWN} and is_active);"
        " create policy floor on app.tasks as restrictive for select to launch_rw using (is_active)",
        "app.tasks",
    ),
    owner("R14", "grant select on app.tasks to launch_rw with grant option", "app.tasks"),
    owner("R14", "grant update (title) on app.tasks to launch_rw with grant option", "app.tasks"),
    owner("R14", "create view app.v as select 1 as i; grant trigger on app.v to launch_rw", "app.v"),
    *(
        auditor("R15", f"grant {privilege} on audit.audit_log to launch_migrator", "audit.audit_log")
        for privilege in ("truncate", "delete", "update (changes)")
    ),
    auditor("R15", "create policy change on audit.audit_log for update to launch_archiver using (true)", "audit.audit_log"),
    auditor("R15", "create policy change on audit.audit_log for all to launch_audit_owner using (true)", "audit.audit_log"),
    auditor("R15", "create policy add on audit.audit_log for insert to launch_platform with check (true)", "audit.audit_log"),
    administrator("R15", "grant launch_audit_owner to launch_ops", "audit.audit_log"),
    auditor(
        "R15",
        "create function audit.skip() returns trigger language plpgsql as $$ begin return null; end $$;"
        " create trigger skip before insert on audit.audit_log for each row execute function audit.skip()",
        "audit.audit_log",
    ),
    auditor("R15", "create unlogged table audit.heads (head text)", "audit.heads"),
    owner("R16", "create view app.all_tasks as select * from app.tasks; grant select on app.all_tasks to launch_ro", "app.all_tasks"),
    owner(
        "R16",
        "create view app.all_tasks with (security_invoker = false) as select * from app.tasks;"
        " grant select (title) on app.all_tasks to public",
        "app.all_tasks",
    ),
    owner(
        "R16",
        "create view app.inner_tasks with (security_invoker = true) as select * from app.tasks;"
        " create view app.all_tasks as select title from app.inner_tasks; grant select on app.all_tasks to launch_rw",
        "app.all_tasks",
    ),
    owner("R16", "create view app.all_tasks as select * from app.tasks; grant delete on app.all_tasks to launch_rw", "app.all_tasks"),
    owner("R17", "create materialized view app.counted as select count(*) from app.tasks; grant select on app.counted to launch_ro", "app.counted"),
    owner("R18", f"{LEAK} {PINNED} {COUNT}; grant execute on function app.leak() to launch_rw", "app.leak()"),
    owner("R18", f"{LEAK} {PINNED} {COUNT}; grant execute on function app.leak() to public", "app.leak()"),
    owner("R18", f"{LEAK} {COUNT}; grant execute on function app.leak() to launch_ro", "app.leak()"),
    owner(
        "R18",
        f"{LEAK} {PINNED} {COUNT}; grant execute on function app.leak() to launch_rw;"
        " alter table app.tasks add column weight bigint default app.leak()",
        "app.leak()",
    ),
    owner(
        "R18",
        f"create function app.leak() returns trigger language plpgsql security definer {PINNED} as"
        " $$ begin new.title := (select string_agg(title, ',') from app.tasks); return new; end $$;"
        " create trigger leaks before insert on app.tasks for each row execute function app.leak()",
        "app.leak()",
    ),
    sealer("R18", "alter function app.set_context(text, text) reset search_path", "app.set_context(tenant text, actor text)"),
    sealer(
        "R18",
        "alter function app.set_context(text, text) set search_path = \"$user\", app",
        "app.set_context(tenant text, actor text)",
    ),
    owner("R18", "grant execute on function app.create_tenant(text, text, text, text) to launch_rw",
          "app.create_tenant(tenant text, tenant_name text, tenant_domain text, actor text)"),
    owner("R18", "grant execute on function app.register_tenants(jsonb, text) to launch_gateway", "app.register_tenants(entries jsonb, actor text)"),
    owner("R18", "grant execute on function app.tenant_of_domain(text) to launch_rw", "app.tenant_of_domain(host text)"),
    owner("R24", "create index by_name on app.tasks (tenant_id, lower(title))", "app.tasks: by_name"),
    *(
        owner("R24", f"alter table app.tasks add column more {kind}; create index by_more on app.tasks {index}", "app.tasks: by_more")
        for kind, index in (
            ("numeric", "(tenant_id, more)"), ("jsonb", "using gin (more)"), ("text[]", "using gin (more)"),
        )
    ),
    owner("R24", "create type app.colour as enum ('red'); alter table app.tasks add column more app.colour;"
                 " create index by_more on app.tasks (tenant_id, more)", "app.tasks: by_more"),
    *(
        owner("R25", f"create sequence app.numbers; grant {privilege} on app.numbers to {role}", "app.numbers")
        for privilege, role in (("select", "launch_ro"), ("usage", "launch_rw"), ("update", "public"))
    ),
    administrator("R27", f"{REPORTING} for select to reporting using (true); reset role; grant reporting to launch_report", "launch_report"),
    administrator("R27", "grant launch_rw to launch_app with admin option", "launch_app"),
    *(
        administrator("R32", f"alter {whose} set {setting}", found)
        for whose, setting, found in (
            ("role launch_app", "row_security = off", "launch_app"),
            ("role launch_app", "search_path = app", "launch_app"),
            ("role launch_app", "pgaudit.log = 'none'", "launch_app"),
            ("role launch_app", "default_transaction_read_only = on", "launch_app"),
            ("role launch_report in database launch", "search_path = app", "launch_report"),
            ("database launch", "row_security = off", "database launch"),
            ("database launch", "transform_null_equals = on", "database launch"),
            ("role launch_ops", "role = launch_platform", "launch_ops"),
            ("role launch_audit", "extra_float_digits = '-15'", "launch_audit"),
        )
    ),
    *(
        administrator(
            "R33",
            f"grant create on database launch to launch_owner; set local role launch_owner; create publication p for table {table}",
            "app.tasks",
        )
        for table in ("app.tasks", "app.tasks (tenant_id, id, title)", "app.projects, app.tasks")
    ),
    administrator(
        "R33",
        "grant create on database launch to launch_owner; set local role launch_owner;"
        " create publication p for table app.tasks where (title <> '') with (publish = 'insert')", "app.tasks",
    ),
    owner("R34", "drop trigger row_audited on app.tasks", "app.tasks"),
    owner("R34", "alter table app.tasks disable trigger row_audited", "app.tasks"),
    owner("R34", "alter table app.tasks enable trigger row_audited", "app.tasks"),
    owner("R34", f"{PLAIN}", "app.plain"),
    *(
        owner(
            "R34",
            f"create or replace trigger row_audited after {events} on app.tasks for each row {when} execute function audit.capture('tenant_id');"
            " alter table app.tasks enable always trigger row_audited",
            "app.tasks",
        )
        for events, when in (
            ("insert or update", ""), ("insert or delete", ""), ("insert or update of title or delete", ""),
            ("insert or update or delete", "when (pg_trigger_depth() < 1)"),
        )
    ),
    auditor(
        "R34",
        "create or replace function audit.capture() returns trigger language plpgsql as $$ begin return null; end $$",
        "app.tasks",
    ),
    auditor(
        "R35",
        f"{STATEMENT_TRIGGER}; create trigger noted after insert on app.tasks for each statement execute function audit.note()",
        "app.tasks",
    ),
    auditor(
        "R35",
        f"{STATEMENT_TRIGGER}; {EVENTS}; create trigger noted after insert on app.events"
        " referencing new table as added for each statement execute function audit.note()",
        "app.events",
    ),
    auditor(
        "R36",
        "do $$ declare p regclass; begin for p in select inhrelid from pg_inherits where inhparent = 'audit.audit_log'::regclass"
        " loop execute format('drop table %s', p); end loop; end $$",
        "audit.audit_log",
    ),
    *(
        owner("R36", f"{EVENTS}; create table app.now partition of app.events for values from ('2020-01-01+00') to ({to})", "app.events")
        for to in ("'2021-01-01+00'",)
    ),
    owner(
        "R36",
        f"{EVENTS}; do $$ begin execute format('create table app.now partition of app.events for values from (%L) to (%L)',"
        " now() - interval '1 month', now() + interval '5 months'); end $$",
        "app.events",
    ),
    administrator(
        "R38", "set local role launch_rw; select lo_create(0)", "launch_app"
    ),
    administrator(
        "R38", "do $$ begin execute format('grant select on large object %s to public', lo_create(0)); end $$", "launch_report"
    ),
    owner("R39", "create rule quiet as on delete to app.tasks do instead nothing", "app.tasks"),
    owner(
        "R40",
        "alter table app.tasks add constraint later foreign key (tenant_id, parent_task_id) references app.tasks not valid",
        "app.tasks: later",
    ),
    owner("R42", "grant execute on function app.stamp_row() to public", "app.stamp_row()"),
    owner(
        "R42",
        "alter default privileges grant execute on functions to public;"
        " create function app.easy() returns integer language sql as 'select 1'",
        "app.easy()",
    ),
    auditor("R42", "grant execute on function audit.create_partition(timestamp) to public", "audit.create_partition(month timestamp without time zone)"),
    owner(
        "R43",
        f"{EVENTS}; create table app.e1 partition of app.events for values from ('2020-01-01+00') to ('2020-02-01+00');"
        " create table app.e3 partition of app.events for values from ('2020-02-01 04:00+00') to ('2020-03-01+00')",
        "app.events",
    ),
    auditor(
        "R43",
        "do $$ begin execute (select format('alter table %s rename to other', min(inhrelid::regclass::text)) from pg_inherits"
        " where inhparent = 'audit.audit_log'::regclass); end $$", "audit.audit_log",
    ),
    owner(
        "R43",
        f"{EVENTS}; create table app.rest partition of app.events default;"
        " insert into app.events values ('01J00000000000000000000000', '2020-01-01+00')",
        "app.events",
    ),
    owner("R44", "alter table app.tasks disable trigger row_stamped", "app.tasks"),
    owner("R44", "alter table app.tasks enable replica trigger row_audited", "app.tasks"),
    owner("R44", "alter table app.tasks enable trigger row_stamped", "app.tasks"),
    owner("R44", "drop trigger context_required on app.tasks", "app.tasks"),
    owner("R44", "drop trigger row_stamped on app.tenants", "app.tenants"),
    owner("R44", "drop trigger truncate_refused on app.tasks", "app.tasks"),
    owner("R44", "drop trigger truncate_refused on app.tasks; create trigger truncate_refused after truncate on app.tasks"
          " for each statement execute function app.refuse_truncate(); alter table app.tasks enable always trigger truncate_refused", "app.tasks"),
    owner("R44", f"{NOTES_BY_YEAR}; create table app.n2031 partition of app.notes for values from ('2031-01-01+00') to ('2032-01-01+00');"
          " alter table app.n2031 enable row level security, force row level security", "app.n2031"),
    auditor("R44", "drop trigger truncate_refused on audit.audit_log", "audit.audit_log"),
    auditor("R44", "alter table audit.audit_log enable trigger truncate_refused", "audit.audit_log"),
    auditor("R44", f"select audit.create_partition('2040-01-01'); alter table audit.{MONTH} disable trigger truncate_refused", f"audit.{MONTH}"),
    auditor(
        "R44",
        f"create table audit.{MONTH} partition of audit.audit_log for values from ('2040-01-01+00') to ('2040-02-01+00')",
        f"audit.{MONTH}",
    ),
    owner("R45", "grant update (status) on app.tenants to launch_rw", "app.tenants"),
    owner("R45", "grant update on app.tenants to launch_rw", "app.tenants"),
    owner("R45", "grant insert (name) on app.tenants to launch_rw", "app.tenants"),
    owner("R45", "grant insert (created_by) on app.tasks to launch_rw", "app.tasks"),
    owner("R45", "grant update (version) on app.tasks to public", "app.tasks"),
    owner("R45", "grant update (tenant_id) on app.tasks to launch_rw", "app.tasks"),
    owner("R28", "create function app.current_tenant(i int) returns int return i", "app.current_tenant(i integer)"),
    administrator(
        "R28",
        "set local role launch_seal_owner; grant usage, create on schema seal to launch_owner;"
        " set local role launch_owner; create table seal.more (i int)",
        "seal.more",
    ),
    administrator("R26", "alter role launch_seal_owner login", "launch_seal_owner"),
    administrator("R27", "grant launch_key_keeper to launch_app", "launch_app"),
    administrator("R27", "grant launch_gateway to launch_report", "launch_report"),
    administrator("R27", "grant launch_platform to launch_door", "launch_door"),
    sealer("R47", "grant select on seal.token_keys to launch_platform", "seal.token_keys"),
    sealer("R47", "grant select (outer_pad) on seal.token_keys to launch_archiver", "seal.token_keys"),
    sealer("R47", "grant usage on sequence seal.cell to launch_owner", "seal.cell"),
    sealer("R47", "grant update on seal.strength to launch_platform", "seal.strength"),
    owner(
        "R18",
        f"create function app.step(state text, value integer) returns text language sql security definer {PINNED}"
        " as $$ select string_agg(name, ',') from app.projects $$; create aggregate app.peek(integer) (sfunc = app.step, stype = text);"
        " grant execute on function app.peek(integer) to launch_rw",
        "app.step(state text, value integer)",
    ),
    owner(
        "R18",
        f"create function app.current_actor(n integer) returns setof text language sql security definer {PINNED}"
        " as $$ select name::text from app.projects $$; grant execute on function app.current_actor(integer) to launch_rw",
        "app.current_actor(n integer)",
    ),
    administrator(
        "R19",
        "create extension btree_gist schema public; set local role launch_owner;"
        " alter table app.projects add constraint apart exclude using gist ((id::text) with =)", "app.projects: apart",
    ),
    administrator(
        "R19",
        "create extension btree_gist schema public; set local role launch_owner;"
        " alter table app.projects add constraint apart exclude using gist (tenant_id with <>, ((id::text || tenant_id::text)) with =)", "app.projects: apart",
    ),
    *(
        administrator("R49", f"create role reporting; set local role launch_owner; {given}", "reporting")
        for given in (
            "grant select on app.projects to reporting", "grant select (name) on app.projects to reporting",
            "create view app.v as select * from app.projects; grant select on app.v to reporting",
            "create materialized view app.m as select * from app.projects; grant select on app.m to reporting",
            f"{LEAK} {PINNED} {COUNT}; grant execute on function app.leak() to reporting",
            "create policy reports on app.tasks for select to reporting using (true)",
        )
    ),
    administrator("R48", "create extension pg_stat_statements schema public", "extension pg_stat_statements"),
    administrator(
        "R48", "create schema watched; create extension pg_stat_statements schema watched; grant usage on schema watched to launch_ro",
        "extension pg_stat_statements",
    ),
    administrator("R47", "create role backup; grant launch_seal_owner to backup with inherit false, set true", "seal.cell"),
)


# Much the same, and nothing wrong with it.
NEAR_MISSES = (
    owner("R01", f"{NOTES}"),
    administrator("R01", "create table public.own (tenant_id text, note text)"),
    administrator("R01", "create table public.other (org text); create role stranger; grant select on public.other to stranger"),
    owner("R02", f"{NOTES}"),
    owner("R02", "alter table app.tasks disable row level security"),
    owner("R03", "drop policy tenant_delete on app.tasks; revoke delete on app.tasks from launch_rw"),
    auditor("R03", "select audit.create_partition('2040-01-01')"),
    owner("R04", f"{NOTES}"),
    administrator("R04", "create table public.countries (code text primary key)"),
    auditor("R04", "create table audit.reasons (code text primary key); grant select on audit.reasons to launch_archiver"),
    owner("R05", "alter table app.tasks add column note text"),
    owner("R06", f"create policy more on app.tasks for select to launch_rw, launch_ro using ({OWN})"),
    *(
        administrator("R07", f"create role operator; set local role launch_owner; create policy more on app.tasks for select to {roles} using ({condition})")
        for roles, condition in (
            ("launch_rw", OWN),
            ("launch_rw", f"{OWN} and is_active"),
            ("launch_rw", f"{OWN} and (is_active or title <> '') and not is_active"),
            ("launch_platform, launch_archiver, operator", "true"),
        )
    ),
    owner("R07", "create policy floor on app.tasks as restrictive for select to launch_rw using (is_active)"),
    owner("R08", f"create policy more on app.tasks for select to launch_rw using ({OWN} and is_active)"),
    owner(
        "R08",
        "create policy more on app.tasks for select to launch_rw"
        " using (tenant_id = (select nullif(current_setting('app.tenant', true), '')))",
    ),
    owner("R09", "create policy more on app.tasks for select to launch_rw using (tenant_id = (select current_setting('app.tenant', true)))"),
    owner("R09", "alter table app.tasks alter column title set default current_setting('application_name')"),
    owner("R10", "create function app.release() returns text language sql immutable as $$ select '1.0' $$"),
    owner("R10", "create function app.half(bigint) returns bigint language sql immutable as $$ select $1 / 2 $$"),
    owner("R10", "create function app.who() returns text language sql stable as $$ select current_setting('app.tenant', true) $$"),
    owner("R11", "alter function app.new_entity_id() volatile"),
    sealer("R11", "alter function app.set_context(text, text) volatile"),
    owner("R12", "create policy more on app.tasks for select to launch_platform, launch_archiver using (true)"),
    owner(
        "R12",
        f"create policy more on app.tasks for select to launch_rw using ({OWN} and is_active);"
        f" create policy floor on app.tasks as restrictive to public using ({OWN})",
    ),
    owner("R12", f"create policy more on app.tasks for select to launch_auditor using ({OWN})"),
    auditor("R13", "select audit.create_partition('2040-01-01'); grant select on audit.audit_log to launch_ro"),
    owner("R14", "grant select, insert, update, delete on app.tasks to launch_rw"),
    auditor(
        "R15",
        "create function audit.keep() returns trigger language plpgsql as $$ begin raise 'kept'; end $$;"
        " create trigger keep before truncate on audit.audit_log for each statement execute function audit.keep()",
    ),
    auditor("R15", "grant select on audit.audit_log to launch_platform"),
    auditor("R15", "create policy read on audit.audit_log for select to launch_platform using (true)"),
    owner("R16", "create view app.own_tasks with (security_invoker) as select * from app.tasks; grant select on app.own_tasks to launch_ro"),
    owner("R16", "create view app.all_tasks as select * from app.tasks; grant select on app.all_tasks to launch_platform"),
    owner("R16", "create view app.settings as select name from pg_settings; grant select on app.settings to launch_ro"),
    owner("R17", "create materialized view app.counted as select count(*) from app.tasks; grant select on app.counted to launch_platform"),
    owner("R18", f"{LEAK} {PINNED} {COUNT}; grant execute on function app.leak() to launch_platform"),
    owner("R18", f"create function app.own() returns bigint language sql {COUNT}; grant execute on function app.own() to launch_rw"),
    auditor(
        "R18",
        "create function audit.months() returns bigint language sql security definer"
        f" {PINNED} as $$ select count(*) from pg_inherits $$; grant execute on function audit.months() to launch_rw",
    ),
    owner(
        "R18",
        "create function app.own() returns trigger language plpgsql as $$ begin return new; end $$;"
        " create trigger own before insert on app.tasks for each row execute function app.own()",
    ),
    owner("R19", "create unique index more on app.tasks (tenant_id, title)"),
    administrator(
        "R19",
        "create extension btree_gist schema public; set local role launch_owner;"
        " alter table app.projects add constraint apart exclude using gist (tenant_id with =, (id::text) with =)",
    ),
    administrator("R50", "create role reporting in role pg_monitor"),
    owner("R20", "alter table app.tasks add constraint more foreign key (tenant_id, parent_task_id) references app.tasks (tenant_id, id)"),
    owner(
        "R21",
        "alter table app.tasks add constraint more foreign key (tenant_id, parent_task_id)"
        " references app.tasks (tenant_id, id) on delete set null (parent_task_id)",
    ),
    owner("R22", "drop index app.tasks_tenant_id_parent_task_id_idx; create index other on app.tasks (tenant_id, parent_task_id, title)"),
    owner("R23", "create table app.bare (tenant_id app.entity_id not null, at date); create index on app.bare (tenant_id, at)"),
    *(
        owner("R24", f"alter table app.tasks add column more {kind}; create index by_more on app.tasks (tenant_id, more)")
        for kind in ("bigint", "uuid", "date", "timestamptz", "interval", "text", "varchar(9)", "boolean", "text generated always as (lower(title)) stored")
    ),
    owner("R24", "create index by_more on app.tasks (tenant_id, id) include (title) where is_active"),
    owner("R25", "create sequence app.numbers; grant select, usage on app.numbers to launch_platform"),
    owner("R25", "alter table app.tasks add column number bigint generated always as identity"),
    administrator("R26", "create role operator createdb login"),
    administrator("R27", "alter role launch_app createdb"),
    administrator(
        "R27",
        "create role web in role launch_rw; grant web to launch_app with inherit false, set true; alter role launch_report noinherit",
    ),
    administrator("R27", f"{REPORTING} for select to reporting using ({OWN}); reset role; grant reporting to launch_report"),
    administrator("R28", "create schema theirs"),
    *(administrator(rule, PGCRYPTO) for rule in ("R28", "R42", "R18", "R41")),
    administrator("R29", "grant temporary on database launch to launch_platform"),
    administrator("R30", "grant create on database launch to launch_platform"),
    owner("R31", "alter default privileges grant select on tables to launch_platform"),
    *(
        administrator("R32", f"alter {whose} set {setting}")
        for whose, setting in (
            ("role launch_app", "statement_timeout = '1s'"),
            ("role launch_app", "row_security = on"),
            ("role launch_report", "default_transaction_read_only = on"),
            ("database launch", "work_mem = '5MB'"),
        )
    ),
    administrator("R32", "create role stranger; alter role stranger set row_security = off"),
    administrator(
        "R33",
        "grant create on database launch to launch_owner; set local role launch_owner;"
        " create table app.plain (tenant_id text not null, note text, primary key (tenant_id));"
        " create publication p for table app.plain where (tenant_id = '01JAMZ0000HARB0RPAPERC0MPA')",
    ),
    owner("R34", f"{NOTES}"),
    owner(
        "R34",
        "create trigger audited_twice after insert or update or delete on app.tasks for each row execute function audit.capture('tenant_id')",
    ),
    auditor(
        "R35",
        f"{STATEMENT_TRIGGER}; create trigger noted after insert on app.tasks"
        " referencing new table as added for each statement execute function audit.note()",
    ),
    owner(
        "R36",
        f"{EVENTS}; do $$ begin execute format('create table app.now partition of app.events for values from (%L) to (%L)',"
        " now() - interval '1 month', now() + interval '7 months'); end $$",
    ),
    owner("R36", f"{EVENTS}; create table app.ever partition of app.events for values from ('2020-01-01+00') to (maxvalue)"),
    owner("R36", "create table app.lists (tenant_id app.entity_id not null, kind text) partition by list (kind)"),
    administrator("R38", "select lo_create(0)"),
    owner("R39", "create view app.v as select 1 as i; create rule quiet as on delete to app.v do instead nothing"),
    owner(
        "R40",
        "alter table app.tasks add constraint later foreign key (tenant_id, parent_task_id) references app.tasks not valid;"
        " alter table app.tasks validate constraint later",
    ),
    owner("R41", f"{NOTES}"),
    administrator("R42", "create function public.easy() returns integer language sql as 'select 1'"),
    owner("R42", "create function app.easy() returns integer language sql as 'select 1'"),
    owner(
        "R43",
        f"{EVENTS}; create table app.e1 partition of app.events for values from ('2020-01-01+00') to ('2020-02-01+00');"
        " create table app.e2 partition of app.events for values from ('2020-02-01+00') to ('2020-03-01+00');"
        " create table app.rest partition of app.events default",
    ),
    owner(
        "R43",
        "create table app.ranges (tenant_id app.entity_id not null, n integer) partition by range (n);"
        " create table app.r1 partition of app.ranges for values from (1) to (2); create table app.r3 partition of app.ranges for values from (3) to (4)",
    ),
    owner("R44", f"{NOTES}"),
    owner("R44", f"{NOTES_BY_YEAR}; create table app.n2031 partition of app.notes for values from ('2031-01-01+00') to ('2032-01-01+00');"
          " select app.protect_tenant_table('app.notes')"),
    owner(
        "R44",
        "create function app.own() returns trigger language plpgsql as $$ begin return new; end $$;"
        " create trigger own before insert on app.tasks for each row execute function app.own()",
    ),
    auditor("R44", "select audit.create_partition('2040-01-01')"),
    owner("R45", "grant update (settings) on app.tenants to launch_rw; grant update (title), insert (id) on app.tasks to launch_rw"),
    owner("R45", "grant update (status) on app.tenants to launch_platform"),
    owner("R46", f"{NOTES}"),
    administrator("R47", "create role deploy login in role launch_key_keeper"),
    administrator(
        "R48", "create schema watched; create extension pg_stat_statements schema watched; grant usage on schema watched to launch_platform",
    ),
    administrator("R48", "create extension pg_trgm schema public"),
    owner(
        "R18",
        f"create function app.step(state text, value integer) returns text language sql {PINNED} as $$ select string_agg(name, ',') from app.projects $$;"
        " create aggregate app.peek(integer) (sfunc = app.step, stype = text); grant execute on function app.peek(integer), app.step(text, integer) to launch_rw",
    ),
    administrator("R49", "create role reporting in role launch_ro; set local role launch_owner; grant select on app.projects to launch_platform"),
    administrator("R49", "create role reporting; set local role launch_owner; grant usage on schema app to reporting"),
)
