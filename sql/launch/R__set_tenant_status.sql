-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- A tenant is never deleted by the application's roles: it is suspended (comes back) or inactive (does not), and
-- from then on app.set_context() refuses it.

set local role launch_owner;
set local search_path = pg_catalog, pg_temp;

create or replace function app.set_tenant_status(tenant text, new_status text, actor text)
returns boolean
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  changed boolean;
begin
  if not exists (select from app.tenants t where t.id = tenant) then
    raise exception 'there is no tenant %', tenant using errcode = 'no_data_found';
  end if;
  perform app.assume_context(tenant, actor);
  update app.tenants t set status = new_status where t.id = tenant and t.status <> new_status;
  changed := found;
  perform set_config('launch.context', '', true);
  return changed;
end
$$;

comment on function app.set_tenant_status(text, text, text) is
  'Changes the life cycle of a tenant; true if it was another status';

grant execute on function app.set_tenant_status(text, text, text) to launch_platform;
