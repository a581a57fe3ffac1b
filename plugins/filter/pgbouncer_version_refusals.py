# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Say why a version of PgBouncer may not be installed."""
from __future__ import annotations

DOCUMENTATION = r"""
name: pgbouncer_version_refusals
short_description: Say why a version of PgBouncer may not be installed
version_added: 0.1.0
author: launch.database contributors
description:
  - Compares a package's version with a minimum and with a list of published weaknesses.
positional: minimum, accept_legacy, accepted, weaknesses
options:
  _input:
    description: The version of the package, as in C(1.24.1-1+deb13u2).
    type: str
    required: true
  minimum:
    description: The oldest version that may serve.
    type: str
    required: true
  accept_legacy:
    description: Whether one older than the role is made for may serve.
    type: bool
    required: true
  accepted:
    description: The numbers of the weaknesses that are accepted.
    type: list
    elements: str
    required: true
  weaknesses:
    description:
      - The published weaknesses. Each has C(id), C(effect), the upstream version C(since) which it exists and in
        which it is C(fixed), and the packages of distributions that have it fixed (C(fixed_by)).
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Refuse a version with a known weakness
  ansible.builtin.debug:
    msg: "{{ '1.24.1-1' | launch.database.pgbouncer_version_refusals('1.24.1', false, [], weaknesses) }}"
  vars:
    weaknesses:
      - {id: CVE-2026-107350, effect: login as another user, since: 1.17.0, fixed: 1.26.1}
"""

RETURN = r"""
_value:
  description: A sentence for each reason, naming option, value and remedy; empty if it may serve.
  type: list
  elements: str
"""

import typing as t

from ansible_collections.launch.database.plugins.module_utils._pgbouncer.versions import check_version


def pgbouncer_version_refusals(
    version: str,
    minimum: str,
    accept_legacy: bool,
    accepted: t.Sequence[str],
    weaknesses: t.Sequence[t.Mapping[str, t.Any]],
) -> list[str]:
    """A sentence for each reason: option, value, problem, remedy."""
    return [error.message for error in check_version(version, minimum, accept_legacy, accepted, weaknesses)]


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"pgbouncer_version_refusals": pgbouncer_version_refusals}
