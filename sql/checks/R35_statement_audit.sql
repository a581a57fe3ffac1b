-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- A trigger for each statement fires for the table that the statement names: a change of a partition by its own name
-- passes that of its parent. On any table it does not say which rows changed, unless it has transition tables.

with statement_trigger as (
  select t.tgrelid, t.tgname
  from names n
  join pg_catalog.pg_namespace s on s.nspname = n.audit_schema
  join pg_catalog.pg_proc f on f.pronamespace = s.oid
  join pg_catalog.pg_trigger t on t.tgfoid = f.oid and not t.tgisinternal
    and t.tgtype & 1 = 0 and t.tgtype & 28 > 0
    and (t.tgoldtable is null and t.tgnewtable is null
      or exists (select from pg_catalog.pg_class c where c.oid = t.tgrelid and c.relkind = 'p'))
)
select
  'R35' as rule,
  'error' as severity,
  pg_catalog.format('%I.%I', c.nspname, c.relname) as object,
  case when t.tgname is not null
    then pg_catalog.format('the trigger %I writes the log for each statement', t.tgname) end as detail,
  'create trigger ... for each row' as remedy
from tenant_table c
left join statement_trigger t on t.tgrelid = c.oid
order by object, detail;
