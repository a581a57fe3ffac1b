-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- One row of the log per changed row. SECURITY DEFINER, because the application must not be able to write the log:
-- who may insert into it may also forge it. Row level, because a statement trigger with transition tables joins
-- old to new with a plan cached for one row, quadratic in a bulk update.

set local role ${audit_owner};
set local search_path = pg_catalog, pg_temp;

create function ${audit_schema}.difference(before jsonb, after jsonb)
returns jsonb
language sql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(jsonb_object_agg(key, jsonb_build_object('old', o.value, 'new', n.value)), '{}')
  from jsonb_each(coalesce(before, '{}')) o
  full join jsonb_each(coalesce(after, '{}')) n using (key)
  where coalesce(o.value, 'null') <> coalesce(n.value, 'null')
$$;

comment on function ${audit_schema}.difference(jsonb, jsonb) is 'Per column that differs: {"old": value, "new": value}';

-- Argument of the trigger: the column that names the tenant. In a partitioned table it fires as the partition's, and
-- what it records is the table's: a row does not become another entity by moving. The name without quotes.
create function ${audit_schema}.capture()
returns trigger
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  before constant jsonb := to_jsonb(old);
  after constant jsonb := to_jsonb(new);
  entity constant jsonb := coalesce(after, before);
  source constant regclass := coalesce(pg_partition_root(tg_relid), tg_relid::regclass);
begin
  if current_setting('session_replication_role') = 'replica' and ${app_schema}.is_replication_worker() then
    return null;
  end if;
  insert into ${audit_schema}.audit_log (${tenant_column}, entity_id, entity_type, action, changes, performed_by)
  values (
    (entity ->> tg_argv[0])::${app_schema}.entity_id, (entity ->> 'id')::${app_schema}.entity_id,
    array_to_string(parse_ident(source::text), '.'), lower(tg_op), ${audit_schema}.difference(before, after),
    ${app_schema}.current_actor());
  return null;
end
$$;

comment on function ${audit_schema}.capture() is 'Trigger: writes the change of one row to ${audit_schema}.audit_log';

grant execute on function ${audit_schema}.capture() to ${owner};
