-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- What triggers don't see: that somebody logged in, exported, downloaded, was refused. The application says what, the
-- context says who and for whom. It is the application's word, and the log says so (kind is event).

set local role ${audit_owner};
set local search_path = pg_catalog, pg_temp;

create function ${audit_schema}.record(
  action text, entity_type text default null, entity_id text default null, details jsonb default '{}')
returns uuid
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  entry constant uuid := gen_random_uuid();
  fault constant text := case
    when action in ('insert', 'update', 'delete') then 'changes are captured, not recorded'
    when (action ~ '^[a-z][a-z0-9_.]{0,62}$') is not true then 'an action has up to 63 of a-z0-9_. and begins with a letter'
    when octet_length(entity_type) > 255 or octet_length(entity_id) > 255 then 'an entity''s type and id have up to 255 bytes each'
    when entity_id is not null and entity_type is null then 'an entity''s id says nothing without its type'
    when jsonb_typeof(details) = 'object' is not true then 'details are a JSON object'
    when octet_length(details::text) > 8192 then 'details have up to 8192 bytes as text'
  end;
begin
  if fault is not null then
    raise exception 'not recorded: %', fault using errcode = 'invalid_parameter_value';
  end if;
  insert into ${audit_schema}.audit_log
    (id, ${tenant_column}, kind, action, entity_type, entity_id, details, performed_by)
  values (entry, ${app_schema}.current_tenant(), 'event', action, entity_type, entity_id, details, ${app_schema}.current_actor());
  return entry;
end
$$;

comment on function ${audit_schema}.record(text, text, text, jsonb) is
  'Records what somebody did, for the tenant and the actor of the context; returns the entry''s id';

grant execute on function ${audit_schema}.record(text, text, text, jsonb) to ${read_write}, ${read_only};
