# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logins of an inventory as roles of a database."""
from __future__ import annotations

DOCUMENTATION = r"""
name: pgbouncer_refusals
short_description: Say what is wrong with the variables of the role pgbouncer
version_added: 0.1.0
author: launch.database contributors
description:
  - Checks what types and choices can't say, above all that all pools together fit into what the database server gives,
    and that no part of a pool is out of reach of the limits around it.
options:
  _input:
    description: The role's variables without their prefix C(pgbouncer_).
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Refuse what cannot work
  ansible.builtin.fail:
    msg: "{{ refusals | join('\n') }}"
  when: refusals | length > 0
  vars:
    refusals: "{{ variables | launch.database.pgbouncer_refusals }}"
"""

RETURN = r"""
_value:
  description: A sentence for each thing that is wrong, naming option, value and remedy; empty if all is well.
  type: list
  elements: str
"""

import typing as t

from ansible_collections.launch.database.plugins.module_utils._postgres.role.platform import login_roles


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"login_roles": login_roles}
