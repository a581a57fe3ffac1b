# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Say which machines of a name are ours."""
from __future__ import annotations

DOCUMENTATION = r"""
name: pool_host_ids
short_description: Say which machines of a name are ours
version_added: 0.1.0
author: launch.database contributors
description:
  - Leaves out the machines that another project or environment has tagged as its own. One that lacks these tags is
    nobody's yet and counts as ours, so that what was made by hand is adopted.
positional: name, identity
options:
  _input:
    description: The machines, as C(instances) of M(amazon.aws.ec2_instance_info).
    type: list
    elements: dict
    required: true
  name:
    description: The value of the tag C(Name).
    type: str
    required: true
  identity:
    description: The tags that tell ours from others, with our values.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Show which machine is ours
  ansible.builtin.debug:
    msg: "{{ found.instances | launch.database.pool_host_ids('launch-pool-1', {'environment': 'poc'}) }}"
"""

RETURN = r"""
_value:
  description: Their instance ids.
  type: list
  elements: str
"""

import typing as t


def pool_host_ids(instances: t.Sequence[t.Mapping[str, t.Any]], name: str, identity: t.Mapping[str, str]) -> list[str]:
    """Ids of the machines of this name that are ours, or that nobody has claimed yet."""
    return [one["instance_id"] for one in instances if one["tags"].get("Name") == name and not _is_anothers(one["tags"], identity)]


def _is_anothers(tags: t.Mapping[str, str], identity: t.Mapping[str, str]) -> bool:
    """A tag that is missing contradicts nothing: that is how a machine that was made by hand is adopted."""
    return any(tags.get(key, value) != value for key, value in identity.items())


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"pool_host_ids": pool_host_ids}
