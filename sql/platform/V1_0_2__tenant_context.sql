-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- The tenant context of strength "transaction". set_context() leaves "<transaction start> <tenant> <actor>" in one
-- setting; a reader accepts it only in the transaction that began at that microsecond.
--
-- Prevented: a value left in a pooled connection (SET, or set_config(.., false)) counts in no later transaction;
-- a context set outside of a transaction counts nowhere; no context at all is an error, never an empty answer.
-- Not prevented: a client that may run SQL of its own choice. It can call set_context() for another tenant, or write
-- the setting with now() itself. Against injected SQL only the strength "signed" helps; it will replace the body of
-- read_context() and leave every policy as it is.
-- The start of the transaction is the marker because it costs nothing: a transaction id would have to be
-- allocated for every read, and does not exist on a replica.

set local role ${owner};
set local search_path = pg_catalog, pg_temp;

create function ${app_schema}.transaction_marker()
returns text
language sql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
  select extract(epoch from transaction_timestamp())::text
$$;

comment on function ${app_schema}.transaction_marker() is
  'What tells this transaction from every other one of the same connection';

create function ${app_schema}.read_context(part integer)
returns text
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  context constant text[] := string_to_array(current_setting('${context_setting}', true), ' ');
begin
  if context[1] is distinct from ${app_schema}.transaction_marker() or context[part] is null then
    raise exception 'no tenant context in this transaction'
      using errcode = 'insufficient_privilege',
            hint = 'Call ${app_schema}.set_context(tenant, actor) first, in the same transaction.';
  end if;
  return context[part];
end
$$;

comment on function ${app_schema}.read_context(integer) is
  'One part of the context of this transaction; SQLSTATE 42501 without one';

create function ${app_schema}.current_tenant()
returns ${app_schema}.entity_id
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  return ${app_schema}.read_context(2);
end
$$;

comment on function ${app_schema}.current_tenant() is
  'The tenant this transaction works for; SQLSTATE 42501 without a context';

create function ${app_schema}.current_actor()
returns ${app_schema}.entity_id
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  return ${app_schema}.read_context(3);
end
$$;

comment on function ${app_schema}.current_actor() is
  'Who acts in this transaction; SQLSTATE 42501 without a context';

-- For trusted callers only (functions of the owner, data migrations): checks the form, not the tenant.
create function ${app_schema}.assume_context(tenant ${app_schema}.entity_id, actor ${app_schema}.entity_id)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  if tenant is null or actor is null then
    raise exception 'a context needs a tenant and an actor'
      using errcode = 'null_value_not_allowed';
  end if;
  perform set_config('${context_setting}', concat_ws(' ', ${app_schema}.transaction_marker(), tenant, actor), true);
end
$$;

comment on function ${app_schema}.assume_context(${app_schema}.entity_id, ${app_schema}.entity_id) is
  'Sets the context without asking whether the tenant is active';

grant execute
  on function ${app_schema}.transaction_marker(), ${app_schema}.read_context(integer),
    ${app_schema}.current_tenant(), ${app_schema}.current_actor()
  to ${audit_owner}, ${migrator}, ${read_write}, ${read_only}, ${auditor};
grant execute on function ${app_schema}.assume_context(${app_schema}.entity_id, ${app_schema}.entity_id) to ${migrator};
