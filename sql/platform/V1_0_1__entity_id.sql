-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- Ids of tenants, entities and actors: one domain, over the type, the pattern and the generator that the system chose.
-- The pattern is held against the id as text, so that it says the same of every type. A type whose values all have one
-- form, as uuid, takes a pattern that describes it.
-- The default is a ULID: 26 characters of Crockford base32, sortable by time (48 bits of milliseconds, 80 random bits).
-- Its collation is "C" because ids are compared byte by byte: a linguistic collation is slower, and an upgrade of the
-- collation library would corrupt the indexes.

set local role ${owner};
set local search_path = pg_catalog, pg_temp;

create domain ${app_schema}.entity_id as ${id_type}
  constraint entity_id_format check (value::text ~ '${id_pattern}');

comment on domain ${app_schema}.entity_id is 'Id of a tenant, an entity or an actor';

create function ${app_schema}.crockford(value bigint, digits integer)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  alphabet constant bytea := '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  result text := '';
begin
  for place in 0 .. digits - 1 loop
    result := chr(get_byte(alphabet, ((value >> (5 * place)) & 31)::integer)) || result;
  end loop;
  return result;
end
$$;

comment on function ${app_schema}.crockford(bigint, integer) is
  'The lowest 5 * digits bits of a number, in Crockford base32';

-- gen_random_uuid() is the server's strong randomness without an extension. Bytes 6 and 8 of a version 4 uuid
-- carry fixed bits, so the 80 bits come from the bytes before and after them.
create function ${app_schema}.new_ulid()
returns text
language plpgsql
volatile
parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  entropy constant text := encode(uuid_send(gen_random_uuid()), 'hex');
  milliseconds constant bigint := floor(extract(epoch from clock_timestamp()) * 1000);
begin
  return ${app_schema}.crockford(milliseconds, 10)
    || ${app_schema}.crockford(('x' || substr(entropy, 1, 10))::bit(40)::bigint, 8)
    || ${app_schema}.crockford(('x' || substr(entropy, 19, 10))::bit(40)::bigint, 8);
end
$$;

comment on function ${app_schema}.new_ulid() is 'A ULID: sortable by the millisecond it was made in';

create function ${app_schema}.new_entity_id()
returns ${app_schema}.entity_id
language plpgsql
volatile
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  return ${id_generator};
end
$$;

comment on function ${app_schema}.new_entity_id() is 'A new id, made by the database only';

grant execute
  on function ${app_schema}.crockford(bigint, integer), ${app_schema}.new_ulid(), ${app_schema}.new_entity_id()
  to ${audit_owner}, ${migrator}, ${read_write}, ${platform};
