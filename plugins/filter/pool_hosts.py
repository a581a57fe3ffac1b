# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare the pool hosts that should be with the machines that are there."""
from __future__ import annotations

DOCUMENTATION = r"""
name: pool_hosts
short_description: Compare the pool hosts that should be with the machines that are there
version_added: 0.1.0
author: launch.database contributors
description:
  - Leaves out the machines that another project or environment has tagged as its own. One that lacks these tags is
    nobody's yet and counts as ours, so that what was made by hand is adopted.
positional: hosts, tags, identity
options:
  _input:
    description: The machines, as C(instances) of M(amazon.aws.ec2_instance_info).
    type: list
    elements: dict
    required: true
  hosts:
    description: The pool hosts that should be, each with its C(name).
    type: list
    elements: dict
    required: true
  tags:
    description: The tags that a machine of ours has.
    type: dict
    required: true
  identity:
    description: The names of those among them that tell our machines from others.
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Show what is left to do
  ansible.builtin.debug:
    msg: "{{ found.instances | launch.database.pool_hosts([{'name': 'launch-pool-1'}], {'environment': 'poc'}, ['environment'])
             | rejectattr('settled') }}"
"""

RETURN = r"""
_value:
  description:
    - The hosts, each with C(ids), the instance ids of our machines of its name, and C(settled), whether there is exactly one,
      it runs and has the tags.
  type: list
  elements: dict
"""

import typing as t

Machine = t.Mapping[str, t.Any]


def pool_hosts(
    machines: t.Sequence[Machine], hosts: t.Sequence[t.Mapping[str, t.Any]], tags: t.Mapping[str, str], identity: t.Sequence[str],
) -> list[dict[str, t.Any]]:
    """Each host with the ids of the machines that are ours, and whether nothing is left to do about it.

    :arg tags: those that a machine of ours has.
    :arg identity: the names of those among them that tell our machines from others.
    """
    ours = {name: tags[name] for name in identity if name in tags}
    return [_host(host, [one for one in machines if _is_ours(one, host["name"], ours)], tags) for host in hosts]


def _host(host: t.Mapping[str, t.Any], found: t.Sequence[Machine], tags: t.Mapping[str, str]) -> dict[str, t.Any]:
    settled = len(found) == 1 and found[0]["state"]["name"] == "running" and dict(tags).items() <= dict(found[0]["tags"]).items()
    return {**host, "ids": [one["instance_id"] for one in found], "settled": settled}


def _is_ours(machine: Machine, name: str, identity: t.Mapping[str, str]) -> bool:
    """A tag that is missing contradicts nothing: that is how a machine that was made by hand is adopted."""
    tags = machine["tags"]
    return tags.get("Name") == name and all(tags.get(key, value) == value for key, value in identity.items())


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"pool_hosts": pool_hosts}
