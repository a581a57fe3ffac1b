-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- A unique key without the tenant tells one tenant, by its error, what another one has. So does an exclusion constraint,
-- unless it compares the tenant for equality. A key on columns that no application can write can not be probed, and is
-- none of it.

select
  'R19' as rule,
  'error' as severity,
  pg_catalog.concat(
    pg_catalog.format('%I.%I', c.nspname, c.relname), ': ' || pg_catalog.quote_ident(k.relname)) as object,
  case when i.indisexclusion then 'the exclusion constraint does not compare the tenant by ='
       when k.oid is not null then 'the unique key does not contain the tenant' end as detail,
  'put the tenant first in the key, or take the right to write its columns' as remedy
from tenant_table c
left join pg_catalog.pg_attribute t on t.attrelid = c.oid and t.attname = c.tenant_column
left join (
  pg_catalog.pg_index i join pg_catalog.pg_class k on k.oid = i.indexrelid
) on i.indrelid = c.oid and (i.indisunique or i.indisexclusion)
  and not exists (
    select
    from pg_catalog.generate_series(0, i.indnkeyatts - 1) as place
    where t.attnum = i.indkey[place]
      and (not i.indisexclusion or exists (
        select
        from pg_catalog.pg_constraint x
        join pg_catalog.pg_operator o on o.oid = x.conexclop[place + 1]
        where x.conindid = i.indexrelid and x.contype = 'x' and o.oprname = '=')))
  and exists (
    select
    from application_role a
    cross join pg_catalog.unnest(i.indkey) as key (attnum)
    where case when key.attnum = 0 then pg_catalog.has_any_column_privilege(a.oid, c.oid, 'INSERT, UPDATE')
          else pg_catalog.has_column_privilege(a.oid, c.oid, key.attnum, 'INSERT, UPDATE') end)
order by object, detail;
