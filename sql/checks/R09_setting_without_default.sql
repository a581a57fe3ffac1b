-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- current_setting() with one argument fails with 42704 in a session that never had the setting, and answers '' in one
-- that had it in an earlier transaction: one mistake, two behaviours, and neither is the refusal (42501) that callers
-- can tell from other errors.

with asking as (
  select pg_catalog.format('%s: %I', p.polrelid::pg_catalog.regclass, p.polname) as object, p.expression as source
  from policy_part p
  join tenant_table c on c.oid = p.polrelid
  union all
  select pg_catalog.format('%I.%I', c.nspname, c.relname), pg_catalog.pg_get_expr(d.adbin, d.adrelid)
  from tenant_table c
  left join pg_catalog.pg_attrdef d on d.adrelid = c.oid
  union all
  select f.signature, f.source
  from user_function f
  cross join names n
  where f.nspname in (n.app_schema, n.audit_schema) or exists (
    select from pg_catalog.pg_depend d
    where d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.refobjid = f.oid
      and d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass)
)
select distinct
  'R09' as rule,
  'warning' as severity,
  a.object,
  case when a.source ~* '\mcurrent_setting\(\s*''\w+\.[^'']*''(::text)?\s*\)'
    then 'a setting is read with current_setting() of one argument' end as detail,
  'read it with nullif(current_setting(..., true), ''''), and raise insufficient_privilege without a value' as remedy
from asking a
order by object, detail;
