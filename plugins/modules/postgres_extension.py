# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: postgres_extension
short_description: Keep the extensions of a PostgreSQL database
version_added: "0.1.0"
author:
  - launch.database contributors (!UNKNOWN)
description:
  - Creates and updates extensions, and their schemas, a whole list in one transaction. None is ever dropped, and those not named are left alone.
  - An extension that requires one that is neither there nor in the list, and one that the login may not create, as far as the server says that before,
    are refused in check mode as well. What a member of RDS's roles may create is for RDS to say, and seen when it is created only.
  - Compares what has to be preloaded with what the running server began with, not with what its parameters ask for.
options:
  extensions:
    description: The extensions, in any order; each is created after those that it requires.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Name of the extension, as in V(pg_stat_statements).
        type: str
        required: true
      preload:
        description:
          - Whether the running server has to have it in C(shared_preload_libraries), by the extension's own name.
          - One that is there and not preloaded waits for a restart, see RV(pending). One that is not there yet is refused until then,
            since it could not be created.
        type: bool
        default: false
      create:
        description: Whether it has to be in O(login_db). With V(false) only O(extensions[].preload) is looked at.
        type: bool
        default: true
      schema:
        description:
          - Schema of its objects, a name of at most 63 bytes. One that is missing is created, and granted to nobody.
          - Unset leaves it to the server. An extension that is in another schema is refused, and moved by nothing here.
        type: str
      version:
        description: Its version. Unset leaves the choice to the server, and an installed version as it is. One without an update path on the server is refused.
        type: str
extends_documentation_fragment:
  - launch.database._attributes
  - launch.database._attributes.postgres_group
  - launch.database._postgres
seealso:
  - module: community.postgresql.postgresql_ext
    description: Keeps one extension, and drops one. It takes a password, no secret, and compares no preloaded libraries.
"""

EXAMPLES = r"""
- name: Statistics of statements, and an audit trail of sessions
  launch.database.postgres_extension:
    login_secret: /launch/db/credentials
    login_secret_source: {region: us-west-2}
    ca_cert: /etc/ssl/certs/rds.pem
    extensions:
      - name: pg_stat_statements
        preload: true
        schema: statistics # what an application can't use: it shows the texts of other tenants' statements
      - name: pgaudit
        preload: true
"""

RETURN = r"""
extensions:
  description: The extensions of the list that the database has.
  returned: success
  type: list
  elements: dict
  sample:
    - {name: pg_stat_statements, schema: statistics, version: "1.11"}
plan:
  description: The changes of this run, each with C(action), C(path), C(before), C(after), C(when) and C(destructive).
  returned: success
  type: list
  elements: dict
pending:
  description: The extensions that are loaded by a restart of the server only.
  returned: success
  type: list
  elements: dict
  sample:
    - {action: preload, path: pgaudit.preload, before: false, after: true, when: pending_reboot, destructive: false}
"""

from ansible_collections.launch.database.plugins.module_utils._argspec import ArgumentSpec
from ansible_collections.launch.database.plugins.module_utils._postgres.extension.job import Extensions
from ansible_collections.launch.database.plugins.module_utils._postgres.job import run

EXTENSION = {
    "name": {"type": "str", "required": True},
    "preload": {"type": "bool", "default": False},
    "create": {"type": "bool", "default": True},
    "schema": {"type": "str"},
    "version": {"type": "str"},
}

OPTIONS = ArgumentSpec(options={
    "extensions": {"type": "list", "elements": "dict", "required": True, "options": EXTENSION},
})


def main() -> None:
    """Entry point."""
    run(OPTIONS, Extensions)


if __name__ == "__main__":
    main()
