-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- What a tenant's role may write is held to columns as well. Of its own row in the registry a tenant changes the name and
-- the settings: who may change the status unsuspends itself. Who and when are stamped from the context, and neither a
-- row's tenant nor its id ever changes. Nor does what its partition hangs on: a row that moves is deleted and inserted,
-- and stamped as a new one.

with beyond as (
  select c.oid, c.nspname, c.relname, col.attnum, col.attname, privilege.name as privilege
  from tenant_table c
  cross join names n
  join pg_catalog.pg_attribute col on col.attrelid = c.oid and col.attnum > 0 and not col.attisdropped
  cross join (values ('INSERT'), ('UPDATE')) as privilege (name)
  where c.nspname <> n.audit_schema and not c.relispartition
    and case
      when c.nspname = n.app_schema and c.relname = n.tenants_table
        then privilege.name = 'INSERT' or col.attname not in ('name', 'settings')
      else col.attname in ('created_at', 'created_by', 'updated_at', 'updated_by', 'version')
        or (privilege.name = 'UPDATE' and (col.attname in ('id', n.tenant_column) or exists (
          select
          from pg_catalog.pg_partition_tree(c.oid) t
          join pg_catalog.pg_partitioned_table k on k.partrelid = t.relid
          join pg_catalog.pg_attribute a on a.attrelid = t.relid and a.attname = col.attname
          where a.attnum = any (k.partattrs)))) end
), granted as (
  select b.oid, a.rolname, pg_catalog.string_agg(
           pg_catalog.format('%s (%I)', b.privilege, b.attname), ', ' order by b.privilege, b.attnum) as columns
  from beyond b
  join application_role a on pg_catalog.has_column_privilege(a.oid, b.oid, b.attnum, b.privilege)
  group by b.oid, a.rolname
)
select
  'R45' as rule,
  'error' as severity,
  pg_catalog.format('%I.%I', c.nspname, c.relname) as object,
  g.rolname || ' has ' || g.columns as detail,
  'revoke it, and grant the columns that a tenant writes' as remedy
from tenant_table c
left join granted g on g.oid = c.oid
order by object, detail;
