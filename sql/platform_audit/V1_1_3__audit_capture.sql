-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- One row of the log per changed row. SECURITY DEFINER, because the application must not be able to write the log:
-- who may insert into it may also forge it. Row level, because a statement trigger with transition tables joins
-- old to new with a plan cached for one row, quadratic in a bulk update.

set local role ${audit_owner};
set local search_path = pg_catalog, pg_temp;

-- JSON has one null: of a row as JSON, it stands for SQL NULL as well as for the value null of a column of JSON.
create function ${audit_schema}.document(as_json jsonb, source record, name text)
returns jsonb
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  is_null boolean;
begin
  if as_json -> name = 'null' then
    execute format('select ($1).%I is null', name) into is_null using source;
  end if;
  return case when is_null then null else as_json -> name end;
end
$$;

comment on function ${audit_schema}.document(jsonb, record, text) is 'The value of a column of JSON; NULL only for SQL NULL';

create function ${audit_schema}.composite_key(entity jsonb, key text[])
returns text
language sql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
  select jsonb_agg(entity -> k.name order by k.place)::text from unnest(key) with ordinality k (name, place)
$$;

comment on function ${audit_schema}.composite_key(jsonb, text[]) is 'The key of a row that several columns name, as a JSON array';

-- Arguments of the trigger, as capture_trigger() writes them: the column that names the tenant, the columns that name the
-- entity, the columns of JSON, all others. A column that is in none of them is told as well; the lists save the time to
-- look. In a partitioned table it fires as the partition's, and what it records is the table's: a row does not become
-- another entity by moving. The name without quotes.
-- Settings that shape text are the log's, not the session's: else who changes a row decides what the log says of it.
-- Plain expressions, since each query of a function that runs once a row costs more than all of them.
create function ${audit_schema}.capture()
returns trigger
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set extra_float_digits = 1
set timezone = 'UTC'
set datestyle = 'ISO, YMD'
set intervalstyle = 'iso_8601'
set bytea_output = 'hex'
set quote_all_identifiers = off
set lc_monetary = 'C'
as $$
declare
  before constant jsonb := to_jsonb(old);
  after constant jsonb := to_jsonb(new);
  entity constant jsonb := coalesce(after, before);
  root constant regclass := pg_partition_root(tg_relid);
  key constant text[] := coalesce(tg_argv[1], '{id}');
  documents constant text[] := coalesce(tg_argv[2], '{}');
  columns text[] := coalesce(tg_argv[3], '{}');
  told jsonb := '{}';
  name text;
  was jsonb;
  becomes jsonb;
begin
  if current_setting('session_replication_role') = 'replica' and ${app_schema}.is_replication_worker() then
    return null;
  end if;
  if entity - columns - documents <> '{}' then
    columns := columns || array(select jsonb_object_keys(entity - columns - documents));
  end if;
  foreach name in array columns loop
    if before -> name is distinct from after -> name and (before -> name <> 'null' or after -> name <> 'null') then
      told := told || jsonb_build_object(name, case
        when before -> name <> 'null' and after -> name <> 'null'
          then jsonb_build_object('old', before -> name, 'new', after -> name)
        when after -> name <> 'null' then jsonb_build_object('new', after -> name)
        else jsonb_build_object('old', before -> name) end);
    end if;
  end loop;
  foreach name in array documents loop
    was := ${audit_schema}.document(before, old, name);
    becomes := ${audit_schema}.document(after, new, name);
    if was is distinct from becomes then
      told := told || jsonb_build_object(name, case
        when was is null then jsonb_build_object('new', becomes)
        when becomes is null then jsonb_build_object('old', was)
        else jsonb_build_object('old', was, 'new', becomes) end);
    end if;
  end loop;
  insert into ${audit_schema}.audit_log (${tenant_column}, kind, action, entity_type, entity_id, changes, performed_by)
  values (
    (entity ->> tg_argv[0])::${id_base_type}, 'change', lower(tg_op),
    coalesce(array_to_string(parse_ident(root::text), '.'), tg_table_schema || '.' || tg_table_name),
    case cardinality(key) when 1 then entity #>> key else ${audit_schema}.composite_key(entity, key) end,
    told, ${app_schema}.current_actor());
  return null;
end
$$;

comment on function ${audit_schema}.capture() is 'Trigger: writes the change of one row to ${audit_schema}.audit_log';

grant execute on function ${audit_schema}.capture() to ${owner};

-- The statement and not the trigger itself, because that is made by the owner of the table.
create function ${audit_schema}.capture_trigger(target regclass, tenant_column name)
returns text
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  key text[];
  documents text[];
  columns text[];
begin
  select coalesce(
           array_agg(a.attname) filter (where a.attname = 'id'),
           array_agg(a.attname order by array_position(i.indkey::int2[], a.attnum))
             filter (where a.attnum = any (i.indkey) and a.attname <> tenant_column)),
         coalesce(array_agg(a.attname order by a.attnum)
           filter (where pg_basetype(a.atttypid) in ('json'::regtype, 'jsonb'::regtype)), '{}'),
         array_agg(a.attname order by a.attnum)
           filter (where pg_basetype(a.atttypid) not in ('json'::regtype, 'jsonb'::regtype))
  into key, documents, columns
  from pg_attribute a
  left join pg_index i on i.indrelid = a.attrelid and i.indisprimary
  where a.attrelid = target and a.attnum > 0 and not a.attisdropped;
  if key is null then
    raise exception '% has neither a column id nor a primary key beside the tenant', target
      using errcode = 'invalid_table_definition', hint = 'The log has to say which row was changed.';
  end if;
  return format($sql$
    create or replace trigger row_audited after insert or update or delete on %1$s
      for each row execute function ${audit_schema}.capture(%2$L, %3$L, %4$L, %5$L);
    alter table %1$s enable always trigger row_audited;
  $sql$, target, tenant_column, key, documents, columns);
end
$$;

comment on function ${audit_schema}.capture_trigger(regclass, name) is
  'The statement that makes the audit trigger of a table; again after adding a column';

grant execute on function ${audit_schema}.capture_trigger(regclass, name) to ${owner};
