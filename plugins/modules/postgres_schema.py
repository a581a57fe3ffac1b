# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: postgres_schema
short_description: Compare a database with its expected catalog
version_added: "0.1.0"
author:
  - launch.database contributors (!UNKNOWN)
description:
  - Reads the system catalogs of a database, compares them with a text that says what they should hold, and fails with the differences.
    It never changes anything.
  - It compares the kinds of objects that the collection knows, with owners, privileges, definitions, bodies and attributes of functions,
    states of triggers, settings, default privileges, roles and their memberships. It does not compare rows of tables, passwords, or
    what PostgreSQL itself brings along, except for privileges on it. C(sql/README.md) lists what it does not see.
  - Any login that may connect to the database can run it; use one that may do nothing else.
  - Partitions are compared by how they differ from their parent. How many there are, and what they hold, is not compared.
  - The catalogs are read until two successive readings agree. If none do, the verdict is V(unknown).
  - Objects of kinds that the collection does not know are listed in RV(unmodelled), and make the verdict V(unknown).
options:
  expected:
    description:
      - File with the expected catalog, or a folder with one for each major version of PostgreSQL, B(on the controller).
      - Files of a folder that do not end in C(.txt) are left alone. The header of a file says what it is for.
    type: str
    required: true
  catalogs:
    description: The files of O(expected). Filled in by the action plugin; not for playbooks.
    type: list
    elements: dict
    suboptions:
      name:
        description: Path of the file, relative to O(expected).
        type: str
        required: true
      content:
        description: Its bytes in base64.
        type: str
        required: true
  placeholders:
    description: Values of V(${name}) in the expected catalog, such as a login whose name depends on the system. Each of them needs a value.
    type: dict
    default: {}
  not_ours:
    description:
      - Objects that belong to somebody else, and may or may not exist. The expected catalog can have such patterns of its own. An object that
        is expected is always compared.
      - A pattern of an attribute, as in V(role shop_app | connection_limit), leaves out only that attribute, even of an object that is expected.
    type: list
    elements: dict
    default: []
    suboptions:
      pattern:
        description: Kind and name as they stand in the expected catalog, or in RV(unmodelled), as in V(table reports.*). C(*) matches anything.
        type: str
        required: true
      reason:
        description: Whom they belong to.
        type: str
        required: true
  locations:
    description:
      - Folders with the migrations, B(on the controller), as M(launch.database.postgres_migration) takes them.
      - With them the verdict is V(unknown) if the expected catalog was made from other migrations.
    type: list
    elements: str
    default: []
  fail_on:
    description: With V(never) the module only returns what it finds. A verdict of V(unknown) is never a failure.
    type: str
    choices: [drift, never]
    default: drift
extends_documentation_fragment:
  - launch.database._attributes
  - launch.database._attributes.postgres_group
  - launch.database._postgres
  - launch.database._names
  - launch.database._scripts
notes:
  - If O(names) is given, even empty, each of these names is a placeholder of the expected catalog; otherwise none is.
  - O(login_host) may be a connection pooler in transaction mode.
seealso:
  - module: launch.database.postgres_check
"""

EXAMPLES = r"""
- name: What was shipped is what runs
  launch.database.postgres_schema:
    login_host: launch-db-main.cr4cyac0cdfd.us-west-2.rds.amazonaws.com
    login_user: watcher
    login_password: "{{ secret.password }}"
    login_db: launch
    ca_cert: /etc/ssl/certs/rds.pem
    expected: "{{ playbook_dir }}/../sql/expected/launch"
    placeholders:
      master: db_admin
    not_ours:
      - pattern: table reports.*
        reason: the analysts make their own tables
      - pattern: role shop_app | connection_limit
        reason: it differs between environments
"""

RETURN = r"""
verdict:
  description: V(clean) if nothing differs, V(drift) if something does, V(unknown) if that can't be told.
  returned: success, and failure because of differences
  type: str
  sample: clean
reasons:
  description: Why it can't be told, one sentence for each reason.
  returned: success, and failure because of differences
  type: list
  elements: str
  sample: ["There is no expected catalog for PostgreSQL 16, only for 17."]
differences:
  description: What differs, one attribute of one object in each element, and in C(text) the same as one line.
  returned: success, and failure because of differences
  type: list
  elements: dict
  sample:
    - object: trigger app.tasks.audit
      attribute: state
      expected: always
      actual: disabled
      text: "trigger app.tasks.audit: state: expected always, found disabled"
unmodelled:
  description: Objects of kinds that are not compared, in PostgreSQL's words.
  returned: success, and failure because of differences
  type: list
  elements: str
  sample: [text search dictionary app.simple]
compared:
  description: How many objects of each kind were compared. What is somebody else's is not among them.
  returned: success, and failure because of differences
  type: dict
  sample: {table: 12, policy: 18}
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
from ansible_collections.launch.database.plugins.module_utils._postgres.handed_files import FILES, LOCATED_FILES
from ansible_collections.launch.database.plugins.module_utils._postgres.job import run
from ansible_collections.launch.database.plugins.module_utils._postgres.names import OPTION as NAMES
from ansible_collections.launch.database.plugins.module_utils._postgres.schema.job import Schema

NOT_OURS = {
    "pattern": {"type": "str", "required": True},
    "reason": {"type": "str", "required": True},
}

OPTIONS = ArgumentSpec(options={
    "expected": {"type": "str", "required": True},
    "catalogs": FILES,
    "placeholders": {"type": "dict", "default": {}},
    "not_ours": {"type": "list", "elements": "dict", "default": [], "options": NOT_OURS},
    "locations": {"type": "list", "elements": "str", "default": []},
    "scripts": LOCATED_FILES,
    "fail_on": {"type": "str", "choices": ["drift", "never"], "default": "drift"},
})


def main() -> None:
    """Entry point."""
    run(OPTIONS.merge(NAMES), Schema)


if __name__ == "__main__":
    main()
