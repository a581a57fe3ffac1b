-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- A LEAKPROOF function is asked before the policy is, about every tenant's rows. Only a superuser can say so of one, and
-- of a function of one's own nobody has shown it.

select
  'R41' as rule,
  'error' as severity,
  coalesce(f.signature, pg_catalog.quote_ident(pg_catalog.current_database())) as object,
  case when f.proleakproof then 'it is LEAKPROOF, and sees rows before the policies do' end as detail,
  'alter function ... not leakproof' as remedy
from names n
left join user_function f on true
order by object, detail;
