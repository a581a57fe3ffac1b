# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: pgbouncer_userlist
short_description: Keep the list of users of PgBouncer
version_added: 0.1.0
description:
  - Writes the file that PgBouncer's C(auth_file) names, whole, with the SCRAM verifiers of all users. A user that is not named goes.
  - Results and differences name the users; a verifier is in no output.
  - PgBouncer has to be told to read it - see M(launch.database.pgbouncer_service).
author:
  - launch.database contributors (!UNKNOWN)
requirements:
  - boto3 on the controller, for O(users[].secret)
extends_documentation_fragment:
  - launch.database._attributes
options:
  path:
    description: The file. Its folder has to exist.
    type: path
    default: /etc/pgbouncer/userlist.txt
  users:
    description: Who may log in. Each needs one of O(users[].verifier) and O(users[].secret).
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: The role of the server.
        type: str
        required: true
      verifier:
        description: What the server stores for its password, C(SCRAM-SHA-256$...); the very same one, since PgBouncer logs in with it.
        type: str
      secret:
        description:
          - Name or ARN of its secret in AWS Secrets Manager, whose C(scram_verifier) is taken, and whose C(username) has to be the user's name.
          - The controller reads it, once a task at most. With O(users[].verifier) given it is not read.
          - One that does not exist yet is a verifier that would be written; check mode shows that, and a run refuses it before it writes anything.
        type: str
  secret_source:
    description:
      - Where secrets are read, on the controller. It is not sent to the host.
      - What is not given, or empty, is left to boto3's own search - environment, files, instance role.
    type: dict
    suboptions:
      region:
        description: Region of the secrets. Without one, that of an ARN, then E(AWS_REGION), then boto3's.
        type: str
      endpoint_url:
        description: Address of Secrets Manager, where it is not AWS's own.
        type: str
      access_key:
        description: Id of an access key. Needs O(secret_source.secret_key), and excludes O(secret_source.profile).
        type: str
      secret_key:
        description: Its secret.
        type: str
      session_token:
        description: Its session token, if it has one.
        type: str
      profile:
        description: Profile of boto3's files.
        type: str
  missing_secrets:
    description: Those of O(users[].secret) that do not exist. Filled in by the action plugin; not for playbooks.
    type: list
    elements: str
    default: []
  owner:
    description: Who owns the file.
    type: str
    default: root
  group:
    description: Whose members may read it, PgBouncer's process among them.
    type: str
    default: postgres
"""

EXAMPLES = r"""
- name: Two logins of the application
  launch.database.pgbouncer_userlist:
    users:
      - name: shop_app
        secret: /launch/db/app
      - name: shop_readonly
        verifier: "{{ readonly_verifier }}"
    secret_source:
      region: us-west-2
  become: true
"""

RETURN = r"""
users:
  description: Names of the users in the file.
  returned: success
  type: list
  elements: str
  sample: [shop_app]
plan:
  description: The changes that were made, or that check mode would make.
  returned: success
  type: list
  elements: dict
  sample:
    - {action: create, path: users.shop_app, before: null, after: (hidden), when: immediate, destructive: false}
pending:
  description: What waits for something else; always empty here.
  returned: success
  type: list
  elements: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.launch.database.plugins.module_utils._argspec import SECRET_SOURCE, ArgumentSpec
from ansible_collections.launch.database.plugins.module_utils._converge import converge, reporting
from ansible_collections.launch.database.plugins.module_utils._pgbouncer.userlist import Access, desired_users
from ansible_collections.launch.database.plugins.module_utils._pgbouncer.userlist_file import UserlistFile

USER = {
    "name": {"type": "str", "required": True},
    "verifier": {"type": "str", "no_log": True},
    "secret": {"type": "str", "no_log": False},
}

OPTIONS = ArgumentSpec(options={
    "path": {"type": "path", "default": "/etc/pgbouncer/userlist.txt"},
    "users": {"type": "list", "elements": "dict", "required": True, "options": USER, "required_one_of": [("verifier", "secret")]},
    "secret_source": SECRET_SOURCE,
    "missing_secrets": {"type": "list", "elements": "str", "default": [], "no_log": False},
    "owner": {"type": "str", "default": "root"},
    "group": {"type": "str", "default": "postgres"},
})

# Verifiers are as good as passwords to whoever speaks to the server.
MODE = "0640"


def main() -> None:
    """Entry point."""
    module = AnsibleModule(supports_check_mode=True, **OPTIONS.to_kwargs())
    with reporting(module):
        users = desired_users(module.params["users"], module.params["missing_secrets"])
    userlist = UserlistFile(module.params["path"], users, Access(module.params["owner"], module.params["group"], MODE))
    converge(module, read=userlist.read, plan=userlist.plan, apply=userlist.apply, result=userlist.result)


if __name__ == "__main__":
    main()
