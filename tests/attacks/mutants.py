# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every protection of launch's database removed in turn, as the migrations made it; together with the mutants of the comparison.

Written beside the migrations, not beside the rules. Each is run by a superuser in a copy of the database. Roles and what is theirs belong to
the whole server: ``undo`` gives it back.
"""
from __future__ import annotations

import dataclasses

from tests.attacks.protections import CELLS, on_partitions
from tests.integration.schema import mutants as compared
from tests.integration.schema.mutants import replaced


@dataclasses.dataclass(frozen=True)
class Mutant:
    """Something done to a database.

    :arg kind: of protection that is gone.
    :arg object: what the first finding has to name, as ``schema.name`` or a name; several where each is the cause, as ``a | b``.
    :arg undo: statements that give back to the server what a copy does not hold.
    """

    kind: str
    statements: str
    object: str
    undo: str = ""

    @property
    def words(self) -> list[str]:
        """By which the cause may be named; a function without its arguments."""
        return [word.split("(")[0] for word in self.object.split(" | ")]


TENANTS_TABLES = ("app.projects", "app.tasks")
TABLES = (*TENANTS_TABLES, "app.tenants", "audit.audit_log")
POLICIES = {
    **{table: ("tenant_select", "tenant_insert", "tenant_update", "tenant_delete", "maintenance") for table in TENANTS_TABLES},
    "app.tenants": ("tenant_select", "tenant_update", "platform_select", "registry_select", "registry_insert", "registry_update"),
    "audit.audit_log": ("tenant_select", "capture_insert", "archive_select"),
}
OPEN = {
    "tenant_select": "using (true)", "tenant_insert": "with check (true)", "tenant_update": "using (true) with check (true)", "tenant_delete": "using (true)",
    "capture_insert": "with check (true)",
}
TRIGGERS = ("context_required", "row_stamped", "row_audited", "truncate_refused")
ROLE = "create role mutant; "
DROPPED = "; drop owned by mutant; drop role mutant"
A_LEAK = "create function app.leak() returns setof {0} language sql security definer set search_path = pg_catalog, pg_temp as 'select * from {0}'"
OWNED = "; alter function app.leak() owner to launch_owner"


def _policies() -> dict[str, Mutant]:
    made = {}
    for table, policies in POLICIES.items():
        for policy in policies:
            made[f"{table} without {policy}"] = Mutant("policy dropped", f"drop policy {policy} on {table}", table)
            if policy in OPEN:
                made[f"{table} with {policy} open"] = Mutant(
                    "policy opened", f"alter policy {policy} on {table} {OPEN[policy]}", f"{table}{' | audit.capture' if policy == 'capture_insert' else ''}")
        reader = "tenant_select"
        made[f"{table} with another reader"] = Mutant("policy added", f"create policy mutant on {table} for select to launch_ro using (true)", table)
        made[f"{table} shown to the suspended"] = Mutant(
            "policy opened", f"alter policy {reader} on {table} using ({'id' if table == 'app.tenants' else 'tenant_id'} is not null)", table)
    made["a policy that tells by a function"] = Mutant(
        "policy opened", "create function app.mine() returns text language sql stable security definer set search_path = pg_catalog, pg_temp"
        " as 'select min(id)::text from app.tenants'; alter function app.mine() owner to launch_owner;"
        " grant execute on function app.mine() to launch_rw, launch_ro;"
        " alter policy tenant_select on app.tasks using (tenant_id = (select app.mine()))", "app.tasks")
    made["every policy"] = Mutant(
        "policy dropped", "do $$ declare p record; begin for p in select polname, polrelid from pg_policy loop"
        " execute format('drop policy %I on %s', p.polname, p.polrelid::regclass); end loop; end $$", "app.p")
    return made


def _row_security() -> dict[str, Mutant]:
    made = {}
    for table in TABLES:
        made[f"{table} without row level security"] = Mutant("row level security", f"alter table {table} disable row level security", table)
        made[f"{table} not forced"] = Mutant("row level security", f"alter table {table} no force row level security", table)
    made["partitions without row level security"] = Mutant(
        "row level security", on_partitions("alter table {} disable row level security"), "audit.audit_log")
    made["partitions not forced"] = Mutant("row level security", on_partitions("alter table {} no force row level security"), "audit.audit_log")
    return made


def _triggers() -> dict[str, Mutant]:
    made = {}
    for table in (*TENANTS_TABLES, "app.tenants"):
        for trigger in TRIGGERS:
            made[f"{table} without {trigger}"] = Mutant("trigger dropped", f"drop trigger {trigger} on {table}", table)
            made[f"{table} with {trigger} off"] = Mutant("trigger off", f"alter table {table} disable trigger {trigger}", table)
            made[f"{table} with {trigger} not always"] = Mutant("trigger off", f"alter table {table} enable trigger {trigger}", table)
        made[f"{table} audited for inserts only"] = Mutant(
            "trigger changed", f"drop trigger row_audited on {table}; create trigger row_audited after insert on {table} for each row"
            f" execute function audit.capture('tenant_id'); alter table {table} enable always trigger row_audited", table)
        made[f"{table} asked for a context when it is inserted into only"] = Mutant(
            "trigger changed", f"drop trigger context_required on {table}; create trigger context_required before insert on {table} for each statement"
            f" execute function app.require_context(); alter table {table} enable always trigger context_required", table)
    return made


CONTEXT = {
    "app.current_tenant()": {
        "says null": ("seal.refuse('context_missing')", "null"),
        "goes by a known name": (f" || {CELLS}", ""),
        "goes by a setting of the session": ("seal.refuse('context_missing')", "current_setting('launch.tenant', true)"),
        "has half of the number": ("\n      || pg_sequence_last_value('seal.cell_more'::regclass)::text", ""),
    },
    "app.current_actor()": {
        "says null": ("seal.refuse('context_missing')", "null"),
        "goes by a known name": (f" || {CELLS}", ""),
    },
    "app.set_context(text)": {
        "takes any MAC": ("= left(token, 64)) is not true", "<> '') is not true"),
        "takes a MAC for any database": ("current_database()", "'elsewhere'"),
        "takes expired tokens": ("not between moment and moment + interval '5 min'", "is null"),
        "takes tokens for a day": ("interval '5 min'", "interval '1 day'"),
        "takes suspended tenants": (" and t.status = 'active'", ""),
        "lets the tenant change": ("may_change => false", "may_change => true"),
        "takes keys that ended": ("moment < k.not_after", "true"),
        "takes keys that have not begun": ("k.not_before <= moment", "true"),
        "takes texts of any length": ("octet_length(token) <= 1024", "true"),
        "tells no use of a key that ends": ("if ends then", "if false then"),
    },
    "app.set_context(text,text)": {
        "asks for no strength": ("strength in ('transaction', 'both')", "true"),
        "asks for no strength, and for no status": ("(strength in ('transaction', 'both')) is not true", "false"),
        "lets the tenant change": ("may_change => false", "may_change => true"),
    },
    "app.assume_context(app.entity_id,app.entity_id)": {"takes null": ("tenant is null or actor is null", "false")},
    "app.drop_context()": {"keeps the context": ("write_context('', '', may_change => true)", "refuse(null)")},
    "app.require_context()": {"asks for nothing": ("perform app.current_tenant()", "perform 1")},
    "app.stamp_row()": {
        "believes who made a row": ("else old.created_by", "else new.created_by"),
        "believes the version": ("else old.version + 1", "else new.version"),
        "takes stamps from anybody": ("current_user = 'launch_owner'", "true"),
        "does not say who changed it": ("new.updated_by := app.current_actor()", "new.updated_by := new.updated_by"),
    },
    "seal.write_context(text,text,boolean)": {
        "lets anybody change it": ("if not may_change and", "if false and"),
        "keeps it for the session": ("tenant, true)", "tenant, false)"),
        "goes by a known name": (
            "pg_sequence_last_value('seal.cell'::regclass)::text || pg_sequence_last_value('seal.cell_more'::regclass)::text", "''"),
    },
    "seal.refuse(text)": {"refuses otherwise": ("'insufficient_privilege'", "'raise_exception'"), "says no reason": ("constraint = reason", "constraint = ''")},
    "seal.renew_cell()": {"takes no random number": ("gen_random_uuid()", "'00000000-0000-0000-0000-000000000000'::uuid")},
    "seal.note_use(text)": {"notes nothing": ("insert into seal.uses values (used_key, session_user, this_hour) on conflict do nothing", "null")},
    "app.is_replication_worker()": {
        "takes everybody for one": ("exists (select from pg_stat_get_subscription(null) s where s.pid = pg_backend_pid())", "true")},
    "app.refuse_truncate()": {"only says so": ("raise exception", "raise warning")},
    "audit.refuse_truncate()": {"only says so": ("raise exception", "raise warning")},
    "audit.record(text,text,text,jsonb)": {
        "takes changes": ("when action in ('insert', 'update', 'delete')", "when false"), "takes details of any size": ("> 8192", "> 99999999")},
    "audit.capture()": {
        "writes nothing": ("return null", "return old"),
        "believes the row": ("app.current_actor()", "(entity ->> 'updated_by')::app.entity_id"),
        "leaves out what was": ("jsonb_build_object('old', before -> name, 'new', after -> name)", "jsonb_build_object('new', after -> name)"),
        "leaves out what replica mode writes": (" and app.is_replication_worker()", ""),
    },
    "audit.create_partition(timestamp)": {"protects nothing": ("enable row level security, force row level security", "set (autovacuum_enabled = on)")},
    "audit.ensure_partitions(integer)": {"makes one": ("not between 0 and 120", "not between 0 and 0")},
    "app.change_tenants(jsonb,text)": {"leaves its context": ("perform app.drop_context()", "perform 1")},
    "app.register_tenants(jsonb,text)": {"leaves its context": ("perform app.drop_context()", "perform 1")},
}
DEFINERS = (
    "app.current_tenant()", "app.current_actor()", "app.set_context(text)", "app.set_context(text,text)",
    "app.assume_context(app.entity_id,app.entity_id)", "app.drop_context()", "app.create_tenant(text,text,text,text)",
    "app.set_tenant_status(text,text,text)", "app.register_tenants(jsonb,text)", "app.change_tenants(jsonb,text)", "app.tenant_of_domain(text)",
    "audit.capture()", "audit.record(text,text,text,jsonb)", "audit.ensure_partitions(integer)", "seal.renew_cell()",
)
PRIVATE = (*DEFINERS[4:11], "audit.set_retention(integer)", "audit.ensure_partitions(integer)", "audit.capture()", "seal.renew_cell()", "seal.write_context(text,text,boolean)",
           "app.protect_tenant_table(regclass,jsonb,text[])")


def _functions() -> dict[str, Mutant]:
    made = {}
    for function, bodies in CONTEXT.items():
        kind = {"app": "context function", "seal": "seal", "audit": "audit function"}[function.partition(".")[0]]
        for name, (old, new) in bodies.items():
            made[f"{function} {name}"] = Mutant(f"{kind}: body", replaced(function, old, new), function)
    for function in DEFINERS:
        made[f"{function} of the caller"] = Mutant("function: attributes", f"alter function {function} security invoker", function)
        made[f"{function} without a search path"] = Mutant("function: attributes", f"alter function {function} reset search_path", function)
        made[f"{function} of another owner"] = Mutant("owner", f"alter function {function} owner to launch_migrator", function)
    for function in ("app.current_tenant()", "app.current_actor()"):
        made[f"{function} immutable"] = Mutant("function: attributes", f"alter function {function} immutable", function)
        made[f"{function} volatile"] = Mutant("function: attributes", f"alter function {function} volatile", function)
    for function in ("app.set_context(text)", "app.set_context(text,text)", "seal.write_context(text,text,boolean)", "seal.renew_cell()"):
        made[f"{function} shows its plans"] = Mutant("function: attributes", f"alter function {function} reset debug_print_plan", function)
    for function in PRIVATE:
        made[f"{function} for everybody"] = Mutant("grant: function", f"grant execute on function {function} to public", function)
        made[f"{function} for the application"] = Mutant("grant: function", f"grant execute on function {function} to launch_rw", function)
    return made


def _grants() -> dict[str, Mutant]:
    made = {}
    for table, verbs in {
        "app.projects": ("truncate", "trigger", "references", "maintain", "update", "insert"), "app.tenants": ("insert", "delete", "update", "truncate"),
        "audit.audit_log": ("insert", "update", "delete", "truncate"), "seal.token_keys": ("select", "insert", "update"), "seal.strength": ("select", "update"),
        "seal.uses": ("select",),
    }.items():
        for verb in verbs:
            made[f"{verb} on {table} for the application"] = Mutant("grant: table", f"grant {verb} on {table} to launch_rw", table)
    for role in ("launch_auditor", "launch_archiver", "launch_platform"):
        made[f"rows for {role}"] = Mutant("grant: table", f"grant select on app.tasks to {role}", "app.tasks")
    for table, columns in {"app.projects": ("id", "tenant_id", "created_by", "version"), "app.tenants": ("id", "domain", "status", "created_at")}.items():
        for column in columns:
            made[f"{table}.{column} for the application"] = Mutant("grant: column", f"grant update ({column}) on {table} to launch_rw", table)
    made["who registered a tenant for the platform"] = Mutant("grant: column", "grant select (created_by) on app.tenants to launch_platform", "app.tenants")
    made["pads for their keeper"] = Mutant("grant: column", "grant select (inner_pad, outer_pad) on seal.token_keys to launch_key_keeper", "seal.token_keys")
    for sequence in ("seal.cell", "seal.cell_more"):
        made[f"{sequence} for the application"] = Mutant(
            "grant: seal", f"grant usage on schema seal to launch_rw; grant select on sequence {sequence} to launch_rw", sequence)
    made["the seal for everybody"] = Mutant("grant: seal", "grant usage on schema seal to public", "seal")
    made["statistics of statements for the application"] = Mutant("grant: statistics", "grant usage on schema statistics to launch_rw", "statistics")
    made["partitions for readers"] = Mutant("grant: table", on_partitions("grant select on {} to launch_ro"), "audit.audit_log")
    for schema in ("app", "audit", "ops", "seal"):
        made[f"create in {schema} for the application"] = Mutant("grant: schema", f"grant create on schema {schema} to launch_rw", schema)
    made["create in public for everybody"] = Mutant("grant: schema", "grant create on schema public to public", "public")
    made["create in the database"] = Mutant("grant: database", "grant create on database replayed to launch_ro", "database")
    made["temporary tables"] = Mutant("grant: database", "grant temporary on database replayed to public", "temporary tables")
    for owner, schema in (("launch_owner", "app"), ("launch_audit_owner", "audit"), ("launch_seal_owner", "seal")):
        made[f"functions of {owner} for everybody"] = Mutant(
            "default privileges", f"alter default privileges for role {owner} grant execute on functions to public", owner)
        made[f"tables of {owner} for the application"] = Mutant(
            "default privileges", f"alter default privileges for role {owner} in schema {schema} grant select on tables to launch_rw", owner)
    return made


def _owners() -> dict[str, Mutant]:
    made = {
        f"{table} of another": Mutant("owner", f"alter table {table} owner to {role}", table)
        for table, role in (("app.projects", "launch_rw"), ("app.tenants", "launch_platform"), ("audit.audit_log", "launch_owner"),
                            ("seal.token_keys", "launch_owner"), ("seal.strength", "launch_key_keeper"))
    }
    made |= {f"{schema} of another": Mutant("owner", f"alter schema {schema} owner to launch_platform", schema) for schema in ("audit", "seal", "ops")}
    made["the number of another"] = Mutant("owner", "alter sequence seal.cell owner to launch_owner", "seal.cell")
    made["partitions of another"] = Mutant("owner", on_partitions("alter table {} owner to launch_owner"), "audit.audit_log")
    return made


def _roles() -> dict[str, Mutant]:
    made = {}
    for role in ("launch_owner", "launch_audit_owner", "launch_seal_owner", "launch_migrator", "launch_archiver", "launch_platform", "launch_key_keeper",
                 "pg_read_all_data", "pg_write_all_data", "pg_maintain", "pg_execute_server_program", "pg_read_server_files"):
        made[f"the application in {role}"] = Mutant("role: member", f"grant {role} to launch_rw", role, f"revoke {role} from launch_rw")
    made["a login in the owner by SET ROLE only"] = Mutant(
        "role: member", "grant launch_owner to launch_app_read with inherit false, set true", "launch_owner", "revoke launch_owner from launch_app_read")
    made["the owner in the seal's"] = Mutant(
        "role: member", "grant launch_seal_owner to launch_owner", "launch_seal_owner | launch_owner", "revoke launch_seal_owner from launch_owner")
    made["the platform in the keeper of keys"] = Mutant(
        "role: member", "grant launch_seal_owner to launch_key_keeper", "launch_seal_owner | launch_key_keeper",
        "revoke launch_seal_owner from launch_key_keeper")
    for attribute in ("superuser", "bypassrls", "createrole", "createdb", "replication"):
        made[f"readers with {attribute}"] = Mutant(
            "role: attribute", f"alter role launch_app_read {attribute}", "launch_app_read", f"alter role launch_app_read no{attribute}")
    made["an owner that logs in"] = Mutant("role: attribute", "alter role launch_seal_owner login", "launch_seal_owner", "alter role launch_seal_owner nologin")
    made["a policy for another's role"] = Mutant(
        "policy added", f"{ROLE}create policy mutant on app.tasks for select to mutant using (true); grant mutant to launch_rw", "app.tasks | mutant",
        f"revoke mutant from launch_rw{DROPPED}")
    for name, value in (("row_security", "off"), ("search_path", "public, app"), ("session_replication_role", "replica"),
                        ("role", "launch_owner"), ("plan_cache_mode", "force_generic_plan")):
        made[f"a login with {name}"] = Mutant(
            "setting", f"alter role launch_app set {name} = {value}", "launch_app", f"alter role launch_app reset {name}")
    made["a database in replica mode"] = Mutant("setting", "alter database replayed set session_replication_role = replica", "session_replication_role")
    made["a database without policies"] = Mutant("setting", "alter database replayed set row_security = off", "row_security")
    made["a login that may switch triggers off"] = Mutant(
        "setting", "grant set on parameter session_replication_role to launch_rw", "session_replication_role",
        "revoke set on parameter session_replication_role from launch_rw")
    return made


def _past_policies() -> dict[str, Mutant]:
    made = {}
    for table in ("app.projects", "app.tenants", "audit.audit_log"):
        reader = "launch_rw" if table != "audit.audit_log" else "launch_auditor"
        made[f"a view of {table}"] = Mutant(
            "view", f"create view app.mine as select * from {table};"
            f" alter view app.mine owner to {'launch_archiver' if reader == 'launch_auditor' else 'launch_owner'};"
            f" grant select on app.mine to {reader}", "app.mine")
        made[f"a view of {table} with a barrier"] = Mutant(
            "view", f"create view app.mine with (security_barrier) as select * from {table}; grant select on app.mine to {reader}", "app.mine")
        made[f"a materialized view of {table}"] = Mutant(
            "view", f"create materialized view app.mine as select * from {table}; grant select on app.mine to {reader}", "app.mine")
        made[f"a function over {table}"] = Mutant(
            "definer function", f"{A_LEAK.format(table)}; grant execute on function app.leak() to {reader}", "app.leak")
    made["a view of a view"] = Mutant(
        "view", "create view app.inner_one as select * from app.tasks; create view app.mine with (security_invoker) as select * from app.inner_one;"
        " grant select on app.mine, app.inner_one to launch_ro", "app.inner_one")
    made["a view in public"] = Mutant("view", "create view public.mine as select title from app.tasks; grant select on public.mine to launch_ro", "public.mine")
    made["a trigger that tells"] = Mutant(
        "definer function", "create function app.told() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as"
        " $$ begin raise notice '%', (select string_agg(id::text, ' ') from app.tenants); return new; end $$; alter function app.told() owner to launch_owner;"
        " create trigger told before insert on app.projects for each row execute function app.told()", "app.told")
    made["a default that tells"] = Mutant(
        "definer function", f"{A_LEAK.format('app.tenants').replace('setof app.tenants', 'text').replace('select * from', 'select min(id)::text from')}{OWNED};"
        " grant execute on function app.leak() to launch_rw; alter table app.projects alter column name set default app.leak()", "app.leak")
    made["a constraint that tells"] = Mutant(
        "definer function", "create function app.told(x text) returns boolean language sql security definer set search_path = pg_catalog, pg_temp"
        " as 'select exists (select from app.projects where name = x)'; alter function app.told(text) owner to launch_owner;"
        " grant execute on function app.told(text) to launch_rw; alter table app.tasks add check (app.told(title) or true)", "app.told")
    made["an operator that tells"] = Mutant(
        "definer function", "create function public.told(x text, y text) returns boolean language plpgsql leakproof cost 0.0001 as"
        " $$ begin raise notice '%', x; return true; end $$; create operator public.=== (leftarg = text, rightarg = text, function = public.told)",
        "public.told")
    made["a table without protection"] = Mutant(
        "table", "create table app.notes (tenant_id app.entity_id, note text); alter table app.notes owner to launch_owner;"
        " grant select, insert on app.notes to launch_rw", "app.notes")
    made["a copy of a table"] = Mutant("table", "create table app.copied as select * from app.projects; grant select on app.copied to launch_ro", "app.copied")
    made["a copy in another schema"] = Mutant(
        "table", "create schema old; create table old.projects as select * from app.projects; grant usage on schema old to launch_ro;"
        " grant select on old.projects to launch_ro", "old.projects")
    made["a sequence to read"] = Mutant("table", "create sequence app.numbers; grant select, usage on sequence app.numbers to launch_rw", "app.numbers")
    made["a published table"] = Mutant("table", "create publication mutant for table app.projects, audit.audit_log", "mutant")
    made["a rule that copies"] = Mutant(
        "table", "create table app.taken (x text); create rule taken as on insert to app.projects do also insert into app.taken values (new.name)",
        "app.projects | app.taken")
    return made


def _keys() -> dict[str, Mutant]:
    made = {}
    for table in TENANTS_TABLES:
        made[f"{table} with a tenant that may be missing"] = Mutant(
            "key", f"alter table {table} drop constraint {table.partition('.')[2]}_pkey cascade; alter table {table} alter column tenant_id drop not null",
            table)
        made[f"{table} with no tenant by default"] = Mutant("column", f"alter table {table} alter column tenant_id drop default", table)
        made[f"{table} with a fixed tenant"] = Mutant(
            "column", f"alter table {table} alter column tenant_id set default '01HATTACK0TENANT000000000B'", table)
        made[f"{table} with an id for all tenants"] = Mutant("key", f"alter table {table} add constraint mutant unique (id)", table)
        made[f"{table} with a tenant that need not exist"] = Mutant(
            "key", f"alter table {table} drop constraint {table.partition('.')[2]}_tenant_id_fkey", table)
    made["a reference without the tenant"] = Mutant(
        "key", "alter table app.tasks drop constraint tasks_tenant_id_project_id_fkey; alter table app.projects add constraint mutant unique (id);"
        " alter table app.tasks add constraint tasks_tenant_id_project_id_fkey foreign key (project_id) references app.projects (id)", "app.")
    made["no reference"] = Mutant("key", "alter table app.tasks drop constraint tasks_tenant_id_parent_task_id_fkey", "app.tasks")
    made["a reference that takes the tenant away"] = Mutant(
        "key", "alter table app.tasks drop constraint tasks_tenant_id_parent_task_id_fkey; alter table app.tasks add constraint tasks_tenant_id_parent_task_id_fkey"
        " foreign key (tenant_id, parent_task_id) references app.tasks (tenant_id, id) on delete set null", "app.tasks")
    made["names for all tenants"] = Mutant("key", "alter table app.projects add constraint mutant unique (name)", "app.projects")
    made["a status of any kind"] = Mutant("key", "alter table app.tenants drop constraint valid_status", "app.tenants")
    made["ids of any kind"] = Mutant("key", "alter domain app.entity_id drop constraint entity_id_format", "app.entity_id")
    made["entries of any kind"] = Mutant(
        "policy opened", "alter policy capture_insert on audit.audit_log with check (tenant_id = (select app.current_tenant())"
        " and performed_by = (select app.current_actor()))", "audit.audit_log")
    made["a strength of any kind"] = Mutant("key", "alter table seal.strength drop constraint known_strength", "seal.strength")
    made["no index that begins with the tenant"] = Mutant(
        "key", "alter table audit.audit_log drop constraint audit_log_pkey; drop index audit.audit_log_tenant_entity", "audit.audit_log")
    return made


def _log() -> dict[str, Mutant]:
    made = {}
    made["a partition detached"] = Mutant(
        "partition", "do $$ declare p regclass; begin select min(inhrelid::regclass::text)::regclass into p from pg_inherits"
        " where inhparent = 'audit.audit_log'::regclass; execute format('alter table audit.audit_log detach partition %s', p); end $$", "audit.audit_log")
    made["no partition ahead"] = Mutant(
        "partition", "do $$ declare p record; begin for p in select inhrelid::regclass r from pg_inherits where inhparent = 'audit.audit_log'::regclass"
        " order by inhrelid::regclass::text offset 1 loop execute format('drop table %s', p.r); end loop; end $$", "audit.audit_log")
    made["a partition for everything else"] = Mutant(
        "partition", "create table audit.rest partition of audit.audit_log default; alter table audit.rest owner to launch_audit_owner;"
        " alter table audit.rest enable row level security, force row level security", "audit.rest")
    made["a partition of another"] = Mutant(
        "partition", "create table audit.old partition of audit.audit_log for values from ('2001-01-01+00') to ('2001-02-01+00')", "audit.old")
    made["a log that may be emptied"] = Mutant("trigger dropped", "drop trigger truncate_refused on audit.audit_log", "audit.audit_log")
    made["a log that may be emptied in replica mode"] = Mutant(
        "trigger off", "alter table audit.audit_log enable trigger truncate_refused", "audit.audit_log")
    made["partitions that may be emptied"] = Mutant("trigger dropped", on_partitions("drop trigger truncate_refused on {}"), "audit.audit_log")
    made["a log as the session spells it"] = Mutant(
        "function: attributes", "alter function audit.capture() reset extra_float_digits", "audit.capture")
    made["a log that its owner may change"] = Mutant(
        "policy added", "create policy mutant on audit.audit_log for all to launch_audit_owner using (true) with check (true)", "audit.audit_log")
    made["a log that keys write"] = Mutant(
        "grant: table", "grant insert on audit.audit_log to launch_rw; create policy mutant on audit.audit_log for insert to launch_rw with check (true)",
        "audit.audit_log")
    return made


def _data() -> dict[str, Mutant]:
    return {
        "the strength transaction": Mutant("data", "update seal.strength set strength = 'transaction'", "without a token"),
        "the strength both": Mutant("data", "update seal.strength set strength = 'both'", "without a token"),
        "a number that can be guessed": Mutant("data", "select setval('seal.cell', 7), setval('seal.cell_more', 7)", "number"),
    }


# What none of the four finds, and why it need not.
UNNOTICED = {
    "no strength": ("delete from seal.strength", "without a row nothing but tokens is taken, as in the strength signed; postgres_context puts it back"),
    "another key": (
        "insert into seal.token_keys values ('mutant', 'x', 'y')",
        "a row: who can write it is asked by R47 and the attacks, which keys there are by postgres_context"),
    "keys that do not end": ("update seal.token_keys set not_after = 'infinity'", "they are as they were; postgres_context compares when each ends"),
    "no notes": ("delete from seal.uses", "rows: who uses what is to end; postgres_context reads them, and says that their absence is no proof"),
    "statistics of pads": ("analyze seal.token_keys", "the columns are left out of statistics, which the comparison holds"),
    "a policy spelt otherwise": (
        "alter policy tenant_select on app.projects using ((tenant_id = ((select app.current_tenant()))))", "the same expression once it is parsed"),
    "a grant that is there already": ("grant select on app.projects to launch_rw", "nothing is changed by it"),
    "what an owner may do anyway": ("grant truncate on app.projects to launch_owner", "the owner has all privileges already"),
}
# The first thing that is said of them is what comes of it; the cause is said as well, below it.
NAMED_LATER = {
    "database-owner": "who owned the database becomes one of many, and reaches tables that are nobody's",
}

OWN = {
    **_policies(), **_row_security(), **_triggers(), **_functions(), **_grants(), **_owners(), **_roles(), **_past_policies(), **_keys(), **_log(), **_data(),
}
_FILLERS = {"of", "in", "on", "for", "here", "this", "PUBLIC", "to", "from", "function", "relation"}


def called(thing: str) -> str:
    """What the comparison calls an object, without its kind: by its name or its table's."""
    names = [name.split("(")[0] for name in thing.split(" ")[1:] if name not in _FILLERS] or [thing.split(" ")[0]]
    return " | ".join(dict.fromkeys(word for name in names for word in (name, ".".join(name.split(".")[:2])) if word))


