# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The groups that the migrations of the tenant platform grant to."""
from __future__ import annotations

DOCUMENTATION = r"""
name: platform_roles
short_description: Say which groups the tenant platform needs
version_added: 0.1.0
author: launch.database contributors
description:
  - Lists the group roles that the migrations in C(sql/platform) grant to, under the names of a system, with a comment each.
positional: option
options:
  _input:
    description: The names that the system gives, by the keys in C(sql/README.md); the others have their defaults.
    type: dict
    required: true
  option:
    description: What the names are called where they come from, for refusals.
    type: str
    default: names
"""

EXAMPLES = r"""
- name: Create the groups of the platform
  launch.database.postgres_role:
    roles: "{{ {'owner': 'shop_owner', 'read_write': 'shop_rw'} | launch.database.platform_roles }}"
"""

RETURN = r"""
_value:
  description: The groups, as O(launch.database.postgres_role#module:roles) takes them.
  type: list
  elements: dict
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.role import platform


def platform_roles(names: t.Mapping[str, t.Any], option: str = "names") -> list[dict[str, str]]:
    """The rules of module_utils/_postgres/names.py, refusals in Ansible's words."""
    try:
        return platform.platform_roles(names, option)
    except LaunchError as error:
        raise AnsibleFilterError(error.message) from error


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"platform_roles": platform_roles}
