-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- The platform registers tenants by id, so that a second call with the same values changes nothing. The name
-- belongs to the tenant afterwards and is not overwritten; another domain under the same id is a contradiction.

set local role ${owner};
set local search_path = pg_catalog, pg_temp;

create or replace function ${app_schema}.create_tenant(tenant text, tenant_name text, tenant_domain text, actor text)
returns boolean
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  tenant_id constant ${app_schema}.entity_id := tenant;
  created boolean;
begin
  -- The first entry of the tenant's log needs its context, and the caller gets none of it.
  perform ${app_schema}.assume_context(tenant_id, actor::${app_schema}.entity_id);
  insert into ${app_schema}.${tenants_table} (id, name, domain)
  values (tenant_id, tenant_name, tenant_domain)
  on conflict (id) do nothing;
  created := found;
  perform ${app_schema}.drop_context();
  if not created and exists (
    select from ${app_schema}.${tenants_table} t where t.id = tenant_id and t.domain is distinct from tenant_domain
  ) then
    raise exception 'tenant % has another domain', tenant
      using errcode = 'invalid_parameter_value', hint = 'Give the domain it has, or use another id.';
  end if;
  return created;
end
$$;

comment on function ${app_schema}.create_tenant(text, text, text, text) is
  'Registers a tenant; true if it was not there before';

grant execute on function ${app_schema}.create_tenant(text, text, text, text) to ${platform};
