# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Say which package of PgBouncer will serve on a host."""
from __future__ import annotations

DOCUMENTATION = r"""
name: pgbouncer_package
short_description: Say which package of PgBouncer will serve on a host
version_added: 0.1.0
author: launch.database contributors
description:
  - The one asked for, the one that is installed, the newest, in that order.
positional: version, repository
options:
  _input:
    description: What C(apt-cache policy pgbouncer) says, in English.
    type: str
    required: true
  version:
    description: The version asked for, which may end in C(*); empty for any.
    type: str
    required: true
  repository:
    description: V(distribution) or V(pgdg).
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Show which version will serve
  ansible.builtin.debug:
    msg: "{{ (policy.stdout | launch.database.pgbouncer_package('1.26.1*', 'pgdg')).version }}"
"""

RETURN = r"""
_value:
  description:
    - C(version), empty where there is none, C(installed), whether one is there already, and C(lists_needed), whether the lists of packages have
      to be fetched first.
  type: dict
"""

import dataclasses
import typing as t

from ansible_collections.launch.database.plugins.module_utils._pgbouncer.versions import package


def pgbouncer_package(policy: str, version: str, repository: str) -> dict[str, t.Any]:
    """The package as data."""
    return dataclasses.asdict(package(policy, version, repository))


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"pgbouncer_package": pgbouncer_package}
