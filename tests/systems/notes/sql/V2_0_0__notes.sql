-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- The only table of a minimal system.

set local role ${owner};
set local search_path = pg_catalog, pg_temp;

select ${app_schema}.create_tenant_table('${app_schema}.notes', 'text text not null');

comment on table ${app_schema}.notes is 'What somebody wants to remember';
