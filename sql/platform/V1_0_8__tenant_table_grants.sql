-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- Privileges on a tenant's table, of all groups that the platform knows: what is not said here is taken away. Groups of
-- the system's own keep theirs. Partitions are read and written through their parent only.

set local role ${owner};
set local search_path = pg_catalog, pg_temp;

create function ${app_schema}.revoke_all(target regclass)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  each text;
begin
  for each in select relid::regclass::text from pg_partition_tree(target) union select target::text loop
    execute format('revoke all on %s from public, ${read_write}, ${read_only}, ${migrator}, ${auditor}, ${archiver}, ${platform}, ${gateway}', each);
  end loop;
end
$$;

comment on function ${app_schema}.revoke_all(regclass) is 'Leaves the platform''s groups nothing on a table, its columns and its partitions';

-- A row whose partition changes is deleted and inserted, and so stamped as a new one.
create function ${app_schema}.partition_key(target regclass)
returns name[]
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select array(
    select distinct a.attname
    from pg_partition_tree(target) t
    join pg_partitioned_table k on k.partrelid = t.relid
    join pg_attribute a on a.attrelid = t.relid and a.attnum = any (k.partattrs)
    order by 1)
$$;

comment on function ${app_schema}.partition_key(regclass) is
  'The columns that say in which partition a row is, those of partitions that are partitioned themselves too';

-- Columns that the stamp trigger fills are not granted, so that writing them is refused, not ignored.
create function ${app_schema}.apply_tenant_grants(target regclass)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  stamped constant name[] := array['created_at', 'created_by', 'updated_at', 'updated_by', 'version'];
  identity constant name[] := array['id', '${tenant_column}'] || ${app_schema}.partition_key(target);
  insertable text;
  updatable text;
begin
  select string_agg(quote_ident(attname), ', '),
         string_agg(quote_ident(attname), ', ') filter (where attname <> all (identity))
  into insertable, updatable
  from pg_attribute
  where attrelid = target and attnum > 0 and not attisdropped and attgenerated = '' and attidentity <> 'a' and attname <> all (stamped);
  perform ${app_schema}.revoke_all(target);
  execute format($sql$
    grant select, delete, insert (%2$s)%3$s on %1$s to ${read_write};
    grant select on %1$s to ${read_only};
    grant select, insert, update, delete on %1$s to ${migrator};
  $sql$, target, insertable, coalesce(', update (' || updatable || ')', ''));
end
$$;

comment on function ${app_schema}.apply_tenant_grants(regclass) is
  'The DML verbs and nothing else: TRUNCATE and the like know no policies';
