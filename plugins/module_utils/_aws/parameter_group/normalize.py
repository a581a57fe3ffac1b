# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DescribeDBParameters and its like as plain data.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.module_utils._aws.parameter_group.parameter import Parameter


def parameters(described: t.Iterable[t.Mapping[str, t.Any]]) -> dict[str, Parameter]:
    """The answer of DescribeDBParameters or DescribeEngineDefaultParameters by name."""
    return {raw["ParameterName"]: _parameter(raw) for raw in described}


def _parameter(raw: t.Mapping[str, t.Any]) -> Parameter:
    return Parameter(
        name=raw["ParameterName"],
        value=raw.get("ParameterValue"),
        source=raw.get("Source", "engine-default"),
        apply_type=raw.get("ApplyType", "dynamic"),
        data_type=raw.get("DataType", "string"),
        allowed=raw.get("AllowedValues") or "",
        modifiable=raw.get("IsModifiable", True),
        description=raw.get("Description") or "",
    )


def instances_of(group: str, described: t.Iterable[t.Mapping[str, t.Any]]) -> dict[str, str]:
    """The instances that use a group, and whether it is in force there; instances that are going don't count."""
    return {instance["DBInstanceIdentifier"]: used.get("ParameterApplyStatus", "in-sync") for instance, used in _uses(group, described)}


def classes_of(group: str, described: t.Iterable[t.Mapping[str, t.Any]]) -> dict[str, str]:
    """The same instances, and the class that each of them has now."""
    return {instance["DBInstanceIdentifier"]: instance["DBInstanceClass"] for instance, _used in _uses(group, described)}


def _uses(group: str, described: t.Iterable[t.Mapping[str, t.Any]]) -> t.Iterator[tuple[t.Mapping[str, t.Any], t.Mapping[str, t.Any]]]:
    for instance in described:
        for used in instance.get("DBParameterGroups", []):
            if used["DBParameterGroupName"] == group and instance.get("DBInstanceStatus") != "deleting":
                yield instance, used
