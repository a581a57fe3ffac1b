# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: db_secret
version_added: 0.1.0
short_description: Manage the secret of a database login, or of a key, in AWS Secrets Manager
description:
  - Keeps the credentials of one login in one secret, a JSON object with C(username), C(password), C(scram_verifier) and the
    fields of O(fields).
  - With O(kind=key) it keeps C(key) instead, what tokens of a tenant context are made with - see M(launch.database.postgres_context).
  - The password is generated when there is none, and kept afterwards, whoever set it.
  - The SCRAM-SHA-256 verifier is computed when there is none, or none that belongs to the password, and kept afterwards,
    so that the database and PgBouncer hold the same and a second run changes nothing.
  - Neither of them is ever an argument, in a result, in a difference or in a log. Nor is what else a secret that is adopted
    holds, because it may be a secret too - see RV(fields).
  - JSON is compared by its meaning; the order of its keys does not count. What is not named stays as it is.
options:
  name:
    description: Name of the secret, of letters, digits and C(/_+=.@-), 512 characters at most.
    type: str
    required: true
  description:
    description: Description of the secret. Unset leaves it alone; an empty one removes it.
    type: str
  kms_key_id:
    description:
      - Id, ARN or alias of the KMS key that encrypts the secret. Unset leaves it alone; a new secret has AWS's own key then.
      - A key that is only written differently is no change.
    type: str
  kind:
    description:
      - What the secret is of. V(login) has a password and its verifier, V(key) has C(key), 64 random characters that are made once and kept.
      - A secret of the other kind is refused.
    type: str
    choices: [login, key]
    default: login
  username:
    description: The login's name, kept as C(username).
    type: str
  fields:
    description:
      - More fields of the JSON object, such as C(engine), C(host), C(port) and C(dbname).
      - A field with no value (V(null)) is left alone, and so is one that is not named.
      - What is given here is shown in results and differences, before and after. It is no place for secrets.
      - C(port) is stored as a number. C(username), C(password), C(scram_verifier), C(key) and C(next_key) are refused here.
    type: dict
  password_length:
    description: Number of characters of a password that is generated, 16 to 128. It does not change one that is there.
    type: int
    default: 32
  recovery_window:
    description: Days, 7 to 30, in which a deleted secret can be restored.
    type: int
    default: 30
  state:
    description:
      - Whether the secret should exist.
      - V(absent) schedules it for deletion. V(present) restores one that is scheduled for deletion, with its password.
    type: str
    choices: [present, absent]
    default: present
author:
  - launch.database contributors (!UNKNOWN)
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - launch.database._aws
  - launch.database._attributes
  - launch.database._attributes.aws_group
  - launch.database._tags
seealso:
  - name: JSON structure of Secrets Manager secrets
    description: The keys that AWS itself uses for database credentials.
    link: https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html
  - module: launch.database.rds_instance
"""

EXAMPLES = r"""
- name: Credentials of the master user, before there is an instance
  launch.database.db_secret:
    name: /launch/db/credentials
    description: Database credentials for launch
    username: db_admin
    fields:
      engine: postgres
      dbname: launch

- name: Where it can be used, as soon as that is known
  launch.database.db_secret:
    name: /launch/db/credentials
    fields:
      host: "{{ __instance.instance.endpoint.address }}"
      port: "{{ __instance.instance.endpoint.port }}"

- name: What tokens of the tenant context are made with
  launch.database.db_secret:
    name: /launch/db/context-key
    kind: key

- name: No login any more
  launch.database.db_secret:
    name: /launch/db/old
    recovery_window: 7
    state: absent
"""

RETURN = r"""
name:
  description: Name of the secret.
  returned: success
  type: str
  sample: /launch/db/credentials
exists:
  description: Whether it exists and is not scheduled for deletion; in check mode, before the run.
  returned: success
  type: bool
arn:
  description: Its ARN, V(null) where it does not exist.
  returned: success
  type: str
  sample: arn:aws:secretsmanager:us-west-2:597088015766:secret:/launch/db/credentials-8kPXvh
version_id:
  description: Id of its current version, V(null) where there is none.
  returned: success
  type: str
fields:
  description:
    - What it holds that may be shown - C(username), C(engine), C(host), C(port), C(dbname) and what O(fields) names with a value.
    - Any other key stays in the secret as it is and is not here; its value is hidden wherever else it would be printed.
  returned: success
  type: dict
  sample: {"username": "db_admin", "engine": "postgres", "dbname": "launch"}
tags:
  description: Its tags.
  returned: success
  type: dict
plan:
  description: What the run changed, or in check mode would change; secret values are shown as V((hidden\)).
  returned: success
  type: list
  elements: dict
  sample: [{"action": "field", "path": "fields.host", "before": null, "after": "db.example.com", "when": "immediate", "destructive": false}]
pending:
  description: Always empty, because Secrets Manager does everything at once.
  returned: success
  type: list
  elements: dict
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.launch.database.plugins.module_utils._argspec import TAGS, ArgumentSpec
from ansible_collections.launch.database.plugins.module_utils._converge import converge, reporting
from ansible_collections.launch.database.plugins.module_utils._aws import identifiers
from ansible_collections.launch.database.plugins.module_utils._aws.clients import client
from ansible_collections.launch.database.plugins.module_utils._aws.secret.job import Secret
from ansible_collections.launch.database.plugins.module_utils._aws.secret.state import KINDS, LOGIN_KIND, DesiredSecret

SPEC = ArgumentSpec(options={
    "name": {"type": "str", "required": True},
    "description": {"type": "str"},
    "kms_key_id": {"type": "str", "no_log": False},
    "kind": {"type": "str", "choices": list(KINDS), "default": LOGIN_KIND},
    "username": {"type": "str"},
    "fields": {"type": "dict"},
    "password_length": {"type": "int", "default": 32, "no_log": False},
    "recovery_window": {"type": "int", "default": 30},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
}).merge(TAGS)


def desired_secret(params) -> DesiredSecret:
    """The options as the plan takes them. Raises LaunchError for a name that Secrets Manager does not take."""
    options = {option: params[option] for option in SPEC.options}
    return DesiredSecret(**options | {"name": identifiers.secret("name", params["name"])})


def main() -> None:
    module = AnsibleAWSModule(supports_check_mode=True, **SPEC.to_kwargs())
    with reporting(module):
        desired = desired_secret(module.params)
    secret = Secret(client(module, "secretsmanager"), lambda: client(module, "kms"), desired, module.no_log_values.add)
    converge(module, read=secret.read, plan=secret.plan, apply=secret.apply, result=secret.result)


if __name__ == "__main__":
    main()
