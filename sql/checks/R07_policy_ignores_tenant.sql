-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- A policy of an application's role has to compare the discriminator with the context, and an OR may undo it.
-- Other roles (owner, migrator, platform, archiver) may have policies over all tenants: R27 proves them out of
-- reach.

with application_role as (
  -- The groups the application works with and every login in them; the database's owner administers them all.
  select distinct r.oid, r.rolname
  from pg_catalog.pg_roles g
  join pg_catalog.pg_roles r on pg_catalog.pg_has_role(r.oid, g.oid, 'member')
  join pg_catalog.pg_database d on d.datname = pg_catalog.current_database() and d.datdba <> r.oid
  where g.rolname in ('launch_rw', 'launch_ro', 'launch_auditor') and not r.rolsuper
), policy as (
  select p.polrelid, p.polname, expression,
         case when n.nspname = 'app' and c.relname = 'tenants' then 'id' else 'tenant_id' end as tenant_column
  from pg_catalog.pg_policy p
  join pg_catalog.pg_class c on c.oid = p.polrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  cross join lateral (values (p.polqual), (p.polwithcheck)) as part (tree)
  cross join lateral pg_catalog.pg_get_expr(part.tree, p.polrelid) as expression
  where part.tree is not null and p.polpermissive
    and (0 = any (p.polroles) or exists (select from application_role a where a.oid = any (p.polroles)))
)
select
  'R07' as rule,
  'error' as severity,
  pg_catalog.format('%s: %I', p.polrelid::pg_catalog.regclass, p.polname) as object,
  pg_catalog.format('the policy does not hold rows to the tenant: %s', p.expression) as detail,
  'compare with the context: tenant_id = (select app.current_tenant())' as remedy
from policy p
where p.expression !~ ('\m' || p.tenant_column || '\M\)?(::text)? = \(*\s*SELECT app\.current_tenant\(\)')
   or p.expression ~ '\mOR\M'
order by object, detail;
