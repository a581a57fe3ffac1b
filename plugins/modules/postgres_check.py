# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: postgres_check
short_description: Look for what breaks a rule
version_added: "0.1.0"
author:
  - launch.database contributors (!UNKNOWN)
description:
  - Runs the checks of a folder, each in a transaction that only reads, and fails with what they find. It never changes anything.
  - A check is a file with one query. It has a row for each object it looked at, with the columns C(rule), C(severity) (V(error) or V(warning)),
    C(object), C(detail) and C(remedy). A row whose C(detail) is not NULL is a finding. C(sql/checks) of the collection has those about
    isolation of tenants.
  - A check without any row found nothing it could apply to. It is in RV(not_applicable), and what it looks for is unknown.
  - Findings less severe than O(fail_on) are warnings.
  - Each check can ask for C(names), C(application_role), C(shared_table), C(tenant_table), C(context), C(policy_part) and C(user_function), which the
    module puts in front of it. What is in them is said in C(sql/README.md).
  - A check runs with C(search_path) set to C(pg_catalog, pg_temp), so that nobody's operator stands in for the server's.
options:
  path:
    description: Folder with the checks, B(on the controller). Subfolders are searched, hidden ones are not; files that do not end in C(.sql) are left alone.
    type: str
    required: true
  checks:
    description: The files of O(path). Filled in by the action plugin; not for playbooks.
    type: list
    elements: dict
    suboptions:
      name:
        description: Path of the file, relative to O(path).
        type: str
        required: true
      content:
        description: Its bytes in base64.
        type: str
        required: true
  fail_on:
    description: The least severity that is a failure; with V(never) findings are warnings only.
    type: str
    choices: [warning, error, never]
    default: error
  may_not_apply:
    description: Rules that may find nothing they could apply to, because this system has nothing of the kind. What they find is found all the same.
    type: list
    elements: dict
    default: []
    suboptions:
      rule:
        description: The beginning of the file's name, as in V(R15).
        type: str
        required: true
      reason:
        description: Why there is nothing of the kind.
        type: str
        required: true
  exceptions:
    description:
      - Known findings that somebody answers for. They are neither failures nor warnings, and are listed in RV(excepted).
      - Once an exception has expired, its findings count again, and the expiry is a finding as well. One that matches no finding is in
        RV(unused_exceptions).
    type: list
    elements: dict
    default: []
    suboptions:
      rule:
        description: The beginning of the file's name, as in V(R16).
        type: str
        required: true
      object:
        description: What is found, as the finding has it.
        type: str
        required: true
      owner:
        description: Who answers for it.
        type: str
        required: true
      reason:
        description: Why it is harmless, or not yet repaired.
        type: str
        required: true
      expires:
        description: Its last day, in UTC, as in V(2027-01-31).
        type: str
        required: true
  shared_tables:
    description:
      - Tables that all tenants share, such as countries, with or without a tenant's column. The application may only read them; a table that
        it can write to is checked like a tenant's table.
      - Materialized views and foreign tables can be shared, too.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Schema and table, as in V(app.countries).
        type: str
        required: true
      reason:
        description: Why every tenant may read all of its rows.
        type: str
        required: true
  statement_timeout:
    description: How long a check may take; one that takes longer fails the module.
    type: str
    default: 30s
extends_documentation_fragment:
  - launch.database._attributes
  - launch.database._attributes.postgres_group
  - launch.database._postgres
  - launch.database._names
notes:
  - O(login_host) may be a connection pooler in transaction mode.
seealso:
  - module: launch.database.postgres_isolation_check
"""

EXAMPLES = r"""
- name: No rule of isolation is broken
  launch.database.postgres_check:
    login_host: launch-db-main.cr4cyac0cdfd.us-west-2.rds.amazonaws.com
    login_user: db_admin
    login_password: "{{ secret.password }}"
    login_db: launch
    ca_cert: /etc/ssl/certs/rds.pem
    path: "{{ playbook_dir }}/../sql/checks"
    names:
      read_write: shop_rw
      read_only: shop_ro
    may_not_apply:
      - rule: R15
        reason: the system has no audit log
    shared_tables:
      - name: app.countries
        reason: the same for every tenant, written by migrations only
    exceptions:
      - rule: R24
        object: "app.orders: orders_tenant_amount"
        owner: data platform
        reason: sums are asked for by night only
        expires: "2027-06-30"
