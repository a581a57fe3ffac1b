-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- A view reads with its owner's rights and under its owner's policies, unless it is security_invoker: an owner who sees
-- all tenants shows all. A view on such a view is one as well, whatever it says of itself, so dependencies are followed.

with recursive reading (view, relation) as (
  select r.ev_class, d.refobjid
  from pg_catalog.pg_rewrite r
  join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and d.objid = r.oid
    and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjid <> r.ev_class
  where r.rulename = '_RETURN'
  union
  select s.view, d.refobjid
  from reading s
  join pg_catalog.pg_rewrite r on r.ev_class = s.relation and r.rulename = '_RETURN'
  join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and d.objid = r.oid
    and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjid <> r.ev_class
), as_owner as (
  select v.oid, pg_catalog.format('%I.%I', s.nspname, v.relname) as name
  from pg_catalog.pg_class v
  join pg_catalog.pg_namespace s on s.oid = v.relnamespace
  where v.relkind = 'v'
    and not exists (
      select from pg_catalog.pg_options_to_table(v.reloptions) o
      where o.option_name = 'security_invoker' and o.option_value::pg_catalog.bool)
    and exists (select from reading r join tenant_table c on c.oid = r.relation where r.view = v.oid)
)
select distinct
  'R16' as rule,
  'error' as severity,
  coalesce(v.name, pg_catalog.quote_ident(a.rolname)) as object,
  case when v.oid is not null then pg_catalog.format(
    '%s can read tenants'' rows through this view with its owner''s rights', a.rolname) end as detail,
  'alter view ... set (security_invoker = true)' as remedy
from application_role a
left join as_owner v on pg_catalog.has_any_column_privilege(a.oid, v.oid, 'SELECT, INSERT, UPDATE')
  or pg_catalog.has_table_privilege(a.oid, v.oid, 'DELETE')
order by object, detail;
