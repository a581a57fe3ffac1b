-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- An IMMUTABLE function is folded into the plan. A policy whose context is folded shows the next tenant on the same
-- connection the rows of the one for whom the plan was made. A function without arguments that is constant has no
-- business in a policy; of others the text says whether they look at the session.

with reading as (
  select f.signature, f.provolatile
  from user_function f
  cross join names n
  cross join lateral (
    select pg_catalog.count(*) > 0 as by_anything,
           pg_catalog.count(*) filter (where d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass) > 0 as by_policy
    from pg_catalog.pg_depend d
    where d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.refobjid = f.oid
      and d.classid in ('pg_catalog.pg_policy'::pg_catalog.regclass, 'pg_catalog.pg_attrdef'::pg_catalog.regclass)
  ) as used
  where (used.by_policy and f.pronargs = 0)
    or ((used.by_anything or f.nspname in (n.app_schema, n.audit_schema))
      and (f.proname in ('current_tenant', 'current_actor') or pg_catalog.strpos(f.source, n.context_setting) > 0
        or f.source ~* '\m(current_setting|set_config|current_tenant|current_actor|current_user|session_user|now|current_timestamp|transaction_timestamp|statement_timestamp)\M'))
)
select
  'R10' as rule,
  'error' as severity,
  f.signature as object,
  case when f.provolatile = 'i' then 'it can depend on the session only, or does, and is IMMUTABLE' end as detail,
  'alter function ... stable' as remedy
from reading f
union all
select 'R10', 'error', pg_catalog.format('%I.%I', c.nspname, c.relname), null, 'alter function ... stable'
from tenant_table c
order by object, detail;
