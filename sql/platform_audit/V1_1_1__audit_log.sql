-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- What was changed and what was done, by whom, for which tenant. A primary key of a partitioned table has to contain
-- the partition key; ids stay unique because only the database makes them. No foreign key: the log outlives what it
-- tells of. Nobody has a policy for UPDATE or DELETE, not even the owner: with FORCE the log is append only.
-- It is written once a row, and read seldom: so ids are uuids, which cost a tenth of a ULID, tenant and actor are not
-- of the domain, whose pattern the context has held them against already, and the primary key serves a tenant's pages.

set local role ${audit_owner};
set local search_path = pg_catalog, pg_temp;

create table ${audit_schema}.audit_log (
  id uuid not null default gen_random_uuid(),
  ${tenant_column} ${id_type} not null,
  kind text not null,
  action text not null,
  entity_type text,
  entity_id text,
  changes jsonb,
  details jsonb,
  performed_by ${id_type} not null,
  performed_at timestamptz not null default current_timestamp,
  statement_at timestamptz not null default statement_timestamp(),
  recorded_at timestamptz not null default clock_timestamp(),
  database_user name not null default session_user,
  transaction_id xid8 not null default pg_current_xact_id(),
  application_name text not null default current_setting('application_name'),
  primary key (${tenant_column}, performed_at, id)
) partition by range (performed_at);

comment on table ${audit_schema}.audit_log is
  'Every change of a tenant''s row, and what applications record; one partition per month (UTC)';
comment on column ${audit_schema}.audit_log.kind is
  'change: captured by a trigger; event: recorded by record(), at the word of an application';
comment on column ${audit_schema}.audit_log.entity_type is 'schema.table of a change; what an application names, of an event';
comment on column ${audit_schema}.audit_log.entity_id is
  'The column id as text; without one the primary key without the tenant, as a JSON array if it has several columns';
comment on column ${audit_schema}.audit_log.changes is
  'Per changed column: {"old": value, "new": value}. A key that is missing is SQL NULL, or no row; null is the value null of JSON';
comment on column ${audit_schema}.audit_log.details is 'Of an event: what the application says, an object of at most 8 kB';
comment on column ${audit_schema}.audit_log.performed_by is 'From the tenant context, never from the statement';
comment on column ${audit_schema}.audit_log.performed_at is 'When the transaction began; decides on the partition';
comment on column ${audit_schema}.audit_log.statement_at is
  'When the client''s message arrived: the statements of one message, and of one function, share it';
comment on column ${audit_schema}.audit_log.recorded_at is 'The clock: the order of rows within a transaction';
comment on column ${audit_schema}.audit_log.database_user is 'The login that was connected; many people share one';
comment on column ${audit_schema}.audit_log.application_name is 'What the client calls itself; it can say anything';

create index audit_log_tenant_entity
  on ${audit_schema}.audit_log (${tenant_column}, entity_type, entity_id, performed_at);

alter table ${audit_schema}.audit_log enable row level security, force row level security;

-- The owner as well: without a policy, a dump as the owner would be empty, silently. So it fails for want of a context.
create policy tenant_select on ${audit_schema}.audit_log for select
  to ${read_write}, ${read_only}, ${auditor}, ${audit_owner}
  using (${tenant_column} = (select ${app_schema}.current_tenant()));

-- The functions that write run as the owner: they too can write only what the context says, and an event that an
-- application records can't look like a change. In the policy and not by CHECK, which PostgreSQL compiles anew for each
-- statement: that would be a quarter of what capturing a row costs.
create policy capture_insert on ${audit_schema}.audit_log for insert to ${audit_owner}
  with check (
    ${tenant_column} = (select ${app_schema}.current_tenant())
    and performed_by = (select ${app_schema}.current_actor())
    and case kind
      when 'change' then action in ('insert', 'update', 'delete')
        and entity_type is not null and entity_id is not null and changes is not null and details is null
      when 'event' then action not in ('insert', 'update', 'delete') and changes is null and details is not null
      else false end);

-- Without a policy of its own an archive would be empty, silently.
create policy archive_select on ${audit_schema}.audit_log for select to ${archiver}
  using (true);

grant select on ${audit_schema}.audit_log to ${read_write}, ${read_only}, ${auditor}, ${archiver};

-- TRUNCATE asks no policy. This refuses it to the owner as well, in replica mode too; the owner can switch the trigger
-- off, and R44 and the comparison with the expected catalog find that it is.
create function ${audit_schema}.refuse_truncate()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception 'the log is append only: % can''t be emptied', tg_relid::regclass
    using errcode = 'insufficient_privilege';
end
$$;

comment on function ${audit_schema}.refuse_truncate() is 'Trigger: refuses TRUNCATE, to everybody';

create trigger truncate_refused before truncate on ${audit_schema}.audit_log
  for each statement execute function ${audit_schema}.refuse_truncate();
alter table ${audit_schema}.audit_log enable always trigger truncate_refused;
