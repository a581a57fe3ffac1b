-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- Partitions by time that leave a gap refuse the rows that fall in it, and are not seen to until then. So does a row in
-- the default partition: it keeps the partition of its time from being made. A table of the size 0 never had a row or
-- was emptied. The log's partitions are found by their names: one that has another is neither made good nor exported.

with bounds as (
  select c.oid as parent, p.oid, pg_catalog.pg_get_expr(p.relpartbound, p.oid) as text,
         a.atttypid in ('pg_catalog.timestamptz'::pg_catalog.regtype, 'pg_catalog.timestamp'::pg_catalog.regtype,
                        'pg_catalog.date'::pg_catalog.regtype) as by_time
  from tenant_table c
  join pg_catalog.pg_inherits i on i.inhparent = c.oid
  join pg_catalog.pg_class p on p.oid = i.inhrelid and p.relispartition
  join pg_catalog.pg_partitioned_table k on k.partrelid = c.oid
  left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = k.partattrs[0]
    and k.partstrat = 'r' and k.partnatts = 1
), sequence as (
  select s.*, pg_catalog.lag(s.ends_at) over (partition by s.parent order by s.starts_at) as previous_end
  from (
    select b.parent, b.oid,
           coalesce(pg_catalog.substring(b.text, 'FROM \(''([^'']+)''\)')::pg_catalog.timestamptz, '-infinity')
             as starts_at,
           coalesce(pg_catalog.substring(b.text, 'TO \(''([^'']+)''\)')::pg_catalog.timestamptz, 'infinity')
             as ends_at
    from bounds b
    where b.by_time and b.text <> 'DEFAULT'
  ) s
), found as (
  select s.parent, s.oid, pg_catalog.format('nothing holds what is between %s and %s', s.previous_end, s.starts_at) as detail
  from sequence s
  where s.starts_at > s.previous_end
  union all
  select b.parent, b.oid, 'the default partition has rows'
  from bounds b
  where b.text = 'DEFAULT' and pg_catalog.pg_relation_size(b.oid) > 0
  union all
  select s.parent, s.oid, pg_catalog.format('the partition %s should be called %s', p.relname, w.name)
  from sequence s
  join pg_catalog.pg_class p on p.oid = s.oid
  join tenant_table c on c.oid = s.parent and c.relname = 'audit_log'
  join names n on n.audit_schema = c.nspname
  cross join lateral (
    select c.relname || pg_catalog.to_char(pg_catalog.timezone('UTC', s.starts_at), '"_y"YYYY"m"MM') as name) w
  where p.relname <> w.name
)
select
  'R43' as rule,
  'error' as severity,
  pg_catalog.format('%I.%I', c.nspname, c.relname) as object,
  f.detail,
  'make the missing partition; move what is in the default partition, and truncate it; rename what has another name' as remedy
from tenant_table c
left join found f on f.parent = c.oid
order by object, detail;
