-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- A policy that an application's role can come under has to be the comparison of the discriminator with the context,
-- or that comparison first AND more: whatever stands around it (NOT, OR, CASE) may undo it. Deparsed text has
-- parentheses around every operator, so what begins "(comparison AND" can't be anything else.
-- PostgreSQL asks who has the privileges of a policy's roles, not who they are. Membership of any kind counts: one
-- that isn't inherited is a SET ROLE away, an ADMIN OPTION one GRANT more. Roles out of the application's reach (owner,
-- migrator, platform, archiver, an operator's own) may have policies over all tenants.

with policy as (
  select p.oid, p.polrelid, p.polname, c.tenant_column, expression
  from pg_catalog.pg_policy p
  join (
    select c.oid, case when s.nspname = n.app_schema and c.relname = n.tenants_table then 'id' else n.tenant_column end
    from names n cross join pg_catalog.pg_class c join pg_catalog.pg_namespace s on s.oid = c.relnamespace
  ) as c (oid, tenant_column) on c.oid = p.polrelid
  cross join lateral (values (p.polqual), (p.polwithcheck)) as part (tree)
  cross join lateral pg_catalog.pg_get_expr(part.tree, p.polrelid) as expression
  where part.tree is not null and p.polpermissive
    and (0 = any (p.polroles) or exists (
      select
      from application_role a
      cross join pg_catalog.unnest(p.polroles) as r (oid)
      where r.oid <> 0 and pg_catalog.pg_has_role(a.oid, r.oid, 'member')))
), shown as (
  -- Ids are of a domain, and compared as what it is made of: the only casts that lose nothing.
  select distinct p.oid, pg_catalog.format('(%s = %s)', own.text, other.text) as comparison
  from policy p
  cross join context x
  join pg_catalog.pg_attribute a on a.attrelid = p.polrelid and a.attname = p.tenant_column and not a.attisdropped
  join pg_catalog.pg_type t on t.oid = a.atttypid
  cross join lateral pg_catalog.format_type(coalesce(nullif(t.typbasetype, 0), t.oid), null) as base
  cross join lateral (values
    (pg_catalog.quote_ident(a.attname)),
    (pg_catalog.format('(%I)::%s', a.attname, base)),
    (pg_catalog.format('(%I)::text', a.attname))) as own (text)
  cross join lateral (values
    (x.tenant),
    (pg_catalog.format('(%s)::%s', x.tenant, base)),
    (pg_catalog.format('(%s)::text', x.tenant))) as other (text)
)
select
  'R07' as rule,
  'error' as severity,
  pg_catalog.format('%s: %I', p.polrelid::pg_catalog.regclass, p.polname) as object,
  case when not exists (
      select from shown s
      where s.oid = p.oid
        and (p.expression = s.comparison or pg_catalog.starts_with(p.expression, '(' || s.comparison || ' AND ')))
    then pg_catalog.format('the policy does not hold rows to the tenant: %s', p.expression) end as detail,
  pg_catalog.format(
    'begin with %I = (select %I.current_tenant()), or take its roles out of the application''s reach',
    p.tenant_column, n.app_schema) as remedy
from policy p
cross join names n
order by object, detail;
