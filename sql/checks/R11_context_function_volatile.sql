-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- A VOLATILE function in a policy is never an index condition: every query reads all tenants' rows and asks for each.

select
  'R11' as rule,
  'warning' as severity,
  pg_catalog.format('%s: %I', p.polrelid::pg_catalog.regclass, p.polname) as object,
  case when f.oid is not null then pg_catalog.format('the policy calls %s, which is VOLATILE', f.signature) end as detail,
  'alter function ... stable' as remedy
from (select distinct p.oid, p.polrelid, p.polname from policy_part p join tenant_table c on c.oid = p.polrelid) p
left join (
  pg_catalog.pg_depend d
  join user_function f on f.oid = d.refobjid and f.provolatile = 'v'
) on d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass and d.objid = p.oid
  and d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
order by object, detail;
