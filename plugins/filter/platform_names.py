# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All names of a system's tenant platform, with the defaults of those that it does not give."""
from __future__ import annotations

DOCUMENTATION = r"""
name: platform_names
short_description: All names of a system's tenant platform
version_added: 0.1.0
author: launch.database contributors
description:
  - Completes what a system says of its names by the defaults of the others.
options:
  _input:
    description: The names that a system gives, by the keys in C(sql/README.md).
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Show where the tenants are registered
  ansible.builtin.debug:
    msg: "{{ ({'app_schema': 'notes'} | launch.database.platform_names).tenants_table }}"
"""

RETURN = r"""
_value:
  description: Every key with its name.
  type: dict
"""

import dataclasses
import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names


def platform_names(names: t.Mapping[str, t.Any]) -> dict[str, str]:
    """The rules of module_utils/_postgres/names.py, refusals in Ansible's words."""
    try:
        return dataclasses.asdict(Names.from_options(names))
    except LaunchError as error:
        raise AnsibleFilterError(error.message) from error


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"platform_names": platform_names}
