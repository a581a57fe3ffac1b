# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: postgres_context
short_description: Keep the strength of the tenant context, and the keys of its tokens
version_added: "0.1.0"
author:
  - launch.database contributors (!UNKNOWN)
description:
  - Decides which forms of C(set_context) a database of the tenant platform takes, and which keys it takes tokens of. C(sql/README.md) says what
    each strength promises.
  - The keys are read from a secret. The database gets what it needs to check tokens, by a binary C(COPY) - no key is in a statement, a log, a result
    or a difference.
  - A key that the secret no longer holds is accepted for another O(overlap) seconds, and refused with SQLSTATE 42501 from then on. Until then
    the database notes which logins use it - see RV(keys).
options:
  strength:
    description:
      - V(transaction) takes the caller's word for tenant and actor, V(signed) takes nothing but tokens, and V(both) takes either, and notes which
        logins set a context without a token - see RV(unsigned_used_by).
      - All of them take tokens as long as there is a key. Moving to the next one, or back, interrupts no application that uses a form which both
        of them take.
    type: str
    choices: [transaction, both, signed]
    default: transaction
  next_key:
    description: The other key of a rotation, which is accepted as well. Read from C(next_key) of O(key_secret), if the secret has one.
    type: str
  overlap:
    description:
      - For how many more seconds a key is accepted after it has left the secret. It should be longer than token issuers keep using an old key.
      - V(0) ends it at once, as for a key that has leaked, or in a restored copy.
    type: int
    default: 3600
  key_secret_planned:
    description:
      - Whether O(key_secret) is made by a task of the same run, which in check mode has only planned it. Then check mode plans with a key that is
        not there yet.
      - Without it, a secret that does not exist is refused, in check mode as in a run.
    type: bool
    default: false
  missing_secret:
    description:
      - The name of O(key_secret), if that secret does not exist and is planned. Filled in by the action plugin; not for playbooks.
      - Check mode plans with it; a run is refused.
    type: str
extends_documentation_fragment:
  - launch.database._attributes
  - launch.database._attributes.postgres_group
  - launch.database._postgres
  - launch.database._names
  - launch.database._context_key
notes:
  - Without O(key_secret) and O(key) the database's keys are left alone.
  - O(login_user) becomes O(names.key_keeper) (C(SET ROLE)), which can add and end keys but read none.
seealso:
  - module: launch.database.db_secret
  - module: launch.database.postgres_isolation_check
"""

EXAMPLES = r"""
- name: Nothing but tokens
  launch.database.postgres_context:
    login_secret: /shop/db/master
    ca_cert: /etc/ssl/certs/rds.pem
    strength: signed
    key_secret: /shop/db/context-key

- name: A restored copy takes no token of the original
  launch.database.postgres_context:
    login_secret: /shop-copy/db/master
    ca_cert: /etc/ssl/certs/rds.pem
    strength: signed
    key_secret: /shop-copy/db/context-key
    overlap: 0
"""

RETURN = r"""
strength:
  description: The strength in force; V(null) before the migrations have run.
  returned: success
  type: str
  sample: signed
keys:
  description:
    - The keys that are accepted - C(id), which reveals nothing of the key, C(accepted_until), V(null) for one without an end, and C(used_by), for
      one with an end.
    - C(used_by) has the logins that set a context with the key, and the last hour in which each did (C(login), C(last_hour)). A read-only
      transaction or one on a standby leaves no note, nor does one that is rolled back or has a stricter isolation level than read committed.
    - Any login can keep another one from leaving notes (with an advisory lock), so the absence of a note proves nothing.
  returned: success
  type: list
  elements: dict
  sample: [{"id": "be0fe550", "accepted_until": null, "used_by": []}]
unsigned_used_by:
  description: The logins that set a context without a token while the strength was V(both), noted as in RV(keys).
  returned: success
  type: list
  elements: dict
  sample: [{"login": "shop_app", "last_hour": "2026-12-01T10:00:00+00:00"}]
plan:
  description: The changes of this run, each with C(action), C(path), C(before), C(after), C(when) and C(destructive).
  returned: success
  type: list
  elements: dict
  sample: [{"action": "add", "path": "keys.be0fe550", "before": null, "after": "accepted", "when": "immediate", "destructive": false}]
pending:
  description: Keys that are only accepted for a while longer, with the logins that use them.
  returned: success
  type: list
  elements: dict
"""

from ansible_collections.launch.database.plugins.module_utils._argspec import ArgumentSpec
from ansible_collections.launch.database.plugins.module_utils._postgres.context.job import Context
from ansible_collections.launch.database.plugins.module_utils._postgres.context.options import OPTIONS as CONTEXT
from ansible_collections.launch.database.plugins.module_utils._postgres.job import run
from ansible_collections.launch.database.plugins.module_utils._postgres.names import OPTION as NAMES

OPTIONS = ArgumentSpec(options={
    "next_key": {"type": "str", "no_log": True},
    "overlap": {"type": "int", "default": 3600},
    "key_secret_planned": {"type": "bool", "default": False, "no_log": False},
    "missing_secret": {"type": "str", "no_log": False},
}).merge(CONTEXT)


def main() -> None:
    """Entry point."""
    run(OPTIONS.merge(NAMES), Context)


if __name__ == "__main__":
    main()
