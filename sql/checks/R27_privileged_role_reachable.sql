-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- A role that the application can become is a right of the application, whatever it was meant for and whatever its
-- name: attributes (R26) are not inherited, but SET ROLE takes them. The server's own roles (pg_...) reach over all
-- tenants, if only to their statements' text; an application needs none.
-- Other rules ask what a role has, by inheritance. So no membership may be one for SET ROLE only, unless in a role that
-- they look at by itself.

with application_role as (
  -- The groups the application works with and every login in them; the database's owner administers them all.
  select distinct r.oid, r.rolname
  from pg_catalog.pg_roles g
  join pg_catalog.pg_roles r on pg_catalog.pg_has_role(r.oid, g.oid, 'member')
  join pg_catalog.pg_database d on d.datname = pg_catalog.current_database() and d.datdba <> r.oid
  where g.rolname in ('launch_rw', 'launch_ro', 'launch_auditor') and not r.rolsuper
)
select
  'R27' as rule,
  'error' as severity,
  pg_catalog.quote_ident(a.rolname) as object,
  pg_catalog.format('it is a member of %s', p.rolname) as detail,
  'revoke the membership; the groups of the application are launch_rw, launch_ro and launch_auditor' as remedy
from application_role a
join pg_catalog.pg_roles p on pg_catalog.pg_has_role(a.oid, p.oid, 'member')
where a.oid <> p.oid
  and (p.rolname in ('launch_owner', 'launch_audit_owner', 'launch_migrator', 'launch_archiver', 'launch_platform',
                     'rds_superuser', 'rds_replication')
    or p.rolname like 'pg\_%'
    or p.rolsuper or p.rolbypassrls or p.rolcreaterole or p.rolcreatedb or p.rolreplication
    or p.oid = (select d.datdba from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
    or (not pg_catalog.pg_has_role(a.oid, p.oid, 'usage')
      and not exists (select from application_role x where x.oid = p.oid)))
order by object, detail;
