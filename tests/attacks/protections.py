# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each attempt rests on, and how a superuser removes it from a copy of launch's database.

Names as in launch's inventory; ``{app}``, ``{report}`` and ``{audit}`` are the logins. Roles are the whole server's: ``restore`` gives those back.
"""
from __future__ import annotations

import dataclasses

from tests.integration.schema.mutants import replaced

TABLES = ("app.projects", "app.tasks")
EVERY = (*TABLES, "app.tenants", "audit.audit_log")
LOGINS = "{app}, {report}, {audit}"
GROUPS = "launch_rw, launch_ro, launch_auditor"
PARTITIONS = (
    "do $do$ declare p regclass; begin for p in select inhrelid from pg_inherits where inhparent = 'audit.audit_log'::regclass loop"
    " execute format('%s', p); end loop; end $do$"
)
CAPTURE_OPEN = "alter policy capture_insert on audit.audit_log with check (true)"


@dataclasses.dataclass(frozen=True)
class Protection:
    """How it goes.

    :arg remove: statements of a superuser in a copy of the database.
    :arg restore: what gives back to the server what a copy does not hold.
    """

    remove: tuple[str, ...]
    restore: tuple[str, ...] = ()


def unprotected(*tables: str) -> tuple[str, ...]:
    return tuple(f"alter table {table} disable row level security" for table in tables)


def untriggered(*tables: str) -> tuple[str, ...]:
    return tuple(f"alter table {table} disable trigger {trigger}" for table in tables for trigger in ("context_required", "row_stamped", "row_audited"))


def on_partitions(statement: str) -> str:
    return PARTITIONS % statement.replace("{}", "%s")


def granted(roles: str, to: str) -> Protection:
    return Protection((f"grant {roles} to {to}",), (f"revoke {roles} from {to}",))


CELLS = "pg_sequence_last_value('seal.cell'::regclass)::text\n      || pg_sequence_last_value('seal.cell_more'::regclass)::text"
PRIVILEGED = "launch_owner, launch_audit_owner, launch_seal_owner, launch_migrator, launch_archiver, launch_platform, launch_key_keeper"

PROTECTIONS = {
    "policies of tables": Protection(unprotected(*EVERY)),
    "policies of tables and triggers of rows": Protection((*unprotected(*EVERY), *untriggered(*TABLES))),
    "policies of the registry": Protection((*unprotected("app.tenants"), CAPTURE_OPEN)),
    "policies of the log": Protection(unprotected("audit.audit_log")),
    "the check of what is inserted": Protection((*(f"alter policy tenant_insert on {table} with check (true)" for table in TABLES), CAPTURE_OPEN)),
    "columns and the check of what is updated": Protection((
        "grant update on app.projects to launch_rw", "alter policy tenant_update on app.projects with check (true)",
        "alter policy tenant_select on app.projects using (true)", CAPTURE_OPEN,
    )),
    "columns that are granted": Protection(tuple(f"grant insert, update on {table} to launch_rw" for table in (*TABLES, "app.tenants"))),
    "who reads may not write": Protection((
        *(f"grant insert, update, delete on {table} to launch_ro" for table in TABLES),
        "grant execute on function app.new_entity_id(), app.new_ulid(), app.crockford(bigint, integer), app.is_replication_worker() to launch_ro",
        *unprotected(*EVERY),
    )),
    "the verbs that are granted": Protection(tuple(
        f"grant truncate, trigger, maintain, references on {table} to launch_rw, launch_ro; alter table {table} disable trigger truncate_refused"
        for table in TABLES
    )),
    "writes ask for a context": Protection(untriggered(*TABLES, "app.tenants")),
    "no grants beyond a role's": Protection((
        *(f"grant select on {table} to launch_auditor, launch_platform, launch_archiver, launch_gateway" for table in EVERY), *unprotected(*EVERY),
    )),
    "schemas are not everybody's": Protection((
        "grant usage on schema app, audit to public", *(f"grant select on {table} to public" for table in EVERY), *unprotected(*EVERY),
        "grant execute on all functions in schema app to public",
    )),
    "foreign keys pair the tenants": Protection((
        "alter table app.tasks drop constraint tasks_tenant_id_project_id_fkey", "alter table app.projects add unique (id)",
        "alter table app.tasks add constraint tasks_tenant_id_project_id_fkey foreign key (project_id) references app.projects (id)",
    )),
    "keys begin with the tenant": Protection(("alter table app.projects add unique (id)",)),
    "unique keys have the tenant": Protection(("alter table app.projects add unique (name)",)),
    "the number in the settings' names": Protection((
        replaced("app.current_tenant()", f" || {CELLS}", ""), replaced("app.current_actor()", f" || {CELLS}", ""),
        replaced("seal.write_context(text,text,boolean)", "pg_sequence_last_value('seal.cell'::regclass)::text || "
                 "pg_sequence_last_value('seal.cell_more'::regclass)::text", "''"),
    )),
    "the number can't be guessed": Protection(("select setval('seal.cell', 7)", "select setval('seal.cell_more', 7)")),
    "only tokens are taken": Protection(("update seal.strength set strength = 'transaction'",)),
    "the MAC is compared": Protection((replaced("app.set_context(text)", "= left(token, 64)) is not true", "<> '') is not true"),)),
    "the MAC covers the database's name": Protection((replaced("app.set_context(text)", "current_database()", "'elsewhere'"),)),
    "tokens expire": Protection((replaced("app.set_context(text)", "not between moment and moment + interval '5 min'", "is null"),)),
    "the tenant's status is asked": Protection((replaced("app.set_context(text)", " and t.status = 'active'", ""),)),
    "one transaction, one tenant": Protection((replaced("seal.write_context(text,text,boolean)", "if not may_change and", "if false and"),)),
    "the context ends with the transaction": Protection((
        replaced("seal.write_context(text,text,boolean)", "actor, true)", "actor, false)"),
        replaced("seal.write_context(text,text,boolean)", "tenant, true)", "tenant, false)"),
    )),
    "context functions are stable": Protection(("alter function app.current_tenant() immutable",)),
    "context functions are the seal's": Protection(
        (f"grant launch_seal_owner to {LOGINS}, launch_owner", f"grant create on schema app to {LOGINS}, launch_rw, launch_ro, launch_seal_owner"),
        (f"revoke launch_seal_owner from {LOGINS}, launch_owner",)),
    "functions of the platform are granted": Protection((f"grant execute on all functions in schema app to {GROUPS}, launch_archiver, launch_gateway",)),
    "functions of the log are granted": Protection((f"grant execute on all functions in schema audit to {GROUPS}",)),
    "functions of the context are granted": Protection(("grant execute on all functions in schema app to launch_platform, launch_archiver, launch_gateway",)),
    "nobody is a member of a privileged role": Protection(
        (f"grant {PRIVILEGED} to {LOGINS}", f"grant {PRIVILEGED.replace('launch_platform, ', '')} to {{ops}}"),
        (f"revoke {PRIVILEGED} from {LOGINS}", f"revoke {PRIVILEGED.replace('launch_platform, ', '')} from {{ops}}")),
    "nobody creates in schemas": Protection(("grant create on schema app, public to launch_rw, launch_ro",)),
    "nobody creates in the database": Protection(("grant create on database {database} to launch_rw, launch_ro",)),
    "no temporary tables": Protection(("grant temporary on database {database} to launch_rw, launch_ro",)),
    "the application's login has no attribute": Protection(
        ("alter role {app} createrole", "alter role {report} createrole"), ("alter role {app} nocreaterole", "alter role {report} nocreaterole")),
    "the application's login is no superuser": Protection(("alter role {app} superuser",), ("alter role {app} nosuperuser",)),
    "the seal is not granted": Protection((
        f"grant usage on schema seal to {GROUPS}, launch_owner", f"grant all on all tables in schema seal to {GROUPS}, launch_owner",
        f"grant all on all sequences in schema seal to {GROUPS}, launch_owner", f"grant execute on all functions in schema seal to {GROUPS}",
    )),
    "keys are not read by their keeper": Protection((
        "grant select, update on seal.token_keys to launch_key_keeper", "grant select on all sequences in schema seal to launch_key_keeper",
    )),
    "the registry is written by the platform": Protection((
        "grant insert, delete on app.tenants to launch_rw, launch_ro", *unprotected("app.tenants"), CAPTURE_OPEN,
        "grant execute on function app.new_entity_id(), app.is_replication_worker() to launch_ro",
    )),
    "the registry is written by functions": Protection((
        "grant insert, update, delete on app.tenants to launch_platform", *unprotected("app.tenants"), *untriggered("app.tenants"),
        "alter table app.tenants alter column created_at set default now(), alter column updated_at set default now(),"
        " alter column created_by set default '00000000CANARYPR0JECT00000', alter column updated_by set default '00000000CANARYPR0JECT00000',"
        " alter column version set default 1",
    )),
    "partitions are granted to nobody": Protection((
        on_partitions("grant select on {} to launch_rw, launch_ro, launch_auditor, launch_archiver"),
        on_partitions("alter table {} disable row level security"),
    )),
    "the log is not granted for writing": Protection((
        f"grant insert, update, delete, truncate on audit.audit_log to {GROUPS}, launch_archiver", *unprotected("audit.audit_log"),
        "alter table audit.audit_log disable trigger truncate_refused", on_partitions("alter table {} disable trigger truncate_refused"),
    )),
    "the log is not the tables' owner's": Protection(("grant all on audit.audit_log to launch_owner", *unprotected("audit.audit_log"))),
    "the log's owner has no policy to change it": Protection(("alter table audit.audit_log no force row level security",)),
}
