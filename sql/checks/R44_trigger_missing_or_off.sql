-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- A trigger that is off protects nothing, foreign keys least of all: theirs are triggers as well. Where the platform has
-- its row triggers, every tenant's table has them ALWAYS: without context_required a write without a tenant passes
-- quietly, without row_stamped the statement says who and when, without truncate_refused all rows may go without a
-- trace. A partition gets a copy of row triggers, and needs a truncate_refused of its own.
-- What refuses TRUNCATE of the log is asked for as well, of each partition.

with platform_trigger as (
  -- The events as pg_trigger.tgtype has them, BEFORE included.
  select f.oid, f.signature, t.events, t.is_copied
  from names n
  cross join (values ('require_context', 22, true), ('stamp_row', 22, true), ('refuse_truncate', 34, false)) as t (name, events, is_copied)
  join user_function f on f.nspname = n.app_schema and f.proname = t.name
), found as (
  select t.tgrelid, pg_catalog.format(
    'the trigger %I is %s', t.tgname,
    case t.tgenabled when 'D' then 'disabled' else 'fired in replica mode only' end) as detail
  from pg_catalog.pg_trigger t
  where t.tgenabled in ('D', 'R')
  union all
  select c.oid, pg_catalog.format('no ALWAYS trigger calls %s', p.signature)
  from names n
  join tenant_table c on c.nspname <> n.audit_schema
  join platform_trigger p on not (c.relispartition and p.is_copied)
  where not exists (
    select from pg_catalog.pg_trigger t
    where t.tgrelid = c.oid and t.tgfoid = p.oid and t.tgenabled = 'A' and t.tgqual is null
      and t.tgtype & p.events = p.events)
  union all
  select c.oid, pg_catalog.format('no ALWAYS trigger calls %s', f.signature)
  from names n
  join tenant_table c on c.nspname = n.audit_schema
  join user_function f on f.nspname = n.audit_schema and f.proname = 'refuse_truncate'
  where not exists (
    select from pg_catalog.pg_trigger t
    where t.tgrelid = c.oid and t.tgfoid = f.oid and t.tgenabled = 'A' and t.tgtype & 34 = 34)
)
select
  'R44' as rule,
  'error' as severity,
  pg_catalog.format('%I.%I', c.nspname, c.relname) as object,
  f.detail,
  case when c.nspname = n.audit_schema
    then 'alter table ... enable always trigger; or create the trigger as create_partition() does'
    else 'protect_tenant_table(); alter table ... enable always trigger' end as remedy
from tenant_table c
cross join names n
left join found f on f.tgrelid = c.oid
order by object, detail;
