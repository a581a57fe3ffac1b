# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logins of an inventory as roles of a database."""
from __future__ import annotations

DOCUMENTATION = r"""
name: login_roles
short_description: Say which roles the logins of an inventory are
version_added: 0.1.0
author: launch.database contributors
description:
  - An inventory has one list of logins, which secrets, database, pools and summary read. This says what of it is the database's.
  - Of a login that is C(absent) nothing is left but its name.
options:
  _input:
    description: The logins, each with name, secret, description, member_of, may_become, settings, connection_limit, pooled and state.
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Create the logins
  launch.database.postgres_role:
    roles: "{{ system_logins | launch.database.login_roles }}"
"""

RETURN = r"""
_value:
  description: The roles, as O(launch.database.postgres_role#module:roles) takes them.
  type: list
  elements: dict
"""

import typing as t

from ansible_collections.launch.database.plugins.module_utils._postgres.role.platform import login_roles


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"login_roles": login_roles}
