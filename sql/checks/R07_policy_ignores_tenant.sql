-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- A policy that an application's role can come under has to hold rows to the tenant, by the comparison of the
-- discriminator with the context, alone or first before AND.
-- PostgreSQL asks who has the privileges of a policy's roles, not who they are. Membership of any kind counts: one
-- that isn't inherited is a SET ROLE away, an ADMIN OPTION one GRANT more. Roles out of the application's reach (owner,
-- migrator, platform, archiver, an operator's own) may have policies over all tenants.

select distinct
  'R07' as rule,
  'error' as severity,
  pg_catalog.format('%s: %I', p.polrelid::pg_catalog.regclass, p.polname) as object,
  case when not p.holds_tenant
    then pg_catalog.format('the policy does not hold rows to the tenant: %s', p.expression) end as detail,
  pg_catalog.format(
    'begin with %I = (select %I.current_tenant()), as protect_tenant_table() does for its own policies, or take its roles out of the application''s reach',
    p.tenant_column, n.app_schema) as remedy
from policy_part p
cross join names n
where p.polpermissive
  and (0 = any (p.polroles) or exists (
    select
    from application_role a
    cross join pg_catalog.unnest(p.polroles) as r (oid)
    where r.oid <> 0 and pg_catalog.pg_has_role(a.oid, r.oid, 'member')))
order by object, detail;
