-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- What makes a table a tenant's table, in one place. LIKE copies no policy, grant, trigger or foreign key, so a
-- template table would protect nothing. The functions are repeatable: call protect_tenant_table() again after a column
-- was added. Only the owner of the table can, since they run with the caller's rights.

set local role ${owner};
set local search_path = pg_catalog, pg_temp;

-- The sub-select asks for the tenant once per statement, not once per row. The owner sees all rows, because a
-- foreign key added later is checked under its policies, and would be called valid over orphans it can not see.
create function ${app_schema}.apply_tenant_policies(target regclass)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  own_rows constant text := '${tenant_column} = (select ${app_schema}.current_tenant())';
begin
  execute format($sql$
    alter table %1$s enable row level security, force row level security;
    create policy tenant_select on %1$s for select to ${read_write}, ${read_only} using (%2$s);
    create policy tenant_insert on %1$s for insert to ${read_write} with check (%2$s);
    create policy tenant_update on %1$s for update to ${read_write} using (%2$s) with check (%2$s);
    create policy tenant_delete on %1$s for delete to ${read_write} using (%2$s);
    create policy maintenance on %1$s for all to ${owner}, ${migrator} using (true) with check (true);
  $sql$, target, own_rows);
end
$$;

comment on function ${app_schema}.apply_tenant_policies(regclass) is
  'Forces row level security: tenants see their own rows, the owner all';

-- Columns that the stamp trigger fills are not granted, so that writing them is refused, not ignored.
create function ${app_schema}.apply_tenant_grants(target regclass)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  stamped constant name[] := array['created_at', 'created_by', 'updated_at', 'updated_by', 'version'];
  identity constant name[] := array['id', '${tenant_column}'];
  insertable text;
  updatable text;
begin
  select string_agg(quote_ident(attname), ', '),
         string_agg(quote_ident(attname), ', ') filter (where attname <> all (identity))
  into insertable, updatable
  from pg_attribute
  where attrelid = target and attnum > 0 and not attisdropped and attgenerated = '' and attname <> all (stamped);
  execute format($sql$
    grant select, delete, insert (%2$s), update (%3$s) on %1$s to ${read_write};
    grant select on %1$s to ${read_only};
    grant select, insert, update, delete on %1$s to ${migrator};
  $sql$, target, insertable, updatable);
end
$$;

comment on function ${app_schema}.apply_tenant_grants(regclass) is
  'The DML verbs and nothing else: TRUNCATE and the like know no policies';

create function ${app_schema}.protect_tenant_table(target regclass)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  if not exists (select from pg_attribute where attrelid = target and attname = '${tenant_column}' and attnotnull) then
    raise exception '% has no column ${tenant_column} that is not null', target
      using errcode = 'invalid_table_definition', hint = 'A tenant''s table says in this column whose each row is.';
  end if;
  if not exists (select from pg_policy where polrelid = target and polname = 'tenant_select') then
    perform ${app_schema}.apply_tenant_policies(target);
  end if;
  perform ${app_schema}.apply_tenant_grants(target);
  perform ${app_schema}.apply_row_triggers(target, '${tenant_column}');
end
$$;

comment on function ${app_schema}.protect_tenant_table(regclass) is
  'Policies, grants and triggers of a tenant''s table; call it again after adding a column';
