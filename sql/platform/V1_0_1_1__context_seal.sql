-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- What the tenant context rests on. It stands in two settings whose names end in a secret number: such settings are
-- listed nowhere, so that who does not know the number can neither read nor write them. It has 126 bits, in two
-- sequences: PostgreSQL looks settings up by a hash of 32 bits, which may be measured by the time that it takes. set_context() writes them,
-- current_tenant() and current_actor() read them, as the owner of this schema, whom nobody logs in as.
-- Secrets are handled in plain expressions of PL/pgSQL, never in a query of it: a query's plan shows its parameters as
-- constants, and debug_print_plan sends it to whoever asks. The functions switch that off too, since an expression
-- that was left by an error is run as a query from then on, as long as the transaction lasts.

set local role ${seal_owner};
set local search_path = pg_catalog, pg_temp;

-- Sequences, because they are read without a query, in a read-only transaction, by a parallel worker and on a standby.
create sequence ${seal_schema}.cell minvalue 0 no cycle;
create sequence ${seal_schema}.cell_more minvalue 0 no cycle;

comment on sequence ${seal_schema}.cell is 'Secret: what the names of the context''s settings end in, first half';
comment on sequence ${seal_schema}.cell_more is 'Secret: what the names of the context''s settings end in, second half';

create function ${seal_schema}.renew_cell()
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set debug_print_plan = off
as $$
declare
  entropy constant text := encode(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 'hex');
  number bigint;
begin
  number := setval('${seal_schema}.cell', ('x' || left(entropy, 16))::bit(64)::bigint & 9223372036854775807);
  number := setval('${seal_schema}.cell_more', ('x' || right(entropy, 16))::bit(64)::bigint & 9223372036854775807);
end
$$;

comment on function ${seal_schema}.renew_cell() is
  '126 random bits, another name for the settings; transactions that run are refused from then on';

select ${seal_schema}.renew_cell();

-- A key of HMAC-SHA-256 as its two pads, so that a token is checked by two calls of sha256(), without an extension.
-- No CHECK and no NOT NULL beside the key's: the error of a violated one writes the row to the log, pads included.
-- What is NULL lets nobody in.
create table ${seal_schema}.token_keys (
  id text collate "C" primary key,
  inner_pad bytea,
  outer_pad bytea,
  not_before timestamptz default now(),
  not_after timestamptz default 'infinity'
);

-- ANALYZE would copy values into the statistics, which have readers of their own.
alter table ${seal_schema}.token_keys
  alter column inner_pad set statistics 0, alter column outer_pad set statistics 0;

comment on table ${seal_schema}.token_keys is 'Secret: who has a row of it makes tokens';
comment on column ${seal_schema}.token_keys.not_after is 'From when on tokens of this key are refused; infinity: it does not end';

-- Which forms of set_context() are taken. Both write the same settings, so that a change interrupts nobody.
create table ${seal_schema}.strength (
  strength text not null default 'transaction',
  only_row boolean primary key default true,
  constraint known_strength check (strength in ('transaction', 'both', 'signed')),
  constraint only_row check (only_row)
);

insert into ${seal_schema}.strength default values;

comment on column ${seal_schema}.strength.strength is
  'transaction: tenant and actor are taken at their word; both: they are, and it is noted; signed: only tokens are taken';

create table ${seal_schema}.uses (
  key_id text collate "C",
  login name,
  hour timestamptz,
  primary key (key_id, login, hour)
);

comment on table ${seal_schema}.uses is
  'Who still uses what is to end, by the hour: a key that ends, or no token (key_id is empty then)';

-- Notes nothing in a transaction that can't write, nor in one whose snapshot may not see a note that is there: it
-- would fail by it. The lock keeps sessions of one login from waiting for each other; who does not get it leaves the
-- note to others. The hour is the clock's, whatever zone the session has and whenever its transaction began.
create function ${seal_schema}.note_use(used_key text)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  this_hour constant timestamptz := date_bin('1 hour', clock_timestamp(), 'epoch');
begin
  if current_setting('transaction_read_only')::boolean or current_setting('transaction_isolation') <> 'read committed' then
    return;
  end if;
  if exists (select from ${seal_schema}.uses u where (u.key_id, u.login, u.hour) = (used_key, session_user, this_hour)) then
    return;
  end if;
  if pg_try_advisory_xact_lock(('${seal_schema}.uses'::regclass::oid::bigint << 32) | (hashtext(session_user)::bigint & 4294967295)) then
    insert into ${seal_schema}.uses values (used_key, session_user, this_hour) on conflict do nothing;
  end if;
end
$$;

comment on function ${seal_schema}.note_use(text) is 'Notes that this session''s login used what is to end';

-- One SQLSTATE for every refusal; which one it is says the name of the constraint, for programs.
create function ${seal_schema}.refuse(reason text)
returns text
language plpgsql
volatile
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception using
    errcode = 'insufficient_privilege',
    constraint = reason,
    message = case reason
      when 'context_missing' then 'no tenant context in this transaction'
      when 'context_changed' then 'this transaction has a tenant context already'
      else 'tenant context refused' end,
    hint = case reason
      when 'context_missing' then 'Call ${app_schema}.set_context() first, in the same transaction.'
      when 'context_changed' then 'One transaction, one tenant and one actor.'
      when 'context_expired' then 'Make a token for each transaction; it counts for five minutes at most.'
      when 'context_unsigned' then 'Call ${app_schema}.set_context(token): no other form is taken here.'
      else 'The tenant is unknown or not active, an id is none, or the token was not made for this database.' end;
end
$$;

comment on function ${seal_schema}.refuse(text) is 'SQLSTATE 42501, with the reason in constraint_name';

-- A cursor that was opened for one tenant must not be read on under another: only trusted callers may change the context.
create function ${seal_schema}.write_context(tenant text, actor text, may_change boolean)
returns text
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
set debug_print_plan = off
as $$
declare
  cell constant text :=
    pg_sequence_last_value('${seal_schema}.cell'::regclass)::text || pg_sequence_last_value('${seal_schema}.cell_more'::regclass)::text;
  written text;
begin
  if not may_change and (
    coalesce(nullif(current_setting('${context_setting}_tenant' || cell, true), ''), tenant) <> tenant
    or coalesce(nullif(current_setting('${context_setting}_actor' || cell, true), ''), actor) <> actor)
  then
    return ${seal_schema}.refuse('context_changed');
  end if;
  written := set_config('${context_setting}_actor' || cell, actor, true);
  return set_config('${context_setting}_tenant' || cell, tenant, true);
end
$$;

comment on function ${seal_schema}.write_context(text, text, boolean) is 'Until the transaction ends; returns the tenant';

-- The keeper adds keys, says when they end and removes them; it can't read their pads.
grant select (id, not_before, not_after), insert, update (not_after), delete
  on ${seal_schema}.token_keys to ${key_keeper};
grant select, update (strength) on ${seal_schema}.strength to ${key_keeper};
grant select, delete on ${seal_schema}.uses to ${key_keeper};
grant execute on function ${seal_schema}.renew_cell() to ${key_keeper};
