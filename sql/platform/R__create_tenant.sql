-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- The platform registers tenants by id, so that a second call with the same values changes nothing. The name
-- belongs to the tenant afterwards and is not overwritten; another domain under the same id is a contradiction. An id that
-- the log has entries of is not given again: only the owner makes its tenant anew, from an export.

set local role ${owner};
set local search_path = pg_catalog, pg_temp;

-- Whether the tenant of the context was there before, by the log. Without a log nothing of it can be read.
create or replace function ${app_schema}.was_tenant()
returns boolean
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  known boolean := false;
begin
  if to_regprocedure('${audit_schema}.knew_tenant()') is not null then
    execute 'select ${audit_schema}.knew_tenant()' into known;
  end if;
  return known;
end
$$;

comment on function ${app_schema}.was_tenant() is 'Whether the log has entries of the context''s tenant from before this transaction';

create or replace function ${app_schema}.removed_tenants(tenants text[])
returns setof text
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  each text;
begin
  for each in
    select w.id from unnest(tenants) as w (id)
    where not exists (select from ${app_schema}.${tenants_table} t where t.id = w.id::${app_schema}.entity_id)
  loop
    -- Nothing is written: who acts does not matter, and an id is there.
    perform ${app_schema}.assume_context(each::${app_schema}.entity_id, each::${app_schema}.entity_id);
    -- Of one moment: somebody may have registered it since.
    if (select ${app_schema}.was_tenant() and not exists (
      select from ${app_schema}.${tenants_table} t where t.id = each::${app_schema}.entity_id))
    then
      return next each;
    end if;
  end loop;
  perform ${app_schema}.drop_context();
end
$$;

comment on function ${app_schema}.removed_tenants(text[]) is
  'Which of these ids are no tenant''s and have entries in the log; register_tenants() refuses them';

-- Takes a list of {"id", "name", "domain", "settings"}. By id, so that two callers meet in one order and wait for each
-- other, not crosswise. Domains are compared at the end, when all of them are there.
create or replace function ${app_schema}.register_tenants(entries jsonb, actor text)
returns setof text
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  entry record;
begin
  set constraints ${app_schema}.tenants_domain_key deferred;
  for entry in
    select e.id, e.name, e.domain, e.settings
    from jsonb_to_recordset(entries) as e (id text, name text, domain text, settings jsonb)
    order by e.id collate "C"
  loop
    -- The first entry of the tenant's log needs its context, and the caller gets none of it.
    perform ${app_schema}.assume_context(entry.id::${app_schema}.entity_id, actor::${app_schema}.entity_id);
    insert into ${app_schema}.${tenants_table} as t (id, name, domain, settings)
    values (entry.id::${app_schema}.entity_id, entry.name, entry.domain, coalesce(entry.settings, '{}'))
    on conflict (id) do nothing;
    if found then
      -- Asked when the row is there, so that nobody removes the tenant between the question and the answer.
      if ${app_schema}.was_tenant() then
        raise exception 'there was a tenant %: the log has its entries, which a new one would read', entry.id
          using errcode = 'invalid_parameter_value', hint = 'Use another id. A tenant that was removed comes back from its export.';
      end if;
      return next entry.id;
    elsif exists (
      select from ${app_schema}.${tenants_table} t
      where t.id = entry.id::${app_schema}.entity_id and t.domain is distinct from entry.domain
    ) then
      raise exception 'tenant % has another domain', entry.id
        using errcode = 'invalid_parameter_value', hint = 'Give the domain it has, or use another id.';
    end if;
  end loop;
  perform ${app_schema}.drop_context();
  set constraints ${app_schema}.tenants_domain_key immediate;
end
$$;

comment on function ${app_schema}.register_tenants(jsonb, text) is
  'Registers tenants; returns the ids of those that were not there before';

create or replace function ${app_schema}.create_tenant(tenant text, tenant_name text, tenant_domain text, actor text)
returns boolean
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  entry constant jsonb := jsonb_build_object('id', tenant, 'name', tenant_name, 'domain', tenant_domain);
begin
  return exists (select from ${app_schema}.register_tenants(jsonb_build_array(entry), actor));
end
$$;

comment on function ${app_schema}.create_tenant(text, text, text, text) is
  'Registers a tenant; true if it was not there before';

grant execute on function ${app_schema}.removed_tenants(text[]), ${app_schema}.register_tenants(jsonb, text),
  ${app_schema}.create_tenant(text, text, text, text)
  to ${platform};
