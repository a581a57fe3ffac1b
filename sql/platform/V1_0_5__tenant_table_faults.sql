-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- What keeps a table from being a tenant's table. All of it, so that one attempt tells everything. What is only missing,
-- such as a key, an index or a policy, is no fault: protect_tenant_table() makes it.

set local role ${owner};
set local search_path = pg_catalog, pg_temp;

create function ${app_schema}.column_faults(target regclass)
returns setof text
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select case
    when a.attname is null then format('it has no column %I %s not null', wanted.name, wanted.type)
    when a.atttypid <> wanted.type then format('its column %I is %s, not %s', wanted.name, format_type(a.atttypid, a.atttypmod), wanted.type)
    else format('its column %I may be null', wanted.name) end
  from (values
    (1, '${tenant_column}'::name, '${app_schema}.entity_id'::regtype), (2, 'id', '${app_schema}.entity_id'),
    (3, 'created_at', 'timestamptz'), (4, 'updated_at', 'timestamptz'),
    (5, 'created_by', '${app_schema}.entity_id'), (6, 'updated_by', '${app_schema}.entity_id'), (7, 'version', 'integer')
  ) as wanted (place, name, type)
  left join pg_attribute a on a.attrelid = target and a.attname = wanted.name and a.attnum > 0 and not a.attisdropped
  where a.attname is null or a.atttypid <> wanted.type or not a.attnotnull
  order by wanted.place
$$;

comment on function ${app_schema}.column_faults(regclass) is 'The columns that a tenant''s table has to have, and does not';

-- An index that is unique over all tenants tells one that another has the value; so does an exclusion constraint.
create function ${app_schema}.key_faults(target regclass)
returns setof text
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  with tenant as (
    select attnum from pg_attribute where attrelid = target and attname = '${tenant_column}' and not attisdropped
  ), referenced as (
    select c.conname, c.confdeltype, c.confdelsetcols, c.conkey, tenant.attnum as own, parent.attnum as parents
    from tenant
    join pg_constraint c on c.conrelid = target and c.contype = 'f' and c.conparentid = 0
    join pg_attribute parent on parent.attrelid = c.confrelid and not parent.attisdropped and parent.attname
      = case c.confrelid when '${app_schema}.${tenants_table}'::regclass then 'id' else '${tenant_column}' end
    where not exists (
      select from unnest(c.conkey, c.confkey) as pair (own, parents) where pair = row(tenant.attnum, parent.attnum))
      or c.confdeltype in ('n', 'd') and tenant.attnum = any (coalesce(c.confdelsetcols, c.conkey))
  )
  select format('its index %s is unique without the column %I', i.indexrelid::regclass, '${tenant_column}')
  from pg_index i, tenant
  where i.indrelid = target and (i.indisunique or i.indisexclusion) and tenant.attnum <> all ((i.indkey::int2[])[0:i.indnkeyatts - 1])
  union all
  select case
    when r.confdeltype in ('n', 'd') and r.own = any (coalesce(r.confdelsetcols, r.conkey))
      then format('its foreign key %I would clear the column %I: name the others, as in on delete set null (...)', r.conname, '${tenant_column}')
    else format('its foreign key %I leaves out the tenant: it would accept another tenant''s row', r.conname) end
  from referenced r
$$;

comment on function ${app_schema}.key_faults(regclass) is 'Keys and unique indexes of a table that reach over tenants';

create function ${app_schema}.tenant_table_faults(target regclass)
returns setof text
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select fault
  from pg_class c
  cross join lateral (values
    (c.relkind not in ('r', 'p'), 'it is no table'),
    (c.relpersistence = 't', 'it is temporary'),
    (c.relispartition, 'it is a partition: protect the table that it is of'),
    (not c.relispartition and exists (select from pg_inherits i where i.inhrelid = target), 'it inherits from another table'),
    (c.relkind = 'r' and exists (select from pg_inherits i where i.inhparent = target), 'another table inherits from it'),
    (c.relowner <> '${owner}'::regrole, format('it belongs to %s, not to ${owner}', c.relowner::regrole)),
    (c.relhasrules, 'it has rewrite rules, which are asked before policies')
  ) as found (is_found, fault)
  where c.oid = target and is_found
  union all
  select * from ${app_schema}.column_faults(target)
  union all
  select * from ${app_schema}.key_faults(target)
$$;

comment on function ${app_schema}.tenant_table_faults(regclass) is 'Why a table can''t be protected; no row if it can';
