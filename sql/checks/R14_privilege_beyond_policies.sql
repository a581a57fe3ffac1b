-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- TRUNCATE, REFERENCES, TRIGGER and MAINTAIN are not subject to row level security; GRANT ALL includes them.

select
  'R14' as rule,
  'error' as severity,
  pg_catalog.format('%I.%I', n.nspname, c.relname) as object,
  pg_catalog.format(
    '%s has %s',
    case granted.grantee when 0 then 'PUBLIC' else pg_catalog.pg_get_userbyid(granted.grantee) end,
    granted.privilege_type) as detail,
  'revoke it; grant the four DML verbs and nothing else' as remedy
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
cross join lateral pg_catalog.aclexplode(c.relacl) as granted
where c.relkind in ('r', 'p') and granted.grantee <> c.relowner
  and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
  and granted.privilege_type in ('TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN')
order by object, detail;
