-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- Schemas separate what the application, the audit and operations own: a role that may change the
-- application's tables is not the one that may change the audit's.
-- Runs as the database's owner, because only the owner can take PUBLIC's rights to the database away.

set local role none;
set local search_path = pg_catalog, pg_temp;

-- A temporary table survives in a pooled server connection and can be read by the next client.
do $$
begin
  execute format('revoke create, temporary on database %I from public', current_database());
end
$$;
revoke create on schema public from public;

create schema app authorization launch_owner;
create schema audit authorization launch_audit_owner;
create schema ops authorization launch_owner;

-- PUBLIC may execute every new function unless its maker says otherwise; the makers say otherwise once.
set local role launch_owner;
alter default privileges revoke execute on functions from public;
comment on schema app is 'What tenants own, and the functions that know the tenant';
comment on schema ops is 'What operators look at';
grant usage on schema app to launch_audit_owner, launch_migrator, launch_rw, launch_ro, launch_auditor,
  launch_archiver, launch_platform;
set local role launch_audit_owner;
alter default privileges revoke execute on functions from public;
comment on schema audit is 'What happened: append only, owned by a role the application can not become';
grant usage on schema audit to launch_owner, launch_migrator, launch_rw, launch_ro, launch_auditor,
  launch_archiver, launch_platform;
