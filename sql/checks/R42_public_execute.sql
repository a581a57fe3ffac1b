-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- PUBLIC may execute every new function unless its maker took that away. In the system's own schemas each function is
-- granted to whom it is for, and to nobody else.

select
  'R42' as rule,
  'error' as severity,
  coalesce(f.signature, pg_catalog.quote_ident(s.nspname)) as object,
  case when f.proacl is null and f.oid is not null or exists (
      select from pg_catalog.aclexplode(f.proacl) x where x.grantee = 0)
    then 'PUBLIC can execute it' end as detail,
  'revoke execute on function ... from public; grant it to the roles that need it' as remedy
from names n
join pg_catalog.pg_namespace s on s.nspname in (n.app_schema, n.audit_schema, n.ops_schema)
left join user_function f on f.pronamespace = s.oid
order by object, detail;
