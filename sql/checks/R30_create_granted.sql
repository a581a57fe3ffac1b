-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- Who can create can plant: a function or operator of one's own runs inside other people's queries.

with place as (
  select pg_catalog.format('database %I', d.datname) as name, d.oid, true as is_database
  from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()
  union all
  select pg_catalog.format('schema %I', n.nspname), n.oid, false
  from pg_catalog.pg_namespace n where n.nspname !~ '^pg_(toast|temp)'
)
select
  'R30' as rule,
  'error' as severity,
  p.name as object,
  case when case when p.is_database then pg_catalog.has_database_privilege(a.oid, p.oid, 'CREATE')
            else pg_catalog.has_schema_privilege(a.oid, p.oid, 'CREATE') end
    then pg_catalog.format('%s can create in it', a.rolname) end as detail,
  'revoke create on ... from the role and from public' as remedy
from place p
cross join application_role a
order by object, detail;
