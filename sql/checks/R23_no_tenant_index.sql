-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- The policy is part of every query. Without an index that begins with the tenant it reads all tenants' rows.

select
  'R23' as rule,
  'warning' as severity,
  pg_catalog.format('%I.%I', c.nspname, c.relname) as object,
  case when not exists (
      select
      from pg_catalog.pg_index i
      join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0] and a.attname = c.tenant_column
      where i.indrelid = c.oid and i.indisvalid and i.indpred is null)
    then 'no index begins with the tenant' end as detail,
  pg_catalog.format('create an index on (%I, ...)', c.tenant_column) as remedy
from tenant_table c
order by object, detail;
