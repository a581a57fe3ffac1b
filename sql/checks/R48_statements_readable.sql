-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- Statistics of statements keep texts by login, and a login works for every tenant. Literals are taken out of most of
-- them, but not of DO, PREPARE and the like, nor of a statement whose entry was pushed out while it ran. Each extension
-- lets PUBLIC execute its functions, which are its owner's to revoke: what can be closed is the schema.

with statistics as (
  select e.extname, e.extnamespace, s.nspname, p.oid
  from pg_catalog.pg_extension e
  join pg_catalog.pg_namespace s on s.oid = e.extnamespace
  join pg_catalog.pg_depend d on d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass and d.refobjid = e.oid
    and d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.deptype = 'e'
  join pg_catalog.pg_proc p on p.oid = d.objid and p.proretset
  where e.extname in ('pg_stat_statements', 'pg_stat_monitor', 'pg_store_plans', 'pg_qualstats')
)
select distinct
  'R48' as rule,
  'error' as severity,
  coalesce('extension ' || s.extname, a.rolname) as object,
  case when s.oid is not null then pg_catalog.format('%s can read it in schema %I', a.rolname, s.nspname) end as detail,
  'keep it in a schema that is granted to who watches the server only: alter extension ... set schema' as remedy
from application_role a
left join statistics s
  on pg_catalog.has_schema_privilege(a.oid, s.extnamespace, 'USAGE') and pg_catalog.has_function_privilege(a.oid, s.oid, 'EXECUTE')
order by object, detail;
