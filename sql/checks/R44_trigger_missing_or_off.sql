-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- A trigger that is off protects nothing, foreign keys least of all: theirs are triggers as well. Where the platform has
-- its row triggers, every tenant's table has them ALWAYS: without context_required a write without a tenant passes
-- quietly, without row_stamped the statement says who and when. Where it has a log, that and what is logged have what
-- refuses TRUNCATE, and each partition of the log its own.

with platform_trigger as (
  select f.oid, f.signature
  from names n
  join user_function f on f.nspname = n.app_schema and f.proname in ('require_context', 'stamp_row')
), found as (
  select t.tgrelid, pg_catalog.format(
    'the trigger %I is %s', t.tgname,
    case t.tgenabled when 'D' then 'disabled' else 'fired in replica mode only' end) as detail
  from pg_catalog.pg_trigger t
  where t.tgenabled in ('D', 'R')
  union all
  select c.oid, pg_catalog.format('no ALWAYS trigger calls %s', p.signature)
  from names n
  join tenant_table c on c.nspname <> n.audit_schema and not c.relispartition
  cross join platform_trigger p
  where not exists (
    select from pg_catalog.pg_trigger t
    where t.tgrelid = c.oid and t.tgfoid = p.oid and t.tgenabled = 'A' and t.tgqual is null
      and t.tgtype & 2 = 2 and t.tgtype & 20 = 20)
  union all
  select c.oid, pg_catalog.format('no ALWAYS trigger calls %s', f.signature)
  from names n
  join tenant_table c on c.nspname = n.audit_schema or not c.relispartition
  join user_function f on f.nspname = n.audit_schema and f.proname = 'refuse_truncate'
  where not exists (
    select from pg_catalog.pg_trigger t
    where t.tgrelid = c.oid and t.tgfoid = f.oid and t.tgenabled = 'A' and t.tgtype & 32 = 32)
)
select
  'R44' as rule,
  'error' as severity,
  pg_catalog.format('%I.%I', c.nspname, c.relname) as object,
  f.detail,
  'protect_tenant_table(); alter table ... enable always trigger' as remedy
from tenant_table c
left join found f on f.tgrelid = c.oid
order by object, detail;
