-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- What people read of the log: a period of it. The period is written into the query as literals, whatever it came from:
-- only then partitions are left out when the query is planned. With now() or another value that is known later, each
-- partition is planned and locked first. The functions run as their caller, whose policies say whose entries there are.

set local role ${audit_owner};
set local search_path = pg_catalog, pg_temp;

create function ${audit_schema}.period(starts timestamptz, ends timestamptz)
returns text
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set datestyle = 'ISO, YMD'
as $$
begin
  if (isfinite(starts) and isfinite(ends) and starts < ends) is not true then
    raise exception 'a period has a start and a later end, not % and %', coalesce(starts::text, 'null'), coalesce(ends::text, 'null')
      using errcode = 'invalid_parameter_value';
  end if;
  return format('performed_at >= %L::timestamptz and performed_at < %L::timestamptz', starts, ends);
end
$$;

comment on function ${audit_schema}.period(timestamptz, timestamptz) is 'The condition that an entry is of a period, its end excluded';

create function ${audit_schema}.entries(
  starts timestamptz, ends timestamptz, of_type text default null, of_id text default null, by_actor text default null,
  at_most integer default null)
returns setof ${audit_schema}.audit_log
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return query execute 'select * from ${audit_schema}.audit_log where ' || ${audit_schema}.period(starts, ends)
    || coalesce(' and entity_type = ' || quote_literal(of_type), '')
    || coalesce(' and entity_id = ' || quote_literal(of_id), '')
    || coalesce(' and performed_by::text = ' || quote_literal(by_actor), '')
    || ' order by performed_at desc, recorded_at desc, id'
    || coalesce(' limit ' || at_most, '');
end
$$;

comment on function ${audit_schema}.entries(timestamptz, timestamptz, text, text, text, integer) is
  'The entries of a period that the caller may see, the latest first; of an entity, by an actor, so many at most';

create function ${audit_schema}.summary(starts timestamptz, ends timestamptz)
returns table (
  kind text, entity_type text, action text, performed_by text, entries bigint,
  first_at timestamptz, last_at timestamptz)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return query execute 'select kind, entity_type, action, performed_by::text, count(*), min(performed_at), max(performed_at)'
    ' from ${audit_schema}.audit_log where ' || ${audit_schema}.period(starts, ends)
    || ' group by 1, 2, 3, 4 order by 1, 2, 3, 4';
end
$$;

comment on function ${audit_schema}.summary(timestamptz, timestamptz) is
  'How many entries of a period the caller may see, by entity, action and actor';

grant execute on function ${audit_schema}.period(timestamptz, timestamptz),
  ${audit_schema}.entries(timestamptz, timestamptz, text, text, text, integer), ${audit_schema}.summary(timestamptz, timestamptz)
  to ${read_write}, ${read_only}, ${auditor}, ${archiver};
