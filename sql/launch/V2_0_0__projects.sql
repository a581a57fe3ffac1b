-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- The example of a tenant's entity. The tenant leads the primary key, so that ids of other tenants can not be
-- probed by collisions, and every index, so that the policy is an index condition.

set local role launch_owner;
set local search_path = pg_catalog, pg_temp;

create table app.projects (
  tenant_id app.entity_id not null default app.current_tenant() references app.tenants (id),
  id app.entity_id not null default app.new_entity_id(),
  name varchar(255) not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  created_by app.entity_id not null,
  updated_by app.entity_id not null,
  version integer not null,
  is_active boolean not null default true,
  primary key (tenant_id, id),
  unique (tenant_id, name)
);

comment on table app.projects is 'A tenant''s projects';

create index projects_tenant_created on app.projects (tenant_id, created_at, id);

select app.protect_tenant_table('app.projects');
