-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- A policy TO PUBLIC opens the rows to every role that is ever granted the table.

select
  'R06' as rule,
  'error' as severity,
  pg_catalog.format('%s: %I', p.polrelid::pg_catalog.regclass, p.polname) as object,
  case when 0 = any (p.polroles) then 'the policy applies to PUBLIC' end as detail,
  'alter policy ... to a group role' as remedy
from pg_catalog.pg_policy p
order by object, detail;
