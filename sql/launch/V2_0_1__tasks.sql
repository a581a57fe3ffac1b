-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- The example of a child. References between tenants' tables carry the tenant: a key of the id alone would accept
-- another tenant's row, and its cascade would delete it.

set local role launch_owner;
set local search_path = pg_catalog, pg_temp;

select app.create_tenant_table(
  'app.tasks',
  $columns$
    project_id app.entity_id not null,
    parent_task_id app.entity_id,
    title varchar(255) not null,
    is_active boolean not null default true
  $columns$,
  foreign_keys => '{
    "project_id": {"table": "app.projects", "on_delete": "cascade"},
    "parent_task_id": {"table": "app.tasks", "on_delete": "set null"}
  }',
  indexes => array['project_id, created_at']);

comment on table app.tasks is 'What is to do in a project';
