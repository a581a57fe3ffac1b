-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- What the platform changes of a tenant. Its status: suspended (comes back) or inactive (does not), and from then on
-- set_context() refuses it. Its domain: null takes it away. Its settings: those that are named, a null takes one away;
-- the others are the tenant's own.

set local role ${owner};
set local search_path = pg_catalog, pg_temp;

-- Takes a list of {"id", and what is to change of "status", "domain", "settings"}, by id for the reason that
-- register_tenants() has. Domains are compared at the end, so that tenants can change places.
create or replace function ${app_schema}.change_tenants(changes jsonb, actor text)
returns setof text
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  change jsonb;
  named jsonb;
  old ${app_schema}.${tenants_table};
  new ${app_schema}.${tenants_table};
begin
  set constraints ${app_schema}.tenants_domain_key deferred;
  for change in
    select c.value from jsonb_array_elements(changes) c order by c.value ->> 'id' collate "C"
  loop
    select * into old from ${app_schema}.${tenants_table} t
    where t.id = (change ->> 'id')::${app_schema}.entity_id for update;
    if not found then
      raise exception 'there is no tenant %', change ->> 'id' using errcode = 'no_data_found';
    end if;
    named := coalesce(change -> 'settings', '{}');
    new := old;
    new.status := coalesce(change ->> 'status', old.status);
    new.domain := case when change ? 'domain' then change ->> 'domain' else old.domain end;
    new.settings := (old.settings || named) - array(select n.key from jsonb_each(named) n where n.value = 'null');
    if new is distinct from old then
      perform ${app_schema}.assume_context(old.id, actor::${app_schema}.entity_id);
      update ${app_schema}.${tenants_table} t
      set status = new.status, domain = new.domain, settings = new.settings where t.id = old.id;
      return next old.id::text;
    end if;
  end loop;
  perform ${app_schema}.drop_context();
  set constraints ${app_schema}.tenants_domain_key immediate;
end
$$;

comment on function ${app_schema}.change_tenants(jsonb, text) is
  'Changes status, domain and settings of tenants; returns the ids of those that had others';

create or replace function ${app_schema}.set_tenant_status(tenant text, new_status text, actor text)
returns boolean
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  change constant jsonb := jsonb_build_object('id', tenant, 'status', new_status);
begin
  return exists (select from ${app_schema}.change_tenants(jsonb_build_array(change), actor));
end
$$;

comment on function ${app_schema}.set_tenant_status(text, text, text) is
  'Changes the life cycle of a tenant; true if it was another status';

grant execute on function ${app_schema}.change_tenants(jsonb, text), ${app_schema}.set_tenant_status(text, text, text)
  to ${platform};
