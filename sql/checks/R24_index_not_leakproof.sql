-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- A condition whose operator is not LEAKPROOF waits for the policy: it can't be an index condition beside it, and the
-- index on that column is read for nothing (measured: 100 to 900 times slower). So it is with enums, numeric, jsonb,
-- arrays, trigrams, and with every expression of such a function, as lower() is; text, integers, uuid, boolean and times
-- compared with their own type are not among them. The tenant's own column leads the index and is not meant.

with entry as (
  select c.oid, k.relname as index, position.number, i.indkey[position.number] as attnum,
         i.indclass[position.number] as opclass, i.indexprs
  from tenant_table c
  join pg_catalog.pg_index i on i.indrelid = c.oid and i.indisvalid
  join pg_catalog.pg_class k on k.oid = i.indexrelid
  cross join lateral pg_catalog.generate_series(0, i.indnkeyatts - 1) as position (number)
  where not c.relispartition
), found as (
  select distinct e.oid, e.index, coalesce(a.attname::pg_catalog.text, 'an expression') as part
  from entry e
  join pg_catalog.pg_opclass o on o.oid = e.opclass
  left join pg_catalog.pg_attribute a on a.attrelid = e.oid and a.attnum = e.attnum and e.attnum <> 0
  where exists (
      select
      from pg_catalog.pg_amop m
      join pg_catalog.pg_operator p on p.oid = m.amopopr
      join pg_catalog.pg_proc f on f.oid = p.oprcode
      where m.amopfamily = o.opcfamily and m.amoplefttype = o.opcintype and m.amoprighttype = o.opcintype
        and m.amoppurpose = 's' and not f.proleakproof)
    -- What an expression calls is in its tree, as the number of a function or of an operator's function.
    or (e.attnum = 0 and exists (
      select
      from pg_catalog.regexp_matches(e.indexprs::pg_catalog.text, ':(?:funcid|opfuncid) (\d+)', 'g') as called (number)
      join pg_catalog.pg_proc f on f.oid = called.number[1]::pg_catalog.oid and not f.proleakproof))
)
select
  'R24' as rule,
  'warning' as severity,
  pg_catalog.concat(pg_catalog.format('%I.%I', c.nspname, c.relname), ': ' || pg_catalog.quote_ident(f.index)) as object,
  'a condition on ' || f.part || ' is no index condition under row level security' as detail,
  'store what is compared in a generated column of a type whose operators are leakproof, or search in a function that compares the tenant'
    as remedy
from tenant_table c
left join found f on f.oid = c.oid
order by object, detail;
