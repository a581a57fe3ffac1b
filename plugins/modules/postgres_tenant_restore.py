# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: postgres_tenant_restore
short_description: Bring an export of one tenant into a database
version_added: "0.1.0"
author:
  - launch.database contributors (!UNKNOWN)
description:
  - Makes the rows of an export that M(launch.database.postgres_tenant_export) wrote, the tenant's row of the registry among them, in one
    transaction. Ids, versions and who changed what and when stay as they were, and so do status and domain.
  - Before it counts, what was made is read as O(names.read_only) in the tenant's context and compared with the export, by counts and hashes.
  - Refused before anything is changed where the export is damaged, other migrations were applied, tables or columns differ, the tenant is there
    with other rows, another tenant has its domain, or a row of a shared table that the tenant's rows refer to is missing or another than where the
    export was made. That is not asked of an export that has no such references. A tenant that is there with the same rows is no change.
  - The audit log gets an entry for each row that is made, by O(actor) and of now. The entries of the export are not brought into it; a log tells of the
    database that it is in. They stay in the export's file, to be read.
options:
  path:
    description: The folder of the export, an absolute path on the host that the module runs on.
    type: path
    required: true
  actor:
    description: Id of whoever does this, for the audit log.
    type: str
    required: true
extends_documentation_fragment:
  - launch.database._attributes
  - launch.database._attributes.postgres_group
  - launch.database._postgres
  - launch.database._names
  - launch.database._history
notes:
  - O(login_user) makes temporary tables, which the database's owner may, and becomes O(names.owner), the only role whose rows keep the stamps that
    they are given.
  - Triggers of the tables fire as for any row that is made, those of your own too.
  - The hashes show damage, no intention. Restore only what you trust.
seealso:
  - module: launch.database.postgres_tenant_export
"""

EXAMPLES = r"""
- name: Restore a tenant
  launch.database.postgres_tenant_restore:
    login_host: launch-db-main.cr4cyac0cdfd.us-west-2.rds.amazonaws.com
    login_user: db_admin
    login_password: "{{ master.password }}"
    login_db: launch
    ca_cert: /etc/ssl/certs/rds.pem
    path: /var/lib/exports/harbor-paper
    actor: 00000000P1AYB00K0000000000
"""

RETURN = r"""
export:
  description: The export in O(path).
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
from ansible_collections.launch.database.plugins.module_utils._postgres.job import run
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.history import OPTIONS as HISTORY
from ansible_collections.launch.database.plugins.module_utils._postgres.names import OPTION as NAMES
from ansible_collections.launch.database.plugins.module_utils._postgres.restore.job import Restore

OPTIONS = ArgumentSpec(options={
    "path": {"type": "path", "required": True},
    "actor": {"type": "str", "required": True},
}).merge(HISTORY)


def main() -> None:
    """Entry point."""
    run(OPTIONS.merge(NAMES), Restore)


if __name__ == "__main__":
    main()
