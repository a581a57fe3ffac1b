-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- Row level security of a tenant's table: forced, and policies for each command. They are made anew each time, since
-- what is there under their name may be another one. Policies under other names are left alone: they are the system's.

set local role ${owner};
set local search_path = pg_catalog, pg_temp;

-- The sub-select asks for the tenant once per statement, not once per row. The owner sees all rows, because a
-- foreign key added later is checked under its policies, and would be called valid over orphans it can not see.
-- A partition inherits neither: forced and without a policy, it answers nobody who names it directly.
create function ${app_schema}.apply_tenant_policies(target regclass)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  own_rows constant text := '${tenant_column} = (select ${app_schema}.current_tenant())';
  each text;
begin
  foreach each in array array['tenant_select', 'tenant_insert', 'tenant_update', 'tenant_delete', 'maintenance'] loop
    if exists (select from pg_policy where polrelid = target and polname = each) then
      execute format('drop policy %I on %s', each, target);
    end if;
  end loop;
  execute format($sql$
    create policy tenant_select on %1$s for select to ${read_write}, ${read_only} using (%2$s);
    create policy tenant_insert on %1$s for insert to ${read_write} with check (%2$s);
    create policy tenant_update on %1$s for update to ${read_write} using (%2$s) with check (%2$s);
    create policy tenant_delete on %1$s for delete to ${read_write} using (%2$s);
    create policy maintenance on %1$s for all to ${owner}, ${migrator} using (true) with check (true);
  $sql$, target, own_rows);
  for each in select relid::regclass::text from pg_partition_tree(target) union select target::text loop
    execute format('alter table %s enable row level security, force row level security', each);
  end loop;
end
$$;

comment on function ${app_schema}.apply_tenant_policies(regclass) is
  'Forces row level security: tenants see their own rows, the owner all';
