# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mutants of launch's database: what somebody did to it, and the object and the attribute by which the comparison has to name it.

Each is run by a superuser, who may do all of them, in a transaction that is rolled back.
"""
from __future__ import annotations

import dataclasses

HISTORY = "public.flyway_schema_history"
LEAK = "CREATE FUNCTION app.leak() RETURNS SETOF app.tasks LANGUAGE sql {} AS 'select * from app.tasks'; ALTER FUNCTION app.leak() OWNER TO launch_owner"


@dataclasses.dataclass(frozen=True)
class Mutant:
    """Something done to a database.

    :arg object: the object that a difference has to name.
    :arg attribute: its attribute.
    """

    statements: str
    object: str
    attribute: str = "existence"


def replaced(function: str, old: str, new: str) -> str:
    """Another body for a function, as somebody makes it who edits it in place."""
    return (
        f"DO $do$ DECLARE text text := pg_get_functiondef('{function}'::regprocedure); BEGIN"
        f" IF position($old${old}$old$ IN text) = 0 THEN RAISE 'nothing to replace'; END IF;"
        f" EXECUTE replace(text, $old${old}$old$, $new${new}$new$); END $do$"
    )


MUTANTS = {
    # Row level security.
    "rls-off": Mutant("ALTER TABLE app.tasks DISABLE ROW LEVEL SECURITY", "table app.tasks", "row_security"),
    "rls-not-forced": Mutant("ALTER TABLE app.tasks NO FORCE ROW LEVEL SECURITY", "table app.tasks", "row_security_forced"),
    "rls-off-on-registry": Mutant("ALTER TABLE app.tenants DISABLE ROW LEVEL SECURITY", "table app.tenants", "row_security"),
    "rls-off-on-partition": Mutant(
        "DO $$ BEGIN EXECUTE (SELECT format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', min(inhrelid::regclass::text))"
        " FROM pg_inherits WHERE inhparent = 'audit.audit_log'::regclass); END $$", "partition of audit.audit_log", "row_security"),
    "policy-dropped": Mutant("DROP POLICY tenant_select ON app.tasks", "policy app.tasks.tenant_select"),
    "policy-open": Mutant("ALTER POLICY tenant_select ON app.tasks USING (true)", "policy app.tasks.tenant_select", "using"),
    "policy-or": Mutant(
        "ALTER POLICY tenant_select ON app.tasks USING (tenant_id = (SELECT app.current_tenant()) OR title = 'x')",
        "policy app.tasks.tenant_select", "using"),
    "policy-check-open": Mutant("ALTER POLICY tenant_insert ON app.tasks WITH CHECK (true)", "policy app.tasks.tenant_insert", "with_check"),
    "policy-added": Mutant("CREATE POLICY support ON app.tasks USING (true)", "policy app.tasks.support"),
    "policy-to-public": Mutant("ALTER POLICY tenant_select ON app.tasks TO PUBLIC", "policy app.tasks.tenant_select", "roles"),
    "policy-for-all": Mutant(
        "DROP POLICY tenant_select ON app.tasks; CREATE POLICY tenant_select ON app.tasks TO launch_rw, launch_ro"
        " USING (tenant_id = (SELECT app.current_tenant()))", "policy app.tasks.tenant_select", "command"),
    "policy-restrictive": Mutant(
        "DROP POLICY maintenance ON app.tasks; CREATE POLICY maintenance ON app.tasks AS RESTRICTIVE TO launch_migrator USING (true) WITH CHECK (true)",
        "policy app.tasks.maintenance", "restrictive"),
    "policy-renamed": Mutant("ALTER POLICY tenant_select ON app.tasks RENAME TO t", "policy app.tasks.tenant_select"),
    "policies-all-dropped": Mutant(
        "DO $$ DECLARE p record; BEGIN FOR p IN SELECT polname, polrelid FROM pg_policy LOOP"
        " EXECUTE format('DROP POLICY %I ON %s', p.polname, p.polrelid::regclass); END LOOP; END $$", "policy app.tasks.tenant_select"),
    "policy-on-partition": Mutant(
        "DO $$ BEGIN EXECUTE (SELECT format('CREATE POLICY p ON %s USING (true)', min(inhrelid::regclass::text))"
        " FROM pg_inherits WHERE inhparent = 'audit.audit_log'::regclass); END $$", "partition of audit.audit_log", "own policy p using"),
    # What reads past policies.
    "definer-function": Mutant(LEAK.format("SECURITY DEFINER") + "; GRANT EXECUTE ON FUNCTION app.leak() TO launch_rw", "function app.leak()"),
    "definer-function-pinned": Mutant(LEAK.format("SECURITY DEFINER SET search_path = pg_catalog"), "function app.leak()"),
    "definer-in-pg-catalog": Mutant(
        "SET LOCAL allow_system_table_mods = on; CREATE FUNCTION pg_catalog.leak() RETURNS text LANGUAGE sql SECURITY DEFINER AS 'select 1::text'",
        "function leak()"),
    "definer-hidden-in-extension": Mutant(
        LEAK.format("SECURITY DEFINER") + "; ALTER EXTENSION pgaudit ADD FUNCTION app.leak()", "extension pgaudit", "members 17.1"),
    "builtin-replaced": Mutant(
        "CREATE OR REPLACE FUNCTION pg_catalog.lower(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS 'begin return $1; end'", "function lower(text)"),
    "view-of-owner": Mutant("CREATE VIEW app.all_tasks AS SELECT * FROM app.tasks; GRANT SELECT ON app.all_tasks TO launch_rw", "view app.all_tasks"),
    "materialized-view": Mutant("CREATE MATERIALIZED VIEW app.cached AS SELECT * FROM app.tasks", "materialized_view app.cached"),
    "default-that-leaks": Mutant(
        "CREATE FUNCTION app.peek() RETURNS text LANGUAGE sql SECURITY DEFINER AS 'select max(title) from app.tasks';"
        " ALTER TABLE app.projects ALTER COLUMN name SET DEFAULT app.peek()", "column app.projects.name", "default"),
    "rule": Mutant("CREATE RULE copy AS ON INSERT TO app.projects DO ALSO NOTHING", "rule app.projects.copy"),
    "foreign-server": Mutant(
        "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER away FOREIGN DATA WRAPPER w OPTIONS (host 'secret.example')", "foreign_server away"),
    "foreign-table": Mutant(
        "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER away FOREIGN DATA WRAPPER w; CREATE FOREIGN TABLE app.elsewhere (x text) SERVER away",
        "foreign_table app.elsewhere"),
    "user-mapping": Mutant(
        "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER away FOREIGN DATA WRAPPER w; CREATE USER MAPPING FOR launch_app SERVER away",
        "user_mapping away for launch_app"),
    "publication": Mutant("CREATE PUBLICATION leak FOR TABLE app.tasks", "publication leak"),
    "publication-of-all": Mutant("CREATE PUBLICATION leak FOR ALL TABLES", "publication leak"),
    "subscription": Mutant(
        "CREATE SUBSCRIPTION taken CONNECTION 'host=secret.example password=x' PUBLICATION p WITH (connect = false)", "subscription taken"),
    "event-trigger": Mutant(
        "CREATE FUNCTION app.watch() RETURNS event_trigger LANGUAGE plpgsql AS 'begin end';"
        " CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION app.watch()", "event_trigger watch"),
    "event-trigger-of-extension": Mutant(
        "ALTER EVENT TRIGGER pgaudit_ddl_command_end DISABLE", "event_trigger pgaudit_ddl_command_end", "state"),
    "rule-on-catalog": Mutant("CREATE RULE lost AS ON UPDATE TO pg_catalog.pg_user DO INSTEAD NOTHING", "rule pg_catalog.pg_user.lost"),
    "function-among-toast": Mutant(
        "CREATE FUNCTION pg_toast.leak() RETURNS text LANGUAGE sql SECURITY DEFINER AS 'select 1::text'", "function pg_toast.leak()"),
    "operator": Mutant("CREATE OPERATOR app.=== (LEFTARG = text, RIGHTARG = text, FUNCTION = texteq)", "operator app.===(text,text)"),
    "cast": Mutant(
        "CREATE FUNCTION app.as_text(app.tenants) RETURNS text LANGUAGE sql AS 'select $1.name';"
        " CREATE CAST (app.tenants AS text) WITH FUNCTION app.as_text(app.tenants)", "cast app.tenants to text"),
    "aggregate": Mutant("CREATE AGGREGATE app.all_of(text) (SFUNC = textcat, STYPE = text)", "function app.all_of(text)"),
    "collation": Mutant("CREATE COLLATION app.odd (provider = icu, locale = 'und', deterministic = false)", "collation app.odd"),
    "type": Mutant("CREATE TYPE app.mood AS ENUM ('a', 'b')", "type app.mood"),
    "composite-type": Mutant("CREATE TYPE app.pair AS (a text, b text)", "type app.pair"),
    "range-type": Mutant("CREATE TYPE app.span AS RANGE (SUBTYPE = text)", "type app.span"),
    "sequence": Mutant("CREATE SEQUENCE app.counter; GRANT USAGE ON SEQUENCE app.counter TO launch_rw", "sequence app.counter"),
    "statistics": Mutant("CREATE STATISTICS app.pair_of ON tenant_id, title FROM app.tasks", "statistics app.pair_of"),
    "table-unprotected": Mutant("CREATE TABLE app.notes (tenant_id text, note text); GRANT SELECT ON app.notes TO launch_rw", "table app.notes"),
    "schema": Mutant("CREATE SCHEMA shadow", "schema shadow"),
    "extension": Mutant("CREATE EXTENSION pgcrypto SCHEMA app", "extension pgcrypto"),
    "language": Mutant("CREATE LANGUAGE plpgsql2 HANDLER plpgsql_call_handler", "language plpgsql2"),
    # The trusted functions.
    "tenant-immutable": Mutant("ALTER FUNCTION app.current_tenant() IMMUTABLE", "function app.current_tenant()", "volatility"),
    "tenant-leakproof": Mutant("ALTER FUNCTION app.current_tenant() LEAKPROOF", "function app.current_tenant()", "leakproof"),
    "tenant-parallel": Mutant("ALTER FUNCTION app.current_tenant() PARALLEL UNSAFE", "function app.current_tenant()", "parallel"),
    "tenant-cost": Mutant("ALTER FUNCTION app.current_tenant() COST 5", "function app.current_tenant()", "cost"),
    "tenant-strict": Mutant("ALTER FUNCTION app.set_context(text, text) STRICT", "function app.set_context(text,text)", "strict"),
    "context-without-status": Mutant(
        replaced("app.set_context(text,text)", " and t.status = 'active'", ""), "function app.set_context(text,text)", "body"),
    "context-not-definer": Mutant("ALTER FUNCTION app.set_context(text, text) SECURITY INVOKER", "function app.set_context(text,text)", "security_definer"),
    "definer-unpinned": Mutant("ALTER FUNCTION audit.capture() RESET search_path", "function audit.capture()", "set search_path"),
    "definer-repinned": Mutant("ALTER FUNCTION audit.capture() SET search_path = app, pg_temp", "function audit.capture()", "set search_path"),
    "function-owner": Mutant("ALTER FUNCTION app.set_context(text, text) OWNER TO launch_migrator", "function app.set_context(text,text)", "owner"),
    "function-dropped": Mutant("DROP FUNCTION audit.partition_horizon()", "function audit.partition_horizon()"),
    "function-overloaded": Mutant(
        "CREATE FUNCTION app.set_context(tenant text, actor text, more text) RETURNS void LANGUAGE sql AS ''", "function app.set_context(text,text,text)"),
    "assume-granted": Mutant(
        "GRANT EXECUTE ON FUNCTION app.assume_context(app.entity_id, app.entity_id) TO launch_rw",
        "function app.assume_context(app.entity_id,app.entity_id)", "acl launch_rw"),
    "create-tenant-to-public": Mutant(
        "GRANT EXECUTE ON FUNCTION app.create_tenant(text, text, text, text) TO PUBLIC", "function app.create_tenant(text,text,text,text)", "acl PUBLIC"),
    "execute-revoked": Mutant(
        "REVOKE EXECUTE ON FUNCTION app.current_tenant() FROM launch_ro", "function app.current_tenant()", "acl launch_ro"),
    # The audit log.
    "audit-trigger-dropped": Mutant("DROP TRIGGER row_audited ON app.tasks", "trigger app.tasks.row_audited"),
    "audit-trigger-disabled": Mutant("ALTER TABLE app.tasks DISABLE TRIGGER row_audited", "trigger app.tasks.row_audited", "state"),
    "audit-trigger-not-always": Mutant("ALTER TABLE app.tasks ENABLE TRIGGER row_audited", "trigger app.tasks.row_audited", "state"),
    "audit-trigger-replica": Mutant("ALTER TABLE app.tasks ENABLE REPLICA TRIGGER row_audited", "trigger app.tasks.row_audited", "state"),
    "audit-trigger-when": Mutant(
        "DROP TRIGGER row_audited ON app.tasks; CREATE TRIGGER row_audited AFTER INSERT ON app.tasks FOR EACH ROW EXECUTE FUNCTION audit.capture();"
        " ALTER TABLE app.tasks ENABLE ALWAYS TRIGGER row_audited", "trigger app.tasks.row_audited", "definition"),
    "audit-no-op": Mutant(
        "CREATE OR REPLACE FUNCTION audit.capture() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp"
        " AS 'begin return null; end'", "function audit.capture()", "body"),
    "trigger-that-leaks": Mutant(
        "CREATE TRIGGER z BEFORE INSERT ON app.tasks FOR EACH ROW EXECUTE FUNCTION app.stamp_row()", "trigger app.tasks.z"),
    "stamp-trigger-dropped": Mutant("DROP TRIGGER row_stamped ON app.tasks", "trigger app.tasks.row_stamped"),
    "truncate-trigger-dropped": Mutant("DROP TRIGGER truncate_refused ON audit.audit_log", "trigger audit.audit_log.truncate_refused"),
    "truncate-trigger-disabled": Mutant(
        "DO $$ BEGIN EXECUTE (SELECT format('ALTER TABLE %s DISABLE TRIGGER truncate_refused', min(inhrelid::regclass::text))"
        " FROM pg_inherits WHERE inhparent = 'audit.audit_log'::regclass); END $$", "partition of audit.audit_log", "own trigger truncate_refused state"),
    "capture-follows-the-session": Mutant("ALTER FUNCTION audit.capture() RESET extra_float_digits", "function audit.capture()", "set extra_float_digits"),
    "audit-granted": Mutant("GRANT DELETE ON audit.audit_log TO launch_archiver", "table audit.audit_log", "acl launch_archiver"),
    "audit-truncate": Mutant("GRANT TRUNCATE ON audit.audit_log TO launch_rw", "table audit.audit_log", "acl launch_rw"),
    "partition-granted": Mutant(
        "DO $$ BEGIN EXECUTE (SELECT format('GRANT SELECT ON %s TO launch_rw', min(inhrelid::regclass::text))"
        " FROM pg_inherits WHERE inhparent = 'audit.audit_log'::regclass); END $$", "partition of audit.audit_log", "acl launch_rw"),
    "partition-owner": Mutant(
        "DO $$ BEGIN EXECUTE (SELECT format('ALTER TABLE %s OWNER TO launch_owner', min(inhrelid::regclass::text))"
        " FROM pg_inherits WHERE inhparent = 'audit.audit_log'::regclass); END $$", "partition of audit.audit_log", "owner"),
    "partition-default": Mutant(
        "CREATE TABLE audit.rest PARTITION OF audit.audit_log DEFAULT; ALTER TABLE audit.rest OWNER TO launch_audit_owner;"
        " ALTER TABLE audit.rest ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY", "partition of audit.audit_log (audit.rest)", "default_partition"),
    "partition-detached": Mutant(
        "DO $$ BEGIN EXECUTE (SELECT format('ALTER TABLE audit.audit_log DETACH PARTITION %s; ALTER TABLE %1$s RENAME TO loose', min(inhrelid::regclass::text))"
        " FROM pg_inherits WHERE inhparent = 'audit.audit_log'::regclass); END $$", "table audit.loose"),
    "partition-index": Mutant(
        "DO $$ BEGIN EXECUTE (SELECT format('CREATE INDEX more ON %s (action)', min(inhrelid::regclass::text))"
        " FROM pg_inherits WHERE inhparent = 'audit.audit_log'::regclass); END $$", "partition of audit.audit_log", "own index more definition"),
    "partition-unlogged": Mutant(
        "CREATE UNLOGGED TABLE audit.fast PARTITION OF audit.audit_log FOR VALUES FROM ('2001-01-01') TO ('2001-02-01');"
        " ALTER TABLE audit.fast OWNER TO launch_audit_owner; ALTER TABLE audit.fast ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
        "partition of audit.audit_log (audit.fast)", "persistence"),
    "partitions-all-gone": Mutant(
        "DO $$ DECLARE p record; BEGIN FOR p IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'audit.audit_log'::regclass LOOP"
        " EXECUTE format('DROP TABLE %s', p.inhrelid::regclass); END LOOP; END $$", "partition of audit.audit_log"),
    # Tables, columns, constraints, indexes.
    "table-dropped": Mutant("DROP TABLE app.tasks", "table app.tasks"),
    "table-owner": Mutant("ALTER TABLE app.tasks OWNER TO launch_migrator", "table app.tasks", "owner"),
    "table-unlogged": Mutant("ALTER TABLE app.tasks SET UNLOGGED", "table app.tasks", "persistence"),
    "table-options": Mutant("ALTER TABLE app.tasks SET (autovacuum_enabled = off)", "table app.tasks", "option autovacuum_enabled"),
    "replica-identity": Mutant("ALTER TABLE app.tasks REPLICA IDENTITY FULL", "table app.tasks", "replica_identity"),
    "inherits": Mutant("CREATE TABLE app.old (LIKE app.tasks); ALTER TABLE app.old INHERIT app.tasks", "table app.old"),
    "column-added": Mutant("ALTER TABLE app.tasks ADD COLUMN note text", "column app.tasks.note"),
    "column-dropped": Mutant("ALTER TABLE app.tasks DROP COLUMN is_active", "column app.tasks.is_active"),
    "column-order": Mutant(
        "ALTER TABLE app.tasks DROP COLUMN title; ALTER TABLE app.tasks ADD COLUMN title varchar(255) NOT NULL DEFAULT ''", "table app.tasks", "columns"),
    "column-type": Mutant("ALTER TABLE app.tasks ALTER COLUMN title TYPE text", "column app.tasks.title", "type"),
    "column-nullable": Mutant("ALTER TABLE app.tasks ALTER COLUMN project_id DROP NOT NULL", "column app.tasks.project_id", "not_null"),
    "column-default": Mutant("ALTER TABLE app.tasks ALTER COLUMN tenant_id DROP DEFAULT", "column app.tasks.tenant_id", "default"),
    "column-collation": Mutant('ALTER TABLE app.tasks ALTER COLUMN title TYPE varchar(255) COLLATE "C"', "column app.tasks.title", "collation"),
    "column-statistics": Mutant("ALTER TABLE app.tasks ALTER COLUMN title SET STATISTICS 5", "column app.tasks.title", "statistics"),
    "column-n-distinct": Mutant("ALTER TABLE app.tasks ALTER COLUMN title SET (n_distinct = 2)", "column app.tasks.title", "option n_distinct"),
    "column-storage": Mutant("ALTER TABLE app.tasks ALTER COLUMN title SET STORAGE PLAIN", "column app.tasks.title", "storage"),
    "column-compression": Mutant("ALTER TABLE app.tasks ALTER COLUMN title SET COMPRESSION pglz", "column app.tasks.title", "compression"),
    "column-generated": Mutant(
        "ALTER TABLE app.tasks DROP COLUMN is_active; ALTER TABLE app.tasks ADD COLUMN is_active boolean NOT NULL GENERATED ALWAYS AS (true) STORED",
        "column app.tasks.is_active", "generated"),
    "column-granted": Mutant("GRANT UPDATE (status) ON app.tenants TO launch_rw", "column app.tenants.status", "acl launch_rw"),
    "stamped-column-granted": Mutant("GRANT UPDATE (created_by) ON app.tasks TO launch_rw", "column app.tasks.created_by", "acl launch_rw"),
    "column-revoked": Mutant("REVOKE UPDATE (title) ON app.tasks FROM launch_rw", "column app.tasks.title", "acl launch_rw"),
    "key-without-tenant": Mutant(
        "ALTER TABLE app.tasks DROP CONSTRAINT tasks_tenant_id_project_id_fkey;"
        " ALTER TABLE app.tasks ADD CONSTRAINT tasks_tenant_id_project_id_fkey FOREIGN KEY (tenant_id, project_id) REFERENCES app.projects (tenant_id, id)",
        "constraint app.tasks.tasks_tenant_id_project_id_fkey", "definition"),
    "foreign-key-dropped": Mutant("ALTER TABLE app.tasks DROP CONSTRAINT tasks_tenant_id_project_id_fkey", "constraint app.tasks.tasks_tenant_id_project_id_fkey"),
    "foreign-key-not-valid": Mutant(
        "ALTER TABLE app.tasks DROP CONSTRAINT tasks_tenant_id_parent_task_id_fkey; ALTER TABLE app.tasks ADD CONSTRAINT tasks_tenant_id_parent_task_id_fkey FOREIGN KEY (tenant_id, parent_task_id)"
        " REFERENCES app.tasks (tenant_id, id) ON DELETE SET NULL (parent_task_id) NOT VALID", "constraint app.tasks.tasks_tenant_id_parent_task_id_fkey", "definition"),
    "foreign-key-deferrable": Mutant(
        "ALTER TABLE app.tasks ALTER CONSTRAINT tasks_tenant_id_project_id_fkey DEFERRABLE INITIALLY DEFERRED", "constraint app.tasks.tasks_tenant_id_project_id_fkey", "definition"),
    "foreign-key-unenforced": Mutant("ALTER TABLE app.tasks DISABLE TRIGGER ALL", "constraint app.tasks.tasks_tenant_id_project_id_fkey", "triggers"),
    "check-dropped": Mutant("ALTER TABLE app.tenants DROP CONSTRAINT valid_status", "constraint app.tenants.valid_status"),
    "check-wider": Mutant(
        "ALTER TABLE app.tenants DROP CONSTRAINT valid_status; ALTER TABLE app.tenants ADD CONSTRAINT valid_status CHECK (status <> '')",
        "constraint app.tenants.valid_status", "definition"),
    "unique-without-tenant": Mutant("ALTER TABLE app.projects ADD UNIQUE (name)", "constraint app.projects.projects_name_key"),
    "index-dropped": Mutant("DROP INDEX app.tasks_tenant_id_parent_task_id_idx", "index app.tasks.tasks_tenant_id_parent_task_id_idx"),
    "index-columns": Mutant(
        "DROP INDEX app.tasks_tenant_id_parent_task_id_idx; CREATE INDEX tasks_tenant_id_parent_task_id_idx ON app.tasks (parent_task_id)", "index app.tasks.tasks_tenant_id_parent_task_id_idx",
        "definition"),
    "index-invalid": Mutant(
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'app.tasks_tenant_id_parent_task_id_idx'::regclass", "index app.tasks.tasks_tenant_id_parent_task_id_idx", "invalid"),
    "index-clustered": Mutant("ALTER TABLE app.tasks CLUSTER ON tasks_tenant_id_parent_task_id_idx", "index app.tasks.tasks_tenant_id_parent_task_id_idx", "clustered"),
    "domain-check-dropped": Mutant("ALTER DOMAIN app.entity_id DROP CONSTRAINT entity_id_format", "type app.entity_id", "constraint entity_id_format"),
    "domain-not-null": Mutant("ALTER DOMAIN app.entity_id SET DEFAULT 'x'", "type app.entity_id", "default"),
    "domain-usage": Mutant("REVOKE USAGE ON TYPE app.entity_id FROM PUBLIC", "type app.entity_id", "acl PUBLIC"),
    "comment": Mutant("COMMENT ON TABLE app.tasks IS 'x'", "comment table app.tasks", "text"),
    # Privileges.
    "table-granted-to-public": Mutant("GRANT SELECT ON app.tasks TO PUBLIC", "table app.tasks", "acl PUBLIC"),
    "table-granted-on": Mutant("GRANT SELECT ON app.tasks TO launch_ro WITH GRANT OPTION", "table app.tasks", "acl launch_ro"),
    "table-granted-by-another": Mutant(
        "GRANT SELECT ON app.tasks TO launch_migrator WITH GRANT OPTION; SET LOCAL ROLE launch_migrator; GRANT SELECT ON app.tasks TO launch_auditor;"
        " RESET ROLE", "table app.tasks", "acl launch_auditor by launch_migrator"),
    "table-truncate": Mutant("GRANT TRUNCATE ON app.tasks TO launch_rw", "table app.tasks", "acl launch_rw"),
    "table-maintain": Mutant("GRANT MAINTAIN ON app.tasks TO launch_rw", "table app.tasks", "acl launch_rw"),
    "owner-without": Mutant("REVOKE DELETE ON app.tasks FROM launch_owner", "table app.tasks", "acl launch_owner"),
    "owner-with-nothing": Mutant("REVOKE ALL ON app.tasks FROM launch_owner", "table app.tasks", "acl launch_owner"),
    "history-granted": Mutant(f"GRANT UPDATE ON {HISTORY} TO launch_rw", f"table {HISTORY}", "acl launch_rw"),
    "schema-create": Mutant("GRANT CREATE ON SCHEMA app TO launch_rw", "schema app", "acl launch_rw"),
    "public-create": Mutant("GRANT CREATE ON SCHEMA public TO PUBLIC", "schema public", "acl PUBLIC"),
    "schema-owner": Mutant("ALTER SCHEMA app OWNER TO launch_migrator", "schema app", "owner"),
    "default-privileges": Mutant(
        "ALTER DEFAULT PRIVILEGES FOR ROLE launch_owner IN SCHEMA app GRANT ALL ON TABLES TO launch_rw",
        "default_privileges of launch_owner in app on tables"),
    "default-privileges-reset": Mutant(
        "ALTER DEFAULT PRIVILEGES FOR ROLE launch_owner GRANT EXECUTE ON FUNCTIONS TO PUBLIC", "default_privileges of launch_owner on functions"),
    "database-temporary": Mutant("GRANT TEMPORARY ON DATABASE replayed TO PUBLIC", "database this", "acl PUBLIC"),
    "database-create": Mutant("GRANT CREATE ON DATABASE replayed TO launch_rw", "database this", "acl launch_rw"),
    "database-owner": Mutant("ALTER DATABASE replayed OWNER TO launch_owner", "database this", "owner"),
    "database-limit": Mutant("ALTER DATABASE replayed CONNECTION LIMIT 5", "database this", "connection_limit"),
    "builtin-function-granted": Mutant("GRANT EXECUTE ON FUNCTION pg_read_file(text) TO launch_rw", "builtin_acl function pg_read_file(text)"),
    "builtin-table-granted": Mutant("GRANT SELECT ON pg_authid TO launch_rw", "builtin_acl relation pg_authid"),
    "builtin-column-granted": Mutant("GRANT SELECT (rolpassword) ON pg_authid TO launch_rw", "builtin_column_acl pg_authid.rolpassword"),
    "extension-function-granted": Mutant(
        "GRANT EXECUTE ON FUNCTION statistics.pg_stat_statements_reset(oid, oid, bigint, boolean) TO PUBLIC",
        "builtin_acl function statistics.pg_stat_statements_reset(oid,oid,bigint,boolean)"),
    "language-granted": Mutant("REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC", "builtin_acl language plpgsql"),
    "parameter": Mutant("GRANT SET ON PARAMETER session_replication_role TO launch_app", "parameter session_replication_role"),
    "large-object": Mutant("SELECT lo_create(4711)", "large object 4711", "unmodelled"),
    "operator-class": Mutant(
        "CREATE OPERATOR CLASS app.odd FOR TYPE text USING btree AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,"
        " FUNCTION 1 bttextcmp(text, text)", "operator class app.odd USING btree", "unmodelled"),
    "tablespace-granted": Mutant("GRANT CREATE ON TABLESPACE pg_default TO launch_rw", "builtin_acl tablespace pg_default"),
    # Roles.
    "builtin-role-logs-in": Mutant("UPDATE pg_authid SET rolcanlogin = true WHERE rolname = 'pg_read_all_data'", "role pg_read_all_data"),
    "builtin-role-member": Mutant("GRANT pg_read_all_data TO pg_monitor", "membership pg_monitor in pg_read_all_data"),
    "role-superuser": Mutant("ALTER ROLE launch_app SUPERUSER", "role launch_app", "superuser"),
    "role-bypass": Mutant("ALTER ROLE launch_app BYPASSRLS", "role launch_app", "bypasses_row_security"),
    "role-login": Mutant("ALTER ROLE launch_owner LOGIN", "role launch_owner", "kind"),
    "role-createrole": Mutant("ALTER ROLE launch_app CREATEROLE", "role launch_app", "creates_roles"),
    "role-createdb": Mutant("ALTER ROLE launch_app CREATEDB", "role launch_app", "creates_databases"),
    "role-replication": Mutant("ALTER ROLE launch_app REPLICATION", "role launch_app", "replication"),
    "role-noinherit": Mutant("ALTER ROLE launch_app NOINHERIT", "role launch_app", "no_inherit"),
    "role-limit": Mutant("ALTER ROLE launch_app CONNECTION LIMIT -1", "role launch_app", "connection_limit"),
    "role-valid-until": Mutant("ALTER ROLE launch_app VALID UNTIL '2030-01-01'", "role launch_app", "valid_until"),
    "role-added": Mutant("CREATE ROLE spy LOGIN", "role spy"),
    "role-member": Mutant("GRANT launch_owner TO launch_app", "membership launch_app in launch_owner"),
    "role-member-of-builtin": Mutant("GRANT pg_read_all_data TO launch_app", "membership launch_app in pg_read_all_data"),
    "role-member-of-rds": Mutant("GRANT launch_owner TO rds_password", "membership rds_password in launch_owner"),
    "role-member-set": Mutant(
        "GRANT launch_rw TO launch_app WITH SET TRUE GRANTED BY replayed_master", "membership launch_app in launch_rw", "granted_by replayed_master"),
    "role-member-admin": Mutant(
        "GRANT launch_rw TO launch_app WITH ADMIN TRUE GRANTED BY replayed_master", "membership launch_app in launch_rw", "granted_by replayed_master"),
    "role-member-gone": Mutant("REVOKE launch_rw FROM launch_app GRANTED BY replayed_master", "membership launch_app in launch_rw"),
    "role-setting": Mutant("ALTER ROLE launch_app SET row_security = off", "setting of launch_app", "set row_security"),
    "role-setting-of-a-secret": Mutant("ALTER ROLE launch_app SET app.signing_key = 'secret.example'", "setting of launch_app", "set app.signing_key"),
    "role-read-only": Mutant("ALTER ROLE launch_app SET default_transaction_read_only = on", "setting of launch_app", "set default_transaction_read_only"),
    "role-setting-here": Mutant("ALTER ROLE launch_app IN DATABASE replayed SET search_path = shadow", "setting of launch_app here"),
    "role-setting-gone": Mutant("ALTER ROLE launch_app RESET statement_timeout", "setting of launch_app", "set statement_timeout"),
    "all-roles-setting": Mutant("ALTER ROLE ALL SET work_mem = '1GB'", "setting of all roles"),
    "database-setting": Mutant("ALTER DATABASE replayed SET session_replication_role = replica", "setting of all roles here"),
    "pg-attver-does-not-hide": Mutant(
        "ALTER TABLE app.tasks ALTER COLUMN id SET (n_distinct_inherited = 3)", "column app.tasks.id",
        "option n_distinct_inherited"),
}

# What the comparison can't see or isn't meant to, and why.
EQUIVALENT = {
    "future-partitions": (
        "DO $$ BEGIN EXECUTE (SELECT format('DROP TABLE %s', max(inhrelid::regclass::text))"
        " FROM pg_inherits WHERE inhparent = 'audit.audit_log'::regclass); END $$",
        "how many partitions there are depends on the day; the horizon is looked at by a check of its own"),
    "history-row": (
        f"UPDATE {HISTORY} SET checksum = 1 WHERE installed_rank = 1", "a row of a table; postgres_migration compares the history with its files"),
    "password": ("ALTER ROLE launch_app PASSWORD 'x'", "no login but a superuser may read what is kept of passwords; postgres_role compares them"),
    "attver": ("SELECT 1", "pg_attver is on new columns of this server, differs on each, and neither a dump nor SET or RESET knows it"),
    "restored-check": (
        "DO $$ DECLARE text text := (SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'valid_status'); BEGIN"
        " ALTER TABLE app.tenants DROP CONSTRAINT valid_status;"
        " EXECUTE 'ALTER TABLE app.tenants ADD CONSTRAINT valid_status ' || text;"
        " IF text = (SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'valid_status') THEN RAISE 'not respelt'; END IF; END $$",
        "PostgreSQL writes a list of varchar otherwise after a dump was restored"),
    "same-policy": (
        "ALTER POLICY tenant_select ON app.tasks USING (((tenant_id) = (SELECT app.current_tenant())))", "the same expression, written otherwise"),
    "granted-to-owner": ("GRANT SELECT ON app.tasks TO launch_owner", "the owner has all already"),
    "public-usage-of-type": ("GRANT USAGE ON TYPE app.entity_id TO PUBLIC", "everybody has it by default"),
    "analyzed": ("ANALYZE app.tasks", "statistics are rows"),
}
