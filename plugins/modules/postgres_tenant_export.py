# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: postgres_tenant_export
short_description: Write the rows of one tenant into a folder
version_added: "0.1.0"
author:
  - launch.database contributors (!UNKNOWN)
description:
  - Writes a tenant's row of the registry, its rows of every table that has O(names.tenant_column), and its entries of the audit log, each table
    into a file as C(COPY) writes it, in the order of its primary key, with a C(manifest.json) that has columns, counts, hashes and the
    migrations that had been applied. All of it is of one moment.
  - Reads as O(names.read_only) in the tenant's context, so that the policies themselves keep other tenants' rows out. A table whose policies show
    others' rows, that has none, or that O(names.read_only) can't read is refused, and nothing is written.
  - The tenant's rows of each table are counted as the table's owner as well, which policies show all of them. Where O(names.read_only) sees another
    number, or where a restrictive policy is for the owner too, it is refused with table and numbers, and nothing is written.
  - A table without O(names.tenant_column) that refers to the registry or to a table that is exported, by a foreign key, is refused as well, since its
    rows would be missing.
  - Of each row that the tenant's rows refer to by a foreign key and that is no tenant's, such as that of a shared table, and of what that refers to,
    the manifest has key and SHA-256. The row itself is not exported.
  - A folder that is there is never overwritten. An export of the same tenant whose files and rows are still the same is no change; any
    other one is refused.
  - Folder and files are readable by the user that the module runs as only, and get the folder's name when they are complete.
options:
  tenant:
    description: Its id. Its status does not matter.
    type: str
    required: true
  path:
    description: The folder to make, an absolute path on the host that the module runs on. The one it is in must be there.
    type: path
    required: true
  actor:
    description: Id of whoever does this, for the manifest. Nothing is written into the audit log.
    type: str
    required: true
extends_documentation_fragment:
  - launch.database._attributes
  - launch.database._attributes.postgres_group
  - launch.database._postgres
  - launch.database._names
  - launch.database._history
notes:
  - O(login_user) becomes O(names.migrator), which may take a context whatever the tenant's status, the owner of each table to count its rows,
    O(names.owner) to read what they refer to, and then O(names.read_only).
  - The manifest's hashes show damage. Who changes a file on purpose can make new ones; keep exports where nobody can.
  - What knows no tenants is not in it, as large objects, sequences and tables without O(names.tenant_column).
seealso:
  - module: launch.database.postgres_tenant_restore
  - module: launch.database.postgres_tenant
"""

EXAMPLES = r"""
- name: Export a tenant
  launch.database.postgres_tenant_export:
    login_host: launch-db-main.cr4cyac0cdfd.us-west-2.rds.amazonaws.com
    login_user: db_admin
    login_password: "{{ master.password }}"
    login_db: launch
    ca_cert: /etc/ssl/certs/rds.pem
    tenant: 01JAMZ0000HARB0RPAPERC0MPA
    path: /var/lib/exports/harbor-paper
    actor: 00000000P1AYB00K0000000000
"""

RETURN = r"""
export:
  description: The export in O(path); null in check mode if there is none yet.
  returned: success
  type: dict
  sample:
    path: /var/lib/exports/harbor-paper
    tenant: 01JAMZ0000HARB0RPAPERC0MPA
    exported_at: "2026-03-01T09:30:00Z"
    tables:
      - name: app.projects
        file: 0001_app.projects.copy
        rows: 12
        sha256: 6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d
        restored: true
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
from ansible_collections.launch.database.plugins.module_utils._postgres.export.job import Export
from ansible_collections.launch.database.plugins.module_utils._postgres.job import run
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.history import OPTIONS as HISTORY
from ansible_collections.launch.database.plugins.module_utils._postgres.names import OPTION as NAMES

OPTIONS = ArgumentSpec(options={
    "tenant": {"type": "str", "required": True},
    "path": {"type": "path", "required": True},
    "actor": {"type": "str", "required": True},
}).merge(HISTORY)


def main() -> None:
    """Entry point."""
    run(OPTIONS.merge(NAMES), Export)


if __name__ == "__main__":
    main()
