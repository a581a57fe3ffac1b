-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- Default privileges reach what is made later, partitions included, without anybody looking. EXECUTE for PUBLIC is a
-- default that the owners have to take away.

with given as (
  select d.defaclrole as maker, x.privilege_type, x.grantee
  from pg_catalog.pg_default_acl d
  left join lateral pg_catalog.aclexplode(d.defaclacl) x
    on x.grantee = 0 or exists (select from application_role a where a.oid = x.grantee)
  union
  select s.nspowner, revoked.privilege_type, 0
  from names n
  join pg_catalog.pg_namespace s on s.nspname in (n.app_schema, n.audit_schema, n.ops_schema, n.seal_schema)
  left join (values ('EXECUTE')) as revoked (privilege_type) on not exists (
    select from pg_catalog.pg_default_acl d
    where d.defaclrole = s.nspowner and d.defaclnamespace = 0 and d.defaclobjtype = 'f')
)
select
  'R31' as rule,
  'error' as severity,
  pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(g.maker)) as object,
  case when g.privilege_type is not null then pg_catalog.format(
    'what it makes gives %s to %s',
    g.privilege_type,
    case g.grantee when 0 then 'PUBLIC' else pg_catalog.pg_get_userbyid(g.grantee) end) end as detail,
  'alter default privileges ... revoke; grant on each object' as remedy
from given g
order by object, detail;
