-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- The registry of tenants was there before the log. Tables made later get the trigger with their protection.

set local role ${owner};
set local search_path = pg_catalog, pg_temp;

select ${app_schema}.apply_row_triggers('${app_schema}.${tenants_table}', 'id');

-- Entries outlive their tenant. A tenant that got its id would read them, so that the registry asks before it gives one.
set local role ${audit_owner};

create function ${audit_schema}.knew_tenant()
returns boolean
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  return exists (
    select from ${audit_schema}.audit_log l
    where l.${tenant_column} = (select ${app_schema}.current_tenant()) and l.transaction_id <> pg_current_xact_id());
end
$$;

comment on function ${audit_schema}.knew_tenant() is
  'Whether the context''s tenant has entries of earlier transactions; those of months that were detached do not count';

grant execute on function ${audit_schema}.knew_tenant() to ${owner};
