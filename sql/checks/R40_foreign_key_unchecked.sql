-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- A foreign key that was never validated may have orphans behind it: another tenant's rows, or nobody's. One that is not
-- enforced (PostgreSQL 18) checks nothing at all.

select
  'R40' as rule,
  'error' as severity,
  pg_catalog.concat(
    pg_catalog.format('%I.%I', c.nspname, c.relname), ': ' || pg_catalog.quote_ident(f.conname)) as object,
  case
    when pg_catalog.to_jsonb(f) ->> 'conenforced' = 'false' then 'the foreign key is not enforced'
    when not f.convalidated then 'the foreign key was not validated' end as detail,
  'alter table ... validate constraint, as a role that sees all rows' as remedy
from tenant_table c
left join pg_catalog.pg_constraint f on f.conrelid = c.oid and f.contype = 'f' and f.conparentid = 0
order by object, detail;
