-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- The only table of a minimal system.

set local role ${owner};
set local search_path = pg_catalog, pg_temp;

create table ${app_schema}.notes (
  ${tenant_column} ${app_schema}.entity_id not null default ${app_schema}.current_tenant()
    references ${app_schema}.${tenants_table} (id),
  id ${app_schema}.entity_id not null default ${app_schema}.new_entity_id(),
  text text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  created_by ${app_schema}.entity_id not null,
  updated_by ${app_schema}.entity_id not null,
  version integer not null,
  primary key (${tenant_column}, id)
);

comment on table ${app_schema}.notes is 'What somebody wants to remember';

select ${app_schema}.protect_tenant_table('${app_schema}.notes');
