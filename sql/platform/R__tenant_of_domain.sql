-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- Which tenant a request is for. The gateway knows a domain and may ask for this one; it can list none. An unknown domain
-- and that of a tenant that is not active get the same answer, none.
-- One rule of spelling: capitals of ASCII count as small letters, and one dot at the end does not count. Nothing else is
-- changed: a name in another script is asked for as it is registered, by its A-labels, as clients send it.

set local role ${owner};
set local search_path = pg_catalog, pg_temp;

create or replace function ${app_schema}.tenant_of_domain(host text)
returns ${id_base_type}
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  -- Capitals of other scripts have small letters in ASCII: the Kelvin sign is no k here.
  asked constant text := case when octet_length(host) <= 254 then lower(host collate "C") end;
begin
  return (
    select t.id from ${app_schema}.${tenants_table} t
    where t.domain = case when right(asked, 1) = '.' then left(asked, -1) else asked end and t.status = 'active'
  );
end
$$;

comment on function ${app_schema}.tenant_of_domain(text) is 'The active tenant that a domain belongs to; null if there is none';

grant execute on function ${app_schema}.tenant_of_domain(text) to ${gateway};
