-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- A context that a policy asks for without a sub-select is asked for each row that is looked at; inside of one it is
-- asked once for the statement. Sub-selects are taken out of the text first, as deep as they are usually nested.

with text as materialized (
  -- The policies of most tables say the same.
  select e.expression,
         pg_catalog.regexp_replace(
           e.expression, '\( SELECT ([^()]|\(([^()]|\(([^()]|\([^()]*\))*\))*\))*\)', '', 'g') as outside
  from (select distinct expression from policy_part) e
), asked as (
  select p.oid, p.polrelid, p.polname, e.outside
  from policy_part p
  join tenant_table c on c.oid = p.polrelid
  join text e on e.expression = p.expression
), context_function as (
  -- What takes nothing and is no constant can only look at the session.
  select d.objid as policy, pg_catalog.format('%I.%I(', f.nspname, f.proname) as call
  from user_function f
  join pg_catalog.pg_depend d on d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.refobjid = f.oid
    and d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass
  where f.pronargs = 0
)
select distinct
  'R08' as rule,
  'warning' as severity,
  pg_catalog.format('%s: %I', a.polrelid::pg_catalog.regclass, a.polname) as object,
  case when pg_catalog.strpos(a.outside, 'current_setting(') > 0 or exists (
      select from context_function f where f.policy = a.oid and pg_catalog.strpos(a.outside, f.call) > 0)
    then 'the policy asks for the context once for each row' end as detail,
  'write it as (select ...)' as remedy
from asked a
order by object, detail;
