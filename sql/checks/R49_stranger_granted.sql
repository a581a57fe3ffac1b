-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- The rules judge what the groups of the application reach, and the roles of the platform are privileged by design. A role
-- that is neither, as one for reports or of a tool, reads by its own grants and policies what no rule judges. PUBLIC is
-- the application as well, and an owner is asked by R28.

with stranger as materialized (
  select r.oid, r.rolname
  from pg_catalog.pg_roles r
  cross join names n
  join pg_catalog.pg_database d on d.datname = pg_catalog.current_database()
  where not r.rolsuper and r.oid <> d.datdba and r.rolname !~ '^(pg|rds)_'
    and r.rolname not in (
      n.owner, n.audit_owner, n.seal_owner, n.key_keeper, n.migrator, n.read_write, n.read_only, n.auditor, n.archiver, n.platform, n.gateway)
    and not exists (select from application_role a where a.oid = r.oid)
), relation as materialized (
  select c.oid, c.relowner, c.relacl
  from names n
  join pg_catalog.pg_namespace s on s.nspname in (n.app_schema, n.audit_schema, n.seal_schema)
  join pg_catalog.pg_class c on c.relnamespace = s.oid and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
  union
  select c.oid, c.relowner, c.relacl from tenant_table c
), granted as (
  select x.grantee, c.relowner as owner, c.oid::pg_catalog.regclass::text as what
  from relation c cross join lateral pg_catalog.aclexplode(c.relacl) x
  union
  select x.grantee, c.relowner, c.oid::pg_catalog.regclass::text
  from relation c
  join pg_catalog.pg_attribute a on a.attrelid = c.oid and not a.attisdropped
  cross join lateral pg_catalog.aclexplode(a.attacl) x
  union
  select x.grantee, f.proowner, f.signature
  from user_function f
  join names n on f.nspname in (n.app_schema, n.audit_schema, n.ops_schema, n.seal_schema)
  cross join lateral pg_catalog.aclexplode(f.proacl) x
  union
  select y.oid, 0, pg_catalog.format('the policy %I on %s', p.polname, p.polrelid::pg_catalog.regclass)
  from pg_catalog.pg_policy p
  join tenant_table c on c.oid = p.polrelid
  cross join pg_catalog.unnest(p.polroles) as y (oid)
)
select
  'R49' as rule,
  'error' as severity,
  pg_catalog.quote_ident(r.rolname) as object,
  (select 'it is none of the system''s roles, and was given ' || pg_catalog.string_agg(distinct g.what, ', ')
   from granted g where g.grantee = r.oid and g.owner <> r.oid
     and exists (select from stranger s where s.oid = r.oid)) as detail,
  'make it a member of a group of the application instead, or revoke it; or name an exception that says why it may read what it does' as remedy
from pg_catalog.pg_roles r
where exists (select from stranger s where s.oid = r.oid) or exists (select from application_role a where a.oid = r.oid)
order by object, detail;
