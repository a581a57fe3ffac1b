# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody tries who works for tenant A, or for none, and wants rows of tenant B: data.

Placeholders are the platform's names, and what ``targets.py`` finds: tables of the system, ids, tokens. Each attempt rests on a protection;
the tests remove it from a copy of the database and see that the attempt succeeds there (tests/attacks/protections.py).

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import typing as t

# What must happen, beside a refusal by its SQLSTATE (and, after a space, its constraint_name).
BLIND = "nothing of B"
UNTOUCHED = "no row"

RW, RO, AUDITOR, ARCHIVER, PLATFORM, GATEWAY, STRANGER = "read_write", "read_only", "auditor", "archiver", "platform", "gateway", "stranger"
OWNER, AUDIT_OWNER, KEY_KEEPER = "owner", "audit_owner", "key_keeper"
# Nobody logs in as these: the database's owner becomes them.
BECOME = (OWNER, AUDIT_OWNER, KEY_KEEPER)
ROLES = (RW, RO, AUDITOR, ARCHIVER, PLATFORM, GATEWAY, STRANGER, *BECOME)
TENANTS = (RW, RO)
READERS = (RW, RO, AUDITOR)

SIGNED = "signed"
REFUSED = "42501"
MISSING = "42501 context_missing"
SET_A = "select ${app_schema}.set_context('${token_a}')"
SET_B = "select ${app_schema}.set_context('${token_b}')"


@dataclasses.dataclass(frozen=True)
class Attempt:
    """One thing that is tried, in a transaction that is rolled back.

    :arg name: unique within the group.
    :arg roles: in whose roles; each is a try of its own.
    :arg statements: in this order; what comes of the last that is refused or answers is judged.
    :arg must: the SQLSTATE that refuses it, or one of the constants above; ``not 23505``: that one must not come.
    :arg rests_on: the protection without which it succeeds.
    :arg context: whether the transaction begins with a context of A.
    :arg signed: whether only the strength signed promises it.
    :arg before: what somebody did before for tenant B on the same server connection, each in a transaction of its own unless it says otherwise.
    :arg raw: whether the statements begin and end their transactions themselves.
    """

    group: str
    name: str
    roles: tuple[str, ...]
    statements: tuple[str, ...]
    must: str
    rests_on: str
    context: bool = True
    signed: bool = False
    before: tuple[str, ...] = ()
    raw: bool = False

    @property
    def id(self) -> str:
        return f"{self.group}: {self.name}"


def _each(group: str, roles: tuple[str, ...], must: str, rests_on: str, attempts: t.Mapping[str, str | tuple[str, ...]], **more: t.Any) -> tuple[Attempt, ...]:
    return tuple(
        Attempt(group, name, roles, (given,) if isinstance(given, str) else given, must, rests_on, **more) for name, given in attempts.items()
    )


_FOREIGN = "${tenant_column} = '${b}'"
_READING = {
    "all rows": "select t::text from ${table} t",
    "all rows of a child": "select t::text from ${child} t",
    "by the other's id": f"select t::text from ${{table}} t where {_FOREIGN}",
    "or true": f"select t::text from ${{table}} t where {_FOREIGN} or true",
    "not false": "select t::text from ${table} t where not (${tenant_column} = '${a}')",
    "union": "select ${tenant_column} from ${table} where false union all select ${tenant_column} from ${child}",
    "except": "select ${tenant_column} from ${child} except select '${a}'",
    "intersect": "select ${tenant_column} from ${child} intersect select ${tenant_column} from ${table}",
    "a materialized part": "with r as materialized (select * from ${table}) select r::text from r",
    "a part that is not": "with r as not materialized (select * from ${table}) select r::text from r where r.${tenant_column} is not null",
    "recursion": "with recursive r as (select ${tenant_column} as x, 1 as n from ${table} union all select x, n + 1 from r where n < 2) select x from r",
    "an aggregate": "select string_agg(distinct ${tenant_column}::text, ' ') from ${child}",
    "a window": "select string_agg(${tenant_column}::text, ' ') over () from ${table}",
    "grouping sets": "select ${tenant_column}, count(*) from ${child} group by cube (${tenant_column})",
    "a scalar sub-select": f"select (select min(${{tenant_column}}::text) from ${{table}} where {_FOREIGN})",
    "a sub-select in the order": "select ${tenant_column} from ${table} order by (select count(*) from ${child}), 1",
    "right join": "select c.${tenant_column} from (select 1) one right join ${child} c on true",
    "full join": "select t.${tenant_column}, c.${tenant_column} from ${table} t full join ${child} c on t.id = c.${reference}",
    "a join without the tenant": "select c.${tenant_column} from ${table} t join ${child} c on c.${reference} = t.id",
    "lateral": "select l.x from ${table} t, lateral (select c.${tenant_column} as x from ${child} c where c.${reference} = t.id) l",
    "anti join": "select ${tenant_column} from ${table} t where not exists (select from ${child} c where c.id = t.${label})",
    "whether there is any": f"select case when exists (select from ${{table}} where {_FOREIGN}) then '${{b}}' end",
    "how many": f"select '${{b}}' from ${{child}} group by ${{tenant_column}} having {_FOREIGN}",
    "distinct on": "select distinct on (${tenant_column}) t::text from ${table} t order by ${tenant_column} desc",
    "a sample": "select ${tenant_column} from ${child} tablesample bernoulli (100)",
    "only": "select ${tenant_column} from only ${table}",
    "by place": "select ${tenant_column} from ${table} where ctid >= '(0,0)'",
    "a record of a record": "select (s.t).* from (select t from ${table} t) s",
    "as JSON": "select jsonb_agg(t) from ${table} t",
    "a cursor": ("declare c scroll cursor for select ${tenant_column} from ${child}", "fetch all from c"),
    "a cursor backwards": ("declare c scroll cursor for select ${tenant_column} from ${table} order by ${tenant_column} = '${b}'", "fetch last from c"),
    "a prepared statement": ("prepare attack as select ${tenant_column} from ${table}", "execute attack"),
    "a generic plan": ("set local plan_cache_mode = force_generic_plan", "prepare attack as select ${tenant_column} from ${table}", "execute attack"),
    "COPY of a query": "copy (select ${tenant_column} from ${child}) to stdout",
    "COPY of a table": "copy ${table} to stdout",
    "a query in a function": "select query_to_xml('select ${tenant_column} from ${child}', true, true, '')::text",
    "a table as XML": "select table_to_xml('${table}'::regclass, true, true, '')::text",
    "a schema as XML": "select schema_to_xml('${app_schema}', true, true, '')::text",
    "a cursor as XML": ("declare c cursor for select ${tenant_column} from ${child}", "select cursor_to_xml('c', 1000, true, true, '')::text"),
    "words of a query": "select word from ts_stat('select array_to_tsvector(array[${tenant_column}::text]) from ${table}')",
    "an error's words": f"select ${{tenant_column}}::text::integer from ${{table}} where {_FOREIGN}",
    "an error in a condition": f"select from ${{table}} where {_FOREIGN} and ${{tenant_column}}::text::integer = 1",
    "an error in the order": f"select from ${{child}} where {_FOREIGN} order by ${{tenant_column}}::text::date",
    "no sequential scan": ("set local enable_seqscan = off", "set local enable_bitmapscan = off", "select ${tenant_column} from ${child} order by 1"),
    "a bitmap": ("set local enable_seqscan = off", "set local enable_indexscan = off", f"select ${{tenant_column}} from ${{child}} where {_FOREIGN}"),
    "parallel workers": (
        "set local debug_parallel_query = on", "set local parallel_setup_cost = 0", "set local min_parallel_table_scan_size = 0",
        "select ${tenant_column} from ${child}"),
    "statistics": "select most_common_vals::text, histogram_bounds::text from pg_stats where schemaname = '${app_schema}'",
    "an injected condition":
        f"select ${{label}} from ${{table}} where ${{label}} = '' or '1' = '1' union select ${{tenant_column}} from ${{table}} where {_FOREIGN}",
}

