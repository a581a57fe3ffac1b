-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- A table that all tenants read and none writes, such as countries: a kind of its own, without a tenant and without
-- policies. Rules and proof have to be told of it, with a reason (isolation_proof_shared_tables).

set local role ${owner};
set local search_path = pg_catalog, pg_temp;

create function ${app_schema}.share_table(target regclass)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  faults text;
begin
  select string_agg(fault, '; ') into faults
  from pg_class c
  cross join lateral (values
    (c.relkind not in ('r', 'p') or c.relispartition, 'it is no table of its own'),
    (c.relowner <> '${owner}'::regrole, format('it belongs to %s, not to ${owner}', c.relowner::regrole)),
    (c.oid = '${app_schema}.${tenants_table}'::regclass, 'it is the registry of tenants'),
    (exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = '${tenant_column}' and not a.attisdropped),
     'it has the column ${tenant_column}: its rows are of tenants'),
    (exists (
      select from pg_constraint k
      join pg_attribute a on a.attrelid = k.confrelid and not a.attisdropped and a.attname
        = case k.confrelid when '${app_schema}.${tenants_table}'::regclass then 'id' else '${tenant_column}' end
      where k.conrelid = c.oid and k.contype = 'f'),
     'it refers to a table of tenants')
  ) as found (is_found, fault)
  where c.oid = target and is_found;
  if faults is not null then
    raise exception '% can''t be shared: %', target, faults
      using errcode = 'invalid_table_definition', hint = 'protect_tenant_table() makes a tenant''s table.';
  end if;
  perform ${app_schema}.revoke_all(target);
  execute format('grant select on %s to ${read_write}, ${read_only}', target);
  execute format('grant select, insert, update, delete on %s to ${migrator}', target);
end
$$;

comment on function ${app_schema}.share_table(regclass) is 'Every tenant reads the table, migrations write it, nobody else does';
