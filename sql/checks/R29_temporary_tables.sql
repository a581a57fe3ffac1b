-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- A temporary table outlives the client in a pooled connection and is read by the next one; the right to make one is
-- PUBLIC's by default.

with application_role as (
  -- The groups the application works with and every login in them; the database's owner administers them all.
  select distinct r.oid, r.rolname
  from pg_catalog.pg_roles g
  join pg_catalog.pg_roles r on pg_catalog.pg_has_role(r.oid, g.oid, 'member')
  join pg_catalog.pg_database d on d.datname = pg_catalog.current_database() and d.datdba <> r.oid
  where g.rolname in ('launch_rw', 'launch_ro', 'launch_auditor') and not r.rolsuper
)
select
  'R29' as rule,
  'error' as severity,
  pg_catalog.quote_ident(pg_catalog.current_database()) as object,
  pg_catalog.format('%s can make temporary tables', a.rolname) as detail,
  'revoke temporary on database ... from public' as remedy
from application_role a
where pg_catalog.has_database_privilege(a.oid, pg_catalog.current_database(), 'TEMPORARY')
order by object, detail;
