-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- The tenant context of strength "transaction". app.set_context() leaves "<transaction start> <tenant> <actor>"
-- in the setting launch.context; a reader accepts it only in the transaction that began at that microsecond.
--
-- Prevented: a value left in a pooled connection (SET, or set_config(.., false)) counts in no later transaction;
-- a context set outside of a transaction counts nowhere; no context at all is an error, never an empty answer.
-- Not prevented: a client that may run SQL of its own choice. It can call app.set_context() for another tenant,
-- or write launch.context with now() itself. Against injected SQL only the strength "signed" helps; it will
-- replace the body of app.read_context() and leave every policy as it is.
-- The start of the transaction is the marker because it costs nothing: a transaction id would have to be
-- allocated for every read, and does not exist on a replica.

set local role launch_owner;
set local search_path = pg_catalog, pg_temp;

create function app.transaction_marker()
returns text
language sql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
  select extract(epoch from transaction_timestamp())::text
$$;

comment on function app.transaction_marker() is
  'What tells this transaction from every other one of the same connection';

create function app.read_context(part integer)
returns text
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  context constant text[] := string_to_array(current_setting('launch.context', true), ' ');
begin
  if context[1] is distinct from app.transaction_marker() or context[part] is null then
    raise exception 'no tenant context in this transaction'
      using errcode = 'insufficient_privilege',
            hint = 'Call app.set_context(tenant, actor) first, in the same transaction.';
  end if;
  return context[part];
end
$$;

comment on function app.read_context(integer) is
  'One part of the context of this transaction; SQLSTATE 42501 without one';

create function app.current_tenant()
returns app.uild
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  return app.read_context(2);
end
$$;

comment on function app.current_tenant() is 'The tenant this transaction works for; SQLSTATE 42501 without a context';

create function app.current_actor()
returns app.uild
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  return app.read_context(3);
end
$$;

comment on function app.current_actor() is 'Who acts in this transaction; SQLSTATE 42501 without a context';

-- For trusted callers only (functions of the owner, data migrations): checks the form, not the tenant.
create function app.assume_context(tenant app.uild, actor app.uild)
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
  perform set_config('launch.context', concat_ws(' ', app.transaction_marker(), tenant, actor), true);
end
$$;

comment on function app.assume_context(app.uild, app.uild) is
  'Sets the context without asking whether the tenant is active';

grant execute
  on function app.transaction_marker(), app.read_context(integer), app.current_tenant(), app.current_actor()
  to launch_audit_owner, launch_migrator, launch_rw, launch_ro, launch_auditor;
grant execute on function app.assume_context(app.uild, app.uild) to launch_migrator;
