-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- Row level security is off: every role with a grant reads every tenant. Partitions count like tables, because
-- none inherits the setting.

select
  'R01' as rule,
  'error' as severity,
  pg_catalog.format('%I.%I', c.nspname, c.relname) as object,
  case when not c.relrowsecurity then 'row level security is not enabled' end as detail,
  'alter table ... enable row level security, force row level security' as remedy
from tenant_table c
order by object, detail;
