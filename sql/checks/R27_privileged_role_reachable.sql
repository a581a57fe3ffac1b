-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- A role that the application can become is a right of the application, whatever it was meant for and whatever its
-- name: attributes (R26) are not inherited, but SET ROLE takes them. The server's own roles (pg_...) reach over all
-- tenants, if only to their statements' text; an application needs none. A role that a policy shows all tenants' rows
-- is privileged by the policy. Who has a group with ADMIN OPTION makes others the application. The gateway can ask whose each
-- domain is, and works for no tenant: SQL that is injected into what works for one is not to ask as the gateway.
-- Other rules ask what a role has, by inheritance. So no membership may be one for SET ROLE only, unless in a role that
-- they look at by itself.

select
  'R27' as rule,
  'error' as severity,
  pg_catalog.quote_ident(a.rolname) as object,
  case when p.oid is not null then pg_catalog.format('it is a member of %s', p.rolname) end as detail,
  pg_catalog.format(
    'revoke the membership; the groups of the application are %I, %I and %I',
    n.read_write, n.read_only, n.auditor) as remedy
from application_role a
cross join names n
left join pg_catalog.pg_roles p on a.oid <> p.oid and pg_catalog.pg_has_role(a.oid, p.oid, 'member')
  and (p.rolname in (n.owner, n.audit_owner, n.seal_owner, n.key_keeper, n.migrator, n.archiver, n.platform, 'rds_superuser', 'rds_replication')
    or p.rolname like 'pg\_%'
    or exists (
      select from policy_part y
      where y.polpermissive and not y.holds_tenant and p.oid = any (y.polroles)
        and not exists (select from application_role x where x.oid = p.oid))
    or p.rolsuper or p.rolbypassrls or p.rolcreaterole or p.rolcreatedb or p.rolreplication
    or p.oid = (select d.datdba from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
    or (not pg_catalog.pg_has_role(a.oid, p.oid, 'usage')
      and not exists (select from application_role x where x.oid = p.oid)))
union all
select 'R27', 'error', pg_catalog.quote_ident(a.rolname),
       pg_catalog.format('it can grant %s to others', pg_catalog.pg_get_userbyid(m.roleid)), 'revoke admin option for the membership'
from application_role a
join pg_catalog.pg_auth_members m on m.member = a.oid and m.admin_option
union all
select 'R27', 'error', pg_catalog.quote_ident(a.rolname),
       pg_catalog.format('it is a member of %s and of %s', g.rolname, o.rolname), 'take two logins'
from application_role a
cross join names n
join pg_catalog.pg_roles g on g.rolname = n.gateway and pg_catalog.pg_has_role(a.oid, g.oid, 'member')
join pg_catalog.pg_roles o on o.rolname in (n.read_write, n.read_only, n.auditor) and pg_catalog.pg_has_role(a.oid, o.oid, 'member')
order by object, detail;
