-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- Row level security without a policy for what a role may do answers with no row at all, which looks like an empty
-- table. On a partition that is intended: it is reached through its parent only.
-- PostgreSQL asks for whom a policy is by the privileges a role has, and so does this. What everybody was granted is named as
-- PUBLIC's: it is one cause, however many roles have it.

select
  'R03' as rule,
  'error' as severity,
  pg_catalog.format('%I.%I', c.nspname, c.relname) as object,
  case
    when not c.relrowsecurity or c.relispartition then null
    when not exists (select from pg_catalog.pg_policy p where p.polrelid = c.oid)
      then 'row level security is enabled and there is no policy'
    else 'there is a grant and no policy for ' || uncovered.commands end as detail,
  case when uncovered.by_public then 'revoke it from PUBLIC, or create the policies'
    else 'protect_tenant_table(), or create the policies' end as remedy
from tenant_table c
cross join lateral (
  select pg_catalog.string_agg(
           distinct pg_catalog.format('%s by %s', command.name, case when everybody.may then 'PUBLIC' else a.rolname end), ', ') as commands,
         pg_catalog.bool_or(everybody.may) as by_public
  from application_role a
  cross join (values ('SELECT', 'r'), ('INSERT', 'a'), ('UPDATE', 'w'), ('DELETE', 'd')) as command (name, letter)
  cross join lateral (
    select case when command.name = 'DELETE' then pg_catalog.has_table_privilege('public', c.oid, command.name)
           else pg_catalog.has_any_column_privilege('public', c.oid, command.name) end as may
  ) as everybody
  where case when command.name = 'DELETE' then pg_catalog.has_table_privilege(a.oid, c.oid, command.name)
        else pg_catalog.has_any_column_privilege(a.oid, c.oid, command.name) end
    and not exists (
      select
      from pg_catalog.pg_policy p
      cross join pg_catalog.unnest(p.polroles) as r (oid)
      where p.polrelid = c.oid and p.polpermissive and p.polcmd in ('*', command.letter)
        and case when r.oid = 0 then true else pg_catalog.pg_has_role(a.oid, r.oid, 'usage') end)
) as uncovered
order by object, detail;
