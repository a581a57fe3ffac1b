-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- A sequence is one for all tenants: its value tells how much all of them write, and who may set it disturbs them all.
-- Identity columns need no grant on theirs.

select
  'R25' as rule,
  case when privilege.name = 'USAGE' then 'warning' else 'error' end as severity,
  coalesce(q.name, pg_catalog.quote_ident(a.rolname)) as object,
  case when q.oid is not null then pg_catalog.format('%s has %s on the sequence', a.rolname, privilege.name) end as detail,
  'revoke it; make the column an identity, or take ids that no sequence makes' as remedy
from application_role a
left join (
  (select c.oid, pg_catalog.format('%I.%I', s.nspname, c.relname) as name
   from pg_catalog.pg_class c
   join pg_catalog.pg_namespace s on s.oid = c.relnamespace
   where c.relkind = 'S' and s.nspname <> 'information_schema' and s.nspname !~ '^pg_') as q
  cross join (values ('USAGE'), ('SELECT'), ('UPDATE')) as privilege (name)
) on pg_catalog.has_sequence_privilege(a.oid, q.oid, privilege.name)
order by object, detail;
