-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- Deleting a referenced row looks for its references; without an index that reads the whole table under a lock.

select
  'R22' as rule,
  'warning' as severity,
  pg_catalog.concat(
    pg_catalog.format('%I.%I', c.nspname, c.relname), ': ' || pg_catalog.quote_ident(f.conname)) as object,
  case when f.oid is not null then 'no index begins with the columns of the foreign key' end as detail,
  'create an index whose first columns are the key''s' as remedy
from tenant_table c
left join pg_catalog.pg_constraint f on f.conrelid = c.oid and f.contype = 'f' and f.conparentid = 0
  and not exists (
    select from pg_catalog.pg_index i
    where i.indrelid = c.oid and i.indisvalid and i.indpred is null
      and (i.indkey::pg_catalog.int2[])[0:pg_catalog.cardinality(f.conkey) - 1] @> f.conkey)
order by object, detail;
