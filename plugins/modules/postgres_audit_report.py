# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: postgres_audit_report
short_description: Read a tenant's audit log of a period
version_added: "0.1.0"
author:
  - launch.database contributors (!UNKNOWN)
description:
  - Reads, in the context of a tenant, how often what was done in a period and by whom, and the entries themselves. It changes nothing.
  - Of partitions of other times only the bounds are read, and all is read in one transaction with one snapshot, so that counts, entries and months agree.
  - It tells which months of the period the log has and which it has not (RV(looked_at), RV(missing)). Months that were removed are in the
    archiver's exports only.
  - The log has what was changed and what applications recorded. What was refused is in it only where an application recorded that,
    and reading leaves no entry by itself.
options:
  tenant:
    description:
      - Id of the tenant, which must be active. The database refuses a context for one that is suspended or removed (C(context_refused)).
      - Then take the archiver's export of the month, which has the rows of all tenants, or set the tenant active for as long as you read.
    type: str
    required: true
  starts:
    description:
      - Where the period begins, in ISO 8601. A day is its beginning, and a time without a zone is UTC.
      - A change counts by when its transaction began.
    type: str
    required: true
  ends:
    description: The first moment after it, written like O(starts).
    type: str
    required: true
  at_most:
    description: How many entries are returned, the latest first; 0 to 100000. The counts are of all entries in any case.
    type: int
    default: 10000
  actor:
    description: Id of whoever reads it. The context has to have one.
    type: str
    required: true
extends_documentation_fragment:
  - launch.database._attributes
  - launch.database._attributes.postgres_group
  - launch.database._postgres
  - launch.database._names
  - launch.database._context_key
notes:
  - O(login_user) is a member of O(names.auditor), or of another role that may read a tenant's log. Of one that reads the
    logs of all tenants, as an archiver does, it still takes this tenant's only.
  - A change counts by when its transaction began. One that was still open at RV(read_at) is not in the report, and adds entries of before it.
  - RV(entries) holds what people wrote into the tables. Give the task C(no_log) where results are kept.
seealso:
  - module: launch.database.postgres_isolation_check
"""

EXAMPLES = r"""
- name: What happened in January
  launch.database.postgres_audit_report:
    login_host: launch-db-main.cr4cyac0cdfd.us-west-2.rds.amazonaws.com
    login_user: shop_auditor
    login_password: "{{ auditor.password }}"
    login_db: launch
    ca_cert: /etc/ssl/certs/rds.pem
    tenant: 01JAMZ0000CANARY0000000001
    actor: 00000000P1AYB00K0000000000
    starts: "2026-01-01"
    ends: "2026-02-01"
  no_log: true
  register: january
"""

RETURN = r"""
tenant:
  description: Whose log it is.
  returned: success
  type: str
starts:
  description: Where the period begins, in UTC.
  returned: success
  type: str
  sample: "2026-01-01T00:00:00+00:00"
ends:
  description: The first moment after it, in UTC.
  returned: success
  type: str
  sample: "2026-02-01T00:00:00+00:00"
total:
  description: How many entries the period has.
  returned: success
  type: int
complete:
  description:
    - Whether RV(entries) has all that the log has of the period, the log has a partition for each of its months, and it was over at RV(read_at).
  returned: success
  type: bool
read_at:
  description: When it was read, by the server's clock, in UTC. What happens later in the period is not in it.
  returned: success
  type: str
  sample: "2026-02-03T08:00:00.123456+00:00"
looked_at:
  description: Months of the period that the log has, each from C(first) to C(last).
  returned: success
  type: list
  elements: dict
  sample: [{"first": "2026-01", "last": "2026-03"}]
missing:
  description:
    - Months of the period that the log does not have, each from C(first) to C(last), with the C(reason), which is V(exported and removed) or
      V(no partition), and the C(export) as the archiver named it, or V(null).
  returned: success
  type: list
  elements: dict
  sample: [{"first": "2025-12", "last": "2025-12", "reason": "no partition", "export": null}]
archives_read:
  description:
    - Whether O(login_user) may read what the database remembers of exports. Where it may not, V(no partition) in RV(missing) does not say
      whether there is an export.
  returned: success
  type: bool
counts:
  description: Entries by C(kind), C(entity_type), C(action) and C(performed_by), with C(first_at) and C(last_at).
  returned: success
  type: list
  elements: dict
entries:
  description: The entries, the latest first, with C(changes) of a change and C(details) of an event.
  returned: success
  type: list
  elements: dict
plan:
  description: Always empty.
  returned: success
  type: list
  elements: dict
pending:
  description: Always empty.
  returned: success
  type: list
  elements: dict
"""

from ansible_collections.launch.database.plugins.module_utils._argspec import ArgumentSpec
from ansible_collections.launch.database.plugins.module_utils._postgres.context.options import KEY
from ansible_collections.launch.database.plugins.module_utils._postgres.job import run
from ansible_collections.launch.database.plugins.module_utils._postgres.names import OPTION as NAMES
from ansible_collections.launch.database.plugins.module_utils._postgres.report.job import Report

OPTIONS = ArgumentSpec(options={
    "tenant": {"type": "str", "required": True},
    "starts": {"type": "str", "required": True},
    "ends": {"type": "str", "required": True},
    "at_most": {"type": "int", "default": 10000},
    "actor": {"type": "str", "required": True},
}).merge(KEY)


def main() -> None:
    """Entry point."""
    run(OPTIONS.merge(NAMES), Report)


if __name__ == "__main__":
    main()
