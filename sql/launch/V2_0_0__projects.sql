-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- The example of a tenant's entity.

set local role launch_owner;
set local search_path = pg_catalog, pg_temp;

select app.create_tenant_table(
  'app.projects',
  $columns$
    name varchar(255) not null,
    is_active boolean not null default true,
    unique (tenant_id, name)
  $columns$,
  indexes => array['created_at, id']);

comment on table app.projects is 'A tenant''s projects';
