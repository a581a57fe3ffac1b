-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- Policies of the parent do not hold for a query on a partition itself, and a planner without CVE-2025-8713's fix
-- tells a partition's statistics to whoever may read it. Every table is looked at: it might be a partition.

select
  'R13' as rule,
  'error' as severity,
  pg_catalog.format('%I.%I', n.nspname, c.relname) as object,
  case when granted.privilege_type is not null then pg_catalog.format(
    '%s has %s on a partition',
    case granted.grantee when 0 then 'PUBLIC' else pg_catalog.pg_get_userbyid(granted.grantee) end,
    granted.privilege_type) end as detail,
  'revoke all on the partition; grant on the parent only' as remedy
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join lateral (
  select x.grantee, x.privilege_type from pg_catalog.aclexplode(c.relacl) x
  union
  select x.grantee, x.privilege_type
  from pg_catalog.pg_attribute a cross join lateral pg_catalog.aclexplode(a.attacl) x
  where a.attrelid = c.oid and not a.attisdropped
) as granted on c.relispartition and granted.grantee <> c.relowner
where c.relkind in ('r', 'p') and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
order by object, detail;
