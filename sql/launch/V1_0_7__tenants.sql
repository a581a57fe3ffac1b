-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- The registry of tenants. A tenant sees its own row and changes its name and settings; everything else is the
-- platform's, through functions. domain stays unique over all tenants, since requests are routed by it, and is
-- not writable by tenants: the error of a duplicate would tell one that another exists.

set local role launch_owner;
set local search_path = pg_catalog, pg_temp;

create table app.tenants (
  id app.uild primary key default app.new_uild(),
  name varchar(255) not null,
  domain varchar(255) collate "C" unique,
  status varchar(50) not null default 'active',
  created_at timestamptz not null,
  updated_at timestamptz not null,
  created_by app.uild not null,
  updated_by app.uild not null,
  version integer not null,
  settings jsonb not null default '{}',
  constraint valid_status check (status in ('active', 'inactive', 'suspended')),
  constraint lower_case_domain check (domain = lower(domain)),
  constraint settings_object check (jsonb_typeof(settings) = 'object')
);

comment on table app.tenants is 'Who the rows belong to';
comment on column app.tenants.domain is 'Routes requests; set by the platform only';

select app.apply_row_triggers('app.tenants', 'id');

alter table app.tenants enable row level security, force row level security;

create policy tenant_select on app.tenants for select to launch_rw, launch_ro, launch_auditor
  using (id = (select app.current_tenant()));
create policy tenant_update on app.tenants for update to launch_rw
  using (id = (select app.current_tenant())) with check (id = (select app.current_tenant()));

create policy platform_select on app.tenants for select to launch_platform
  using (true);

-- Under FORCE the owner needs policies as well: its functions look tenants up and register them. A data migration
-- goes from tenant to tenant.
create policy registry_select on app.tenants for select to launch_owner, launch_migrator
  using (true);
create policy registry_insert on app.tenants for insert to launch_owner
  with check (true);
create policy registry_update on app.tenants for update to launch_owner
  using (true) with check (true);

grant select, update (name, settings) on app.tenants to launch_rw;
grant select on app.tenants to launch_ro, launch_auditor, launch_migrator;
grant select (id, name, domain, status, created_at, updated_at, version) on app.tenants to launch_platform;
