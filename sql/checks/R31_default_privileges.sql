-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- Default privileges reach what is made later, partitions included, without anybody looking. EXECUTE for PUBLIC is a
-- default that the owners have to take away.

with application_role as (
  -- The groups the application works with and every login in them; the database's owner administers them all.
  select distinct r.oid, r.rolname
  from pg_catalog.pg_roles g
  join pg_catalog.pg_roles r on pg_catalog.pg_has_role(r.oid, g.oid, 'member')
  join pg_catalog.pg_database d on d.datname = pg_catalog.current_database() and d.datdba <> r.oid
  where g.rolname in ('launch_rw', 'launch_ro', 'launch_auditor') and not r.rolsuper
), given as (
  select d.defaclrole as maker, x.privilege_type, x.grantee
  from pg_catalog.pg_default_acl d
  cross join lateral pg_catalog.aclexplode(d.defaclacl) x
  where x.grantee = 0 or exists (select from application_role a where a.oid = x.grantee)
  union
  select n.nspowner, 'EXECUTE', 0
  from pg_catalog.pg_namespace n
  where n.nspname in ('app', 'audit', 'ops')
    and not exists (
      select from pg_catalog.pg_default_acl d
      where d.defaclrole = n.nspowner and d.defaclnamespace = 0 and d.defaclobjtype = 'f')
)
select
  'R31' as rule,
  'error' as severity,
  pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(g.maker)) as object,
  pg_catalog.format(
    'what it makes gives %s to %s',
    g.privilege_type,
    case g.grantee when 0 then 'PUBLIC' else pg_catalog.pg_get_userbyid(g.grantee) end) as detail,
  'alter default privileges ... revoke; grant on each object' as remedy
from given g
order by object, detail;
