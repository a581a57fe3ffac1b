-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- How an application says for whom it works, with a token that was made outside of the database:
--   characters 1-64  HMAC-SHA-256, in hexadecimal, of the rest, a space and the database's name
--             65-72  id of the key
--             73-82  expiry, in seconds since 1970
--             83-    tenant, a space, actor, as the pattern of ids spells them
-- SECURITY DEFINER for the keys, and because the tenant has to be looked up before there is a context to see it by.
-- Unknown, suspended and inactive get the same answer as a token that nobody made.

set local role ${owner};
set local search_path = pg_catalog, pg_temp;

grant create on schema ${app_schema} to ${seal_owner};

set local role ${seal_owner};

create or replace function ${app_schema}.set_context(token text)
returns ${id_base_type}
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set random_page_cost = 1
set debug_print_plan = off
as $$
declare
  moment constant timestamptz := clock_timestamp();
  signed constant text := substr(token, 65);
  claim constant text := substr(token, 83);
  tenant constant text := split_part(claim, ' ', 1);
  actor constant text := split_part(claim, ' ', 2);
  key_id text;
  inner_pad bytea;
  outer_pad bytea;
  ends boolean;
begin
  -- Before anything that takes its time for a long text, or its memory.
  if (octet_length(token) <= 1024) is not true then
    return ${seal_schema}.refuse('context_refused');
  end if;
  -- In the spelling that the pattern describes, so that what is kept needs no other.
  if (claim = tenant || ' ' || actor and tenant ~ '${id_pattern}' and actor ~ '${id_pattern}') is not true then
    return ${seal_schema}.refuse('context_refused');
  end if;
  select k.id, k.inner_pad, k.outer_pad, k.not_after < 'infinity'
  into key_id, inner_pad, outer_pad, ends
  from ${seal_schema}.token_keys k, ${app_schema}.${tenants_table} t
  where k.id = left(signed, 8) and k.not_before <= moment and moment < k.not_after
    and t.id = tenant::${id_base_type} and t.status = 'active';
  if (encode(sha256(outer_pad || sha256(inner_pad || convert_to(signed || ' ' || current_database(), 'UTF8'))), 'hex')
    = left(token, 64)) is not true
  then
    return ${seal_schema}.refuse('context_refused');
  end if;
  if substr(signed, 9, 10) !~ '^[0-9]{10}$' then
    return ${seal_schema}.refuse('context_refused');
  end if;
  if to_timestamp(substr(signed, 9, 10)::double precision) not between moment and moment + interval '5 min' then
    return ${seal_schema}.refuse('context_expired');
  end if;
  if ends then
    perform ${seal_schema}.note_use(key_id);
  end if;
  return ${seal_schema}.write_context(tenant, actor, may_change => false);
end
$$;

comment on function ${app_schema}.set_context(text) is
  'Binds this transaction to the tenant and the actor of a token; returns the tenant';

grant execute on function ${app_schema}.set_context(text)
  to ${read_write}, ${read_only}, ${auditor}, ${migrator};

set local role ${owner};
revoke create on schema ${app_schema} from ${seal_owner};
