-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- Who can read a key makes tokens, and who can read the number in the names of the context's settings writes them by
-- hand; who can write one of the two chooses it. pg_read_all_data and pg_write_all_data are enough for that. The keeper
-- adds keys and reads none. Superusers and the database's owner, who can become the owner of the seal, are not asked.

with secret as (
  select c.oid, c.relname, c.relkind, s.nspname
  from names n
  join pg_catalog.pg_namespace s on s.nspname = n.seal_schema
  join pg_catalog.pg_class c on c.relnamespace = s.oid and c.relname in ('token_keys', 'cell', 'cell_more', 'strength')
), other as (
  select r.oid, r.rolname, r.rolname = n.key_keeper as is_keeper,
         pg_catalog.pg_has_role(r.oid, o.oid, 'member') as may_become_owner
  from names n
  join pg_catalog.pg_roles o on o.rolname = n.seal_owner
  cross join pg_catalog.pg_roles r
  join pg_catalog.pg_database d on d.datname = pg_catalog.current_database() and d.datdba <> r.oid
  where r.oid <> o.oid and not r.rolsuper and r.rolname !~ '^(pg|rds)_'
), reach as (
  select o.rolname, s.oid,
         case
           when o.may_become_owner then 'become its owner'
           when s.relkind = 'S' and pg_catalog.has_sequence_privilege(o.oid, s.oid, 'SELECT, USAGE, UPDATE') then 'read or set it'
           when s.relname = 'token_keys' and (
               pg_catalog.has_column_privilege(o.oid, s.oid, 'inner_pad', 'SELECT, UPDATE')
               or pg_catalog.has_column_privilege(o.oid, s.oid, 'outer_pad', 'SELECT, UPDATE')) then 'read or change keys'
           when s.relkind = 'r' and not pg_catalog.pg_has_role(o.oid, k.oid, 'usage') and (
               pg_catalog.has_any_column_privilege(o.oid, s.oid, 'INSERT, UPDATE')
               or pg_catalog.has_table_privilege(o.oid, s.oid, 'DELETE, TRUNCATE')) then 'write to it'
           end as what
  from secret s
  cross join other o
  cross join names n
  left join pg_catalog.pg_roles k on k.rolname = n.key_keeper
)
select
  'R47' as rule,
  'error' as severity,
  pg_catalog.format('%I.%I', s.nspname, s.relname) as object,
  case when r.what is not null then pg_catalog.format('%s can %s', r.rolname, r.what) end as detail,
  'revoke the privilege or the membership, pg_read_all_data and pg_write_all_data among them' as remedy
from secret s
left join reach r on r.oid = s.oid and r.what is not null
order by object, detail;
