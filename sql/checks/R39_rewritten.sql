-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- A rule rewrites statements before policies are added, and runs what it adds with the rights of the table's owner.

select
  'R39' as rule,
  'error' as severity,
  pg_catalog.format('%I.%I', c.nspname, c.relname) as object,
  case when r.oid is not null then pg_catalog.format('the rule %I rewrites statements', r.rulename) end as detail,
  'drop rule; write a trigger' as remedy
from tenant_table c
left join pg_catalog.pg_rewrite r on r.ev_class = c.oid
order by object, detail;
