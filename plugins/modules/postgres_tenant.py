# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: postgres_tenant
short_description: Register, change and remove tenants
version_added: "0.1.0"
author:
  - launch.database contributors (!UNKNOWN)
description:
  - Registers tenants and changes their status, domain and settings through the functions that C(sql/platform) has for it, however many
    there are in one statement of each kind.
  - None but the tenants that are named is looked at, and a tenant's name is its own once it is registered.
  - An id that the audit log has entries of, as that of a tenant that was removed, is not registered again, since a new tenant would read them.
    That tenant comes back by M(launch.database.postgres_tenant_restore).
  - A tenant is removed only if it is named with O(tenants[].state=absent), is inactive, and has an export with every one of its rows as
    they are now.
  - What the registry would refuse is refused in the plan, all of it at once, in check mode as well.
options:
  tenants:
    description: The tenants that must be there.
    type: list
    elements: dict
    required: true
    suboptions:
      id:
        description: Its id, as O(names.id_pattern) says; one in lower case where they are uuids.
        type: str
        required: true
      state:
        description:
          - Whether there should be such a tenant. V(absent) removes it with all its rows, and is the user's word for that; nothing else of the entry
            counts then but O(tenants[].export).
          - Refused, for all tenants of the list at once and before anything is changed, if its status is not V(inactive), if its export is damaged,
            another tenant's or has other rows than there are now, or if a table without O(names.tenant_column) refers to its rows.
          - One that is not registered is a warning, and its export is not read.
          - The audit log stays as it is and gets an entry for each row that goes, the last values with it, and one for the tenant, by O(actor).
        type: str
        choices: [present, absent]
        default: present
      export:
        description: >-
          Folder of its export, which M(launch.database.postgres_tenant_export) wrote after it became inactive, an absolute path on the host that the
          module runs on.
          Needed with O(tenants[].state=absent). All its files are read, and stay.
        type: path
      name:
        description: The name it is registered with, at most 255 characters. Needed unless it is to be absent. Not compared afterwards.
        type: str
      domain:
        description:
          - What requests are routed by. A host name of at most 253 characters, its labels of at most 63 of a-z, 0-9 and -, without a dot at its end;
            one in another script by its A-labels (C(xn--...)).
          - Unset leaves the one it has, empty takes it away. Another tenant's is refused unless that one gives it up in the same call.
        type: str
      status:
        description: Whether C(set_context) accepts it (V(active)) or not. Unset leaves it as it is.
        type: str
        choices: [active, suspended, inactive]
      settings:
        description:
          - Settings that are kept, at most 65536 bytes as JSON together with those that the tenant made itself. Those that are not named are the
            tenant's own, and stay; a null takes one away.
          - They are shown in plans and differences, and stand in the audit log. They are no place for secrets.
        type: dict
  actor:
    description: Id of whoever does this, for the audit log.
    type: str
    required: true
extends_documentation_fragment:
  - launch.database._attributes
  - launch.database._attributes.postgres_group
  - launch.database._postgres
  - launch.database._names
notes:
  - O(login_user) becomes O(names.platform) (C(SET ROLE)), which the functions are granted to. To remove a tenant it becomes O(names.owner), who alone
    may, and O(names.migrator) and O(names.read_only) to compare its rows.
  - All of a call is done in one transaction, or nothing. Rows of a tenant that is to be removed that others change meanwhile, who began before it was
    inactive, end that transaction; run it again then.
seealso:
  - module: launch.database.postgres_migration
  - module: launch.database.postgres_isolation_check
"""

EXAMPLES = r"""
- name: Register the tenants of the inventory
  launch.database.postgres_tenant:
    login_host: launch-db-main.cr4cyac0cdfd.us-west-2.rds.amazonaws.com
    login_user: db_admin
    login_password: "{{ master.password }}"
    login_db: launch
    ca_cert: /etc/ssl/certs/rds.pem
    tenants:
      - id: 01JAMZ0000HARB0RPAPERC0MPA
        name: Harbor Paper Company
        domain: harbor-paper.example
        settings: {plan: basic}
    actor: 00000000P1AYB00K0000000000
    names:
      platform: shop_platform

- name: Remove a tenant that is inactive and was exported since
  launch.database.postgres_tenant:
    login_host: launch-db-main.cr4cyac0cdfd.us-west-2.rds.amazonaws.com
    login_user: db_admin
    login_password: "{{ master.password }}"
    login_db: launch
    ca_cert: /etc/ssl/certs/rds.pem
    tenants:
      - id: 01JAMZ0000HARB0RPAPERC0MPA
        state: absent
        export: /var/lib/exports/harbor-paper
    actor: 00000000P1AYB00K0000000000
"""

RETURN = r"""
tenants:
  description: The tenants of the list that are registered, by id.
  returned: success
  type: list
  elements: dict
  sample:
    - {id: 01JAMZ0000HARB0RPAPERC0MPA, name: Harbor Paper Company, domain: harbor-paper.example, status: active}
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
from ansible_collections.launch.database.plugins.module_utils._postgres.names import OPTION as NAMES
from ansible_collections.launch.database.plugins.module_utils._postgres.tenant.job import Tenants
from ansible_collections.launch.database.plugins.module_utils._postgres.tenant.plan import TENANT

OPTIONS = ArgumentSpec(options={
    "tenants": {"type": "list", "elements": "dict", "required": True, "options": TENANT},
    "actor": {"type": "str", "required": True},
})


def main() -> None:
    """Entry point."""
    # A tenant that is named with state: absent and an export is one that the user wants to lose.
    run(OPTIONS.merge(NAMES), Tenants, allow_destructive=True)


if __name__ == "__main__":
    main()
