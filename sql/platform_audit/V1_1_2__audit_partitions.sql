-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- Partitions are made ahead of time: a month without one would refuse every audited write. There is no DEFAULT
-- partition, because one stray row in it blocks the creation of its month.
-- Row level security is a property of each partition, not inherited: forced and without a grant, a partition answers
-- nobody but the owner directly, and the owner in a tenant's context only, so that a dump fails and is not empty. The
-- functions run as the owner so that a scheduler needs no DDL rights.

set local role ${audit_owner};
set local search_path = pg_catalog, pg_temp;

-- Bounds carry their zone: without it they would mean whatever the session's TimeZone says. Made apart and attached,
-- since that lets everybody read and write the log meanwhile: PARTITION OF would wait for each open transaction that did,
-- and keep all that come later waiting. A trigger for TRUNCATE is not inherited either.
create function ${audit_schema}.create_partition(month timestamp)
returns text
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  partition constant text := to_char(month, '"audit_log_y"YYYY"m"MM');
  bound constant text := 'YYYY-MM-DD HH24:MI:SS"+00"';
begin
  execute format($sql$
    create table ${audit_schema}.%1$I
      (like ${audit_schema}.audit_log including defaults including constraints including storage);
    alter table ${audit_schema}.%1$I enable row level security, force row level security;
    create policy tenant_select on ${audit_schema}.%1$I for select to ${audit_owner}
      using (${tenant_column} = (select ${app_schema}.current_tenant()));
    create trigger truncate_refused before truncate on ${audit_schema}.%1$I
      for each statement execute function ${audit_schema}.refuse_truncate();
    alter table ${audit_schema}.%1$I enable always trigger truncate_refused;
    alter table ${audit_schema}.audit_log attach partition ${audit_schema}.%1$I for values from (%2$L) to (%3$L);
  $sql$, partition, to_char(month, bound), to_char(month + interval '1 month', bound));
  return partition;
end
$$;

comment on function ${audit_schema}.create_partition(timestamp) is
  'Makes the partition of one month (UTC), protected; returns its name';

create function ${audit_schema}.has_partition(month timestamp)
returns boolean
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select exists (
    select
    from pg_inherits i
    join pg_class c on c.oid = i.inhrelid
    where i.inhparent = '${audit_schema}.audit_log'::regclass
      and c.relname = to_char(month, '"audit_log_y"YYYY"m"MM')
  )
$$;

comment on function ${audit_schema}.has_partition(timestamp) is 'Whether the month has its partition, attached';

-- Who holds a lock of the log that nobody but its owner can take, or comes before us for one; for whoever waited in vain.
create function ${audit_schema}.lock_holders()
returns text
language sql
volatile
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(string_agg(distinct format('%s (process %s)', coalesce(a.usename, 'the server itself'), l.pid), ', '), 'nobody any more')
  from pg_locks l
  left join pg_stat_activity a on a.pid = l.pid
  where l.locktype = 'relation' and l.relation = '${audit_schema}.audit_log'::regclass
    and l.database = (select d.oid from pg_database d where d.datname = current_database())
    and l.mode not in ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock') and l.pid <> pg_backend_pid()
$$;

comment on function ${audit_schema}.lock_holders() is 'Logins and processes that keep partitions from being made';

-- The lock makes two schedulers take turns; the second finds the work done. It is the one that attaching takes anyway:
-- who may only read the log can't hold it, and who reads or writes is not in its way.
create function ${audit_schema}.ensure_partitions(months_ahead integer)
returns setof text
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '10s'
as $$
declare
  this_month constant timestamp := date_trunc('month', now() at time zone 'UTC');
  month timestamp;
begin
  if months_ahead is null or months_ahead not between 0 and 120 then
    raise exception 'months_ahead must be between 0 and 120, not %', coalesce(months_ahead::text, 'null')
      using errcode = 'invalid_parameter_value';
  end if;
  begin
    lock table only ${audit_schema}.audit_log in share update exclusive mode;
  exception when lock_not_available then
    raise exception 'the log is locked by %', ${audit_schema}.lock_holders()
      using errcode = 'lock_not_available', hint = 'Try again when that has ended; nothing was made.';
  end;
  for month in
    select generate_series(this_month, this_month + make_interval(months => months_ahead), interval '1 month')
  loop
    if not ${audit_schema}.has_partition(month) then
      return next ${audit_schema}.create_partition(month);
    end if;
  end loop;
end
$$;

comment on function ${audit_schema}.ensure_partitions(integer) is
  'Makes the missing partitions from this month on; returns the names of those it made';

create function ${audit_schema}.partition_bounds()
returns table (partition text, starts_at timestamptz, ends_at timestamptz)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select c.relname, bound[1]::timestamptz, bound[2]::timestamptz
  from pg_inherits i
  join pg_class c on c.oid = i.inhrelid
  cross join lateral regexp_match(pg_get_expr(c.relpartbound, c.oid), $re$FROM \('(.+)'\) TO \('(.+)'\)$re$) as bound
  where i.inhparent = '${audit_schema}.audit_log'::regclass
$$;

comment on function ${audit_schema}.partition_bounds() is 'The partitions and what they hold';

create function ${audit_schema}.partition_horizon()
returns timestamptz
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  with recursive reached as (
    select ends_at from ${audit_schema}.partition_bounds() where starts_at <= now() and now() < ends_at
    union all
    select b.ends_at from reached r join ${audit_schema}.partition_bounds() b on b.starts_at = r.ends_at
  )
  select max(ends_at) from reached
$$;

comment on function ${audit_schema}.partition_horizon() is
  'Until when audited writes have a partition without a gap; NULL when there is none now';

grant execute on function ${audit_schema}.ensure_partitions(integer), ${audit_schema}.partition_horizon()
  to ${platform}, ${archiver};
grant execute on function ${audit_schema}.partition_horizon() to ${auditor};

select ${audit_schema}.ensure_partitions(14);
