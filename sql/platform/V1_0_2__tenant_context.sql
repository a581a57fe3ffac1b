-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- Who this transaction works for, as policies, defaults and triggers ask for it. What is prevented and what is not
-- says sql/README.md. The functions belong to the owner of the seal; the schema's owner lets it create them here, and
-- only here.

set local role ${owner};
set local search_path = pg_catalog, pg_temp;

grant create on schema ${app_schema} to ${seal_owner};

set local role ${seal_owner};

-- One function and one expression, since it is evaluated for each statement. It returns what the domain is made of:
-- making the domain of it would check the pattern again.
create function ${app_schema}.current_tenant()
returns ${id_base_type}
language plpgsql
stable
parallel safe
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  return coalesce(
    nullif(current_setting('${context_setting}_tenant' || pg_sequence_last_value('${seal_schema}.cell'::regclass)::text
      || pg_sequence_last_value('${seal_schema}.cell_more'::regclass)::text, true), ''),
    ${seal_schema}.refuse('context_missing'))::${id_base_type};
end
$$;

comment on function ${app_schema}.current_tenant() is
  'The tenant this transaction works for; SQLSTATE 42501 without a context';

create function ${app_schema}.current_actor()
returns ${id_base_type}
language plpgsql
stable
parallel safe
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  return coalesce(
    nullif(current_setting('${context_setting}_actor' || pg_sequence_last_value('${seal_schema}.cell'::regclass)::text
      || pg_sequence_last_value('${seal_schema}.cell_more'::regclass)::text, true), ''),
    ${seal_schema}.refuse('context_missing'))::${id_base_type};
end
$$;

comment on function ${app_schema}.current_actor() is
  'Who acts in this transaction; SQLSTATE 42501 without a context';

-- For trusted callers only (functions of the owner, data migrations): checks the form, not the tenant, and takes one
-- tenant after the other.
create function ${app_schema}.assume_context(tenant ${app_schema}.entity_id, actor ${app_schema}.entity_id)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if tenant is null or actor is null then
    raise exception 'a context needs a tenant and an actor'
      using errcode = 'null_value_not_allowed';
  end if;
  perform ${seal_schema}.write_context(tenant::text, actor::text, may_change => true);
end
$$;

comment on function ${app_schema}.assume_context(${app_schema}.entity_id, ${app_schema}.entity_id) is
  'Sets the context without asking whether the tenant is active';

create function ${app_schema}.drop_context()
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform ${seal_schema}.write_context('', '', may_change => true);
end
$$;

comment on function ${app_schema}.drop_context() is 'Leaves the transaction without a context';

grant execute on function ${app_schema}.current_tenant(), ${app_schema}.current_actor()
  to ${owner}, ${audit_owner}, ${migrator}, ${read_write}, ${read_only}, ${auditor};
grant execute on function ${app_schema}.assume_context(${app_schema}.entity_id, ${app_schema}.entity_id)
  to ${owner}, ${migrator};
grant execute on function ${app_schema}.drop_context() to ${owner};

set local role ${owner};
revoke create on schema ${app_schema} from ${seal_owner};