"""

RETURN = r"""
checked:
  description: The checks that were run, in order.
  returned: success, and failure because of findings
  type: list
  elements: str
  sample: [R01_rls_disabled.sql, R02_rls_not_forced.sql]
examined:
  description: For each check how many objects it looked at.
  returned: success, and failure because of findings
  type: dict
  sample: {R01_rls_disabled.sql: 18}
not_applicable:
  description: The rules that found nothing they could apply to, but for those of O(may_not_apply). Whether they are broken is unknown.
  returned: success, and failure because of findings
  type: list
  elements: str
  sample: [R15]
unknown_names:
  description:
    - Of O(names), the roles and schemas that were given and that the server does not have, by option. What they stand for is unknown.
    - O(names.audit_schema) is left out, since a system may have no audit log.
  returned: success, and failure because of findings
  type: dict
  sample: {gateway: shop_gatewy}
not_run:
  description: Why rules could not be looked at, by rule. The module fails, after it has run the others.
  returned: success, and failure because of findings
  type: dict
  sample: {}
not_looked_at:
  description: What a rule had no way to look at, by rule. Only rules about speed say so, and the verdict does not hang on it.
  returned: success, and failure because of findings
  type: dict
  sample: {R51: pg_stat_statements is not installed in this database}
application_roles:
  description: Whom the checks took for the application - the groups of O(names) and everybody in them.
  returned: success, and failure because of findings
  type: list
  elements: str
  sample: [shop_app, shop_ro, shop_rw]
findings:
  description: What they found, those that are a failure and those that are not.
  returned: success, and failure because of them
  type: list
  elements: dict
  sample:
    - check: R02_rls_not_forced.sql
      rule: R02
      severity: error
      object: app.tasks
      detail: row level security is enabled but not forced on the owner
      remedy: alter table ... force row level security
excepted:
  description: Findings for which an exception holds, with what the exception says.
  returned: success, and failure because of others
  type: list
  elements: dict
  sample:
    - check: R24_index_not_leakproof.sql
      rule: R24
      severity: warning
      object: "app.orders: orders_tenant_amount"
      detail: a condition on amount is no index condition under row level security
      remedy: store what is compared in a generated column of a type whose operators are leakproof
      owner: data platform
      reason: sums are asked for by night only
      expires: "2027-06-30"
unused_exceptions:
  description: Exceptions that match no finding.
  returned: success, and failure because of findings
  type: list
  elements: dict
  sample: []
warned:
  description: >-
    The findings that are no failure, the rules that applied to nothing, exceptions that match no finding, and shared tables and names that
    do not exist, a sentence each; they are shown as warnings.
  returned: success, and failure because of others
  type: list
  elements: str
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
from ansible_collections.launch.database.plugins.module_utils._postgres.check.job import Checks
from ansible_collections.launch.database.plugins.module_utils._postgres.handed_files import FILES
from ansible_collections.launch.database.plugins.module_utils._postgres.job import run
from ansible_collections.launch.database.plugins.module_utils._postgres.names import OPTION as NAMES

MAY_NOT_APPLY = {
    "rule": {"type": "str", "required": True},
    "reason": {"type": "str", "required": True},
}

EXCEPTION = {field: {"type": "str", "required": True} for field in ("rule", "object", "owner", "reason", "expires")}

SHARED_TABLE = {
    "name": {"type": "str", "required": True},
    "reason": {"type": "str", "required": True},
}

OPTIONS = ArgumentSpec(options={
    "path": {"type": "str", "required": True},
    "checks": FILES,
    "fail_on": {"type": "str", "choices": ["warning", "error", "never"], "default": "error"},
    "may_not_apply": {"type": "list", "elements": "dict", "default": [], "options": MAY_NOT_APPLY},
    "exceptions": {"type": "list", "elements": "dict", "default": [], "options": EXCEPTION},
    "shared_tables": {"type": "list", "elements": "dict", "default": [], "options": SHARED_TABLE},
    "statement_timeout": {"type": "str", "default": "30s"},
})


def main() -> None:
    """Entry point."""
    run(OPTIONS.merge(NAMES), Checks)


if __name__ == "__main__":
    main()
