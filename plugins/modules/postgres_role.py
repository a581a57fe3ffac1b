# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: postgres_role
short_description: Keep group roles and logins of a PostgreSQL server
version_added: "0.1.0"
author:
  - launch.database contributors (!UNKNOWN)
description:
  - Creates, changes and removes roles, a whole list in one transaction. What an option does not name stays as it is; a role that is
    not named is never removed.
  - Works as a login that is no superuser but has C(CREATEROLE), as the master user of RDS. From PostgreSQL 16 on such a login changes, grants
    and removes only roles that it has C(ADMIN OPTION) on, as on those that it made; another one is refused before anything is changed.
  - No role gets C(SUPERUSER), C(BYPASSRLS), C(REPLICATION), C(CREATEROLE) or C(CREATEDB), and an existing one that has any of
    them is refused.
options:
  roles:
    description: The roles, groups before or after their members.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Name of the role; a-z, 0-9 and _, so that it means the same with and without quotes.
        type: str
        required: true
      state:
        description:
          - Whether there should be such a role. V(absent) removes it, and is the user's word for that; nothing else of the entry counts then.
          - Its memberships and settings go with it, and so do privileges that it was granted directly, in O(login_db) and on the server
            (C(DROP OWNED BY), as the owner of each object).
          - Refused, for all roles of the list at once and before anything is changed, if it owns anything, is named by a policy, has
            granted memberships, has members that stay, owns or holds anything in another database, or holds privileges on objects of a
            role that O(login_user) can't become. The refusal lists them.
          - Its sessions stay open, and are named in a warning; no new one can begin.
        type: str
        choices: [present, absent]
        default: present
      login:
        description: Whether it can log in. Groups have no login. A login whose C(VALID UNTIL) has passed is refused.
        type: bool
        default: false
      password_verifier:
        description:
          - The password as PostgreSQL stores it, C(SCRAM-SHA-256$...). The server never sees the password itself.
          - Set when the role is created, when O(roles[].password) turns out not to be current, and when the server keeps another verifier
            of the same password, since a connection pooler needs the very same one.
        type: str
      password:
        description:
          - The password that O(roles[].password_verifier) was made from. Only used to log in, to learn whether both are current.
          - Unset, the password of an existing role is left alone.
        type: str
      secret:
        description:
          - Name or ARN of its secret in AWS Secrets Manager, which O(login_secret_source) tells where to find. The controller takes
            O(roles[].password) from its C(password) and O(roles[].password_verifier) from its C(scram_verifier), unless they are given.
          - Its C(username) must be the role's name.
          - One that does not exist yet is a password that would be set; check mode shows that, and a run refuses it before it changes anything.
        type: str
      member_of:
        description:
          - Roles whose rights it has (C(INHERIT TRUE)) without being able to become them (C(SET FALSE)).
          - One that several roles granted is changed for each of them. One that gives more than it should and was granted by a role whose rights
            O(login_user) has not is refused with the name of that role, since from PostgreSQL 16 on nobody else can change it.
          - PostgreSQL 15 and older know one kind of membership; only whether there is one is looked at there.
        type: list
        elements: str
      may_become:
        description: Roles it can become with C(SET ROLE) without having their rights all the time (C(INHERIT FALSE, SET TRUE)).
        type: list
        elements: str
      connection_limit:
        description: Connections it may have at a time; V(-1) is no limit.
        type: int
      settings:
        description:
          - Settings its sessions begin with, by their names in any case. A list is for settings that are lists of names, such as
            C(search_path), for which a text with a comma is refused; an empty list sets the empty value.
          - A null value takes the setting back; others than those named stay.
          - One that differs for O(login_db) alone (C(ALTER ROLE ... IN DATABASE ... SET)) is taken back there, since it would win.
          - C(role) and C(session_authorization) are refused, since a login would begin as another role.
        type: dict
      comment:
        description: What people should know about it.
        type: str
      database_privileges:
        description: Privileges it needs on O(login_db). Others that it has stay.
        type: list
        elements: str
        choices: [CONNECT, CREATE, TEMPORARY]
      admin_set_role:
        description:
          - Whether O(login_user) gets the right to become the role (C(INHERIT FALSE, SET TRUE)), which running migrations as it
            and giving objects to it need. Whoever has C(CREATEROLE) and made the role could give itself that right anyway.
          - By default V(true) for groups and V(false) for logins. V(false) takes nothing away.
        type: bool
  missing_secrets:
    description: Those of O(roles[].secret) that do not exist. Filled in by the action plugin; not for playbooks.
    type: list
    elements: str
    default: []
  purge_memberships:
    description: Whether memberships that neither O(roles[].member_of) nor O(roles[].may_become) names are revoked, for the roles that have one of them set.
    type: bool
    default: false
extends_documentation_fragment:
  - launch.database._attributes
  - launch.database._attributes.postgres_group
  - launch.database._postgres
notes:
  - Whether a password is current is found out by logging in with it from the host that the module runs on. The server's log shows a failed
    login when it is not. Whether the verifier is current shows in the salt and rounds that the server announces to a login that begins.
seealso:
  - module: launch.database.db_secret
  - module: launch.database.postgres_migration
"""

EXAMPLES = r"""
- name: Groups and the application's login
  launch.database.postgres_role:
    login_secret: /launch/db/credentials
    login_secret_source: {region: us-west-2}
    ca_cert: /etc/ssl/certs/rds.pem
    roles:
      - name: shop_owner
        comment: Owns the application's objects
      - name: shop_rw
        comment: Reads and writes as one tenant
      - name: shop_app
        login: true
        secret: /launch/db/app
        member_of: [shop_rw]
        connection_limit: 200
        settings:
          statement_timeout: 60s
          search_path: [app]
      - name: shop_app_2024
        state: absent
"""

RETURN = r"""
roles:
  description: The roles of the list that exist, by name, without anything secret.
  returned: success
  type: list
  elements: dict
  sample:
    - name: shop_app
      login: true
      connection_limit: 200
      member_of: {shop_rw: {inherit: true, set: false}}
      settings: {statement_timeout: 60s}
      comment: null
      database_privileges: []
      admin_set_role: false
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
from ansible_collections.launch.database.plugins.module_utils._postgres.role.job import Roles
from ansible_collections.launch.database.plugins.module_utils._postgres.role.spec import ROLE

OPTIONS = ArgumentSpec(options={
    "roles": {"type": "list", "elements": "dict", "required": True, "options": ROLE},
    "missing_secrets": {"type": "list", "elements": "str", "default": [], "no_log": False},
    "purge_memberships": {"type": "bool", "default": False},
})


def main() -> None:
    """Entry point."""
    # A role that is named with state: absent is one that the user wants to lose.
    run(OPTIONS, Roles, allow_destructive=True)


if __name__ == "__main__":
    main()
