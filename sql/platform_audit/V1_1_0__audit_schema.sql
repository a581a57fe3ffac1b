-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- A schema with an owner of its own: a role that may change the application's tables is not the one that may change
-- the log. Runs as the database's owner, because only the owner can give a schema to another role.

set local role none;
set local search_path = pg_catalog, pg_temp;

create schema ${audit_schema} authorization ${audit_owner};

-- PUBLIC may execute every new function unless its maker says otherwise; the maker says otherwise once.
set local role ${audit_owner};
alter default privileges revoke execute on functions from public;
comment on schema ${audit_schema} is 'What happened: append only, owned by a role the application can not become';
grant usage on schema ${audit_schema} to ${owner}, ${migrator}, ${read_write}, ${read_only}, ${auditor},
  ${archiver}, ${platform};
