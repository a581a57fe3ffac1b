# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: postgres_audit_partition
short_description: Make the audit log's partitions ahead of time
version_added: "0.1.0"
author:
  - launch.database contributors (!UNKNOWN)
description:
  - Sees to it that the audit log has a partition for this month and for each of a number of months after it.
  - The partitions are made by C(ensure_partitions) of C(sql/platform_audit), which protects them. None is ever
    dropped by this module; M(launch.database.postgres_audit_archive) does that when the retention is over.
options:
  months_ahead:
    description: How many months after this one must have their partition, 0 to 120.
    type: int
    default: 12
  retention_months:
    description:
      - For how many months a month stays in the database after its end, 1 to 1200. Unset leaves it alone; as long as it was never set, nothing can be removed.
      - It is refused while it would be over for a month that no head has closed - see M(launch.database.postgres_audit_head).
      - Only the log's owner can set it, so that who removes months can't make them removable.
    type: int
extends_documentation_fragment:
  - launch.database._attributes
  - launch.database._attributes.postgres_group
  - launch.database._postgres
  - launch.database._names
notes:
  - O(login_user) becomes O(names.platform) (C(SET ROLE)), which the functions are granted to, and for O(retention_months) O(names.audit_owner).
"""

EXAMPLES = r"""
- name: A year of partitions
  launch.database.postgres_audit_partition:
    login_host: launch-db-main.cr4cyac0cdfd.us-west-2.rds.amazonaws.com
    login_user: db_admin
    login_password: "{{ master.password }}"
    login_db: launch
    ca_cert: /etc/ssl/certs/rds.pem
    months_ahead: 12
    names:
      platform: shop_platform
"""

RETURN = r"""
created:
  description: Partitions that this run made.
  returned: success
  type: list
  elements: str
  sample: [audit_log_y2027m11]
horizon:
  description: Until when audited writes have a partition without a gap, in ISO 8601; null if there is none now.
  returned: success
  type: str
  sample: "2027-12-01T00:00:00+00:00"
partitions:
  description: All partitions there are.
  returned: success
  type: list
  elements: str
retention_months:
  description: For how many months a month stays after its end. V(null) if it is not set, or O(retention_months) leaves it alone.
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
from ansible_collections.launch.database.plugins.module_utils._postgres.job import run
from ansible_collections.launch.database.plugins.module_utils._postgres.names import OPTION as NAMES
from ansible_collections.launch.database.plugins.module_utils._postgres.partition.job import Partitions

OPTIONS = ArgumentSpec(options={
    "months_ahead": {"type": "int", "default": 12},
    "retention_months": {"type": "int"},
})


def main() -> None:
    """Entry point."""
    run(OPTIONS.merge(NAMES), Partitions)


if __name__ == "__main__":
    main()
