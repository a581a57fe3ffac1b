-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- Where there is a log, each change of a tenant's row has to reach it: by a trigger for each row and each event, without
-- a condition and without a column list, ALWAYS, because a session in replica mode skips the others. A partition has its
-- own copy, which can be switched off by itself. The log's function has to write the log.

with capture as (
  select f.oid
  from names n
  join user_function f on f.nspname = n.audit_schema and f.prorettype = 'pg_catalog.trigger'::pg_catalog.regtype
    and f.source ~* '\minsert\s+into\s'
), silent as (
  select t.tgrelid, pg_catalog.string_agg(distinct f.signature, ', ') as functions
  from names n
  join user_function f on f.nspname = n.audit_schema and f.oid not in (select capture.oid from capture)
  join pg_catalog.pg_trigger t on t.tgfoid = f.oid
  group by t.tgrelid
), missing as (
  select c.oid, pg_catalog.string_agg(event.name, ', ' order by event.name) as events
  from tenant_table c
  cross join (values ('INSERT', 4), ('DELETE', 8), ('UPDATE', 16)) as event (name, bit)
  where not exists (
    select
    from pg_catalog.pg_trigger t
    where t.tgrelid = c.oid and t.tgfoid in (select f.oid from capture f) and t.tgenabled = 'A'
      and t.tgtype & event.bit > 0
      and t.tgtype & 1 = 1 and t.tgtype & 66 = 0  -- for each row; neither BEFORE nor INSTEAD OF
      and t.tgqual is null and pg_catalog.cardinality(t.tgattr::pg_catalog.int2[]) = 0)
  group by c.oid
)
select
  'R34' as rule,
  'error' as severity,
  pg_catalog.format('%I.%I', c.nspname, c.relname) as object,
  'no ALWAYS trigger of the log sees ' || m.events || coalesce('; ' || w.functions || ' does not write it', '') as detail,
  'protect_tenant_table(), or a row trigger after insert or update or delete, enabled always' as remedy
from names n
join pg_catalog.pg_namespace s on s.nspname = n.audit_schema
join tenant_table c on c.nspname <> n.audit_schema
left join missing m on m.oid = c.oid
left join silent w on w.tgrelid = c.oid
order by object, detail;
