-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- A tenant is never deleted by the application's roles: it is suspended (comes back) or inactive (does not), and
-- from then on set_context() refuses it.

set local role ${owner};
set local search_path = pg_catalog, pg_temp;

create or replace function ${app_schema}.set_tenant_status(tenant text, new_status text, actor text)
returns boolean
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  tenant_id constant ${app_schema}.entity_id := tenant;
  changed boolean;
begin
  if not exists (select from ${app_schema}.${tenants_table} t where t.id = tenant_id) then
    raise exception 'there is no tenant %', tenant using errcode = 'no_data_found';
  end if;
  perform ${app_schema}.assume_context(tenant_id, actor::${app_schema}.entity_id);
  update ${app_schema}.${tenants_table} t set status = new_status where t.id = tenant_id and t.status <> new_status;
  changed := found;
  perform ${app_schema}.drop_context();
  return changed;
end
$$;

comment on function ${app_schema}.set_tenant_status(text, text, text) is
  'Changes the life cycle of a tenant; true if it was another status';

grant execute on function ${app_schema}.set_tenant_status(text, text, text) to ${platform};
