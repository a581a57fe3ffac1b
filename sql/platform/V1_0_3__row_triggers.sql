-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- What every table with tenants' rows has in common as triggers. They fire ALWAYS: a session in replica mode
-- would otherwise change rows without a trace. The audit log is a folder of its own; where it was made, it is written.
-- A worker of logical replication is in replica mode as well, and has no context. What it applies was checked, stamped
-- and logged where it was written; here it would stop, and be logged a second time.

set local role ${owner};
set local search_path = pg_catalog, pg_temp;

-- Asked in replica mode only. A session can choose that mode, but not be what the server lists as a worker.
create function ${app_schema}.is_replication_worker()
returns boolean
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select exists (select from pg_stat_get_subscription(null) s where s.pid = pg_backend_pid())
$$;

comment on function ${app_schema}.is_replication_worker() is 'Whether this session applies the changes of a subscription';

grant execute on function ${app_schema}.is_replication_worker() to ${audit_owner}, ${migrator}, ${read_write};

-- Policies are asked per row; a write that meets no row would pass without a context, quietly.
create function ${app_schema}.require_context()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  if current_setting('session_replication_role') = 'replica' and ${app_schema}.is_replication_worker() then
    return null;
  end if;
  perform ${app_schema}.current_tenant();
  return null;
end
$$;

comment on function ${app_schema}.require_context() is 'Trigger: refuses a statement without a tenant context';

create function ${app_schema}.stamp_row()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  if current_setting('session_replication_role') = 'replica' and ${app_schema}.is_replication_worker() then
    return new;
  end if;
  -- A row that is restored keeps its stamps. They were given, by the owner, who says so: no application is the owner, and
  -- what runs as the owner for others gives none.
  if tg_op = 'INSERT' and new.version is not null and current_user = '${owner}'
    and current_setting('${context_setting}_restores', true) = 'on'
  then
    return new;
  end if;
  new.created_at := case when tg_op = 'INSERT' then now() else old.created_at end;
  new.created_by := case when tg_op = 'INSERT' then ${app_schema}.current_actor() else old.created_by end;
  new.version := case when tg_op = 'INSERT' then 1 else old.version + 1 end;
  new.updated_at := now();
  new.updated_by := ${app_schema}.current_actor();
  return new;
end
$$;

comment on function ${app_schema}.stamp_row() is
  'Trigger: who and when come from the context and the clock, never from the statement';

-- TRUNCATE asks no policy and fires no row trigger: whole tables would be gone without an entry in the log. It is the
-- owner's to do so, and a mistake. A worker gets it only from where this trigger is not.
create function ${app_schema}.refuse_truncate()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception '% holds tenants'' rows and is not truncated', tg_relid::regclass using
    errcode = 'insufficient_privilege', hint = 'Delete the rows: that is held to policies, and logged.';
end
$$;

comment on function ${app_schema}.refuse_truncate() is 'Trigger: refuses TRUNCATE';

create function ${app_schema}.apply_row_triggers(target regclass, tenant_column name)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  capture constant regprocedure := to_regprocedure('${audit_schema}.capture()');
  each text;
begin
  execute format($sql$
    create or replace trigger context_required before insert or update or delete on %1$s
      for each statement execute function ${app_schema}.require_context();
    create or replace trigger row_stamped before insert or update on %1$s
      for each row execute function ${app_schema}.stamp_row();
    alter table %1$s enable always trigger context_required, enable always trigger row_stamped;
  $sql$, target);
  -- Partitions get copies of the others, not of this one.
  for each in select relid::regclass::text from pg_partition_tree(target) union select target::text loop
    execute format($sql$
      create or replace trigger truncate_refused before truncate on %1$s
        for each statement execute function ${app_schema}.refuse_truncate();
      alter table %1$s enable always trigger truncate_refused;
    $sql$, each);
  end loop;
  if capture is not null then
    execute ${audit_schema}.capture_trigger(target, tenant_column);
  end if;
end
$$;

comment on function ${app_schema}.apply_row_triggers(regclass, name) is
  'Gives a table its triggers, that of the audit where there is a log; repeatable';
