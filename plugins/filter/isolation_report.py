# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the rules of isolation found, for people and for other programs."""
from __future__ import annotations

DOCUMENTATION = r"""
name: isolation_report
short_description: What the rules of isolation found, as a report has it
version_added: "0.1.0"
author:
  - launch.database contributors (!UNKNOWN)
description:
  - Sorts the findings of M(launch.database.postgres_check) by rule, and gives a verdict - V(findings) if the module failed or found an
    error, V(unknown) if a rule could not be run, or had nothing it could apply to and no reason was given, or a name was given that nothing
    has, else V(clean). With V(clean) there can be warnings,
    exceptions and rules that apply to nothing, which C(sentence) tells.
positional: database, written
options:
  _input:
    description: What the module returned.
    type: dict
    required: true
  database:
    description: Which database it was, for people.
    type: str
    required: true
  written:
    description: When it was looked at.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: What a report has
  ansible.builtin.set_fact:
    report: "{{ found | launch.database.isolation_report('db.example.com/shop', now(utc=true).isoformat()) }}"
"""

RETURN = r"""
_value:
  description:
    - C(verdict), C(sentence), C(database), C(written), C(counts), the module's C(unused_exceptions), C(unknown_names) and
      C(application_roles), and C(rules), a list with C(rule), C(title), C(examined), C(state) (V(broken), V(warned), V(unknown),
      V(not run), V(not looked at), V(not applicable) or V(clean)), C(why_not_run), C(why_not_looked_at), C(failed) (whether the module failed
      because of it), C(findings) and C(excepted) of each.
  type: dict
"""

import typing as t

from ansible_collections.launch.database.plugins.module_utils._postgres.check.report import report


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"isolation_report": report}
