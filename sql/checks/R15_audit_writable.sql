-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- Who may write the log may forge it or erase it: by a grant, whoever has it; by a policy for more than the owner's
-- INSERT; by becoming the owner. A trigger before each row can change it or leave it out, a crash empties what is
-- unlogged. The database's owner can become every role, and the owner of the log can empty it by
-- TRUNCATE, which asks no policy: no rule can find a use of that, so the log has to be shipped elsewhere as well.

with log as (
  select c.oid, c.relowner, c.relacl, c.relispartition, c.relpersistence, pg_catalog.format('%I.%I', s.nspname, c.relname) as name
  from names n
  join pg_catalog.pg_namespace s on s.nspname = n.audit_schema
  join pg_catalog.pg_class c on c.relnamespace = s.oid and c.relkind in ('r', 'p', 'v', 'f')
), found as (
  select l.oid, pg_catalog.format(
    '%s can write to it', case g.grantee when 0 then 'PUBLIC' else pg_catalog.pg_get_userbyid(g.grantee) end) as detail
  from log l
  cross join lateral (
    select x.grantee, x.privilege_type from pg_catalog.aclexplode(l.relacl) x
    union
    select x.grantee, x.privilege_type
    from pg_catalog.pg_attribute a cross join lateral pg_catalog.aclexplode(a.attacl) x
    where a.attrelid = l.oid and not a.attisdropped
  ) as g
  where g.grantee <> l.relowner and g.privilege_type in ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE')
  union
  select l.oid, pg_catalog.format('%s can write to it', a.rolname)
  from log l
  cross join application_role a
  where pg_catalog.has_table_privilege(a.oid, l.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
     or pg_catalog.has_any_column_privilege(a.oid, l.oid, 'INSERT, UPDATE')
  union
  select l.oid, pg_catalog.format('the policy %I lets rows be written by more than the owner''s INSERT', p.polname)
  from log l
  join pg_catalog.pg_policy p on p.polrelid = l.oid and p.polpermissive
  where p.polcmd in ('*', 'w', 'd') or (p.polcmd = 'a' and p.polroles <> array[l.relowner])
  union
  select l.oid, pg_catalog.format('the trigger %I can change rows or leave them out', t.tgname)
  from log l
  join pg_catalog.pg_trigger t on t.tgrelid = l.oid and not t.tgisinternal and t.tgparentid = 0 and t.tgtype & 3 = 3
  union
  select l.oid, 'it is unlogged'
  from log l
  where l.relpersistence = 'u'
  union
  select l.oid, pg_catalog.format('%s can become its owner', r.rolname)
  from log l
  join pg_catalog.pg_roles r on not l.relispartition and r.oid <> l.relowner and not r.rolsuper
    and pg_catalog.pg_has_role(r.oid, l.relowner, 'member')
    and r.oid <> (select d.datdba from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
)
select
  'R15' as rule,
  'error' as severity,
  l.name as object,
  f.detail,
  'revoke insert, update, delete, truncate, and membership in its owner; the capture function writes as the owner'
    as remedy
from log l
left join found f on f.oid = l.oid
order by object, detail;
