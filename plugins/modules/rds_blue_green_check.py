# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: rds_blue_green_check
version_added: 0.1.0
short_description: Refuse to go on while a blue/green deployment of an RDS instance is open
description:
  - Asks RDS for its blue/green deployments, and fails where one that has the instance on either side is open. Put it before what changes a schema.
  - For a major upgrade RDS for PostgreSQL replicates logically from blue to green. DDL is not replicated then, the green side becomes degraded and
    the switchover is blocked. Without a major upgrade it replicates physically, and DDL with it. RDS does not tell which it is in the description of
    a deployment, so each open one is refused; O(allowed) is for those of which you know better.
  - Open is every status but C(SWITCHOVER_COMPLETED), one that is not documented included.
  - Changes nothing. Needs C(rds:DescribeBlueGreenDeployments).
options:
  identifier:
    description: Identifier of the instance.
    type: str
    required: true
  allowed:
    description: Names or identifiers of deployments that may be open. There is a warning for each that is.
    type: list
    elements: str
    default: []
  when_open:
    description: What to do where one is open that O(allowed) does not name.
    type: str
    choices: [refuse, warn]
    default: refuse
  when_unknown:
    description:
      - What to do where the credentials may not ask, or where there are none. Whether a deployment is open is unknown then.
      - An endpoint that can't be reached, and whatever else fails, is always an error.
    type: str
    choices: [refuse, warn]
    default: warn
author:
  - launch.database contributors (!UNKNOWN)
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - launch.database._aws
  - launch.database._attributes
  - launch.database._attributes.aws_group
attributes:
  diff_mode:
    support: none
seealso:
  - name: Limitations and considerations for Amazon RDS blue/green deployments
    description: What breaks one, by the kind of its replication.
    link: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/blue-green-deployments-considerations.html
  - module: launch.database.postgres_migration
  - module: launch.database.rds_instance
"""

EXAMPLES = r"""
- name: No migration while a blue/green deployment is open
  launch.database.rds_blue_green_check:
    identifier: launch-db-main
    region: us-west-2

- name: One of the same major version, which replicates DDL
  launch.database.rds_blue_green_check:
    identifier: launch-db-main
    region: us-west-2
    allowed: [larger-disks]
    when_unknown: refuse
"""

RETURN = r"""
looked_at:
  description: Whether RDS answered. If not, RV(deployments) says nothing.
  returned: success
  type: bool
deployments:
  description: The deployments that have the instance on one of their sides.
  returned: success
  type: list
  elements: dict
  contains:
    identifier:
      description: Its identifier.
      type: str
      sample: bgd-abcdefgh12345678
    name:
      description: Its name.
      type: str
      sample: to-18
    status:
      description: Its status, as RDS has it.
      type: str
      sample: AVAILABLE
    source:
      description: Identifier of the blue instance.
      type: str
      sample: launch-db-main
    target:
      description: Identifier of the green instance.
      type: str
      sample: launch-db-main-green-abc123
    open:
      description: Whether it is open.
      type: bool
"""

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.launch.database.plugins.module_utils._argspec import ArgumentSpec
from ansible_collections.launch.database.plugins.module_utils._aws import api_rds, blue_green, identifiers
from ansible_collections.launch.database.plugins.module_utils._aws.clients import client
from ansible_collections.launch.database.plugins.module_utils._aws.errors import AwsError
from ansible_collections.launch.database.plugins.module_utils._converge import reporting
from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, raise_all

CHOICES = ["refuse", "warn"]
SPEC = ArgumentSpec(options={
    "identifier": {"type": "str", "required": True},
    "allowed": {"type": "list", "elements": "str", "default": []},
    "when_open": {"type": "str", "choices": CHOICES, "default": "refuse"},
    "when_unknown": {"type": "str", "choices": CHOICES, "default": "warn"},
})
# Nobody may ask. Whatever else goes wrong is a failure as any other.
MAY_NOT_ASK = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NoCredentialsError"}


def look(module: AnsibleAWSModule, instance: str) -> dict[str, t.Any]:
    """What there is of deployments. Raises LaunchError for an open one."""
    try:
        raw = api_rds.describe_blue_green_deployments(client(module, "rds"))
    except AwsError as error:
        if error.code not in MAY_NOT_ASK:
            raise
        _settle(module, "when_unknown", [_unknown(instance, error)])
        return {"looked_at": False, "deployments": []}
    found = blue_green.of_instance(raw, instance)
    allowed = module.params["allowed"]
    _settle(module, "when_open", blue_green.refusals(found, allowed, "identifier", instance))
    for sentence in blue_green.allowances(found, allowed):
        module.warn(f"identifier: {instance!r}: {sentence}")
    return {"looked_at": True, "deployments": [deployment.as_result() for deployment in found]}


def _unknown(instance: str, error: AwsError) -> LaunchError:
    return LaunchError(
        f"whether a blue/green deployment is open could not be looked at and is unknown. {error.problem}", option="identifier", value=instance,
        remedy="Allow the credentials rds:DescribeBlueGreenDeployments.",
    )


def _settle(module: AnsibleAWSModule, option: str, errors: list[LaunchError]) -> None:
    """Refuse or warn, as the user wants it."""
    if module.params[option] == "refuse":
        raise_all(errors)
    for error in errors:
        module.warn(error.message)


def main() -> None:
    module = AnsibleAWSModule(supports_check_mode=True, **SPEC.to_kwargs())
    with reporting(module):
        answer = look(module, identifiers.instance("identifier", module.params["identifier"]))
        module.exit_json(changed=False, **answer)


if __name__ == "__main__":
    main()
