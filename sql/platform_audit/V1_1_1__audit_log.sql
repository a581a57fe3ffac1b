-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- What was changed, by whom, for which tenant. A primary key of a partitioned table has to contain the partition
-- key; ids stay unique because only the database makes them. No foreign key: the log outlives what it tells of.
-- Nobody has a policy for UPDATE or DELETE, not even the owner: with FORCE the log is append only.

set local role ${audit_owner};
set local search_path = pg_catalog, pg_temp;

create table ${audit_schema}.audit_log (
  id ${app_schema}.entity_id not null default ${app_schema}.new_entity_id(),
  ${tenant_column} ${app_schema}.entity_id not null,
  entity_id ${app_schema}.entity_id not null,
  entity_type text not null,
  action text not null,
  changes jsonb not null,
  performed_by ${app_schema}.entity_id not null,
  performed_at timestamptz not null default current_timestamp,
  database_user name not null default session_user,
  transaction_id xid8 not null default pg_current_xact_id(),
  application_name text not null default current_setting('application_name'),
  primary key (performed_at, id),
  constraint valid_action check (action in ('insert', 'update', 'delete'))
) partition by range (performed_at);

comment on table ${audit_schema}.audit_log is 'Every change of a tenant''s row; one partition per month (UTC)';
comment on column ${audit_schema}.audit_log.entity_type is 'schema.table';
comment on column ${audit_schema}.audit_log.changes is 'Per changed column: {"old": value, "new": value}';
comment on column ${audit_schema}.audit_log.performed_by is 'From the tenant context, never from the statement';
comment on column ${audit_schema}.audit_log.database_user is 'The login that was connected';

create index audit_log_tenant_date on ${audit_schema}.audit_log (${tenant_column}, performed_at);
create index audit_log_tenant_entity
  on ${audit_schema}.audit_log (${tenant_column}, entity_type, entity_id, performed_at);

alter table ${audit_schema}.audit_log enable row level security, force row level security;

create policy tenant_select on ${audit_schema}.audit_log for select to ${read_write}, ${read_only}, ${auditor}
  using (${tenant_column} = (select ${app_schema}.current_tenant()));

-- The capture function runs as the owner: it too can write only what the context says.
create policy capture_insert on ${audit_schema}.audit_log for insert to ${audit_owner}
  with check (
    ${tenant_column} = (select ${app_schema}.current_tenant())
    and performed_by = (select ${app_schema}.current_actor()));

-- Without a policy of its own an archive would be empty, silently.
create policy archive_select on ${audit_schema}.audit_log for select to ${archiver}
  using (true);

grant select on ${audit_schema}.audit_log to ${read_write}, ${read_only}, ${auditor}, ${archiver};
