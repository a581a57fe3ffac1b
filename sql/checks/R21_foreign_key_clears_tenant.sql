-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- SET NULL and SET DEFAULT without a column list change every column of the key, the tenant too.

select
  'R21' as rule,
  'error' as severity,
  pg_catalog.concat(
    pg_catalog.format('%I.%I', c.nspname, c.relname), ': ' || pg_catalog.quote_ident(f.conname)) as object,
  case when f.oid is not null then 'the foreign key''s action changes the tenant' end as detail,
  'on delete set null (x_id)' as remedy
from tenant_table c
left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = c.tenant_column and not a.attisdropped
left join pg_catalog.pg_constraint f on f.conrelid = c.oid and f.contype = 'f' and f.conparentid = 0
  and a.attnum = any (f.conkey)
  and ((f.confdeltype in ('n', 'd') and a.attnum = any (coalesce(f.confdelsetcols, f.conkey)))
    or f.confupdtype in ('n', 'd'))
order by object, detail;
