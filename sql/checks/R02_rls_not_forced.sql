-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- Without FORCE the table's owner, and every function that runs as the owner, passes the policies by.

select
  'R02' as rule,
  'error' as severity,
  pg_catalog.format('%I.%I', c.nspname, c.relname) as object,
  case when c.relrowsecurity and not c.relforcerowsecurity
    then 'row level security is enabled but not forced on the owner' end as detail,
  'alter table ... force row level security' as remedy
from tenant_table c
order by object, detail;
