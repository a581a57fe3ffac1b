# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: postgres_isolation_check
short_description: Prove that no tenant sees another's rows
version_added: "0.1.0"
author:
  - launch.database contributors (!UNKNOWN)
description:
  - Connects as the application does, through a pool host with its login, and looks in each tenant's context and in none at each table and
    each view that this login can read. Which ones there are is found in the catalogs, so that none is forgotten.
  - It is proved when every tenant sees rows of its own, no tenant sees a row of another, and without a context every table refuses
    with SQLSTATE 42501. Anything else fails the module and says which table showed how many rows to whom; never what is in them.
  - Where the login can read an audit log, each tenant changes a row in each table that the login can update, to what it is already, in a
    transaction that is rolled back. It is not proved where the log has no entry of it that the tenant sees, under O(actor).
  - It is not proved on a server whose planner tells statistics past row level security (CVE-2025-8713). The proof needs 17.6, 16.10, 15.14,
    14.19, 13.22 or later, going by the version that the server reports.
  - With O(strength=signed) it is not proved either where a context is set without a token, nor where the server lists the settings that hold it.
  - A table without the tenant's column proves nothing and fails the module, as does one that O(exempt_tables) names and that is not there.
  - A tenant without a row in a table gets a canary row there first, which is the only thing that ever stays.
options:
  tenants:
    description: Ids of at least two active tenants.
    type: list
    elements: str
    required: true
  exempt_tables:
    description: Tables that nothing has to be proved with.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Schema and table, as in V(app.countries).
        type: str
        required: true
      reason:
        description: Why everybody may see its rows.
        type: str
        required: true
  canaries:
    description: Rows that a tenant gets where it has none, in the order of inserting. Tables not named here must have rows of each tenant.
    type: list
    elements: dict
    default: []
    suboptions:
      table:
        description: Schema and table.
        type: str
        required: true
      values:
        description: Values by column. The tenant is not among them, the database knows it.
        type: dict
        required: true
  actor:
    description: Id of whoever does this, for the audit log.
    type: str
    required: true
  strength:
    description: What the database promises about its context, as O(launch.database.postgres_context#module:strength) of
      M(launch.database.postgres_context). V(signed) is proved as well.
    type: str
    choices: [transaction, both, signed]
    default: transaction
  waits_for:
    description:
      - What has to be done to the database before it can be proved, in words. For check mode, in which it is not done - nothing is looked at, nothing
        is connected to, and the task is skipped with RV(not_looked_at). The callback C(launch.database.drift_report) counts that as unknown.
      - M(launch.database.postgres_context) in check mode tells what is missing of the context, see its RV(launch.database.postgres_context#module:plan).
    type: list
    elements: str
    default: []
attributes:
  check_mode:
    description: No canary row is inserted in check mode. The changes that show whether the log has them are made and rolled back there too.
extends_documentation_fragment:
  - launch.database._attributes
  - launch.database._attributes.postgres_group
  - launch.database._postgres
  - launch.database._names
  - launch.database._context_key
notes:
  - With O(key_secret) or O(key) the contexts are set with tokens, which are made for the purpose.
  - In check mode no canary row is inserted; RV(not_proved) then says what could not be shown.
  - O(login_host) may be a connection pooler in transaction mode, and should be.
seealso:
  - module: launch.database.postgres_context
  - module: launch.database.postgres_tenant
"""

EXAMPLES = r"""
- name: Tenants are isolated from each other, through this pool host
  launch.database.postgres_isolation_check:
    login_host: 127.0.0.1
    login_port: 6432
    login_user: shop_app
    login_password: "{{ app.password }}"
    login_db: launch
    ca_cert: /etc/pgbouncer/ca.crt
    tenants: [01JAMZ0000CANARY0000000001, 01JAMZ0000CANARY0000000002]
    actor: 00000000P1AYB00K0000000000
    exempt_tables:
      - name: app.countries
        reason: the same for every tenant, written by migrations only
    canaries:
      - table: app.projects
        values: {id: 01JAMZ0000CANARY00PR0JECT0, name: canary}
      - table: app.tasks
        values: {project_id: 01JAMZ0000CANARY00PR0JECT0, title: canary}
"""

RETURN = r"""
proved:
  description: Whether everything was shown. Only V(false) in check mode, where a canary row is missing.
  returned: success
  type: bool
not_proved:
  description: What could not be shown, one sentence each.
  returned: success
  type: list
  elements: str
not_looked_at:
  description: What it waits for, as O(waits_for) has it. No other value is returned then.
  returned: where O(waits_for) names anything
  type: list
  elements: str
tables:
  description: The tables and views it was proved with.
  returned: success
  type: list
  elements: str
  sample: [app.projects, app.tasks, app.tenants, audit.audit_log]
exempt_tables:
  description: Those it was not, with the reasons given.
  returned: success
  type: list
  elements: dict
seen:
  description: For each tenant and table how many rows its context showed.
  returned: success
  type: list
  elements: dict
  sample:
    - {tenant: 01JAMZ0000CANARY0000000001, table: app.projects, own_rows: 1, foreign_rows: 0}
without_context:
  description: For each table the SQLSTATE that an access without context got; null where an empty table answered.
  returned: success
  type: dict
  sample: {app.projects: "42501"}
without_token:
  description: Why a context without a token was refused; null where it was not tried, since only O(strength=signed) promises a refusal.
  returned: success
  type: str
  sample: context_unsigned
logged:
  description: The tables whose changes were seen in the audit log. Empty where the login can read no log, where it
    can update no row, and where its transactions are read-only.
  returned: success
  type: list
  elements: str
  sample: [app.projects, app.tasks, app.tenants]
plan:
  description: The canary rows of this run, each with C(action), C(path), C(before), C(after), C(when) and C(destructive).
  returned: success
  type: list
  elements: dict
pending:
  description: Always empty; nothing waits for a window here.
  returned: success
  type: list
  elements: dict
"""

from ansible_collections.launch.database.plugins.module_utils._argspec import ArgumentSpec
from ansible_collections.launch.database.plugins.module_utils._postgres.context.options import OPTIONS as CONTEXT
from ansible_collections.launch.database.plugins.module_utils._postgres.isolation.job import Isolation
from ansible_collections.launch.database.plugins.module_utils._postgres.job import run
from ansible_collections.launch.database.plugins.module_utils._postgres.names import OPTION as NAMES

EXEMPT_TABLE = {
    "name": {"type": "str", "required": True},
    "reason": {"type": "str", "required": True},
}

CANARY = {
    "table": {"type": "str", "required": True},
    "values": {"type": "dict", "required": True},
}

OPTIONS = ArgumentSpec(options={
    "tenants": {"type": "list", "elements": "str", "required": True},
    "exempt_tables": {"type": "list", "elements": "dict", "default": [], "options": EXEMPT_TABLE},
    "canaries": {"type": "list", "elements": "dict", "default": [], "options": CANARY},
    "actor": {"type": "str", "required": True},
    "waits_for": {"type": "list", "elements": "str", "default": []},
}).merge(CONTEXT)


def main() -> None:
    """Entry point."""
    run(OPTIONS.merge(NAMES), Isolation)


if __name__ == "__main__":
    main()
