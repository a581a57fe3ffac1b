-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- Some catalogs hold values of rows: statistics have the most frequent ones of each column, and bounds of the others, of
-- all tenants. The views on them ask for privileges and policies; the catalogs themselves ask for nothing but the grant,
-- which nobody has who is no superuser.

select
  'R50' as rule,
  'error' as severity,
  coalesce(c.oid::pg_catalog.regclass::text, pg_catalog.quote_ident(a.rolname)) as object,
  case when c.oid is not null then pg_catalog.format('%s can read it, and it has values of every tenant''s rows', a.rolname) end as detail,
  'revoke select on the catalog; pg_stats shows what its reader may see' as remedy
from application_role a
left join pg_catalog.pg_class c
  on c.oid in ('pg_catalog.pg_statistic'::pg_catalog.regclass, 'pg_catalog.pg_statistic_ext_data'::pg_catalog.regclass)
  and pg_catalog.has_any_column_privilege(a.oid, c.oid, 'SELECT')
order by object, detail;
