-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- An owner can switch row level security off. Nothing belongs to an application's role; the platform's schemas belong
-- to its owners, and what is in those of application, audit and seal belongs to the owner of the schema. The functions of
-- the context are the seal's, since no other role may know what they rest on. What an extension brought there belongs to
-- whoever created it.

with expected as (
  select v.nspname, v.rolname, v.contents
  from names n
  cross join lateral (values
    (n.app_schema, n.owner, true), (n.audit_schema, n.audit_owner, true), (n.ops_schema, n.owner, false),
    (n.seal_schema, n.seal_owner, true)
  ) as v (nspname, rolname, contents)
), brought as materialized (
  select e.classid, e.objid from pg_catalog.pg_depend e where e.deptype = 'e'
), owned as (
  select n.nspname as name, n.nspname, n.nspowner as owner, e.rolname as expected
  from pg_catalog.pg_namespace n
  left join expected e on e.nspname = n.nspname
  union all
  select pg_catalog.format('%I.%I', n.nspname, c.relname), n.nspname, c.relowner, e.rolname
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  left join expected e on e.nspname = n.nspname and e.contents
  where not exists (
    select from brought b where b.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and b.objid = c.oid)
  union all
  select pg_catalog.format('%I.%I(%s)', n.nspname, f.proname, pg_catalog.pg_get_function_identity_arguments(f.oid)),
         n.nspname, f.proowner,
         case when n.nspname = x.app_schema
             and f.proname in ('set_context', 'current_tenant', 'current_actor', 'assume_context', 'drop_context')
           then x.seal_owner else e.rolname end
  from pg_catalog.pg_proc f
  join pg_catalog.pg_namespace n on n.oid = f.pronamespace
  cross join names x
  left join expected e on e.nspname = n.nspname and e.contents
  where not exists (
    select from brought b where b.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and b.objid = f.oid)
)
select
  'R28' as rule,
  'error' as severity,
  o.name as object,
  case when o.is_wrong then pg_catalog.format('it belongs to %s', pg_catalog.pg_get_userbyid(o.owner)) end as detail,
  case when o.expected is null then 'alter ... owner to a role that is not the application''s'
    else pg_catalog.format('alter ... owner to %I', o.expected) end as remedy
from (
  select o.*,
         coalesce(pg_catalog.pg_get_userbyid(o.owner) <> o.expected, false)
         or exists (select from application_role a where a.oid = o.owner) as is_wrong
  from owned o
) o
where o.is_wrong or o.expected is not null
order by object, detail;
