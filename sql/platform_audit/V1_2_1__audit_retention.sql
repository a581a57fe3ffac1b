-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- How a month of the log goes: closed by a head, exported and verified outside, then detached, then dropped. How long it
-- stays is for the log's owner to say, not for the archiver: whoever removes months can't make them removable sooner.
-- What the archiver says of an export is believed; the number of rows is counted again before they are dropped.

set local role ${audit_owner};
set local search_path = pg_catalog, pg_temp;

create table ${audit_schema}.retention (
  months integer not null,
  only_row boolean primary key default true,
  constraint valid_months check (months between 1 and 1200),
  constraint only_row check (only_row)
);

comment on table ${audit_schema}.retention is 'For how many months a month stays after its end; without a row nothing is removed';

create table ${audit_schema}.archives (
  month date primary key,
  chain text collate "C" not null,
  number integer not null,
  row_count bigint not null,
  sha256 text not null,
  place text not null,
  recorded_at timestamptz not null default current_timestamp,
  recorded_by name not null default session_user,
  detached_at timestamptz,
  dropped_at timestamptz,
  constraint valid_sha256 check (sha256 ~ '^[0-9a-f]{64}$'),
  foreign key (chain, number) references ${audit_schema}.known_heads (chain, number)
);

comment on table ${audit_schema}.archives is 'Exports of whole months that were verified against the heads';
comment on column ${audit_schema}.archives.number is 'The last head that the export was verified against';
comment on column ${audit_schema}.archives.sha256 is 'Of the rows as they are in the export, before it is compressed';

grant select on ${audit_schema}.retention, ${audit_schema}.archives to ${archiver};

create function ${audit_schema}.is_closed(month date)
returns boolean
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select exists (select from ${audit_schema}.known_heads h where is_closed.month = any (h.closed))
$$;

comment on function ${audit_schema}.is_closed(date) is 'Whether a head says that nothing can be added to the month any more';

-- For the owner alone: no role is granted it.
create function ${audit_schema}.set_retention(months integer)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  unclosed text;
begin
  select string_agg(b.partition, ', ' order by b.partition) into unclosed
  from ${audit_schema}.partition_bounds() b
  where b.ends_at + make_interval(months => set_retention.months) <= now()
    and not ${audit_schema}.is_closed((b.starts_at at time zone 'UTC')::date);
  if unclosed is not null then
    raise exception 'a retention of % months would be over for what no head has closed: %', months, unclosed
      using errcode = 'check_violation', constraint = 'retention_too_short';
  end if;
  insert into ${audit_schema}.retention (months) values (set_retention.months)
  on conflict (only_row) do update set months = excluded.months;
end
$$;

comment on function ${audit_schema}.set_retention(integer) is
  'For how many months a month stays after its end. Refused where that would be over for a month that is not closed';

create function ${audit_schema}.partition_of(month date)
returns text
language sql
immutable
set search_path = pg_catalog, pg_temp
as $$
  select to_char(month::timestamp, '"audit_log_y"YYYY"m"MM')
$$;

comment on function ${audit_schema}.partition_of(date) is 'The name of the partition of a month';

create function ${audit_schema}.record_archive(
  month date, chain text, number integer, head text, row_count bigint, sha256 text, place text)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if not exists (
    select from ${audit_schema}.known_heads h
    where h.chain = record_archive.chain and h.number = record_archive.number and h.sha256 = record_archive.head
  ) then
    raise exception 'head % of chain % is not known, or is another', number, chain
      using errcode = 'check_violation', constraint = 'head_unknown';
  end if;
  if not exists (
    select from ${audit_schema}.known_heads h
    where h.chain = record_archive.chain and h.number <= record_archive.number and record_archive.month = any (h.closed)
  ) then
    raise exception 'the month % is not closed', month using errcode = 'check_violation', constraint = 'month_not_closed';
  end if;
  insert into ${audit_schema}.archives as a (month, chain, number, row_count, sha256, place)
  values (month, chain, number, row_count, sha256, place)
  on conflict on constraint archives_pkey do update
    set chain = excluded.chain, number = excluded.number, row_count = excluded.row_count, sha256 = excluded.sha256,
        place = excluded.place, recorded_at = excluded.recorded_at, recorded_by = excluded.recorded_by
    where a.detached_at is null;
  if not found then
    raise exception 'the month % is detached', month using errcode = 'check_violation', constraint = 'month_detached';
  end if;
