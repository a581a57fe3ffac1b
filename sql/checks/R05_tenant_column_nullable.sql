-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- A row without a tenant belongs to nobody: no policy shows it, and a composite foreign key does not check it.

select
  'R05' as rule,
  'error' as severity,
  pg_catalog.format('%I.%I', c.nspname, c.relname) as object,
  case when not a.attnotnull then pg_catalog.format('column %s may be NULL', a.attname) end as detail,
  pg_catalog.format('alter table ... alter column %s set not null', a.attname) as remedy
from tenant_table c
join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = c.tenant_column and not a.attisdropped
order by object, detail;
