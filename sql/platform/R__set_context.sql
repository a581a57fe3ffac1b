-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- How an application says for whom it works, at its word: the strength "transaction". Who may call this may name any
-- active tenant and any actor. It writes the same settings as the form with a token, and is refused in the strength
-- "signed". Unknown, suspended and inactive get the same answer.

set local role ${owner};
set local search_path = pg_catalog, pg_temp;

grant create on schema ${app_schema} to ${seal_owner};

set local role ${seal_owner};

create or replace function ${app_schema}.set_context(tenant text, actor text)
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
  strength text;
  is_active boolean;
begin
  if (octet_length(tenant) <= 512 and octet_length(actor) <= 512
    and pg_input_is_valid(tenant, '${app_schema}.entity_id') and pg_input_is_valid(actor, '${app_schema}.entity_id')) is not true then
    return ${seal_schema}.refuse('context_refused');
  end if;
  select s.strength,
         exists (select from ${app_schema}.${tenants_table} t where t.id = tenant::${id_base_type} and t.status = 'active')
  into strength, is_active
  from ${seal_schema}.strength s;
  if (strength in ('transaction', 'both')) is not true then
    return ${seal_schema}.refuse('context_unsigned');
  end if;
  if not is_active then
    return ${seal_schema}.refuse('context_refused');
  end if;
  if strength = 'both' then
    perform ${seal_schema}.note_use('');
  end if;
  return ${seal_schema}.write_context((tenant::${id_base_type})::text, (actor::${id_base_type})::text, may_change => false);
end
$$;

comment on function ${app_schema}.set_context(text, text) is
  'Binds this transaction to a tenant and an actor, at the caller''s word; returns the tenant';

grant execute on function ${app_schema}.set_context(text, text)
  to ${read_write}, ${read_only}, ${auditor}, ${migrator};

set local role ${owner};
revoke create on schema ${app_schema} from ${seal_owner};
