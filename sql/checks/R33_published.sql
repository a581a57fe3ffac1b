-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- Policies are not asked about what a publication sends: the subscriber gets every tenant's rows. A row filter says
-- which it is to get, if it names the tenant's column; whether it keeps to a tenant is not asked.

select
  'R33' as rule,
  'error' as severity,
  pg_catalog.format('%I.%I', c.nspname, c.relname) as object,
  case when p.pubname is not null
    then pg_catalog.format('the publication %I sends it %s', p.pubname, case when p.rowfilter is null
      then 'without a row filter' else 'with a row filter that does not name the tenant' end) end as detail,
  'alter publication ... drop table, or set a row filter by tenant' as remedy
from tenant_table c
left join pg_catalog.pg_publication_tables p
  on p.schemaname = c.nspname and p.tablename = c.relname
  and (p.rowfilter is null or p.rowfilter !~ pg_catalog.concat('\m', c.tenant_column, '\M'))
order by object, detail;
