-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- PostgreSQL checks a foreign key that is added or validated under the policies of the table's owner. What these hide is
-- not checked, and the key is called valid over it. So each foreign key is looked at again, by a role for which
-- both tables show every row: the one that asks, or the table's owner or the migrator if it may become that.
-- A login that can become nobody of the kind looks at nothing; for some keys only, it says how many are left. 100,000
-- rows are looked at for each key.

with candidate as materialized (
  select r.oid, r.rolname, r.rolsuper or r.rolbypassrls as passes, r.rolname = current_user as is_current
  from pg_catalog.pg_roles r
  cross join names n
  where r.rolname = current_user
    or ((r.rolname in (n.owner, n.audit_owner, n.migrator) or r.oid in (select c.relowner from tenant_table c))
      and pg_catalog.pg_has_role(session_user, r.oid, case
        when pg_catalog.current_setting('server_version_num')::pg_catalog.int4 < 160000 then 'MEMBER' else 'SET' end))
), shown as materialized (
  -- Whether policies show all of a table to one of them: one shows it without a condition, and none restricts it.
  select r.oid as role, p.polrelid as relation,
         pg_catalog.bool_and(p.polpermissive)
           and pg_catalog.bool_or(p.polpermissive and p.polcmd in ('*', 'r') and p.expression = 'true') as whole
  from candidate r
  cross join policy_part p
  cross join pg_catalog.unnest(p.polroles) as y (oid)
  where case when y.oid = 0 then true else pg_catalog.pg_has_role(r.oid, y.oid, 'usage') end
  group by r.oid, p.polrelid
), seeing as materialized (
  select r.oid as role, c.oid as relation
  from candidate r
  cross join tenant_table c
  left join shown p on p.role = r.oid and p.relation = c.oid
  where pg_catalog.has_schema_privilege(r.oid, c.relnamespace, 'USAGE')
    and pg_catalog.has_table_privilege(r.oid, c.oid, 'SELECT')
    and (r.passes or not c.relrowsecurity
      or (not c.relforcerowsecurity and pg_catalog.pg_has_role(r.oid, c.relowner, 'usage'))
      or p.whole)
), reference as (
  select f.oid, f.conrelid, f.conname,
         -- "is true" keeps the planner from a join, which would be one of all keys with all that is seen.
         (select r.rolname
          from candidate r
          where ((r.oid, f.conrelid) in (select s.role, s.relation from seeing s)) is true
            and ((r.oid, f.confrelid) in (select s.role, s.relation from seeing s)) is true
          order by r.is_current desc, r.rolname
          limit 1) as reader,
         pg_catalog.format(
           'select exists (select from (select %s from %s where %s limit 100000) c where not exists (select from %s p where %s)) as orphaned',
           parts.columns, f.conrelid::pg_catalog.regclass, parts.given, f.confrelid::pg_catalog.regclass, parts.same) as query
  from tenant_table c
  join pg_catalog.pg_constraint f on f.conrelid = c.oid and f.contype = 'f' and f.conparentid = 0 and f.convalidated
  cross join lateral (
    select pg_catalog.string_agg(pg_catalog.format('%I', own.attname), ', ') as columns,
           pg_catalog.string_agg(pg_catalog.format('%I is not null', own.attname), ' and ') as given,
           pg_catalog.string_agg(
             pg_catalog.format('p.%I operator(%I.%s) c.%I', other.attname, s.nspname, o.oprname, own.attname), ' and ')
             as same
    from rows from (
      pg_catalog.unnest(f.conkey), pg_catalog.unnest(f.confkey), pg_catalog.unnest(f.conpfeqop)) as pair (own, other, operator)
    join pg_catalog.pg_attribute own on own.attrelid = f.conrelid and own.attnum = pair.own
    join pg_catalog.pg_attribute other on other.attrelid = f.confrelid and other.attnum = pair.other
    join pg_catalog.pg_operator o on o.oid = pair.operator
    join pg_catalog.pg_namespace s on s.oid = o.oprnamespace
  ) as parts
), looked_at as materialized (
  -- A query in a query, since which tables it reads is known only here; the role is the transaction's.
  select r.oid, r.conrelid, r.conname,
         case when r.reader is not null and pg_catalog.set_config('role', r.reader, true) is not null
           then pg_catalog.query_to_xml(r.query, false, false, '')::pg_catalog.text ~ '<orphaned>true<' end as orphaned
  from reference r
)
select
  'R46' as rule,
  'error' as severity,
  pg_catalog.concat(
    pg_catalog.format('%I.%I', c.nspname, c.relname), ': ' || pg_catalog.quote_ident(l.conname)) as object,
  case when l.orphaned then 'rows refer to a row that is not there, behind a validated foreign key' end as detail,
  'repair the rows as a role that sees them all, and validate the key again' as remedy
from tenant_table c
left join looked_at l on l.conrelid = c.oid
where exists (select from seeing s)
union all
select 'R46', 'warning', pg_catalog.quote_ident(pg_catalog.current_database()), pg_catalog.format(
         '%s foreign keys were not looked at: nobody whom this login can become sees all rows of both tables',
         pg_catalog.count(*)),
       'run this as a login that can become the owner of the tables, or the migrator'
from looked_at l
where l.orphaned is null and exists (select from seeing s)
having pg_catalog.count(*) > 0
order by object, detail;
