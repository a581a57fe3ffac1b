-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- The registry of tenants. A tenant sees its own row and changes its name and settings; everything else is the
-- platform's, through functions. domain stays unique over all tenants, since requests are routed by it, and is
-- not writable by tenants: the error of a duplicate would tell one that another exists.
-- A domain is a host name as RFC 1123 has it, in the one spelling that is compared: lower case, no dot at its end, other
-- scripts as A-labels (xn--...). The last label begins with a letter, so that no address is one. postgres_tenant holds the
-- same rules before it connects: plugins/module_utils/_postgres/tenant/rules.py.

set local role ${owner};
set local search_path = pg_catalog, pg_temp;

create table ${app_schema}.${tenants_table} (
  id ${app_schema}.entity_id primary key default ${app_schema}.new_entity_id(),
  name varchar(255) not null,
  domain varchar(255) collate "C",
  status varchar(50) not null default 'active',
  created_at timestamptz not null,
  updated_at timestamptz not null,
  created_by ${app_schema}.entity_id not null,
  updated_by ${app_schema}.entity_id not null,
  version integer not null,
  settings jsonb not null default '{}',
  constraint valid_status check (status in ('active', 'inactive', 'suspended')),
  constraint name_given check (name <> ''),
  -- Deferrable, so that two tenants can change places in one statement.
  constraint tenants_domain_key unique (domain) deferrable initially immediate,
  constraint domain_is_host_name check (
    length(domain) <= 253
    and domain ~ '^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z]([a-z0-9-]{0,61}[a-z0-9])?$'),
  constraint settings_object check (jsonb_typeof(settings) = 'object'),
  constraint settings_bounded check (octet_length(settings::text) <= 65536)
);

comment on table ${app_schema}.${tenants_table} is 'Who the rows belong to';
comment on column ${app_schema}.${tenants_table}.domain is 'Routes requests; set by the platform only';

select ${app_schema}.apply_row_triggers('${app_schema}.${tenants_table}', 'id');

alter table ${app_schema}.${tenants_table} enable row level security, force row level security;

create policy tenant_select on ${app_schema}.${tenants_table}
  for select to ${read_write}, ${read_only}, ${auditor}
  using (id = (select ${app_schema}.current_tenant()));
create policy tenant_update on ${app_schema}.${tenants_table} for update to ${read_write}
  using (id = (select ${app_schema}.current_tenant())) with check (id = (select ${app_schema}.current_tenant()));

create policy platform_select on ${app_schema}.${tenants_table} for select to ${platform}
  using (true);

-- Under FORCE the owner needs policies as well: its functions look tenants up and register them. A data migration
-- goes from tenant to tenant, and set_context() asks whether one is active.
create policy registry_select on ${app_schema}.${tenants_table} for select to ${owner}, ${migrator}, ${seal_owner}
  using (true);
create policy registry_insert on ${app_schema}.${tenants_table} for insert to ${owner}
  with check (true);
create policy registry_update on ${app_schema}.${tenants_table} for update to ${owner}
  using (true) with check (true);
create policy registry_delete on ${app_schema}.${tenants_table} for delete to ${owner}
  using (true);

grant select, update (name, settings) on ${app_schema}.${tenants_table} to ${read_write};
grant select on ${app_schema}.${tenants_table} to ${read_only}, ${auditor}, ${migrator};
grant select (id, name, domain, status, created_at, updated_at, version, settings)
  on ${app_schema}.${tenants_table} to ${platform};
grant select (id, status) on ${app_schema}.${tenants_table} to ${seal_owner};
