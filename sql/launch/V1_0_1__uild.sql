-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- Ids of entities and actors: 26 characters of Crockford base32, sortable by time (48 bits of milliseconds,
-- 80 random bits). Collation "C" because ids are compared byte by byte: a linguistic collation is slower, and
-- an upgrade of the collation library would corrupt the indexes.

set local role launch_owner;
set local search_path = pg_catalog, pg_temp;

create domain app.uild as text collate "C"
  constraint uild_format check (value ~ '^[0-7][0-9A-HJKMNP-TV-Z]{25}$');

comment on domain app.uild is 'Sortable id: 26 characters of Crockford base32, upper case';

create function app.crockford(value bigint, digits integer)
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

comment on function app.crockford(bigint, integer) is 'The lowest 5 * digits bits of a number, in Crockford base32';

-- gen_random_uuid() is the server's strong randomness without an extension. Bytes 6 and 8 of a version 4 uuid
-- carry fixed bits, so the 80 bits come from the bytes before and after them.
create function app.new_uild()
returns app.uild
language plpgsql
volatile
parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  entropy constant text := encode(uuid_send(gen_random_uuid()), 'hex');
  milliseconds constant bigint := floor(extract(epoch from clock_timestamp()) * 1000);
begin
  return app.crockford(milliseconds, 10)
    || app.crockford(('x' || substr(entropy, 1, 10))::bit(40)::bigint, 8)
    || app.crockford(('x' || substr(entropy, 19, 10))::bit(40)::bigint, 8);
end
$$;

comment on function app.new_uild() is 'A new id, made by the database only';

grant execute on function app.crockford(bigint, integer), app.new_uild()
  to launch_audit_owner, launch_migrator, launch_rw, launch_platform;
