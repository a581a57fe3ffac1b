# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was tried on a database, for people and for other programs."""
from __future__ import annotations

DOCUMENTATION = r"""
name: attack_report
short_description: What was tried on a database, as a report has it
version_added: "0.1.0"
author:
  - launch.database contributors (!UNKNOWN)
description:
  - Puts the results of M(launch.database.postgres_isolation_attack) of several roles together, and gives a verdict - V(succeeded) if an attempt
    got through, V(otherwise) if one was refused for another reason than the stated one, V(unknown) if none was made, else V(held). It is about
    what was tried and no more; C(sentence) tells what was not.
positional: database, written
options:
  _input:
    description: What the module returned, for each role.
    type: list
    elements: dict
    required: true
  database:
    description: Which database it was, for people.
    type: str
    required: true
  written:
    description: When it was tried.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: What a report has
  ansible.builtin.set_fact:
    report: "{{ tried.results | launch.database.attack_report('db.example.com/staging', now(utc=true).isoformat()) }}"
"""

RETURN = r"""
_value:
  description:
    - C(verdict), C(sentence), C(database), C(written), C(groups), a list with C(group), C(role), C(tried), C(held), C(succeeded) and C(otherwise) of
      each, C(roles), C(roles_not_tried), C(attempts) and C(not_tried) with the C(role) of each, and C(reasons), how many were not tried for each reason.
  type: dict
"""

import typing as t

from ansible_collections.launch.database.plugins.module_utils._postgres.attack.report import report


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"attack_report": report}
