-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- A reference that does not carry the tenant accepts another tenant's row, and its cascade reaches over.

select
  'R20' as rule,
  'error' as severity,
  pg_catalog.concat(
    pg_catalog.format('%I.%I', c.nspname, c.relname), ': ' || pg_catalog.quote_ident(f.conname)) as object,
  case when f.oid is not null then pg_catalog.format(
    'the foreign key to %s does not pair the tenants', f.confrelid::pg_catalog.regclass) end as detail,
  pg_catalog.format('foreign key (%1$I, x_id) references ... (%1$I, id)', n.tenant_column) as remedy
from tenant_table c
cross join names n
left join (
  pg_catalog.pg_constraint f join tenant_table target on target.oid = f.confrelid
) on f.conrelid = c.oid and f.contype = 'f' and f.conparentid = 0
  and not exists (
    select
    from rows from (pg_catalog.unnest(f.conkey), pg_catalog.unnest(f.confkey)) as pair (own, other)
    join pg_catalog.pg_attribute o on o.attrelid = c.oid and o.attnum = pair.own
    join pg_catalog.pg_attribute t on t.attrelid = target.oid and t.attnum = pair.other
    where o.attname = c.tenant_column and t.attname = target.tenant_column)
order by object, detail;
