-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- Keys and indexes of a tenant's table. The tenant leads them: the policy is an index condition then, ids of other
-- tenants can't be probed by collisions, and a reference can't reach another tenant's row.

set local role ${owner};
set local search_path = pg_catalog, pg_temp;

create function ${app_schema}.has_index(target regclass, led_by name[])
returns boolean
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select exists (
    select
    from pg_index i
    where i.indrelid = target and i.indisvalid and i.indpred is null
      and (select array_agg(a.attname order by k.place)
           from unnest(i.indkey::int2[]) with ordinality as k (attnum, place)
           left join pg_attribute a on a.attrelid = target and a.attnum = k.attnum
           where k.place <= least(cardinality(led_by), i.indnkeyatts)) = led_by)
$$;

comment on function ${app_schema}.has_index(regclass, name[]) is 'Whether an index begins with these columns';

-- columns: as in 'created_at, id'. The tenant's is put before them.
create function ${app_schema}.apply_tenant_index(target regclass, columns text)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  led_by constant name[] := array['${tenant_column}']::name[]
    || array(select (parse_ident(c.name))[1]::name from regexp_split_to_table(columns, ',') with ordinality as c (name, place) order by c.place);
  quoted text;
begin
  if not ${app_schema}.has_index(target, led_by) then
    select string_agg(quote_ident(each), ', ' order by place) into quoted from unnest(led_by) with ordinality as l (each, place);
    execute format('create index on %s (%s)', target, quoted);
  end if;
end
$$;

comment on function ${app_schema}.apply_tenant_index(regclass, text) is 'An index that begins with the tenant and these columns, unless there is one';

-- reference: {"table": "app.projects", "on_delete": "cascade"}, or the table's name alone.
create function ${app_schema}.apply_tenant_reference(target regclass, reference_column name, reference jsonb)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  described constant jsonb := case jsonb_typeof(reference) when 'string' then jsonb_build_object('table', reference) else reference end;
  parent constant regclass := (described ->> 'table')::regclass;
  on_delete constant text := coalesce(lower(described ->> 'on_delete'), 'no action');
  found text;
  wanted text;
begin
  if described is null or parent is null or on_delete not in ('no action', 'restrict', 'cascade', 'set null')
    or exists (select from jsonb_object_keys(described) as key (name) where key.name not in ('table', 'on_delete'))
  then
    raise exception 'the reference of % is %', reference_column, reference using
      errcode = 'invalid_parameter_value',
      hint = 'Give a table, or {"table": ..., "on_delete": ...} with no action, restrict, cascade or set null.';
  end if;
  wanted := format(
    'FOREIGN KEY (${tenant_column}, %I) REFERENCES %s(${tenant_column}, id)%s', reference_column, parent,
    case on_delete when 'no action' then '' when 'set null' then format(' ON DELETE SET NULL (%I)', reference_column)
      else ' ON DELETE ' || upper(on_delete) end);
  select pg_get_constraintdef(c.oid) into found
  from pg_constraint c
  join pg_attribute a on a.attrelid = target and a.attname = reference_column
  where c.conrelid = target and c.contype = 'f' and a.attnum = any (c.conkey) and c.confrelid = parent and c.conparentid = 0;
  if found is null then
    execute format('alter table %s add %s', target, wanted);
  elsif found not in (wanted, wanted || ' NOT VALID') then
    raise exception '% has another reference from %: %', target, reference_column, found using
      errcode = 'invalid_table_definition', hint = 'Wanted is ' || wanted || '. Drop the other one first.';
  end if;
end
$$;

comment on function ${app_schema}.apply_tenant_reference(regclass, name, jsonb) is
  'A foreign key that carries the tenant, unless it is there';

create function ${app_schema}.apply_tenant_keys(target regclass, foreign_keys jsonb, indexes text[])
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  if not exists (select from pg_attrdef d join pg_attribute a on (a.attrelid, a.attnum) = (d.adrelid, d.adnum)
                 where d.adrelid = target and a.attname = '${tenant_column}') then
    execute format('alter table %s alter column ${tenant_column} set default ${app_schema}.current_tenant()', target);
  end if;
  if not exists (select from pg_attrdef d join pg_attribute a on (a.attrelid, a.attnum) = (d.adrelid, d.adnum)
                 where d.adrelid = target and a.attname = 'id') then
    execute format('alter table %s alter column id set default ${app_schema}.new_entity_id()', target);
  end if;
  if not exists (select from pg_constraint where conrelid = target and contype = 'p') then
    execute format('alter table %s add primary key (${tenant_column}, id)', target);
  end if;
  if not exists (select from pg_constraint where conrelid = target and contype = 'f'
                 and confrelid = '${app_schema}.${tenants_table}'::regclass) then
    execute format('alter table %s add foreign key (${tenant_column}) references ${app_schema}.${tenants_table} (id)', target);
  end if;
  perform ${app_schema}.apply_tenant_reference(target, key::name, value) from jsonb_each(foreign_keys);
  perform ${app_schema}.apply_tenant_index(target, columns) from unnest(indexes) as i (columns);
  -- What a key needs as soon as a row of its parent goes, the keys that were there before included.
  perform ${app_schema}.apply_tenant_index(target, referencing.columns)
  from (
    select string_agg(quote_ident(a.attname), ',' order by k.place) as columns
    from pg_constraint c
    cross join unnest(c.conkey) with ordinality as k (attnum, place)
    join pg_attribute a on a.attrelid = target and a.attnum = k.attnum and a.attname <> '${tenant_column}'
    where c.conrelid = target and c.contype = 'f'
      and exists (select from pg_attribute p where p.attrelid = c.confrelid and p.attname = '${tenant_column}' and not p.attisdropped)
    group by c.oid
  ) as referencing;
  if not ${app_schema}.has_index(target, array['${tenant_column}']::name[]) then
    perform ${app_schema}.apply_tenant_index(target, 'id');
  end if;
end
$$;

comment on function ${app_schema}.apply_tenant_keys(regclass, jsonb, text[]) is
  'Defaults, primary key, foreign keys and indexes that a tenant''s table has not yet';
