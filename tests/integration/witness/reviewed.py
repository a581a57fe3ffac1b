# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What pgrls finds in launch's database as it is shipped, each looked at once: false, or by design, and why."""
from __future__ import annotations

import dataclasses

FALSE, BY_DESIGN = "false", "by design"
PARTITIONS = "audit.audit_log_y…"
TABLES = ("app.projects", "app.tasks", "app.tenants")
EVENT_TRIGGERS = ("public.pgaudit_ddl_command_end", "public.pgaudit_sql_drop")


@dataclasses.dataclass(frozen=True)
class Reviewed:
    """Findings that have one answer.

    :arg verdict: false, where what the rule says is not so; by design, where it is so and meant.
    """

    rule: str
    verdict: str
    reason: str
    objects: tuple[str, ...]


REVIEWED = (
    Reviewed("PERF003", FALSE, "It is for INSERT, asked about the new row, and looks for none.", ("audit.audit_log.capture_insert",)),
    Reviewed(
        "SEC001", BY_DESIGN, "It has no tenant's rows, and nobody who works for a tenant has a privilege on it.",
        ("audit.archives", "audit.known_heads", "audit.retention", "public.flyway_schema_history", "seal.strength", "seal.token_keys", "seal.uses")),
    Reviewed(
        "SEC005", BY_DESIGN, "It is for roles that work for all tenants, and nobody who works for one is in them.",
        ("app.projects.maintenance", "app.tasks.maintenance", "app.tenants.platform_select", "app.tenants.registry_delete",
         "app.tenants.registry_insert", "app.tenants.registry_select", "app.tenants.registry_update", "audit.audit_log.archive_select")),
    Reviewed(
        "SEC007", BY_DESIGN, "A floor for everybody would bind the roles that work for all tenants as well; rules R06 and R07 look at each permissive policy.",
        (*TABLES, "audit.audit_log")),
    Reviewed("SEC007", BY_DESIGN, "Its only policy is for the log's owner, and keeps to the tenant; all others go through its table.", (PARTITIONS,)),
    Reviewed(
        "SEC008", BY_DESIGN, "It is for roles that work for all tenants, and nobody who works for one is in them.",
        ("app.projects.maintenance", "app.tasks.maintenance", "app.tenants.platform_select", "app.tenants.registry_delete",
         "app.tenants.registry_select", "app.tenants.registry_update", "audit.audit_log.archive_select")),
    Reviewed(
        "SEC013", FALSE, "The function runs as who writes, and reads no tenant's table.",
        (*(f"{table}.{trigger}" for table in TABLES for trigger in ("context_required", "row_stamped", "truncate_refused")),
         "audit.audit_log.truncate_refused", f"{PARTITIONS}.truncate_refused")),
    Reviewed(
        "SEC013", BY_DESIGN, "It writes the log as the log's owner, who is bound by the log's policies, and gives nothing back.",
        tuple(f"{table}.row_audited" for table in TABLES)),
    Reviewed(
        "SEC014", BY_DESIGN, "It is how who works for a tenant says for whom, and asks; its owner has the seal, and of tenants' tables the registry only.",
        ("app.current_actor", "app.current_tenant", "app.set_context")),
    Reviewed(
        "SEC014", BY_DESIGN, "It sets or takes away a context for owners and migrations, and nobody who works for a tenant may execute it.",
        ("app.assume_context", "app.drop_context")),
    Reviewed(
        "SEC014", BY_DESIGN, "It is the only way to the registry of tenants, for who registers them.",
        ("app.change_tenants", "app.create_tenant", "app.register_tenants", "app.set_tenant_status")),
    Reviewed(
        "SEC014", BY_DESIGN, "It says of ids whether the log knows them, to the owner and to who registers tenants, and hands out no entry.",
        ("app.removed_tenants", "audit.knew_tenant")),
    Reviewed("SEC014", BY_DESIGN, "It gives a gateway, which reads no table, the active tenant of one domain.", ("app.tenant_of_domain",)),
    Reviewed(
        "SEC014", BY_DESIGN, "It writes the log as the log's owner, who is bound by the log's policies: an entry is of the context's tenant and actor.",
        ("audit.capture", "audit.record")),
    Reviewed(
        "SEC014", BY_DESIGN, "It makes, counts, seals or removes partitions for who looks after the log or reads it, and hands out no row of it.",
        ("audit.detach_month", "audit.drop_month", "audit.ensure_partitions", "audit.partition_horizon", "audit.record_archive", "audit.record_head")),
    Reviewed("SEC014", BY_DESIGN, "It draws a new number for the settings of the context, for who keeps the keys.", ("seal.renew_cell",)),
    Reviewed("SEC014", FALSE, "It is an event trigger's, reads what that hands it, and does nothing when it is called.", EVENT_TRIGGERS),
    Reviewed(
        "SEC015", FALSE, "It is pgaudit's, whose statements name each relation with its schema; functions are never looked for among temporary objects.",
        EVENT_TRIGGERS),
    Reviewed(
        "SEC028", BY_DESIGN, "It is for roles that work for all tenants, and nobody who works for one is in them.",
        ("app.projects.maintenance", "app.tasks.maintenance", "app.tenants.registry_insert", "app.tenants.registry_update")),
    Reviewed(
        "SEC038", FALSE, "The rule does not look at whom the policy is for: nobody without a context is in these roles.",
        ("app.projects.maintenance", "app.tasks.maintenance", "app.tenants.platform_select", "app.tenants.registry_select", "audit.audit_log.archive_select")),
    Reviewed("SEC042", FALSE, "It is an event trigger's, reads what that hands it, and does nothing when it is called.", EVENT_TRIGGERS),
)
FINDINGS = {(reviewed.rule, name): reviewed for reviewed in REVIEWED for name in reviewed.objects}