end
$$;

comment on function ${audit_schema}.record_archive(date, text, integer, text, bigint, text, text) is
  'Remembers that a closed month was exported, and that the export was verified against the heads up to this one';

-- What is asked before anything is taken away, each time.
create function ${audit_schema}.check_removal(month date)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  kept constant integer := (select r.months from ${audit_schema}.retention r);
begin
  if kept is null then
    raise exception 'no retention is set' using errcode = 'check_violation', constraint = 'retention_unset';
  elsif ((month + make_interval(months => kept + 1)) at time zone 'UTC') > now() then
    raise exception 'the month % is younger than the retention of % months', month, kept
      using errcode = 'check_violation', constraint = 'month_too_young';
  elsif not ${audit_schema}.is_closed(month) then
    raise exception 'the month % is not closed', month using errcode = 'check_violation', constraint = 'month_not_closed';
  elsif not exists (select from ${audit_schema}.archives a where a.month = check_removal.month) then
    raise exception 'the month % is not exported', month using errcode = 'check_violation', constraint = 'month_not_exported';
  end if;
end
$$;

comment on function ${audit_schema}.check_removal(date) is
  'Refuses to remove a month that is too young, not closed or not exported';

-- Takes the whole log for a moment, and writers wait as long as it waits itself: so it gives up early, and the archiver
-- asks again. CONCURRENTLY can't be had inside of a function.
create function ${audit_schema}.detach_month(month date)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '500ms'
as $$
begin
  perform ${audit_schema}.check_removal(month);
  execute format(
    'alter table ${audit_schema}.audit_log detach partition ${audit_schema}.%I', ${audit_schema}.partition_of(month));
  update ${audit_schema}.archives a set detached_at = clock_timestamp() where a.month = detach_month.month;
end
$$;

comment on function ${audit_schema}.detach_month(date) is 'Takes an exported month out of the log; its rows are still there';

-- Without FORCE the owner sees the rows and counts them: with another number than was exported nothing is dropped.
create function ${audit_schema}.drop_month(month date)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '5s'
as $$
declare
  partition constant text := ${audit_schema}.partition_of(month);
  exported ${audit_schema}.archives;
  counted bigint;
begin
  perform ${audit_schema}.check_removal(month);
  select * into exported from ${audit_schema}.archives a where a.month = drop_month.month for update;
  if exported.detached_at is null or ${audit_schema}.has_partition(month::timestamp) then
    raise exception 'the month % is part of the log', month using errcode = 'check_violation', constraint = 'month_attached';
  end if;
  execute format('alter table ${audit_schema}.%I no force row level security', partition);
  execute format('select count(*) from ${audit_schema}.%I', partition) into counted;
  if counted <> exported.row_count then
    raise exception 'the month % has % rows, and % were exported', month, counted, exported.row_count
      using errcode = 'check_violation', constraint = 'count_differs';
  end if;
  execute format('drop table ${audit_schema}.%I', partition);
  update ${audit_schema}.archives a set dropped_at = clock_timestamp() where a.month = drop_month.month;
end
$$;

comment on function ${audit_schema}.drop_month(date) is 'Drops a month that was exported and detached, if it has as many rows';

grant execute on function
  ${audit_schema}.record_archive(date, text, integer, text, bigint, text, text),
  ${audit_schema}.detach_month(date), ${audit_schema}.drop_month(date)
  to ${archiver};
