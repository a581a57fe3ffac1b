# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: rds_parameter_group
version_added: 0.1.0
short_description: Manage a DB parameter group of Amazon RDS for PostgreSQL
description:
  - Creates, changes and deletes a DB parameter group.
  - Values are written in people's units, such as V(4GB) or V(30s). They are converted with the unit that RDS itself names
    in the parameter's description, and otherwise with the one that PostgreSQL 17 has in C(pg_settings).
  - Every value is checked against type, range and modifiability before anything is created or changed; all that is wrong
    is named in one error.
  - Dynamic parameters take effect at once, static ones with the next reboot of each instance. Instances that wait for a
    reboot are named in RV(pending).
options:
  name:
    description:
      - Name of the group. RDS keeps it in lower case.
      - A letter first, then letters, digits and single hyphens, none at the end; 255 characters at most.
    type: str
    required: true
  family:
    description:
      - Family of the group, such as V(postgres17). RDS can't change it later; a difference is an error.
      - Required if O(state=present).
    type: str
  description:
    description:
      - Description of the group. RDS can't change it later; a difference is an error.
      - Unset, a new group gets C(Managed by launch.database), and an existing one keeps what it has.
    type: str
  parameters:
    description:
      - Parameters and their values. A parameter with no value (V(null)) is left alone, and so is everything when unset.
      - Sizes take V(B), V(kB), V(MB), V(GB), V(TB), which go by 1024; times take V(us), V(ms), V(s), V(min), V(h), V(d).
        A number alone counts in the parameter's own unit, as RDS has it.
      - A value that is no whole number of the parameter's unit is refused.
      - Booleans may be written in any way. A list is joined with commas; its order does not count.
      - Formulas of RDS, such as V({DBInstanceClassMemory/32768}), go to RDS as they are.
    type: dict
  purge_parameters:
    description: Whether parameters that somebody set and that O(parameters) does not name are reset to RDS's default.
    type: bool
    default: false
  instance_class:
    description:
      - A class that the values must fit, such as V(db.t4g.medium). Its memory is asked of EC2 (C(ec2:DescribeInstanceTypes)).
      - The values must also fit the classes that instances with this group have now, because a reboot may come before a change
        of class. To enlarge both, change the class first.
      - C(shared_buffers) of more than 90 percent of its memory is refused, because an instance would not start with it.
        For C(effective_cache_size) above the memory and C(maintenance_work_mem) above a quarter of it there is a warning.
    type: str
  state:
    description: Whether the group should exist. A group that an instance uses can't be deleted.
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
  - name: Working with parameter groups
    description: What static, dynamic and pending-reboot mean.
    link: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithParamGroups.html
  - module: launch.database.rds_instance
"""

EXAMPLES = r"""
- name: A group that fits 4 GiB of memory
  launch.database.rds_parameter_group:
    name: launch-pg-main
    family: postgres17
    instance_class: db.t4g.medium
    parameters:
      shared_buffers: 1GB
      effective_cache_size: 3GB
      work_mem: 4MB
      random_page_cost: 1.1
      log_min_duration_statement: 1s
      shared_preload_libraries: [pg_stat_statements, pgaudit]

- name: Exactly these parameters, everything else as RDS has it
  launch.database.rds_parameter_group:
    name: launch-pg-main
    family: postgres17
    purge_parameters: true
    parameters:
      work_mem: 8MB

- name: No group any more
  launch.database.rds_parameter_group:
    name: launch-pg-old
    state: absent
"""

RETURN = r"""
parameter_group:
  description: The group after the run; in check mode, before it.
  returned: success
  type: dict
  contains:
    name:
      description: Its name.
      type: str
      sample: launch-pg-main
    exists:
      description: Whether it exists.
      type: bool
    arn:
      description: Its ARN, V(null) where it does not exist.
      type: str
      sample: arn:aws:rds:us-west-2:597088015766:pg:launch-pg-main
    family:
      description: Its family.
      type: str
      sample: postgres17
    description:
      description: Its description.
      type: str
    parameters:
      description: The values that somebody set, as RDS has them, in each parameter's own unit.
      type: dict
      sample: {"shared_buffers": "131072"}
    instances:
      description: The instances that use it, with the status of the parameters in each.
      type: dict
      sample: {"launch-db-main": "in-sync"}
    tags:
      description: Its tags.
      type: dict
plan:
  description: What the run changed, or in check mode would change.
  returned: success
  type: list
  elements: dict
  sample: [{"action": "set", "path": "parameters.work_mem", "before": "4MB (4096 x kB)", "after": "8MB (8192 x kB)", "when": "immediate",
    "destructive": false}]
pending:
  description: Instances that have to be rebooted before all values are in force.
  returned: success
  type: list
  elements: dict
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.launch.database.plugins.module_utils._argspec import TAGS, ArgumentSpec
from ansible_collections.launch.database.plugins.module_utils._converge import converge, reporting
from ansible_collections.launch.database.plugins.module_utils._aws import identifiers
from ansible_collections.launch.database.plugins.module_utils._aws.clients import client
from ansible_collections.launch.database.plugins.module_utils._aws.parameter_group.job import ParameterGroup
from ansible_collections.launch.database.plugins.module_utils._aws.parameter_group.plan import DesiredGroup

SPEC = ArgumentSpec(
    options={
        "name": {"type": "str", "required": True},
        "family": {"type": "str"},
        "description": {"type": "str"},
        "parameters": {"type": "dict"},
        "purge_parameters": {"type": "bool", "default": False},
        "instance_class": {"type": "str"},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
    required_if=(("state", "present", ("family",)),),
).merge(TAGS)


def desired_group(params) -> DesiredGroup:
    """The options as the plan takes them. Raises LaunchError for a name that RDS does not take."""
    fields = ("state", "family", "description", "parameters", "purge_parameters", "tags", "purge_tags")
    return DesiredGroup(name=identifiers.parameter_group("name", params["name"]), **{field: params[field] for field in fields})


def main() -> None:
    module = AnsibleAWSModule(supports_check_mode=True, **SPEC.to_kwargs())
    with reporting(module):
        desired = desired_group(module.params)
    group = ParameterGroup(client(module, "rds"), lambda: client(module, "ec2"), desired, module.params["instance_class"])
    converge(module, read=group.read, plan=group.plan, advice=group.advice, apply=group.apply, result=group.result)


if __name__ == "__main__":
    main()
