-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- Permissive policies are joined by OR: the loosest of those that apply to a role decides, and one more is easily added.
-- With a restrictive policy that holds rows to the tenant there is a floor. One permissive policy alone needs none;
-- so policies count for each role and command, not for the table.

with coming_under as materialized (
  select a.rolname, r.oid
  from application_role a
  join (select distinct r.oid from policy_part p cross join pg_catalog.unnest(p.polroles) as r (oid)) as r
    on case when r.oid = 0 then true else pg_catalog.pg_has_role(a.oid, r.oid, 'usage') end
), applying as (
  select distinct a.rolname, c.oid as relation, command.name, p.oid as policy, p.polpermissive, p.holds_tenant
  from tenant_table c
  join policy_part p on p.polrelid = c.oid
  join (values ('SELECT', 'r'), ('INSERT', 'a'), ('UPDATE', 'w'), ('DELETE', 'd')) as command (name, letter)
    on p.polcmd in ('*', command.letter)
  cross join pg_catalog.unnest(p.polroles) as r (oid)
  join coming_under a on a.oid = r.oid
), several as (
  select relation, rolname, pg_catalog.string_agg(name, ', ' order by name) as commands
  from (
    select relation, rolname, name
    from applying
    group by relation, rolname, name
    having pg_catalog.count(distinct policy) filter (where polpermissive) > 1
      and not pg_catalog.bool_or(not polpermissive and holds_tenant)
  ) as command
  group by relation, rolname
)
select
  'R12' as rule,
  'warning' as severity,
  pg_catalog.format('%I.%I', c.nspname, c.relname) as object,
  case when s.relation is not null then pg_catalog.format(
    'several permissive policies apply to %s for %s, and no restrictive one holds rows to the tenant',
    s.rolname, s.commands) end as detail,
  'make one of them, or add a policy as restrictive that compares the tenant' as remedy
from tenant_table c
left join several s on s.relation = c.oid
order by object, detail;
