# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: postgres_migration
short_description: Apply SQL migrations with Flyway's history table
version_added: "0.1.0"
author:
  - launch.database contributors (!UNKNOWN)
description:
  - Applies the versioned (C(V1_2__name.sql)) and repeatable (C(R__name.sql)) migrations of some folders that a database does not have yet,
    each together with its row of the history table in one transaction.
  - The history table has exactly Flyway's format, order, checksums and lock, so that Flyway can C(info), C(validate) and C(migrate)
    on the same database before and after. It is made, with its schema, if it is missing.
  - All names, duplicates, checksums, missing files, placeholders, transaction commands and, by PostgreSQL's own parser, the syntax
    of every pending script are checked before the first one runs. Names of tables and columns are looked up when a script runs,
    bodies of functions when they are created.
  - A script that fails leaves nothing; those before it stay applied, and the next run goes on with it. Where a script got hold of its own
    transaction and ended it, the failure says what stands.
  - Each script begins with the session as after a login (no temporary tables, prepared statements, cursors or settings of the one before), in a
    transaction that is read committed. Whatever the database or the login has set, texts are UTF-8 with standard-conforming strings, the time
    zone is UTC, row security is on and there is no time limit for a statement. A script may set these for itself, but for the first two.
  - C(U*.sql) files are left alone.
options:
  locations:
    description:
      - Folders with the migrations, B(on the controller). Subfolders are searched, hidden ones are not.
      - Together they are one sequence, as with Flyway. No version and no description of a repeatable one may be in two of them.
      - A folder that does not exist, holds no migration, is named twice or lies inside of another one is refused.
    type: list
    elements: str
    required: true
  search_path:
    description: Schemas in which a script's unqualified names are looked up. Unset is Flyway's way, O(history_schema) before the login's own search path.
    type: list
    elements: str
  placeholders:
    description:
      - Values of V(${name}) in the scripts, regardless of case. A placeholder without a value is an error.
      - Flyway's own V(flyway:defaultSchema), V(flyway:table), V(flyway:user), V(flyway:database) and V(flyway:filename) are always there.
      - They end up in the database and in its log. Never put a secret here.
    type: dict
    default: {}
  role:
    description: Role to become (C(SET ROLE)) before each script. The history is kept by the login, and names it.
    type: str
  lock_timeout:
    description: How long a statement waits for a lock before the script is rolled back and tried again.
    type: str
    default: 5s
  lock_retries:
    description:
      - How often a script is tried again after it waited for a lock in vain or was ended as one of a deadlock, with longer and longer pauses.
      - The failure says how often it was tried, and which sessions were seen in the way at the last try.
    type: int
    default: 5
  lock_wait:
    description: Seconds to wait while another run, ours or Flyway's, holds the lock of the history.
    type: int
    default: 50
  end_holder:
    description:
      - Process id, on the server, of another run that holds the lock of the history. Its session is ended, and what it did not commit is undone.
      - The refusal after O(lock_wait) names it. A process that does not hold that lock is left alone.
    type: int
  time_budget:
    description:
      - Seconds from the first script after which no other one is begun. One that runs is not ended.
      - The task fails then. What was applied stays, and the next run goes on. Unset is no limit.
    type: int
  progress_file:
    description: Where the wait for a long script is written to. The action plugin sets it.
    type: path
extends_documentation_fragment:
  - launch.database._attributes
  - launch.database._attributes.postgres_group
  - launch.database._postgres
  - launch.database._names
  - launch.database._history
  - launch.database._scripts
notes:
  - With O(names), even empty, each of these names is a placeholder of the scripts, as those in C(sql/platform) need them; without it none is.
  - O(login_host) must be the server itself. A connection pooler is refused.
  - What can't run inside a transaction, such as C(CREATE INDEX CONCURRENTLY), is refused.
  - The syntax check leaves one line per pending script in the server's log (SQLSTATE LD000).
seealso:
  - module: launch.database.postgres_role
"""

EXAMPLES = r"""
- name: Bring the database up to date
  launch.database.postgres_migration:
    login_host: launch-db-main.cr4cyac0cdfd.us-west-2.rds.amazonaws.com
    login_user: db_admin
    login_password: "{{ secret.password }}"
    login_db: launch
    ca_cert: /etc/ssl/certs/rds.pem
    locations:
      - "{{ playbook_dir }}/../sql/platform"
      - "{{ playbook_dir }}/../sql/launch"
    names:
      owner: shop_owner
      read_write: shop_rw
    placeholders:
      retention: 12 months

- name: Show what would be applied
  launch.database.postgres_migration:
    login_host: db.example.org
    login_user: db_admin
    login_password: "{{ secret.password }}"
    login_db: launch
    locations: [sql/launch]
  check_mode: true
"""

RETURN = r"""
applied:
  description: Scripts that this run applied, in order.
  returned: success
  type: list
  elements: str
  sample: [V2_1__orders.sql]
stopped_at:
  description: The script that was not applied, and because of which the run ended. RV(applied) and RV(pending_scripts) are returned then, too.
  returned: failure
  type: str
notices:
  description: What the server said beside its answers, by script and in order; the last 200 of each script. Warnings are warnings of the task as well.
  returned: success and failure
  type: list
  elements: dict
  sample: [{script: V2_1__orders.sql, text: "NOTICE: 12 orders have no date"}]
pending_scripts:
  description: Scripts that the database does not have; always empty after a run without check mode.
  returned: success
  type: list
  elements: str
current_version:
  description: Highest version that is applied; null for none.
  returned: success
  type: str
  sample: "2.1"
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
from ansible_collections.launch.database.plugins.module_utils._postgres.handed_files import LOCATED_FILES
from ansible_collections.launch.database.plugins.module_utils._postgres.job import run
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.history import OPTIONS as HISTORY
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.job import Migrations
from ansible_collections.launch.database.plugins.module_utils._postgres.names import OPTION as NAMES

OPTIONS = ArgumentSpec(options={
    "locations": {"type": "list", "elements": "str", "required": True},
    "scripts": LOCATED_FILES,
    "search_path": {"type": "list", "elements": "str"},
    "placeholders": {"type": "dict", "default": {}},
    "role": {"type": "str"},
    "lock_timeout": {"type": "str", "default": "5s"},
    "lock_retries": {"type": "int", "default": 5},
    "lock_wait": {"type": "int", "default": 50},
    "end_holder": {"type": "int"},
    "time_budget": {"type": "int"},
    "progress_file": {"type": "path"},
}).merge(HISTORY)


def main() -> None:
    """Entry point."""
    run(OPTIONS.merge(NAMES), Migrations)


if __name__ == "__main__":
    main()
