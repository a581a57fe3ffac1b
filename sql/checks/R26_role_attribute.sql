-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- SUPERUSER and BYPASSRLS pass every policy, CREATEROLE makes a way around it. Nobody has the first two but the
-- cluster's own superuser (oid 10); the application's roles have none, and its groups do not log in.

with application_role as (
  -- The groups the application works with and every login in them; the database's owner administers them all.
  select distinct r.oid, r.rolname
  from pg_catalog.pg_roles g
  join pg_catalog.pg_roles r on pg_catalog.pg_has_role(r.oid, g.oid, 'member')
  join pg_catalog.pg_database d on d.datname = pg_catalog.current_database() and d.datdba <> r.oid
  where g.rolname in ('launch_rw', 'launch_ro', 'launch_auditor') and not r.rolsuper
)
select
  'R26' as rule,
  'error' as severity,
  pg_catalog.quote_ident(r.rolname) as object,
  pg_catalog.concat_ws(
    ', ',
    case when r.rolsuper then 'superuser' end,
    case when r.rolbypassrls then 'bypassrls' end,
    case when r.rolcreaterole then 'createrole' end,
    case when r.rolcreatedb then 'createdb' end,
    case when r.rolreplication then 'replication' end,
    case when r.rolcanlogin then 'login' end) as detail,
  'alter role ... without the attribute' as remedy
from pg_catalog.pg_roles r
where r.oid <> 10
  and (r.rolsuper or r.rolbypassrls
    or ((r.rolcreaterole or r.rolcreatedb or r.rolreplication)
      and (r.rolname like 'launch\_%' or exists (select from application_role a where a.oid = r.oid))
      and r.oid <> (select d.datdba from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()))
    or (r.rolcanlogin and r.rolname in (
      'launch_owner', 'launch_audit_owner', 'launch_migrator', 'launch_rw', 'launch_ro', 'launch_auditor',
      'launch_archiver', 'launch_platform')))
order by object, detail;
