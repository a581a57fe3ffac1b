# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults that pgrls has to notice: what is done to a copy of the shadow, and what is missing of the proof, or found, then."""
from __future__ import annotations

import dataclasses

from tests.integration.witness.pgrls import LEAK, READ, UNVERIFIED, WITHOUT_CONTEXT, WRITE

_TENANT = "tenant_id = (select app.current_tenant())"


@dataclasses.dataclass(frozen=True)
class Fault:
    """Something done to a database.

    :arg missing: what is not proved.
    :arg back: what takes away again what is not in the copy.
    """

    statement: str
    missing: tuple[str, ...]
    back: str = "select 1"


FAULTS = {
    "a policy for everything": Fault(
        "alter policy tenant_select on app.tasks using (true)",
        (f"app.tasks.tenant_select: {READ}: {UNVERIFIED}", f"app.tasks: {WITHOUT_CONTEXT}: {LEAK}")),
    "another way in": Fault(
        f"alter policy tenant_select on app.tasks using ({_TENANT} or title = 'public')", (f"app.tasks.tenant_select: {READ}: {LEAK}",)),
    "a write of anybody's row": Fault(
        "alter policy tenant_insert on app.projects with check (true)", (f"app.projects.tenant_insert: {WRITE}: {UNVERIFIED}",)),
    "a tenant is not asked for": Fault(
        "alter policy tenant_select on app.projects using (created_by = (select app.current_actor()))",
        (f"app.projects.tenant_select: {READ}: {UNVERIFIED}",)),
    "no context is taken for all": Fault(
        f"alter policy tenant_select on audit.audit_log using ({_TENANT} or (select app.current_tenant()) is null)",
        (f"audit.audit_log: {WITHOUT_CONTEXT}: {LEAK}",)),
    "one more policy": Fault(
        "create policy support on app.tenants for select to public using (true)",
        (f"app.tenants.support: {READ}: {UNVERIFIED}", f"app.tenants: {WITHOUT_CONTEXT}: {LEAK}")),
    "one more policy for somebody": Fault(
        "create policy support on app.tasks for select to launch_platform using (true)", ("app.tasks.support: nobody said whom it lets through, and why",)),
    "a partition with a policy": Fault(
        "do $$ begin execute (select format('create policy everybody on %s using (true)', min(inhrelid::regclass::text)) from pg_inherits"
        " where inhparent = 'audit.audit_log'::regclass); end $$", (f".everybody: {READ}: {UNVERIFIED}",)),
    "row level security is off": Fault(
        "alter table app.tasks disable row level security",
        (f"app.tasks.tenant_select: {READ}: {UNVERIFIED}", "app.tasks: row level security is off")),
    "a table that nobody protected": Fault("create table app.notes (tenant_id text, note text)", ("app.notes: row level security is off",)),
    "the application may migrate": Fault(
        "grant launch_migrator to launch_app",
        (f"app.tasks.maintenance: {READ}: {UNVERIFIED}", f"app.tasks: {WITHOUT_CONTEXT}: {LEAK}",
         "app.tasks.maintenance: it does not let through whom it should, and nobody else"), "revoke launch_migrator from launch_app"),
}
# What shows among the findings, which are of the schema as it is shipped.
FOUND = {
    ("SEC002", "app.tasks"): "alter table app.tasks no force row level security",
    ("SEC032", "app.tasks"): "alter table app.tasks disable row level security",
    ("SEC008", "app.tasks.tenant_select"): "alter policy tenant_select on app.tasks using (true)",
    ("SEC014", "app.leak"): "create function app.leak() returns setof app.tasks language sql security definer as 'select * from app.tasks'",
}
