-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- TRUNCATE, REFERENCES, TRIGGER and MAINTAIN are not subject to row level security; GRANT ALL includes them. A column
-- can be granted for REFERENCES too: a foreign key to it tells whether another tenant's row is there. A view can be
-- granted for TRIGGER: one INSTEAD OF sees what others write. What somebody has WITH GRANT OPTION, others have next.

select
  'R14' as rule,
  'error' as severity,
  pg_catalog.format('%I.%I', n.nspname, c.relname) as object,
  case when granted.privilege_type is not null then pg_catalog.format(
    '%s has %s',
    case granted.grantee when 0 then 'PUBLIC' else pg_catalog.pg_get_userbyid(granted.grantee) end,
    granted.privilege_type) end as detail,
  'revoke it; grant the four DML verbs and nothing else' as remedy
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join lateral (
  select x.grantee, x.privilege_type || case when x.is_grantable then ' with grant option' else '' end as privilege_type
  from pg_catalog.aclexplode(c.relacl) x
  union
  select x.grantee, pg_catalog.format(
           '%s (%I)%s', x.privilege_type, a.attname, case when x.is_grantable then ' with grant option' end)
  from pg_catalog.pg_attribute a cross join lateral pg_catalog.aclexplode(a.attacl) x
  where a.attrelid = c.oid and not a.attisdropped
) as granted on granted.grantee <> c.relowner
  and granted.privilege_type ~ '^(TRUNCATE|REFERENCES|TRIGGER|MAINTAIN)\M|with grant option$'
where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
order by object, detail;