_WRITING = {
    "an update": f"update ${{table}} set ${{label}} = ${{label}} where {_FOREIGN}",
    "an update of a child": f"update ${{child}} set ${{child_label}} = ${{child_label}} where {_FOREIGN}",
    "a delete": f"delete from ${{table}} where {_FOREIGN}",
    "a delete of a child": f"delete from ${{child}} where {_FOREIGN}",
    "an update by a join": "update ${child} c set ${child_label} = 'x' from ${table} t where t.${tenant_column} = '${b}' and c.${reference} = t.id"
                           " and c.${tenant_column} = t.${tenant_column}",
    "a delete by a join": "delete from ${child} c using ${table} t where t.id = c.${reference} and t.${tenant_column} = '${b}'"
                          " and c.${tenant_column} = t.${tenant_column}",
    "a merge that updates": f"merge into ${{table}} t using (select 1) s on {_FOREIGN} when matched then update set ${{label}} = ${{label}}",
    "a merge that deletes": f"merge into ${{child}} t using (select 1) s on {_FOREIGN} when matched then delete",
    "rows to lock": f"select 1 from ${{table}} where {_FOREIGN} for update",
    "rows to share": f"select 1 from ${{child}} where {_FOREIGN} for key share",
    "copied into one's own": f"insert into ${{table}} (${{label}}) select 'copied ' || c.id from ${{child}} c where {_FOREIGN}",
}
_WRITING_BLIND = {
    "an update's returned rows": "update ${table} set ${label} = ${label} returning ${tenant_column}",
    "a delete's returned rows": "delete from ${child} returning ${tenant_column}",
    "a sub-select in what is returned":
        "insert into ${table} (${label}) values ('returned') returning (select string_agg(${tenant_column}::text, ' ') from ${child})",
    "a part that writes": "with gone as (delete from ${child} returning ${tenant_column}) select ${tenant_column} from gone",
    "a value from the other's rows":
        f"update ${{table}} set ${{label}} = coalesce((select min(${{tenant_column}}::text) from ${{child}} where {_FOREIGN}), 'none') || id"
        " where ${tenant_column} = '${a}' returning ${label}",
}
_PLANTING = {
    "an insert": "insert into ${table} (${tenant_column}, ${label}) values ('${b}', 'planted')",
    "an insert into a child": "insert into ${child} (${tenant_column}, ${reference}, ${child_label}) values ('${b}', '${only_b}', 'planted')",
    "an insert among one's own": "insert into ${table} (${tenant_column}, ${label}) values ('${a}', 'mine'), ('${b}', 'planted')",
    "an insert of a query": "insert into ${table} (${tenant_column}, ${label}) select '${b}', 'planted'",
    "an insert in a part": "with x as (insert into ${table} (${tenant_column}, ${label}) values ('${b}', 'planted') returning 1) select * from x",
    "a merge that inserts":
        "merge into ${table} t using (select 1) s on false when not matched then insert (${tenant_column}, ${label}) values ('${b}', 'planted')",
    "a prepared insert": ("prepare attack as insert into ${table} (${tenant_column}, ${label}) values ($1, 'planted')", "execute attack ('${b}')"),
}
_ALTERED = {
    "row level security off": "alter table ${table} disable row level security",
    "not forced": "alter table ${table} no force row level security",
    "a policy dropped": "drop policy tenant_select on ${table}",
    "a policy opened": "alter policy tenant_select on ${table} using (true)",
    "a policy of one's own": "create policy mine on ${table} using (true)",
    "a trigger off": "alter table ${table} disable trigger row_audited",
    "all triggers off": "alter table ${table} disable trigger user",
    "a rule": "create rule mine as on insert to ${table} do also nothing",
    "the table renamed": "alter table ${table} rename to mine",
    "the table dropped": "drop table ${child}",
    "a column's default": "alter table ${table} alter column ${label} set default 'x'",
    "a foreign key dropped": "alter table ${child} drop constraint if exists none_such",
    "an index": "create index mine on ${table} (${label})",
    "statistics": "create statistics ${app_schema}.mine on ${tenant_column}, ${label} from ${table}",
    "a comment": "comment on table ${table} is 'mine'",
}
_BEYOND = {
    "TRUNCATE": "truncate ${child}",
    "TRUNCATE of all": "truncate ${table} cascade",
    "TRIGGER": "create trigger mine before update on ${table} for each row execute function suppress_redundant_updates_trigger()",
    "MAINTAIN": "reindex table ${child}",
}
_CREATED = {
    "a table": "create table ${app_schema}.mine (x text)",
    "a table as a query": "create table public.mine as select ${tenant_column} from ${table}",
    "a function": "create function ${app_schema}.mine() returns text language sql as 'select 1::text'",
    "a function that tells its arguments":
        "create function public.told(x text) returns boolean language plpgsql cost 0.0001 as 'begin raise notice ''%'', x; return true; end'",
    "a view": "create view ${app_schema}.mine as select 1 as x",
    "a materialized view": "create materialized view public.mine as select 1 as x",
    "an operator": "create operator public.=== (leftarg = text, rightarg = text, function = texteq)",
    "a type": "create type ${app_schema}.mine as (x text)",
    "a sequence": "create sequence ${app_schema}.mine",
    "a function of the context": "create function ${app_schema}.set_context(token text, x integer) returns text language sql as 'select token'",
    "a collation": "create collation public.mine from \"C\"",
}
_OF_THE_SERVER = {
    "a program": "copy (select 1) to program 'cat >/dev/null'",
    "a file": "copy (select 1) to '/tmp/mine'",
    "a file's content": "select pg_read_file('PG_VERSION')",
    "a file's bytes": "select pg_read_binary_file('PG_VERSION')",
    "a folder": "select pg_ls_dir('.')",
    "a large object of a file": "select lo_import('/etc/hostname')",
    "passwords": "select rolpassword from pg_authid",
    "passwords by their view": "select passwd from pg_shadow",
    "triggers of a replica": "set local session_replication_role = replica",
    "a setting of the server": "select pg_reload_conf()",
    "what is logged": "set local log_statement = 'none'",
    "a library": "load 'auto_explain'",
    "a wrapper": "create foreign data wrapper mine",
    "a language": "create language mine handler plpgsql_call_handler",
    "statistics of a table": "select stavalues1 from pg_statistic",
    "another's user mapping": "select umoptions from pg_user_mapping",
    "another superuser": "create role mine superuser",
    "a publication of everything": "create publication mine for all tables",
    "a role that bypasses policies": "alter role ${login} bypassrls",
    "membership granted": "grant ${owner} to ${login}",
    "another user": "set local session authorization ${owner}",
    "another user by the setting": "select set_config('session_authorization', '${owner}', true)",
}
_PRIVILEGED = {
    "SET ROLE": "set local role ${owner}",
    "by the setting": "select set_config('role', '${owner}', true)",
    "the seal's": "set local role ${seal_owner}",
    "the log's": "set local role ${audit_owner}",
    "the migrator": "set local role ${migrator}",
    "the archiver": "set local role ${archiver}",
    "the platform": "set local role ${platform}",
    "the keeper of keys": "set local role ${key_keeper}",
}
_SEAL = {
    "keys": "select inner_pad from ${seal_schema}.token_keys",
    "that there are keys": "select count(*) from ${seal_schema}.token_keys",
    "keys by COPY": "copy ${seal_schema}.token_keys to stdout",
    "a key of one's own": "insert into ${seal_schema}.token_keys (id, inner_pad, outer_pad) values ('mine', '', '')",
    "keys that end": "update ${seal_schema}.token_keys set not_after = now()",
    "keys deleted": "delete from ${seal_schema}.token_keys",
    "the strength": "update ${seal_schema}.strength set strength = 'transaction'",
    "the strength, read": "select strength from ${seal_schema}.strength",
    "who uses what": "select login from ${seal_schema}.uses",
    "the number": "select last_value from ${seal_schema}.cell",
    "its other half": "select last_value from ${seal_schema}.cell_more",
    "the number's next": "select nextval('${seal_schema}.cell')",
    "another number": "select setval('${seal_schema}.cell', 1)",
    "a new number": "select ${seal_schema}.renew_cell()",
    "the number's function": "select ${seal_schema}.write_context('${b}', '${actor}', true)",
    "the note's function": "select ${seal_schema}.note_use('')",
    "the number by its name": "select pg_sequence_last_value('${seal_schema}.cell')",
}
_KNOWN_SETTINGS = {
    "a setting of the name": ("select set_config('${context_setting}_tenant', '${b}', true)", "select ${tenant_column} from ${table}"),
    "SET": ("set local ${context_setting}_tenant = '${b}'", "select ${tenant_column} from ${table}"),
    "SET for the session": ("set ${context_setting}_tenant = '${b}'", "select ${tenant_column} from ${child}"),
    "in a union": ("select ${label}::text from ${table} where ${label} = '' union all select set_config('${context_setting}_tenant', '${b}', true)"
                   " union all select ${label} from ${table}", "select ${tenant_column} from ${table}"),
    "in a condition": ("select from ${table} where set_config('${context_setting}_tenant', '${b}', true) is not null",
                       "select ${tenant_column} from ${table}"),
    "in an order": ("select from ${table} order by set_config('${context_setting}_tenant', '${b}', true)", "select ${tenant_column} from ${child}"),
    "in a function's query": ("select query_to_xml($q$select set_config('${context_setting}_tenant', '${b}', true)$q$, true, true, '')",
                              "select ${tenant_column} from ${table}"),
    "in a block": ("do $$ begin perform set_config('${context_setting}_tenant', '${b}', true); end $$", "select ${tenant_column} from ${table}"),
}
_TOKENS = {
    "another tenant by one's own MAC": ("token_spliced", "the MAC is compared"),
    "another actor by one's own MAC": ("token_actor", "the MAC is compared"),
    "a MAC of nothing": ("token_without_key", "the MAC is compared"),
    "a MAC of another key": ("token_other_key", "the MAC is compared"),
    "a MAC that is cut": ("token_cut", "the MAC is compared"),
    "another expiry by one's own MAC": ("token_prolonged", "the MAC is compared"),
    "a token for another database": ("token_elsewhere", "the MAC covers the database's name"),
}
_FUNCTIONS = {
    "immutable": "alter function ${app_schema}.current_tenant() immutable",
    "another cost": "alter function ${app_schema}.current_tenant() cost 1",
    "of the caller": "alter function ${app_schema}.set_context(text) security invoker",
    "another search path": "alter function ${app_schema}.current_tenant() set search_path = public",
    "another owner": "alter function ${app_schema}.set_context(text, text) owner to ${login}",
    "renamed": "alter function ${app_schema}.current_actor() rename to mine",
    "granted": "grant execute on function ${app_schema}.assume_context(${app_schema}.entity_id, ${app_schema}.entity_id) to public",
    "dropped": "drop function ${app_schema}.set_context(text)",
    "replaced": "create or replace function ${app_schema}.current_tenant() returns ${id_base_type} language sql as 'select null::${id_base_type}'",
    "another actor's function of another owner": "alter function ${app_schema}.current_actor() owner to ${login}",
}
_STAMPS = ("created_by", "created_at", "updated_by", "updated_at", "version")
_COLUMNS = {
    **{f"an update of {column}": f"update ${{table}} set {column} = {column}" for column in ("id", "${tenant_column}", *_STAMPS)},
    **{f"an update of a child's {column}": f"update ${{child}} set {column} = {column}" for column in ("id", "${tenant_column}", *_STAMPS)},
    "an insert of created_by": "insert into ${table} (${label}, created_by) values ('stamped', '${b}')",
    "an insert of created_at": "insert into ${table} (${label}, created_at) values ('stamped', now())",
    "an insert of updated_by": "insert into ${table} (${label}, updated_by) values ('stamped', '${b}')",
    "an insert of version": "insert into ${table} (${label}, version) values ('stamped', 7)",
    **{f"the registry's {column}": f"update ${{app_schema}}.${{tenants_table}} set {column} = {column}"
       for column in ("id", "domain", "status", "created_by", "updated_at", "version")},
}
_REGISTRY = {
    "a tenant registered": "select ${app_schema}.create_tenant('${only_b}', 'taken', 'taken.test', '${actor}')",
    "a tenant suspended": "select ${app_schema}.set_tenant_status('${b}', 'suspended', '${actor}')",
    "a tenant unsuspended": "select ${app_schema}.set_tenant_status('${a}', 'active', '${actor}')",
    "tenants registered": "select ${app_schema}.register_tenants('[{\"id\": \"${only_b}\", \"name\": \"taken\"}]', '${actor}')",
    "a tenant's domain taken": "select ${app_schema}.change_tenants('[{\"id\": \"${b}\", \"domain\": null}]', '${actor}')",
    "a tenant's settings changed": "select ${app_schema}.change_tenants('[{\"id\": \"${b}\", \"settings\": {\"x\": 1}}]', '${actor}')",
    "whose a domain is": "select ${app_schema}.tenant_of_domain('example.com')",
    "a data migration's context": "select ${app_schema}.assume_context('${b}', '${actor}')",
    "no context": "select ${app_schema}.drop_context()",
}
_LOG = "${audit_schema}.audit_log"
_LOG_ROW = (
    f"insert into {_LOG} (${{tenant_column}}, kind, entity_id, entity_type, action, changes, performed_by)"
    " values ('%s', 'change', '${only_b}', 'x.y', 'insert', '{}', '${actor}')"
)
_LOG_WRITING = {
    "an entry": _LOG_ROW % "${a}",
    "an entry of another": _LOG_ROW % "${b}",
    "an entry changed": f"update {_LOG} set changes = '{{}}'",
    "an entry deleted": f"delete from {_LOG}",
    "entries merged": f"merge into {_LOG} l using (select 1) s on true when matched then delete",
}
_PARTITIONS = {
    "a partition": "select ${tenant_column} from ${audit_schema}.${partition}",
    "a partition's count": "select count(*) from ${audit_schema}.${partition}",
}

