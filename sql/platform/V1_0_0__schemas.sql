-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- Schemas separate what the application owns from what operators look at; the audit log has its own, made with it.
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

create schema ${app_schema} authorization ${owner};
create schema ${ops_schema} authorization ${owner};
-- Its owner is nobody's but the context's: who may change the application's tables does not hold the keys.
create schema ${seal_schema} authorization ${seal_owner};

-- PUBLIC may execute every new function unless its maker says otherwise; the maker says otherwise once.
set local role ${owner};
alter default privileges revoke execute on functions from public;
comment on schema ${app_schema} is 'What tenants own, and the functions that know the tenant';
comment on schema ${ops_schema} is 'What operators look at';
grant usage on schema ${app_schema} to ${audit_owner}, ${migrator}, ${read_write}, ${read_only}, ${auditor},
  ${archiver}, ${platform}, ${gateway}, ${seal_owner};

set local role ${seal_owner};
alter default privileges revoke execute on functions from public;
comment on schema ${seal_schema} is 'What a tenant context rests on that SQL can not forge';
grant usage on schema ${seal_schema} to ${key_keeper};
