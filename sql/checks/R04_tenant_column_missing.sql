-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- Without the discriminator no policy can tell whose a row is. The registry of tenants has its own id instead. What is
-- every tenant's is said to be shared, and is so as long as no tenant writes it.

select
  'R04' as rule,
  'error' as severity,
  pg_catalog.format('%I.%I', c.nspname, c.relname) as object,
  case when not exists (
      select from pg_catalog.pg_attribute a
      where a.attrelid = c.oid and a.attname = c.tenant_column and not a.attisdropped)
    then case when c.oid in (select h.oid from shared_table h) then 'it is shared, and the application can write to it'
      else pg_catalog.format('there is no column %s', c.tenant_column) end end as detail,
  pg_catalog.format(
    'add the column %s %I.entity_id not null, say that the table is shared, or move it to a schema applications do not reach',
    n.tenant_column, n.app_schema) as remedy
from tenant_table c
cross join names n
order by object, detail;
