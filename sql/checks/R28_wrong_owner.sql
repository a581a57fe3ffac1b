-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- An owner can switch row level security off. Nothing belongs to an application's role, and nothing in app or audit
-- to anybody but the owner of the schema.

with application_role as (
  -- The groups the application works with and every login in them; the database's owner administers them all.
  select distinct r.oid, r.rolname
  from pg_catalog.pg_roles g
  join pg_catalog.pg_roles r on pg_catalog.pg_has_role(r.oid, g.oid, 'member')
  join pg_catalog.pg_database d on d.datname = pg_catalog.current_database() and d.datdba <> r.oid
  where g.rolname in ('launch_rw', 'launch_ro', 'launch_auditor') and not r.rolsuper
), owned as (
  select n.nspname as name, n.nspowner as owner, n.nspowner as expected from pg_catalog.pg_namespace n
  union all
  select pg_catalog.format('%I.%I', n.nspname, c.relname), c.relowner,
         case when n.nspname in ('app', 'audit') then n.nspowner else c.relowner end
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  union all
  select pg_catalog.format('%I.%I(%s)', n.nspname, f.proname, pg_catalog.pg_get_function_identity_arguments(f.oid)),
         f.proowner,
         case when n.nspname in ('app', 'audit') then n.nspowner else f.proowner end
  from pg_catalog.pg_proc f join pg_catalog.pg_namespace n on n.oid = f.pronamespace
)
select
  'R28' as rule,
  'error' as severity,
  o.name as object,
  pg_catalog.format('it belongs to %s', pg_catalog.pg_get_userbyid(o.owner)) as detail,
  'alter ... owner to the owner of the schema' as remedy
from owned o
where o.owner <> o.expected or exists (select from application_role a where a.oid = o.owner)
order by object, detail;
