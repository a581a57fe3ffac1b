-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- How an application says for whom it works. SECURITY DEFINER, because the tenant has to be looked up before
-- there is a context to see it by. Unknown, suspended and inactive get the same answer; who may call this may
-- choose any active tenant anyway (see the strength in V1_0_2), so that answer tells nothing more.

set local role ${owner};
set local search_path = pg_catalog, pg_temp;

create or replace function ${app_schema}.set_context(tenant text, actor text)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  wanted constant ${app_schema}.entity_id[] := array[tenant, actor];
  present constant text[] := string_to_array(current_setting('${context_setting}', true), ' ');
begin
  -- A cursor opened for one tenant must not be read on under another.
  if present[1] = ${app_schema}.transaction_marker() and present[2:3] <> wanted::text[] then
    raise exception 'this transaction has a tenant context already'
      using errcode = 'invalid_transaction_state', hint = 'One transaction, one tenant and one actor.';
  end if;
  if not exists (select from ${app_schema}.${tenants_table} t where t.id = wanted[1] and t.status = 'active') then
    raise exception 'tenant context refused'
      using errcode = 'insufficient_privilege', hint = 'The tenant is unknown or not active.';
  end if;
  perform ${app_schema}.assume_context(wanted[1], wanted[2]);
end
$$;

comment on function ${app_schema}.set_context(text, text) is
  'Binds this transaction to a tenant and an actor; first statement of every transaction';

grant execute on function ${app_schema}.set_context(text, text)
  to ${read_write}, ${read_only}, ${auditor}, ${migrator};
