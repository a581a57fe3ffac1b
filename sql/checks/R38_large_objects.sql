-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- Large objects know neither tenants nor policies: a grant, or an owner, and numbers that can be guessed. The functions
-- for them are PUBLIC's, so what the application once stored is the application's, for whichever tenant it works.

select
  'R38' as rule,
  'error' as severity,
  pg_catalog.quote_ident(a.rolname) as object,
  case when reached.objects > 0 then pg_catalog.format('it can read %s large objects', reached.objects) end as detail,
  'keep bytes in a column of a tenant''s table; lo_unlink() them, or revoke the grant' as remedy
from application_role a
cross join lateral (
  select pg_catalog.count(*) as objects
  from pg_catalog.pg_largeobject_metadata l
  where pg_catalog.pg_has_role(a.oid, l.lomowner, 'usage')
    or exists (
      select from pg_catalog.aclexplode(l.lomacl) x
      where case when x.grantee = 0 then true else pg_catalog.pg_has_role(a.oid, x.grantee, 'usage') end)
) as reached
order by object, detail;