ATTEMPTS: tuple[Attempt, ...] = (
    *_each("reading", TENANTS, BLIND, "policies of tables", _READING),
    Attempt("reading", "policies switched off", TENANTS, ("set local row_security = off", "select ${tenant_column} from ${table}"), REFUSED,
            "policies of tables"),
    Attempt("reading", "policies switched off by a function", TENANTS,
            ("select set_config('row_security', 'off', true)", "select ${tenant_column} from ${child}"), REFUSED, "policies of tables"),
    Attempt("reading", "an exception's words", TENANTS, (
        "do $$ declare x text; begin select string_agg(${tenant_column}::text, ' ') into x from ${table}; raise exception '%', x; end $$",
    ), "P0001", "policies of tables"),
    Attempt("reading", "an error that tells of a row", TENANTS,
            (f"select 1 / (case when {_FOREIGN} then 0 else 1 end) from ${{table}}",), "not 22012", "policies of tables"),
    *_each("reading", (AUDITOR,), REFUSED, "no grants beyond a role's", {
        "rows, as who may read the log": "select ${tenant_column} from ${table}",
        "rows of a child, as who may read the log": "select ${tenant_column} from ${child}",
    }),
    *_each("reading", (STRANGER,), REFUSED, "schemas are not everybody's", {
        "rows, without a group": "select ${tenant_column} from ${table}",
        "the log, without a group": f"select ${{tenant_column}} from {_LOG}",
        "the registry, without a group": "select id from ${app_schema}.${tenants_table}",
    }, context=False),
    *_each("reading", (PLATFORM,), REFUSED, "no grants beyond a role's", {
        "rows, as the platform": "select ${tenant_column} from ${table}",
        "the log, as the platform": f"select ${{tenant_column}} from {_LOG}",
        "whoever registered a tenant": "select created_by from ${app_schema}.${tenants_table}",
    }, context=False),
    *_each("reading", (GATEWAY,), REFUSED, "no grants beyond a role's", {
        "rows, as the gateway": "select ${tenant_column} from ${table}",
        "all tenants, as the gateway": "select id from ${app_schema}.${tenants_table}",
        "all domains, as the gateway": "select domain from ${app_schema}.${tenants_table}",
    }, context=False),
    *_each("reading", (ARCHIVER,), REFUSED, "no grants beyond a role's", {
        "rows, as who archives the log": "select ${tenant_column} from ${table}",
        "rows of a child, as who archives the log": "select ${tenant_column} from ${child}",
        "the registry, as who archives the log": "select id from ${app_schema}.${tenants_table}",
    }, context=False),

    *_each("writing", (RW,), UNTOUCHED, "policies of tables", _WRITING),
    *_each("writing", (RW,), BLIND, "policies of tables", _WRITING_BLIND),
    *_each("writing", (RW,), REFUSED, "the check of what is inserted", _PLANTING),
    *_each("writing", (RW,), REFUSED, "columns and the check of what is updated", {"a row given away": (
        "insert into ${table} (${label}) values ('given away')", "update ${table} set ${tenant_column} = '${b}' where ${label} = 'given away'",
    )}),
    Attempt("writing", "COPY FROM", (RW,), ("copy ${table} (${tenant_column}, ${label}) from stdin",), "0A000", "policies of tables"),
    *_each("writing", (RO,), REFUSED, "who reads may not write", {
        "an insert, read-only": "insert into ${table} (${label}) values ('read only')",
        "an update, read-only": "update ${table} set ${label} = ${label}",
        "a delete, read-only": "delete from ${child}",
        "a merge, read-only": "merge into ${table} t using (select 1) s on true when matched then update set ${label} = ${label}",
        "a lock, read-only": "lock table ${table} in exclusive mode",
        "rows to lock, read-only": "select from ${table} for update",
    }),
    *_each("writing", TENANTS, REFUSED, "the verbs that are granted", _BEYOND),

    *_each("no context", TENANTS, MISSING, "policies of tables", {
        "all rows": "select t::text from ${table} t",
        "all rows of a child": "select count(*) from ${child}",
        "rows of one": f"select from ${{table}} where {_FOREIGN}",
        "after RESET ALL": (SET_A, "reset all", "select ${tenant_column} from ${table}"),
        "after one setting that is called so": ("select set_config('${context_setting}', '${b}', true)", "select ${tenant_column} from ${table}"),
        "after a savepoint": ("savepoint s", SET_A, "rollback to s", "select ${tenant_column} from ${table}"),
        "in a cursor": ("declare c cursor for select ${tenant_column} from ${table}", "fetch all from c"),
        "by COPY": "copy ${table} to stdout",
    }, context=False),
    *_each("no context", READERS, MISSING, "policies of the registry", {
        "the registry": "select id from ${app_schema}.${tenants_table}",
        "how many tenants": "select count(*) from ${app_schema}.${tenants_table}",
    }, context=False),
    *_each("no context", READERS, MISSING, "policies of the log", {"the log": f"select ${{tenant_column}} from {_LOG}"}, context=False),
    *_each("no context", (RW,), MISSING, "writes ask for a context", {
        "an update of no row": "update ${table} set ${label} = ${label} where false",
        "a delete of no row": "delete from ${child} where false",
        "an insert of no row": "insert into ${table} (${label}) select 'x' where false",
        "an update of no tenant": "update ${app_schema}.${tenants_table} set name = name where false",
    }, context=False),
    *_each("no context", (RW,), REFUSED, "policies of tables and triggers of rows", {
        "an update": "update ${table} set ${label} = ${label}",
        "a delete": "delete from ${child}",
    }, context=False),

    *_each("references", (RW,), "23503", "foreign keys pair the tenants", {
        "a child of another's row": "insert into ${child} (${reference}, ${child_label}) values ('${only_b}', 'child')",
        "a child moved to another's row": "update ${child} set ${reference} = '${only_b}' where ${tenant_column} = '${a}'",
        "a child of another's row by a query":
            "insert into ${child} (${reference}, ${child_label}) select '${only_b}', 'child' from generate_series(1, 2)",
        "a child by a merge": "merge into ${child} c using (select 1) s on false when not matched then"
                              " insert (${reference}, ${child_label}) values ('${only_b}', 'child')",
    }),
    *_each("references", (RW,), "not 23505", "keys begin with the tenant", {
        "an id that another has": "insert into ${table} (id, ${label}) values ('${only_b}', 'probe')",
        "an id that another has, by a query": "insert into ${table} (id, ${label}) select '${only_b}', 'probe'",
    }),
    *_each("references", (RW,), "not 23505", "unique keys have the tenant", {
        "a name that another has": "insert into ${table} (${label}) values ('${only_label}')",
        "one's own changed to a name that another has":
            "update ${table} set ${label} = '${only_label}' where id = (select min(id::text) from ${table} where ${tenant_column} = '${a}')",
    }),

    *_each("forged context", TENANTS, BLIND, "the number in the settings' names", _KNOWN_SETTINGS),
    *_each("forged context", TENANTS, BLIND, "the number can't be guessed", {
        "guessed numbers": ("select count(set_config('${context_setting}_tenant' || n, '${b}', true)) from generate_series(0, 999) n",
                            "select ${tenant_column} from ${table}"),
    }),
    *_each("forged context", READERS, "42501 context_unsigned", "only tokens are taken", {
        "without a token": "select ${app_schema}.set_context('${b}', '${actor}')",
        "another actor without a token": "select ${app_schema}.set_context('${a}', '${b}')",
        "without a token, in a union": "select ''::text union all select ${app_schema}.set_context('${b}', '${actor}')::text",
    }, context=False, signed=True),
    *(
        Attempt("forged context", name, READERS, (f"select ${{app_schema}}.set_context('${{{token}}}')",), "42501 context_refused", rests_on,
                context=False, signed=True)
        for name, (token, rests_on) in _TOKENS.items()
    ),
    *(
        Attempt("forged context", name, READERS, (f"select ${{app_schema}}.set_context('${{{token}}}')",), "42501 context_expired", "tokens expire",
                context=False, signed=True)
        for name, token in {"a token that has expired": "token_expired", "a token for too long": "token_long"}.items()
    ),
    Attempt("forged context", "a token for a suspended tenant", READERS, ("select ${app_schema}.set_context('${token_suspended}')",),
            "42501 context_refused", "the tenant's status is asked", context=False, signed=True),
    *_each("forged context", READERS, "42501 context_changed", "one transaction, one tenant", {
        "a second tenant": (SET_A, SET_B),
        "another actor": (SET_A, "select ${app_schema}.set_context('${token_of_another_actor}')"),
        "a second tenant behind a savepoint": (SET_A, "savepoint s", SET_B),
        "a second tenant in one statement": (
            "select ${app_schema}.set_context(x) from (values (1, '${token_a}'), (2, '${token_b}')) v (n, x) order by n",),
    }, context=False, signed=True),
    *_each("forged context", (RW, RO), MISSING, "the context ends with the transaction", {
        "two transactions in one message": (f"begin; {SET_A}; commit; begin; select ${{tenant_column}} from ${{table}}",),
        "COMMIT AND CHAIN": ("begin", SET_A, "commit and chain", "select ${tenant_column} from ${table}"),
        "the next transaction": ("begin", SET_A, "commit", "select ${tenant_column} from ${table}"),
        "a block that goes on": (
            "do $$ begin perform ${app_schema}.set_context('${token_a}'); commit; perform from ${table}; end $$",),
        "no transaction at all": (SET_A, "select ${tenant_column} from ${child}"),
    }, context=False, raw=True, signed=True),

    *_each("functions", TENANTS, REFUSED, "context functions are the seal's", _FUNCTIONS),
    *_each("functions", TENANTS, REFUSED, "functions of the platform are granted", _REGISTRY),
    *_each("functions", TENANTS, REFUSED, "functions of the log are granted", {
        "partitions made": "select ${audit_schema}.ensure_partitions(1)",
        "the log's bounds": "select * from ${audit_schema}.partition_bounds()",
    }),
    *_each("functions", (AUDITOR, ARCHIVER), REFUSED, "functions of the platform are granted", {
        "a tenant registered, as who reads the log": "select ${app_schema}.create_tenant('${only_b}', 'taken', 'taken.test', '${actor}')",
        "a data migration's context, as who reads the log": "select ${app_schema}.assume_context('${b}', '${actor}')",
    }, context=False),
    *_each("functions", (GATEWAY,), REFUSED, "functions of the platform are granted", {
        "a tenant suspended, as the gateway": "select ${app_schema}.set_tenant_status('${b}', 'suspended', '${actor}')",
        "a tenant's domain taken, as the gateway":
            "select ${app_schema}.change_tenants('[{\"id\": \"${b}\", \"domain\": null}]', '${actor}')",
    }, context=False),
    *_each("functions", (PLATFORM, ARCHIVER, GATEWAY), REFUSED, "functions of the context are granted", {
        "a context of a token": "select ${app_schema}.set_context('${token_b}')",
    }, context=False),
    *_each("functions", (STRANGER,), REFUSED, "schemas are not everybody's", {
        "a context, without a group": "select ${app_schema}.set_context('${token_b}')",
        "a tenant registered, without a group": "select ${app_schema}.create_tenant('${only_b}', 'taken', 'taken.test', '${actor}')",
    }, context=False),

    *_each("definitions", TENANTS, REFUSED, "nobody is a member of a privileged role", _ALTERED),
    *_each("definitions", TENANTS, REFUSED, "nobody creates in schemas", _CREATED),
    *_each("definitions", TENANTS, REFUSED, "nobody creates in the database", {
        "a schema": "create schema mine",
        "an extension": 'create extension "${extension}"',
        "a publication": "create publication mine",
    }),
    *_each("definitions", TENANTS, REFUSED, "no temporary tables", {
        "a temporary table": "create temporary table mine (x text)",
        "a temporary view": "create temporary view mine as select ${tenant_column} from ${table}",
        "a temporary function": ("create temporary table mine (x text)", "create function pg_temp.mine() returns text language sql as 'select 1::text'"),
    }),
    *_each("columns", (RW,), REFUSED, "columns that are granted", _COLUMNS),

    *_each("roles", (RW, RO, AUDITOR), REFUSED, "nobody is a member of a privileged role", _PRIVILEGED, context=False),
    *_each("roles", (PLATFORM,), REFUSED, "nobody is a member of a privileged role", {
        f"{name}, as the platform": statement for name, statement in _PRIVILEGED.items() if name != "the platform"
    }, context=False),
    *_each("roles", TENANTS, REFUSED, "the application's login has no attribute", {
        "a role made": "create role mine",
        "a login made": "create role mine login connection limit 1",
    }),
    *_each("server", (RW,), REFUSED, "the application's login is no superuser", _OF_THE_SERVER),

    *_each("seal", (RW, RO, AUDITOR), REFUSED, "the seal is not granted", _SEAL),
    Attempt("seal", "the number by its oid", (RW,), ("select pg_sequence_last_value(${cell})",), REFUSED, "the seal is not granted"),
    *_each("seal", (KEY_KEEPER,), REFUSED, "keys are not read by their keeper", {
        "pads, as their keeper": "select inner_pad from ${seal_schema}.token_keys",
        "pads by COPY, as their keeper": "copy ${seal_schema}.token_keys to stdout",
        "pads changed, as their keeper": "update ${seal_schema}.token_keys set inner_pad = ''",
        "pads returned, as their keeper": "update ${seal_schema}.token_keys set not_after = not_after returning outer_pad",
        "the number, as the keys' keeper": "select last_value from ${seal_schema}.cell",
    }, context=False),
    *_each("seal", (OWNER,), REFUSED, "the seal is not granted", {
        "keys, as the tables' owner": "select inner_pad from ${seal_schema}.token_keys",
        "the number, as the tables' owner": "select last_value from ${seal_schema}.cell",
        "the strength, as the tables' owner": "update ${seal_schema}.strength set strength = 'transaction'",
    }, context=False),
    *_each("seal", (OWNER,), REFUSED, "context functions are the seal's", {
        "an immutable context, as the tables' owner": "alter function ${app_schema}.current_tenant() immutable",
        "another context, as the tables' owner": (
            "create or replace function ${app_schema}.current_tenant() returns ${id_base_type} language sql as 'select null::${id_base_type}'",),
    }, context=False),

    *_each("registry", READERS, BLIND, "policies of the registry", {
        "all tenants": "select t::text from ${app_schema}.${tenants_table} t",
        "another tenant": "select id from ${app_schema}.${tenants_table} where id = '${b}'",
        "all domains": "select id, domain from ${app_schema}.${tenants_table} where domain is not null or true",
    }),
    *_each("registry", (RW,), UNTOUCHED, "policies of the registry", {
        "another tenant's name": "update ${app_schema}.${tenants_table} set name = name where id = '${b}'",
        "another tenant's settings": "update ${app_schema}.${tenants_table} set settings = '{}' where id = '${b}'",
    }),
    *_each("registry", TENANTS, REFUSED, "the registry is written by the platform", {
        "a tenant inserted": "insert into ${app_schema}.${tenants_table} (id, name) values ('${only_b}', 'mine')",
        "a tenant deleted": "delete from ${app_schema}.${tenants_table} where id = '${only_b}'",
    }),
    *_each("registry", (PLATFORM,), REFUSED, "the registry is written by functions", {
        "a tenant inserted, as the platform": "insert into ${app_schema}.${tenants_table} (id, name) values ('${only_b}', 'mine')",
        "a status changed, as the platform": "update ${app_schema}.${tenants_table} set status = 'active'",
        "a tenant deleted, as the platform": "delete from ${app_schema}.${tenants_table} where id = '${only_b}'",
    }, context=False),

    *_each("log", READERS, BLIND, "policies of the log", {
        "all entries": f"select l::text from {_LOG} l",
        "another's entries": f"select l::text from {_LOG} l where {_FOREIGN}",
        "values of another's rows": f"select ${{tenant_column}}, changes::text from {_LOG} where changes is not null",
        "who acted for another": f"select performed_by, ${{tenant_column}} from {_LOG} order by performed_at",
        "entries by the function for them": "select e::text from ${audit_schema}.entries('2000-01-01', '2100-01-01') e",
        "entries by the function, of an actor":
            "select e.${tenant_column} from ${audit_schema}.entries('2000-01-01', '2100-01-01', by_actor => '${actor}') e",
        "entries of one month": f"select ${{tenant_column}} from {_LOG} where performed_at > now() - interval '31 days'",
    }),
    *_each("log", READERS, REFUSED, "partitions are granted to nobody", _PARTITIONS),
    *_each("log", (ARCHIVER,), REFUSED, "partitions are granted to nobody", {
        f"{name}, as who archives": statement for name, statement in _PARTITIONS.items()
    }, context=False),
    *_each("log", READERS, REFUSED, "the log is not granted for writing", _LOG_WRITING),
    *_each("log", (ARCHIVER,), REFUSED, "the log is not granted for writing", {
        f"{name}, as who archives": statement for name, statement in _LOG_WRITING.items()
    }, context=False),
    *_each("log", (OWNER,), REFUSED, "the log is not the tables' owner's", {
        "entries, as the tables' owner": f"select ${{tenant_column}} from {_LOG}",
        "an entry, as the tables' owner": _LOG_ROW % "${b}",
        "an entry changed, as the tables' owner": f"update {_LOG} set changes = '{{}}'",
        "an entry deleted, as the tables' owner": f"delete from {_LOG}",
    }, context=False),
    *_each("log", (AUDIT_OWNER,), UNTOUCHED, "the log's owner has no policy to change it", {
        "entries changed, as the log's owner": f"update {_LOG} set changes = '{{}}'",
        "entries deleted, as the log's owner": f"delete from {_LOG}",
    }, context=False),
    *_each("log", READERS, REFUSED, "the log is not granted for writing", {"TRUNCATE of the log": f"truncate {_LOG}"}),
    *_each("log", TENANTS, REFUSED, "nobody is a member of a privileged role", {
        "a partition detached": f"alter table {_LOG} detach partition ${{audit_schema}}.${{partition}}",
        "a partition dropped": "drop table ${audit_schema}.${partition}",
        "the log's policy": f"create policy mine on {_LOG} using (true)",
        "the log's protection": f"alter table {_LOG} disable row level security",
    }),

    *_each("another client", TENANTS, MISSING, "the context ends with the transaction", {
        "what a transaction left": ("select ${tenant_column} from ${table}",),
        "what a transaction left in the registry": ("select id from ${app_schema}.${tenants_table}",),
        "who the tenant was": ("select ${app_schema}.current_tenant()",),
        "who acted": ("select ${app_schema}.current_actor()",),
    }, context=False, before=("begin", SET_B, "select count(*) from ${table}", "commit")),
    *_each("another client", TENANTS, MISSING, "the context ends with the transaction", {
        "what a statement left": ("select ${tenant_column} from ${child}",),
    }, context=False, before=(SET_B,)),
    *_each("another client", TENANTS, MISSING, "the context ends with the transaction", {
        "what was chained": ("select ${tenant_column} from ${child}",),
    }, context=False, before=("begin", SET_B, "commit and chain", "commit")),
    *_each("another client", TENANTS, MISSING, "policies of tables", {
        "what was rolled back": ("select ${tenant_column} from ${table}",),
    }, context=False, before=("begin", SET_B, "select count(*) from ${table}", "rollback")),
    *_each("another client", TENANTS, MISSING, "policies of tables", {
        "what failed": ("select ${tenant_column} from ${table}",),
    }, context=False, before=("begin", SET_B, "select 1 / 0", "rollback")),
    *_each("another client", TENANTS, BLIND, "context functions are stable", {
        "a plan that was made for another": ("execute theirs",),
    }, before=("set plan_cache_mode = force_generic_plan", "prepare theirs as select distinct ${tenant_column} from ${table}",
               "begin", SET_B, "execute theirs", "commit")),
    *_each("another client", TENANTS, BLIND, "policies of tables", {
        "a statement that was prepared by another": ("execute theirs",),
    }, before=("prepare theirs as select ${tenant_column} from ${child}", "begin", SET_B, "execute theirs", "commit")),
    *_each("another client", TENANTS, MISSING, "the number in the settings' names", {
        "a setting that was left": ("select ${tenant_column} from ${table}",),
    }, context=False, before=("select set_config('${context_setting}_tenant', '${b}', false)",)),
    *_each("another client", TENANTS, "42P01", "no temporary tables", {
        "a temporary table that was left": ("select * from theirs",),
    }, before=("begin read write", SET_B, "create temporary table theirs as select ${tenant_column} from ${table}", "commit")),
    *_each("another client", (RW,), "42P01", "nobody creates in schemas", {
        "a table that was made": ("select * from public.theirs",),
    }, before=("begin", SET_B, "create table public.theirs as select ${tenant_column} from ${table}", "commit")),
)
