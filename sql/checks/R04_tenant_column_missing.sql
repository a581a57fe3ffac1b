-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- Without the discriminator no policy can tell whose a row is. The registry of tenants has its own id instead.

with application_role as (
  -- The groups the application works with and every login in them; the database's owner administers them all.
  select distinct r.oid, r.rolname
  from pg_catalog.pg_roles g
  join pg_catalog.pg_roles r on pg_catalog.pg_has_role(r.oid, g.oid, 'member')
  join pg_catalog.pg_database d on d.datname = pg_catalog.current_database() and d.datdba <> r.oid
  where g.rolname in ('launch_rw', 'launch_ro', 'launch_auditor') and not r.rolsuper
), tenant_table as (
  -- What lives beside the tenants' rows, and what an application can reach wherever it lives.
  select c.*, n.nspname,
         case when n.nspname = 'app' and c.relname = 'tenants' then 'id' else 'tenant_id' end as tenant_column
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p')
    and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
    and not exists (select from pg_catalog.pg_depend e where e.objid = c.oid and e.deptype = 'e')
    and (n.nspname in ('app', 'audit') or exists (
      select from application_role a
      where pg_catalog.has_table_privilege(a.oid, c.oid, 'SELECT, INSERT, UPDATE, DELETE')
         or pg_catalog.has_any_column_privilege(a.oid, c.oid, 'SELECT, INSERT, UPDATE')))
)
select
  'R04' as rule,
  'error' as severity,
  pg_catalog.format('%I.%I', c.nspname, c.relname) as object,
  pg_catalog.format('there is no column %s', c.tenant_column) as detail,
  'add the column tenant_id app.entity_id not null, or move the table to a schema applications do not reach' as remedy
from tenant_table c
where not exists (
  select from pg_catalog.pg_attribute a
  where a.attrelid = c.oid and a.attname = c.tenant_column and not a.attisdropped)
order by object, detail;
