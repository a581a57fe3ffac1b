-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- The registry of tenants was there before the log. Tables made later get the trigger with their protection.

set local role ${owner};
set local search_path = pg_catalog, pg_temp;

select ${app_schema}.apply_row_triggers('${app_schema}.${tenants_table}', 'id');
