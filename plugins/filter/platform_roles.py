# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The groups that the migrations of the tenant platform grant to."""
from __future__ import annotations

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