# Those of the comparison that outlive a copy of the database.
UNDO = {
    "builtin-role-logs-in": "UPDATE pg_authid SET rolcanlogin = false WHERE rolname = 'pg_read_all_data'",
    "builtin-role-member": "REVOKE pg_read_all_data FROM pg_monitor",
    "subscription": "ALTER SUBSCRIPTION taken SET (slot_name = NONE); DROP SUBSCRIPTION taken",
    "parameter": "REVOKE SET ON PARAMETER session_replication_role FROM launch_app",
    "tablespace-granted": "SET allow_system_table_mods = on; UPDATE pg_tablespace SET spcacl = NULL WHERE spcname = 'pg_default'",
    "role-superuser": "ALTER ROLE launch_app NOSUPERUSER", "role-bypass": "ALTER ROLE launch_app NOBYPASSRLS", "role-login": "ALTER ROLE launch_owner NOLOGIN",
    "role-createrole": "ALTER ROLE launch_app NOCREATEROLE", "role-createdb": "ALTER ROLE launch_app NOCREATEDB",
    "role-replication": "ALTER ROLE launch_app NOREPLICATION", "role-noinherit": "ALTER ROLE launch_app INHERIT",
    "role-limit": "ALTER ROLE launch_app CONNECTION LIMIT 220", "role-valid-until": "UPDATE pg_authid SET rolvaliduntil = NULL WHERE rolname = 'launch_app'",
    "role-added": "DROP ROLE spy", "role-member": "REVOKE launch_owner FROM launch_app", "role-member-of-builtin": "REVOKE pg_read_all_data FROM launch_app",
    "role-member-of-rds": "REVOKE launch_owner FROM rds_password",
    "role-member-set": "REVOKE SET OPTION FOR launch_rw FROM launch_app GRANTED BY replayed_master",
    "role-member-admin": "REVOKE ADMIN OPTION FOR launch_rw FROM launch_app GRANTED BY replayed_master",
    "role-member-gone": "GRANT launch_rw TO launch_app WITH INHERIT TRUE, SET FALSE GRANTED BY replayed_master",
    "role-setting": "ALTER ROLE launch_app RESET row_security", "role-setting-of-a-secret": "ALTER ROLE launch_app RESET app.signing_key",
    "role-read-only": "ALTER ROLE launch_app RESET default_transaction_read_only", "role-setting-gone": "ALTER ROLE launch_app SET statement_timeout = '60s'",
    "all-roles-setting": "ALTER ROLE ALL RESET work_mem",
}
# What else of theirs is the cause, and may come first.
ALSO = {
    "policies-all-dropped": "app.projects", "default-that-leaks": "app.peek", "foreign-server": "foreign_data_wrapper w",
    "user-mapping": "foreign_data_wrapper w", "partition-unlogged": "audit.fast", "database-setting": "session_replication_role",
    "database-temporary": "temporary tables", "partition-default": "audit.rest", "partition-detached": "audit.audit_log",
}
MUTANTS: dict[str, Mutant] = {
    **{
        name: Mutant(
            f"comparison: {mutant.object.partition(' ')[0]}", mutant.statements, " | ".join([called(mutant.object), *([ALSO[name]] if name in ALSO else [])]),
            UNDO.get(name, ""))
        for name, mutant in compared.MUTANTS.items()
    },
    **OWN,
}
