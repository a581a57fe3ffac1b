# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Adjust a system's list by an environment's, entry by entry."""
from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError

Entry = t.Mapping[str, t.Any]


def merge_by_name(system: t.Sequence[Entry], environment: t.Sequence[Entry]) -> list[dict[str, t.Any]]:
    """The system's entries with what the environment says of them, then the entries that only the environment has.

    Mappings inside of an entry are put together as well; any other value is replaced.
    """
    _refuse_twins(system)
    _refuse_twins(environment)
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


def _refuse_twins(entries: t.Sequence[Entry]) -> None:
    names = [entry.get("name") for entry in entries]
    twins = sorted({str(name) for name in names if names.count(name) > 1})
    if twins or None in names:
        problem = f"several entries are called {', '.join(twins)}" if twins else "an entry has no name"
        raise AnsibleFilterError(f"merge_by_name: {problem}. Give each entry a name of its own.")


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"merge_by_name": merge_by_name}
