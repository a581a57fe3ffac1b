-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- What every table with tenants' rows has in common as triggers. They fire ALWAYS: a session in replica mode
-- would otherwise change rows without a trace. The audit log is a folder of its own; where it was made, it is written.

set local role ${owner};
set local search_path = pg_catalog, pg_temp;

-- Policies are asked per row; a write that meets no row would pass without a context, quietly.
create function ${app_schema}.require_context()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
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

create function ${app_schema}.apply_row_triggers(target regclass, tenant_column name)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  capture constant regprocedure := to_regprocedure('${audit_schema}.capture()');
begin
  execute format($sql$
    create or replace trigger context_required before insert or update or delete on %1$s
      for each statement execute function ${app_schema}.require_context();
    create or replace trigger row_stamped before insert or update on %1$s
      for each row execute function ${app_schema}.stamp_row();
    alter table %1$s enable always trigger context_required, enable always trigger row_stamped;
  $sql$, target);
  if capture is not null then
    execute ${audit_schema}.capture_trigger(target, tenant_column);
  end if;
end
$$;

comment on function ${app_schema}.apply_row_triggers(regclass, name) is
  'Gives a table its context and stamp triggers, and the audit trigger where there is a log; repeatable';
