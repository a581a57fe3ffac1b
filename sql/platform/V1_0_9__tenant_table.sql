-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- What makes a table a tenant's table, in one place. LIKE copies no policy, grant, trigger or foreign key, so a
-- template table would protect nothing. Both functions run with the caller's rights: only the owner can.

set local role ${owner};
set local search_path = pg_catalog, pg_temp;

-- Makes what is missing, and makes good what was changed; call it again after a column or a partition was added. A table
-- that can't be protected stays as it was.
--   foreign_keys  {"column": "parent's table"} or {"column": {"table": ..., "on_delete": ...}}: they carry the tenant
--   indexes       as in 'created_at, id': the tenant is put before these
create function ${app_schema}.protect_tenant_table(target regclass, foreign_keys jsonb default '{}', indexes text[] default '{}')
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  faults constant text := (select string_agg(fault, '; ') from ${app_schema}.tenant_table_faults(target) as found (fault));
begin
  if faults is not null then
    raise exception '% can''t be a tenant''s table: %', target, faults
      using errcode = 'invalid_table_definition', hint = 'create_tenant_table() makes one that can.';
  end if;
  perform ${app_schema}.apply_tenant_policies(target);
  perform ${app_schema}.apply_tenant_keys(target, foreign_keys, indexes);
  perform ${app_schema}.apply_tenant_grants(target);
  perform ${app_schema}.apply_row_triggers(target, '${tenant_column}');
end
$$;

comment on function ${app_schema}.protect_tenant_table(regclass, jsonb, text[]) is
  'Policies, keys, indexes, grants and triggers of a tenant''s table; call it again after adding a column';

-- columns: what would be between the parentheses of CREATE TABLE, without the columns of every tenant's table.
create function ${app_schema}.create_tenant_table(
  table_name text, columns text, foreign_keys jsonb default '{}', indexes text[] default '{}')
returns regclass
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  qualified constant text := (
    select string_agg(quote_ident(part), '.' order by place) from unnest(parse_ident(table_name)) with ordinality as n (part, place));
begin
  if cardinality(parse_ident(table_name)) <> 2 then
    raise exception '% has no schema', table_name using errcode = 'invalid_name', hint = 'Name both, as in ${app_schema}.' || table_name || '.';
  end if;
  execute format($sql$
    create table %s (
      ${tenant_column} ${app_schema}.entity_id not null,
      id ${app_schema}.entity_id not null,
      %s,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      created_by ${app_schema}.entity_id not null,
      updated_by ${app_schema}.entity_id not null,
      version integer not null)
  $sql$, qualified, columns);
  perform ${app_schema}.protect_tenant_table(qualified::regclass, foreign_keys, indexes);
  return qualified::regclass;
end
$$;

comment on function ${app_schema}.create_tenant_table(text, text, jsonb, text[]) is
  'A tenant''s table of these columns, with all that it needs; returns it';
