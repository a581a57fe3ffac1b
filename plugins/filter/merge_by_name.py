# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Adjust a system's list by an environment's, entry by entry."""
from __future__ import annotations

DOCUMENTATION = r"""
name: merge_by_name
short_description: Adjust a list by another one, entry by entry
version_added: 0.1.0
author: launch.database contributors
description:
  - For a list that a system has and an environment adjusts, where a variable of the environment would replace the whole list.
  - Entries of one name become one. What the second list says of it counts; mappings inside of it are put together as well.
  - Entries that only the second list has follow at the end.
positional: adjustments
options:
  _input:
    description: The system's list. Each entry has its own C(name).
    type: list
    elements: dict
    required: true
  adjustments:
    description: The environment's list. Each entry has its own C(name).
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Give one login of the system another limit
  ansible.builtin.debug:
    msg: "{{ [{'name': 'app', 'secret': '/app', 'connection_limit': 220}]
             | launch.database.merge_by_name([{'name': 'app', 'connection_limit': 50}]) }}"
"""

RETURN = r"""
_value:
  description: The entries of both, in the order of the first list and then of the second.
  type: list
  elements: dict
"""

import typing as t

from ansible.errors import AnsibleFilterError

Entry = t.Mapping[str, t.Any]


def merge_by_name(system: t.Sequence[Entry], environment: t.Sequence[Entry]) -> list[dict[str, t.Any]]:
    """The system's entries with what the environment says of them, then the entries that only the environment has.

    Mappings inside of an entry are put together as well; any other value is replaced.
    """
    for entries in (system, environment):
        _refuse_others(entries)
        _refuse_twins(entries)
    adjustments = {entry["name"]: entry for entry in environment}
    names = {entry["name"] for entry in system}
    merged = [_merge(entry, adjustments.get(entry["name"], {})) for entry in system]
    return merged + [dict(entry) for entry in environment if entry["name"] not in names]


def _merge(entry: Entry, adjustment: Entry) -> dict[str, t.Any]:
    merged = dict(entry)
    for key, value in adjustment.items():
        both = isinstance(value, t.Mapping) and isinstance(merged.get(key), t.Mapping)
        merged[key] = {**merged[key], **value} if both else value
    return merged


def _refuse_others(entries: t.Any) -> None:
    if not isinstance(entries, list) or not all(isinstance(entry, t.Mapping) for entry in entries):
        raise AnsibleFilterError("merge_by_name: it takes lists of mappings. Write each entry as - name: ...")


def _refuse_twins(entries: t.Sequence[Entry]) -> None:
    names = [entry.get("name") for entry in entries]
    twins = sorted({str(name) for name in names if names.count(name) > 1})
    if twins or None in names:
        problem = f"several entries are called {', '.join(twins)}" if twins else "an entry has no name"
        raise AnsibleFilterError(f"merge_by_name: {problem}. Give each entry a name of its own.")


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"merge_by_name": merge_by_name}
