-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- What ALTER ROLE or ALTER DATABASE sets is there before the first statement of a session. Some of it takes protection
-- away, some only makes statements fail or mean something else; a login can set most of it for itself.

with judged as (
  select v.*
  from names n
  cross join lateral (values
    ('session_replication_role', 'error', 'origin', 'triggers that are not ALWAYS do not fire'),
    ('row_security', 'error', 'on', 'queries fail instead of being held to the tenant'),
    ('role', 'error', 'none', 'sessions begin as another role'),
    (n.context_setting, 'error', '', 'sessions begin with a context that nobody asked for'),
    ('session_preload_libraries', 'error', '', 'sessions load somebody''s code'),
    ('local_preload_libraries', 'error', '', 'sessions load somebody''s code'),
    ('lo_compat_privileges', 'error', 'off', 'large objects are everybody''s'),
    ('search_path', 'warning', '', 'a name may mean another object'),
    ('default_transaction_read_only', 'warning', 'off', 'sessions can not write'),
    ('standard_conforming_strings', 'warning', 'on', 'a text in quotes means something else'),
    ('backslash_quote', 'warning', 'safe_encoding', 'a text in quotes means something else'),
    ('transform_null_equals', 'warning', 'off', 'a comparison with NULL means something else'),
    ('extra_float_digits', 'warning', '1', 'numbers are written with fewer digits'),
    ('datestyle', 'warning', 'ISO, MDY', 'dates are written in another way'),
    ('intervalstyle', 'warning', 'postgres', 'intervals are written in another way'),
    ('bytea_output', 'warning', 'hex', 'bytes are written in another way'),
    ('pgaudit.log', 'warning', '', 'other statements are recorded than elsewhere, or none'),
    ('log_statement', 'warning', 'none', 'statements are in the server''s log with the passwords in them')
  ) as v (name, severity, safe, why)
), place as (
  select d.oid as database, 0::pg_catalog.oid as role, pg_catalog.format('database %I', d.datname) as name
  from pg_catalog.pg_database d
  where d.datname = pg_catalog.current_database()
  union all
  select v.database, r.oid, pg_catalog.quote_ident(r.rolname)
  from pg_catalog.pg_roles r
  join pg_catalog.pg_database d on d.datname = pg_catalog.current_database()
  cross join lateral (values (0::pg_catalog.oid), (d.oid)) as v (database)
  where exists (select from application_role a where a.oid = r.oid)
    or (not r.rolsuper and exists (
      select
      from names n
      join pg_catalog.pg_roles g on g.rolname in (
        n.owner, n.audit_owner, n.migrator, n.read_write, n.read_only, n.auditor, n.archiver, n.platform)
      where pg_catalog.pg_has_role(r.oid, g.oid, 'member')))
), given as (
  select s.setdatabase, s.setrole, pg_catalog.split_part(c.text, '=', 1) as name,
         pg_catalog.substr(c.text, pg_catalog.strpos(c.text, '=') + 1) as value
  from pg_catalog.pg_db_role_setting s
  cross join pg_catalog.unnest(s.setconfig) as c (text)
)
select
  'R32' as rule,
  coalesce(j.severity, 'warning') as severity,
  p.name as object,
  'it has the setting ' || g.name || ' = ' || g.value || ': ' || j.why as detail,
  'alter role or database ... reset; what a function depends on, it sets itself' as remedy
from place p
left join (
  given g join judged j on pg_catalog.lower(g.name) = j.name
) on g.setdatabase = p.database and g.setrole = p.role and g.value <> j.safe
  -- A login that only reads says so rightly.
  and (j.name <> 'default_transaction_read_only' or p.role = 0 or exists (
    select from names n join pg_catalog.pg_roles w on w.rolname = n.read_write
    where pg_catalog.pg_has_role(p.role, w.oid, 'member')))
order by object, detail;
