-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- The example of a child. References between tenants' tables carry the tenant: a key of the id alone would accept
-- another tenant's row, and its cascade would delete it.

set local role launch_owner;
set local search_path = pg_catalog, pg_temp;

create table app.tasks (
  tenant_id app.entity_id not null default app.current_tenant() references app.tenants (id),
  id app.entity_id not null default app.new_entity_id(),
  project_id app.entity_id not null,
  parent_task_id app.entity_id,
  title varchar(255) not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  created_by app.entity_id not null,
  updated_by app.entity_id not null,
  version integer not null,
  is_active boolean not null default true,
  primary key (tenant_id, id),
  constraint tasks_project foreign key (tenant_id, project_id)
    references app.projects (tenant_id, id) on delete cascade,
  -- Only the reference becomes NULL: without the column list the tenant would, too.
  constraint tasks_parent foreign key (tenant_id, parent_task_id)
    references app.tasks (tenant_id, id) on delete set null (parent_task_id)
);

comment on table app.tasks is 'What is to do in a project';

create index tasks_tenant_project on app.tasks (tenant_id, project_id, created_at);
create index tasks_tenant_parent on app.tasks (tenant_id, parent_task_id);

select app.protect_tenant_table('app.tasks');
