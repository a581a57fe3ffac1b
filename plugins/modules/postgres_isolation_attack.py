# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: postgres_isolation_attack
short_description: Try what somebody tries who wants another tenant's rows
version_added: "0.1.0"
author:
  - launch.database contributors (!UNKNOWN)
description:
  - Tries, as one login and as a member of one role, what could show or change rows of the second of two tenants, with a context of the
    first or with none. Every attempt states how it has to be refused, by SQLSTATE and reason, and which protection it rests on.
  - Before that it asks whether the login is what it is said to be, and where the role reads rows, whether both tenants have some, each in its own
    context. It refuses where it is not so, because then attempts hold that show nothing.
  - An attempt that is not refused so fails the module. What could not be tried, and why, is in RV(not_tried).
  - Each attempt is a transaction that is rolled back, or reads only. One that gets through does what it says until then,
    so take a database that nobody works with, such as a copy for staging. What meets a lock of somebody else gives up soon and is tried twice
    again; after that it is in RV(not_tried).
  - The collection's tests show that each attempt gets through in a database of launch without that protection.
options:
  role:
    description:
      - What the login is a member of, by the keys of O(names). V(stranger) is of none of them.
      - V(owner), V(audit_owner) and V(key_keeper) are roles that nobody logs in as; the login is the database's owner then, and becomes them.
    type: str
    choices: [read_write, read_only, auditor, archiver, platform, gateway, stranger, owner, audit_owner, key_keeper]
    required: true
  tenants:
    description:
      - Ids of two active tenants, the one who tries and the one whose rows are wanted.
      - Both have rows, which M(launch.database.postgres_isolation_check) sees to.
    type: list
    elements: str
    required: true
  suspended_tenant:
    description: Id of a tenant that is not active. Without it, that such a one gets no context is not tried.
    type: str
  actor:
    description: Id of whoever does this.
    type: str
    required: true
  canaries:
    description:
      - Rows as M(launch.database.postgres_isolation_check) takes them. The first with an id and a text says which table is tried with, and the
        first after it that has this id in a column, which table refers to it. No row is made.
    type: list
    elements: dict
    required: true
    suboptions:
      table:
        description: Schema and table.
        type: str
        required: true
      values:
        description: Values by column.
        type: dict
        required: true
  strength:
    description: What the database promises about its context, as O(launch.database.postgres_context#module:strength) of
      M(launch.database.postgres_context). What only V(signed) promises is tried with it only.
    type: str
    choices: [transaction, both, signed]
    default: transaction
attributes:
  check_mode:
    description: It does the same in check mode and without - every attempt is made in a transaction that is rolled back, or only reads.
extends_documentation_fragment:
  - launch.database._attributes
  - launch.database._attributes.postgres_group
  - launch.database._postgres
  - launch.database._names
  - launch.database._context_key
notes:
  - Attempts have tokens in their texts, which logs and statistics of the server may keep. They live for half a minute.
  - O(login_host) may be a connection pooler in transaction mode.
seealso:
  - module: launch.database.postgres_check
  - module: launch.database.postgres_isolation_check
"""

EXAMPLES = r"""
- name: Nobody who works for one tenant gets at another's rows, through this pool host
  launch.database.postgres_isolation_attack:
    login_host: 127.0.0.1
    login_port: 6432
    login_user: shop_app
    login_password: "{{ app.password }}"
    login_db: staging
    ca_cert: /etc/pgbouncer/ca.crt
    role: read_write
    tenants: [01JAMZ0000CANARY0000000001, 01JAMZ0000CANARY0000000002]
    actor: 00000000P1AYB00K0000000000
    canaries:
      - table: app.projects
        values: {id: 01JAMZ0000CANARY00PR0JECT0, name: canary}
      - table: app.tasks
        values: {project_id: 01JAMZ0000CANARY00PR0JECT0, title: canary}
    strength: signed
    key_secret: /shop/db/context-key
"""

RETURN = r"""
role:
  description: In which role it was tried.
  returned: success, and failure because of attempts
  type: str
groups:
  description: For each group of attempts how many were tried, held, succeeded, or were refused otherwise than stated.
  returned: success, and failure because of attempts
  type: dict
  sample: {reading: {tried: 58, held: 58, succeeded: 0, otherwise: 0}}
attempts:
  description: Each attempt, how it has to end, how it ended, and what it rests on. Never what is in a row.
  returned: success, and failure because of attempts
  type: list
  elements: dict
  sample:
    - {attempt: "reading: all rows", verdict: held, must: nothing of B, outcome: "an answer, 1 rows", rests_on: policies of tables}
not_tried:
  description: The attempts of this role that could not be made, with the reason.
  returned: success, and failure because of attempts
  type: list
  elements: dict
  sample:
    - {attempt: "forged context: a token for a suspended tenant", reason: no suspended tenant was named}
plan:
  description: Always empty; nothing is changed.
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
from ansible_collections.launch.database.plugins.module_utils._postgres.attack.attempts import ROLES
from ansible_collections.launch.database.plugins.module_utils._postgres.attack.job import Attack
from ansible_collections.launch.database.plugins.module_utils._postgres.context.options import OPTIONS as CONTEXT
from ansible_collections.launch.database.plugins.module_utils._postgres.job import run
from ansible_collections.launch.database.plugins.module_utils._postgres.names import OPTION as NAMES

CANARY = {
    "table": {"type": "str", "required": True},
    "values": {"type": "dict", "required": True},
}

OPTIONS = ArgumentSpec(options={
    "role": {"type": "str", "choices": list(ROLES), "required": True},
    "tenants": {"type": "list", "elements": "str", "required": True},
    "suspended_tenant": {"type": "str"},
    "actor": {"type": "str", "required": True},
    "canaries": {"type": "list", "elements": "dict", "required": True, "options": CANARY},
}).merge(CONTEXT)


def main() -> None:
    """Entry point."""
    run(OPTIONS.merge(NAMES), Attack)


if __name__ == "__main__":
    main()
