# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: postgres_backfill
short_description: Change rows of every tenant in batches
version_added: "0.1.0"
author:
  - launch.database contributors (!UNKNOWN)
description:
  - Changes the rows of a tenant table that meet a condition, tenant after tenant and batch after batch, as a migration that fills a new column
    has to on a table that is in use. Each batch is a transaction of its own, so that no row is locked for longer than it takes.
  - Triggers and the audit log see each change as one of that tenant, made by O(actor).
  - Nothing is kept about how far it is, since the condition tells. A run that was ended, by whatever it was, is run again for the rest.
  - In check mode it says which tenants have rows left. No row is counted.
options:
  table:
    description: The tenant table with its schema, as in V(app.projects).
    type: str
    required: true
  set:
    description:
      - What follows C(SET) in an C(UPDATE), on one line, without comments.
      - Names without a schema are looked up in O(names.app_schema).
    type: str
    required: true
  where:
    description:
      - The condition of the rows that are to be changed, on one line, without comments. No row that was changed may meet it; a batch with such a row is
        undone and the run fails.
      - It is asked within one tenant. Without an index that serves it, each batch looks through that tenant's rows.
    type: str
    required: true
  actor:
    description: The id that the changes are made in the name of, in the audit log and in C(updated_by).
    type: str
    required: true
  tenants:
    description: Ids of the tenants whose rows are changed. Unset is all that are registered, whatever their status; an empty list is none.
    type: list
    elements: str
  batch:
    description: How many rows a transaction changes at most. Of a partitioned table it may be a few more.
    type: int
    default: 1000
  pause:
    description: Seconds between two batches, so that others and the replicas keep up.
    type: float
    default: 0
  lock_timeout:
    description: How long a batch waits for a lock before it is rolled back and tried again.
    type: str
    default: 2s
  lock_retries:
    description:
      - How often a batch is tried again after it waited for a lock in vain or was ended as one of a deadlock, with longer and longer pauses.
      - The failure says how often it was tried, and which sessions were seen in the way at the last try.
    type: int
    default: 5
  time_budget:
    description:
      - Seconds after which no other batch is begun. One that runs is not ended.
      - The task fails then. What was changed stays, and the next run goes on. Unset is no limit.
    type: int
  progress_file:
    description: Where a long run tells how far it is. The action plugin sets it.
    type: path
extends_documentation_fragment:
  - launch.database._attributes
  - launch.database._attributes.postgres_group
  - launch.database._postgres
  - launch.database._names
notes:
  - O(login_user) becomes O(names.migrator) (C(SET ROLE)), which sees every tenant's rows.
  - Rows that come to meet the condition while it runs are found at the end, and the task fails because of them. Make sure first that what writes
    rows writes the new form - see C(docs/zero_downtime.md).
seealso:
  - module: launch.database.postgres_migration
"""

EXAMPLES = r"""
- name: Fill the new column
  launch.database.postgres_backfill:
    login_host: launch-db-main.cr4cyac0cdfd.us-west-2.rds.amazonaws.com
    login_user: db_admin
    login_password: "{{ master.password }}"
    login_db: launch
    ca_cert: /etc/ssl/certs/rds.pem
    table: app.projects
    set: slug = lower(name)
    where: slug is null
    actor: 01J0000000000000M1GRAT10NS
    batch: 500
    time_budget: 3600
"""

RETURN = r"""
rows:
  description: How many rows this run changed.
  returned: success, and failure in the middle of a run
  type: int
  sample: 120000
tenants_left:
  description: Tenants that have rows left, by id; empty after a run without check mode.
  returned: success, and failure in the middle of a run
  type: list
  elements: str
  sample: []
plan:
  description: The changes of this run, each with C(action), C(path), C(before), C(after), C(when) and C(destructive).
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
from ansible_collections.launch.database.plugins.module_utils._postgres.backfill.job import Backfilling
from ansible_collections.launch.database.plugins.module_utils._postgres.job import run
from ansible_collections.launch.database.plugins.module_utils._postgres.names import OPTION as NAMES

OPTIONS = ArgumentSpec(options={
    "table": {"type": "str", "required": True},
    "set": {"type": "str", "required": True},
    "where": {"type": "str", "required": True},
    "actor": {"type": "str", "required": True},
    "tenants": {"type": "list", "elements": "str"},
    "batch": {"type": "int", "default": 1000},
    "pause": {"type": "float", "default": 0},
    "lock_timeout": {"type": "str", "default": "2s"},
    "lock_retries": {"type": "int", "default": 5},
    "time_budget": {"type": "int"},
    "progress_file": {"type": "path"},
})


def main() -> None:
    """Entry point."""
    run(OPTIONS.merge(NAMES), Backfilling)


if __name__ == "__main__":
    main()
