-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- A row of a time without a partition is refused, and with a row of the log the write that it tells of. Partitions by
-- time have to be there without a gap from now on: for three months at least, and half a year is more comfortable.
-- Bounds come out in the session's time zone and are read in it.

with recursive by_time (parent) as (
  select c.oid
  from tenant_table c
  join pg_catalog.pg_partitioned_table k on k.partrelid = c.oid and k.partstrat = 'r' and k.partnatts = 1
  join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = k.partattrs[0]
    and a.atttypid in ('pg_catalog.timestamptz'::pg_catalog.regtype, 'pg_catalog.timestamp'::pg_catalog.regtype,
                       'pg_catalog.date'::pg_catalog.regtype)
), bounds (parent, starts_at, ends_at) as (
  select t.parent,
         coalesce(pg_catalog.substring(bound.text, 'FROM \(''([^'']+)''\)')::pg_catalog.timestamptz, '-infinity'),
         coalesce(pg_catalog.substring(bound.text, 'TO \(''([^'']+)''\)')::pg_catalog.timestamptz, 'infinity')
  from by_time t
  join pg_catalog.pg_inherits i on i.inhparent = t.parent
  join pg_catalog.pg_class p on p.oid = i.inhrelid
  cross join lateral pg_catalog.pg_get_expr(p.relpartbound, p.oid) as bound (text)
  where bound.text <> 'DEFAULT'
), reached (parent, ends_at) as (
  select b.parent, b.ends_at
  from bounds b
  where b.starts_at <= pg_catalog.now() and b.ends_at > pg_catalog.now()
  union
  select r.parent, b.ends_at
  from reached r
  join bounds b on b.parent = r.parent and b.starts_at = r.ends_at
), horizon as (
  select t.parent, (select pg_catalog.max(r.ends_at) from reached r where r.parent = t.parent) as ends_at
  from by_time t
)
select
  'R36' as rule,
  case when h.ends_at >= pg_catalog.now() + interval '3 months' then 'warning' else 'error' end as severity,
  h.parent::pg_catalog.regclass::pg_catalog.text as object,
  case
    when h.ends_at is null then 'there is no partition for what happens now'
    when h.ends_at < pg_catalog.now() + interval '6 months'
      then pg_catalog.format('without a gap there are partitions until %s only', h.ends_at::pg_catalog.date) end as detail,
  'make the missing partitions; see why the task that makes them did not' as remedy
from horizon h
order by object, detail;
