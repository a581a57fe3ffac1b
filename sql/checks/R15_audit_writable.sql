-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- Who may write the log may forge it or erase it.

select
  'R15' as rule,
  'error' as severity,
  pg_catalog.format('%I.%I', s.nspname, c.relname) as object,
  case when pg_catalog.has_table_privilege(a.oid, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
      or pg_catalog.has_any_column_privilege(a.oid, c.oid, 'INSERT, UPDATE')
    then pg_catalog.format('%s can write to it', a.rolname) end as detail,
  'revoke insert, update, delete, truncate; the capture function writes as the owner' as remedy
from names n
join pg_catalog.pg_namespace s on s.nspname = n.audit_schema
join pg_catalog.pg_class c on c.relnamespace = s.oid and c.relkind in ('r', 'p', 'v', 'f')
cross join application_role a
order by object, detail;
