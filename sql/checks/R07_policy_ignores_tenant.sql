-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- A policy that an application's role can come under has to be the comparison of the discriminator with the context,
-- or that comparison first AND more: whatever stands around it (NOT, OR, CASE) may undo it. Deparsed text has
-- parentheses around every operator, so what begins "(comparison AND" can't be anything else.
-- PostgreSQL asks who has the privileges of a policy's roles, not who they are. Membership of any kind counts: one
-- that isn't inherited is a SET ROLE away, an ADMIN OPTION one GRANT more. Roles out of the application's reach (owner,
-- migrator, platform, archiver, an operator's own) may have policies over all tenants.

with application_role as (
  -- The groups the application works with and every login in them; the database's owner administers them all.
  select distinct r.oid, r.rolname
  from pg_catalog.pg_roles g
  join pg_catalog.pg_roles r on pg_catalog.pg_has_role(r.oid, g.oid, 'member')
  join pg_catalog.pg_database d on d.datname = pg_catalog.current_database() and d.datdba <> r.oid
  where g.rolname in ('launch_rw', 'launch_ro', 'launch_auditor') and not r.rolsuper
), policy as (
  select p.polrelid, p.polname, expression,
         pg_catalog.replace(
           '\((COLUMN|\(COLUMN\)::text) = \(\( SELECT app\.current_tenant\(\) AS current_tenant\)\)::text\)',
           'COLUMN',
           case when n.nspname = 'app' and c.relname = 'tenants' then 'id' else 'tenant_id' end) as comparison
  from pg_catalog.pg_policy p
  join pg_catalog.pg_class c on c.oid = p.polrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  cross join lateral (values (p.polqual), (p.polwithcheck)) as part (tree)
  cross join lateral pg_catalog.pg_get_expr(part.tree, p.polrelid) as expression
  where part.tree is not null and p.polpermissive
    and (0 = any (p.polroles) or exists (
      select
      from application_role a
      cross join pg_catalog.unnest(p.polroles) as r (oid)
      where r.oid <> 0 and pg_catalog.pg_has_role(a.oid, r.oid, 'member')))
)
select
  'R07' as rule,
  'error' as severity,
  pg_catalog.format('%s: %I', p.polrelid::pg_catalog.regclass, p.polname) as object,
  pg_catalog.format('the policy does not hold rows to the tenant: %s', p.expression) as detail,
  'begin with tenant_id = (select app.current_tenant()), or take its roles out of the application''s reach' as remedy
from policy p
where p.expression !~ pg_catalog.format('^(%1$s|\(%1$s AND .*\))$', p.comparison)
order by object, detail;
