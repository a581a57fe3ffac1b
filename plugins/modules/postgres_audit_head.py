# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: postgres_audit_head
short_description: Keep hashes of the audit log outside of the database
version_added: "0.1.0"
author:
  - launch.database contributors (!UNKNOWN)
description:
  - Makes a head of the audit log where the last one is older than O(max_age), and keeps it in O(destination), where nobody of the database can
    write. With the heads, an export shows whether rows were changed, removed, added or put in another order since.
  - A head covers the rows of all transactions that had ended when it was made and that the head before it does not cover, month by month, and has the
    hash of that head. Writers wait for nothing.
  - In check mode it says whether a head is due, so that a check that runs less often than heads are made finds one that was not.
  - Each run compares what the database remembers with what is kept outside, whether or not a head is due, and fails where a head of the last chain is missing.
options:
  max_age:
    description: How many minutes old the last head may be, 0 to 10080. V(0) makes one in any case.
    type: int
    default: 60
  warn_after:
    description: >-
      A transaction that stays open holds back the rows that were written since it began to write. If the first of them is older than so many minutes, 0 to
      10080, when a head is made, the module warns.
    type: int
    default: 60
  settle:
    description: >-
      For how many seconds it waits for transactions that are open, 0 to 600. A month is closed by the first head after its end
      for which all of those that had begun have ended within this time.
    type: int
    default: 10
  new_chain:
    description:
      - Begin another chain where the last one can't go on, because the database was restored or somebody changed or removed heads. Where it can go on, it does.
      - The first head of the new chain covers all rows that are there, and has the hash of the last head of the chain before.
    type: bool
    default: false
extends_documentation_fragment:
  - launch.database._attributes
  - launch.database._attributes.postgres_group
  - launch.database._audit_store
  - launch.database._postgres
  - launch.database._names
seealso:
  - module: launch.database.postgres_audit_archive
notes:
  - O(login_user) is a login that is a member of O(names.archiver), which can read the log and nothing else, or one that may become it (C(SET ROLE)).
  - C(playbooks/files/audit_verify.py) holds an export against the heads, without a database.
"""

EXAMPLES = r"""
- name: A head each hour
  launch.database.postgres_audit_head:
    login_secret: /shop/db/archive
    ca_cert: /etc/ssl/certs/rds.pem
    destination:
      bucket: shop-audit
      region: us-west-2
    names:
      archiver: shop_archiver
"""

RETURN = r"""
head:
  description: The last head, as it is kept; in check mode, before the run. V(null) if there is none.
  returned: success
  type: dict
age:
  description: How old it is, in seconds by the server's clock.
  returned: success
  type: int
made:
  description: What this run has kept, names in O(destination).
  returned: success
  type: list
  elements: str
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
from ansible_collections.launch.database.plugins.module_utils._postgres.audit.job import AuditHead
from ansible_collections.launch.database.plugins.module_utils._postgres.audit.options import DESTINATION
from ansible_collections.launch.database.plugins.module_utils._postgres.job import run
from ansible_collections.launch.database.plugins.module_utils._postgres.names import OPTION as NAMES

OPTIONS = ArgumentSpec(options={
    "max_age": {"type": "int", "default": 60},
    "warn_after": {"type": "int", "default": 60},
    "settle": {"type": "int", "default": 10},
    "new_chain": {"type": "bool", "default": False},
}).merge(DESTINATION)


def main() -> None:
    """Entry point."""
    run(OPTIONS.merge(NAMES), AuditHead)


if __name__ == "__main__":
    main()
