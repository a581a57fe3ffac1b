-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- What the database remembers of the heads of its log. A head is a hash of the rows of all transactions that had ended
-- when it was made, and of the head before it. It is made by the archiver and kept where nobody of this database can
-- write: the rows here are a copy, by which a database that was restored or changed is told from one that was not.

set local role ${audit_owner};
set local search_path = pg_catalog, pg_temp;

-- Transactions are numbered in the order of the rows, nearly: a range index finds those of the last hour.
create index audit_log_transaction on ${audit_schema}.audit_log
  using brin ((transaction_id::text::bigint)) with (autosummarize = on);

create table ${audit_schema}.known_heads (
  chain text collate "C" not null,
  number integer not null,
  sha256 text not null,
  made_at timestamptz not null,
  closed date[] not null,
  recorded_at timestamptz not null default current_timestamp,
  recorded_by name not null default session_user,
  primary key (chain, number),
  constraint valid_number check (number > 0),
  constraint valid_sha256 check (sha256 ~ '^[0-9a-f]{64}$')
);

comment on table ${audit_schema}.known_heads is 'Copy of what is known outside: the hash of each head of the log';
comment on column ${audit_schema}.known_heads.chain is 'Heads of one chain follow each other; a restored database begins another';
comment on column ${audit_schema}.known_heads.closed is 'First days of the months that nothing could be added to any more';

grant select on ${audit_schema}.known_heads to ${archiver};
grant execute on function ${audit_schema}.partition_bounds() to ${archiver};

-- The table is locked, not a number that others could lock as well; the wait ends.
create function ${audit_schema}.record_head(
  chain text, number integer, sha256 text, previous text, made_at timestamptz, closed date[])
returns boolean
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '10s'
as $$
declare
  there text;
  before text;
begin
  lock table ${audit_schema}.known_heads in share row exclusive mode;
  select h.sha256 into there
  from ${audit_schema}.known_heads h where h.chain = record_head.chain and h.number = record_head.number;
  if there = record_head.sha256 then
    return false;
  elsif there is not null then
    raise exception 'head % of chain % is there, and is another', number, chain
      using errcode = 'unique_violation', constraint = 'head_differs';
  end if;
  select h.sha256 into before
  from ${audit_schema}.known_heads h where h.chain = record_head.chain and h.number = record_head.number - 1;
  if number is null or (number > 1 and before is distinct from previous) then
    raise exception 'head % of chain % does not follow the one before', coalesce(number::text, 'null'), chain
      using errcode = 'check_violation', constraint = 'head_does_not_follow';
  end if;
  if exists (
    select from unnest(record_head.closed) as m (month)
    where month is null or month <> date_trunc('month', month)::date
       or ((month + interval '1 month') at time zone 'UTC') > now()
  ) then
    raise exception 'a month that is not over can not be closed'
      using errcode = 'check_violation', constraint = 'month_not_over';
  end if;
  insert into ${audit_schema}.known_heads (chain, number, sha256, made_at, closed)
  values (chain, number, sha256, made_at, closed);
  return true;
end
$$;

comment on function ${audit_schema}.record_head(text, integer, text, text, timestamptz, date[]) is
  'Remembers a head that is kept outside; false where it is known. Refuses one that does not follow, or is another';

grant execute on function ${audit_schema}.record_head(text, integer, text, text, timestamptz, date[]) to ${archiver};
