-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- Who may write the log may forge it or erase it.

with application_role as (
  -- The groups the application works with and every login in them; the database's owner administers them all.
  select distinct r.oid, r.rolname
  from pg_catalog.pg_roles g
  join pg_catalog.pg_roles r on pg_catalog.pg_has_role(r.oid, g.oid, 'member')
  join pg_catalog.pg_database d on d.datname = pg_catalog.current_database() and d.datdba <> r.oid
  where g.rolname in ('launch_rw', 'launch_ro', 'launch_auditor') and not r.rolsuper
)
select
  'R15' as rule,
  'error' as severity,
  pg_catalog.format('%I.%I', n.nspname, c.relname) as object,
  pg_catalog.format('%s can write to it', a.rolname) as detail,
  'revoke insert, update, delete, truncate; the capture function writes as the owner' as remedy
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
cross join application_role a
where n.nspname = 'audit' and c.relkind in ('r', 'p', 'v', 'f')
  and (pg_catalog.has_table_privilege(a.oid, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
    or pg_catalog.has_any_column_privilege(a.oid, c.oid, 'INSERT, UPDATE'))
order by object, detail;
