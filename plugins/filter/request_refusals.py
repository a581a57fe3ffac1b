# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Refuse a run of a playbook without an inventory that would do nothing, or not what was meant."""
from __future__ import annotations

DOCUMENTATION = r"""
name: request_refusals
short_description: Say what is wrong with the variables and tags of a run without an inventory
version_added: 0.1.0
author: launch.database contributors
description:
  - For playbooks that no preflight comes before. Ansible itself says nothing of a variable that nobody reads, or of a tag that no play has, and succeeds.
  - A name is refused if it begins with a prefix of the playbook and is none of its variables, or if it is so much like one of them that it is a
    misspelt one. Its value is not shown.
positional: options
options:
  _input:
    description: Names of all variables of the run.
    type: list
    elements: str
    required: true
  options:
    description: The playbook's variables, each with its argument specification.
    type: dict
    required: true
  required:
    description: Those of them that must be among the names.
    type: list
    elements: str
    default: []
  prefixes:
    description: What the playbook's own variables begin with.
    type: list
    elements: str
    default: []
  sets:
    description: Facts with such a prefix that a run leaves behind, for the next one of the same process.
    type: list
    elements: str
    default: []
  values:
    description: Values of some of the variables, by name, which are held against their specifications.
    type: dict
    default: {}
  any_of:
    description: Variables that say what is to be done. One of them must have a value that is not empty.
    type: list
    elements: str
    default: []
  tags:
    description: What C(--tags) says, as C(ansible_run_tags).
    type: list
    elements: str
    default: [all]
  skip_tags:
    description: What C(--skip-tags) says, as C(ansible_skip_tags).
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Refuse what would do nothing
  ansible.builtin.assert:
    that: refusals | length == 0
    fail_msg: "{{ refusals | join('\n') }}"
  vars:
    refusals: >-
      {{ query('ansible.builtin.varnames', '.+') | launch.database.request_refusals(
           {'tenants_actor': {}, 'tenants_list': {'type': 'list'}}, required=['tenants_actor'], prefixes=['tenants_'], any_of=['tenants_list'],
           values={'tenants_list': tenants_list}, tags=ansible_run_tags, skip_tags=ansible_skip_tags) }}
"""

RETURN = r"""
_value:
  description: A sentence for each problem; none where the run can go on.
  type: list
  elements: str
"""

import difflib
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.plugin_utils._preflight import specs
from ansible_collections.launch.database.plugins.plugin_utils._preflight.names import ANSIBLES_PREFIX, NEAR, RESEMBLES_IN_ROLE

Options = t.Mapping[str, t.Mapping[str, t.Any]]
# Tags that let plays and tasks without tags run.
RUNS = {"all", "untagged"}


def request_refusals(
    names: t.Collection[str], options: Options, required: t.Sequence[str] = (), prefixes: t.Sequence[str] = (), sets: t.Collection[str] = (),
    values: t.Mapping[str, t.Any] | None = None, any_of: t.Sequence[str] = (), tags: t.Collection[str] = ("all",), skip_tags: t.Collection[str] = (),
) -> list[str]:
    """A sentence for each problem, all of them at once."""
    given = values or {}
    errors = _tags(tags, skip_tags) + _unknown({*names} - {*sets}, options, prefixes)
    errors += [specs.missing(name, dict(options[name])) for name in required if name not in names]
    errors += [error for name, value in given.items() for error in specs.check(name, dict(options[name]), value)[1]]
    return [error.message for error in errors + _idle(given, any_of)]


def _tags(tags: t.Collection[str], skipped: t.Collection[str]) -> list[LaunchError]:
    """Only what is tagged always would run."""
    errors = []
    if not RUNS.intersection(tags):
        errors.append(LaunchError("nothing in this playbook has such a tag.", option="--tags", value=",".join(tags), remedy="Leave it out; nothing was done."))
    if RUNS.intersection(skipped):
        errors.append(LaunchError("nothing would be left to do.", option="--skip-tags", value=",".join(skipped), remedy="Leave it out; nothing was done."))
    return errors


def _unknown(names: t.Collection[str], options: Options, prefixes: t.Sequence[str]) -> list[LaunchError]:
    errors = []
    for name in sorted({*names} - {*options}):
        own = name.startswith(tuple(prefixes))
        near = [] if name.startswith((ANSIBLES_PREFIX, "_")) else difflib.get_close_matches(name, options, 1, RESEMBLES_IN_ROLE if own else NEAR)
        if own or near:
            remedy = f"Did you mean {near[0]}?" if near else f"It takes {', '.join(options)}."
            errors.append(LaunchError("this playbook has no variable of this name.", option=name, remedy=remedy))
    return errors


def _idle(values: t.Mapping[str, t.Any], any_of: t.Sequence[str]) -> list[LaunchError]:
    if not any_of or any(values.get(name) for name in any_of):
        return []
    return [LaunchError("nothing is asked for.", option=", ".join(any_of), remedy="Give at least one of them what is to be done; nothing was done.")]


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"request_refusals": request_refusals}
