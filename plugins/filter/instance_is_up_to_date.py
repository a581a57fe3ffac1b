# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the preflight's plans still hold for an instance and leave nothing to do."""
from __future__ import annotations

DOCUMENTATION = r"""
name: instance_is_up_to_date
short_description: Tell whether an instance needs no further run of its module
version_added: "0.1.0"
author:
  - launch.database contributors (!UNKNOWN)
description:
  - The preflight plans an instance before its security groups are known. True if neither that plan nor the parameter group's has a change,
    nothing is pending, and the instance has exactly the security groups that it is to have.
positional: parameter_group, security_group_ids
options:
  _input:
    description: What M(launch.database.rds_instance) returned; empty if it was not run.
    type: dict
    required: true
  parameter_group:
    description: What M(launch.database.rds_parameter_group) returned last; empty if it was not run.
    type: dict
    required: true
  security_group_ids:
    description: Ids of the security groups that the instance is to have.
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Bring the instance to its state
  ansible.builtin.include_tasks: instance.yml
  when: not planned | launch.database.instance_is_up_to_date(planned_group, [network.database])
"""

RETURN = r"""
_value:
  description: Whether there is nothing to do. False where a plan is missing, since nobody knows then.
  type: bool
"""

import typing as t

Result = t.Mapping[str, t.Any]


def instance_is_up_to_date(instance: Result, parameter_group: Result, security_group_ids: t.Iterable[str]) -> bool:
    """The plans of both, and the security groups."""
    if any(result.get("plan") != [] for result in (parameter_group, instance)) or instance["pending"]:
        return False
    return sorted(instance["instance"]["vpc_security_group_ids"]) == sorted(security_group_ids)


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"instance_is_up_to_date": instance_is_up_to_date}
