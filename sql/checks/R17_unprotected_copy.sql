-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- Materialized views and foreign tables know no row level security: who may read one reads all of it.

select
  'R17' as rule,
  'error' as severity,
  coalesce(r.name, pg_catalog.quote_ident(a.rolname)) as object,
  case when r.oid is not null then pg_catalog.format(
    '%s can read this %s, and no policy can hold for it',
    a.rolname, case r.relkind when 'm' then 'materialized view' else 'foreign table' end) end as detail,
  'revoke select; read it through a function or a view that compares the tenant, or share it if it is every tenant''s'
    as remedy
from application_role a
left join (
  select c.oid, c.relkind, pg_catalog.format('%I.%I', s.nspname, c.relname) as name
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace s on s.oid = c.relnamespace
  where c.relkind in ('m', 'f')
    and c.oid not in (select h.oid from shared_table h)
) as r on pg_catalog.has_any_column_privilege(a.oid, r.oid, 'SELECT')
order by object, detail;
