# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: postgres_audit_archive
short_description: Export months of the audit log, and remove them when their time is over
version_added: "0.1.0"
author:
  - launch.database contributors (!UNKNOWN)
description:
  - Exports each month that a head has closed to O(destination), holds the export against the heads there before and reads it back afterwards. An export that
    is not what the heads say is refused, and nothing is removed.
  - With O(remove) it also detaches, and then drops, the months that were exported and are older than the retention. The database refuses a month that
    is younger, not closed or not exported, and one that has another number of rows than its export.
  - With O(open_folder) it copies the months that go on as well, so that they can be verified before they are over.
  - An interrupted run is finished by the next one.
options:
  open_folder:
    description:
      - Folder of this host, an absolute path, to which each month is copied that has begun and that no head has closed. Each run makes new files, in a folder
        named after the database, and is a change.
      - A copy is held against the heads that were there before it was read. Rows that came after the last of them are covered by no head, and are
        counted. Where rows are not what the heads say the copy stays and the module fails.
      - It is no export. Nothing of it is kept in O(destination) or remembered by the database, and no month is removed because of it.
    type: path
  remove:
    description: Whether exported months whose retention is over are removed from the database.
    type: bool
    default: false
  late_months:
    description:
      - Months, as in V(2026-11), that are exported although a head covers rows that came after they had been closed, because somebody knows why.
      - One message with several transactions can do that, which begins in one month and goes on in the next; so can the log's owner.
    type: list
    elements: str
    default: []
  spool:
    description: Folder of this host in which an export is put together; it has to have room for a compressed month. By default that of temporary files.
    type: path
extends_documentation_fragment:
  - launch.database._attributes
  - launch.database._attributes.postgres_group
  - launch.database._audit_store
  - launch.database._postgres
  - launch.database._names
seealso:
  - module: launch.database.postgres_audit_head
  - module: launch.database.postgres_audit_partition
notes:
  - O(login_user) is a login that is a member of O(names.archiver), or one that may become it (C(SET ROLE)).
  - Detaching takes the whole log for a moment. It gives up after half a second in which writers have to wait, and tries again, ten times in all.
  - The retention is set by O(launch.database.postgres_audit_partition#module:retention_months), which only the log's owner can do.
"""

EXAMPLES = r"""
- name: Months that are closed
  launch.database.postgres_audit_archive:
    login_secret: /shop/db/archive
    ca_cert: /etc/ssl/certs/rds.pem
    destination:
      bucket: shop-audit
      region: us-west-2
    remove: true
    names:
      archiver: shop_archiver
"""

RETURN = r"""
exported:
  description: Partitions that this run has exported.
  returned: success
  type: list
  elements: str
  sample: [audit_log_y2026m11]
detached:
  description: Partitions that this run has detached.
  returned: success
  type: list
  elements: str
dropped:
  description: Partitions that this run has dropped.
  returned: success
  type: list
  elements: str
reports:
  description: What was found when an export was held against the heads, for each of this run.
  returned: success
  type: list
  elements: dict
open_months:
  description:
    - Copies of this run in O(open_folder), by month, each with its C(place), and with what was found as in RV(reports).
    - C(covered) rows are covered by the heads from C(first_head) to C(last_head), which was made at C(last_made_at). C(uncovered) rows, from C(uncovered_from)
      to C(uncovered_to), are covered by no head.
  returned: success
  type: dict
archives:
  description: All exports that the database remembers, by month, each with C(rows), C(place), C(detached) and C(dropped).
  returned: success
  type: dict
retention_months:
  description: For how many months a month stays after its end, V(null) if nothing may be removed.
  returned: success
  type: int
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
from ansible_collections.launch.database.plugins.module_utils._postgres.audit.archive_job import AuditArchive
from ansible_collections.launch.database.plugins.module_utils._postgres.audit.options import DESTINATION
from ansible_collections.launch.database.plugins.module_utils._postgres.job import run
from ansible_collections.launch.database.plugins.module_utils._postgres.names import OPTION as NAMES

OPTIONS = ArgumentSpec(options={
    "remove": {"type": "bool", "default": False},
    "late_months": {"type": "list", "elements": "str", "default": []},
    "spool": {"type": "path"},
    "open_folder": {"type": "path"},
}).merge(DESTINATION)


def main() -> None:
    """Entry point. That it removes is what remove says, and only what is kept elsewhere."""
    run(OPTIONS.merge(NAMES), AuditArchive, allow_destructive=True)


if __name__ == "__main__":
    main()
