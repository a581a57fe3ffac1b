-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- A temporary table outlives the client in a pooled connection and is read by the next one; the right to make one is
-- PUBLIC's by default.

select
  'R29' as rule,
  'error' as severity,
  pg_catalog.quote_ident(pg_catalog.current_database()) as object,
  case when pg_catalog.has_database_privilege(a.oid, pg_catalog.current_database(), 'TEMPORARY')
    then pg_catalog.format('%s can make temporary tables', a.rolname) end as detail,
  'revoke temporary on database ... from public' as remedy
from application_role a
order by object, detail;
