-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- SUPERUSER and BYPASSRLS pass every policy, CREATEROLE makes a way around it. Nobody has the first two but the
-- cluster's own superuser (oid 10); the roles of application and platform have none, and the platform's do not log in.

with platform_role as (
  select r.oid
  from names n
  join pg_catalog.pg_roles r on r.rolname in (
    n.owner, n.audit_owner, n.seal_owner, n.key_keeper, n.migrator, n.read_write, n.read_only, n.auditor, n.archiver, n.platform, n.gateway)
)
select
  'R26' as rule,
  'error' as severity,
  pg_catalog.quote_ident(r.rolname) as object,
  case when r.rolsuper or r.rolbypassrls
      or ((r.rolcreaterole or r.rolcreatedb or r.rolreplication)
        and (exists (select from platform_role p where p.oid = r.oid)
          or exists (select from application_role a where a.oid = r.oid))
        and r.oid <> (select d.datdba from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()))
      or (r.rolcanlogin and exists (select from platform_role p where p.oid = r.oid))
    then pg_catalog.concat_ws(
      ', ',
      case when r.rolsuper then 'superuser' end,
      case when r.rolbypassrls then 'bypassrls' end,
      case when r.rolcreaterole then 'createrole' end,
      case when r.rolcreatedb then 'createdb' end,
      case when r.rolreplication then 'replication' end,
      case when r.rolcanlogin then 'login' end) end as detail,
  'alter role ... without the attribute' as remedy
from pg_catalog.pg_roles r
where r.oid <> 10
order by object, detail;
