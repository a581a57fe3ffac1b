-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- A SECURITY DEFINER function works with its owner's rights and under its owner's policies. Where these show more than
-- one tenant, whoever may call it reads past the policies; as a trigger it is called by whoever may write, and as a part
-- of an aggregate by whoever may execute that, since there its owner is asked for the right to execute it. The context
-- function of the contract has to look the tenant up, and is compared with what was shipped elsewhere; so has the gateway's
-- own function, for the gateway.
-- Without a search path of its own, such a function finds what its caller put in front.

with definer as materialized (
  select f.oid, f.signature, f.proowner,
         f.nspname = n.app_schema and not f.proretset and (
           f.proname in ('current_tenant', 'current_actor') and f.pronargs = 0 or f.proname = 'set_context' and f.pronargs in (1, 2)) as is_contract,
         f.nspname = n.app_schema and f.proname = 'tenant_of_domain' as is_routing,
         not exists (
           select from pg_catalog.unnest(f.proconfig) as setting
           where setting like 'search\_path=%' and setting not like '%$user%') as is_open
  from user_function f
  cross join names n
  where f.prosecdef
), called as materialized (
  select d.oid, 'can execute it' as how, a.rolname
  from definer d
  join application_role a on pg_catalog.has_function_privilege(a.oid, d.oid, 'EXECUTE')
  union
  select d.oid, pg_catalog.format('calls it by the trigger %I on %s', t.tgname, t.tgrelid::pg_catalog.regclass), a.rolname
  from definer d
  join pg_catalog.pg_trigger t on t.tgfoid = d.oid and not t.tgisinternal
  join application_role a on pg_catalog.has_any_column_privilege(a.oid, t.tgrelid, 'INSERT, UPDATE')
    or pg_catalog.has_table_privilege(a.oid, t.tgrelid, 'DELETE, TRUNCATE')
  union
  select d.oid, pg_catalog.format('runs it by the aggregate %s', g.aggfnoid::pg_catalog.regprocedure), a.rolname
  from definer d
  join pg_catalog.pg_aggregate g on d.oid in (
    g.aggtransfn, g.aggfinalfn, g.aggcombinefn, g.aggserialfn, g.aggdeserialfn, g.aggmtransfn, g.aggminvtransfn, g.aggmfinalfn)
  join application_role a on pg_catalog.has_function_privilege(a.oid, g.aggfnoid, 'EXECUTE')
), gateway as (
  select g.oid from names n join pg_catalog.pg_roles g on g.rolname = n.gateway
), open_role as materialized (
  select distinct y.oid
  from policy_part p
  join tenant_table c on c.oid = p.polrelid
  cross join pg_catalog.unnest(p.polroles) as y (oid)
  where p.polpermissive and not p.holds_tenant
), seeing as materialized (
  -- Owners for whom a policy, or the lack of one, opens more than a tenant's rows.
  select r.oid
  from (select distinct d.proowner as oid from definer d) o
  join pg_catalog.pg_roles r on r.oid = o.oid
  where r.rolsuper or r.rolbypassrls
    or exists (
      select from tenant_table c
      where not c.relispartition and case when not c.relrowsecurity or not c.relforcerowsecurity
              and pg_catalog.pg_has_role(r.oid, c.relowner, 'usage')
            then pg_catalog.has_any_column_privilege(r.oid, c.oid, 'SELECT, UPDATE')
              or pg_catalog.has_table_privilege(r.oid, c.oid, 'DELETE') end)
    or exists (
      select from open_role y
      where case when y.oid = 0 then true else pg_catalog.pg_has_role(r.oid, y.oid, 'usage') end)
), found as (
  select c.oid, pg_catalog.format(
    '%s %s, and its owner %s sees more than one tenant''s rows%s',
    c.rolname, c.how, pg_catalog.pg_get_userbyid(d.proowner),
    (select '; it is used by ' || pg_catalog.string_agg(pg_catalog.pg_describe_object(u.classid, u.objid, 0), ', ')
     from pg_catalog.pg_depend u
     where u.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass and u.refobjid = d.oid
       and u.classid in ('pg_catalog.pg_attrdef'::pg_catalog.regclass, 'pg_catalog.pg_policy'::pg_catalog.regclass,
                         'pg_catalog.pg_rewrite'::pg_catalog.regclass, 'pg_catalog.pg_constraint'::pg_catalog.regclass))
  ) as detail
  from called c
  join definer d on d.oid = c.oid
  where not d.is_contract and d.proowner in (select s.oid from seeing s)
    and not (d.is_routing and exists (select from gateway g where pg_catalog.pg_has_role(c.rolname, g.oid, 'member')))
  union all
  select c.oid, pg_catalog.format('%s %s, and it has no search path of its own', c.rolname, c.how)
  from called c
  join definer d on d.oid = c.oid
  where d.is_open
)
select
  'R18' as rule,
  'error' as severity,
  d.signature as object,
  f.detail,
  'revoke execute, make it security invoker or give it an owner whom policies hold to the tenant; set search_path = pg_catalog, pg_temp'
    as remedy
from definer d
left join found f on f.oid = d.oid
union all
select 'R18', 'error', pg_catalog.quote_ident(a.rolname), null, ''
from application_role a
order by object, detail;
