# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DB parameter groups: what was set in each, and what a DescribeDBParameters shows of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from local.endpoint.faults import Fault, group_not_found, invalid_value
from local.endpoint.validation import (
    check_apply_method,
    check_group_name,
    check_parameter_count,
    check_parameters,
    known_parameter,
)
from local.endpoint.versions import FAMILY

DEFAULT_GROUP = f"default.{FAMILY}"


@dataclass
class Group:
    """A group and what the user set in it: parameter name to {ParameterValue, ApplyMethod}."""

    name: str
    description: str
    arn: str
    tags: dict[str, str] = field(default_factory=dict)
    own: dict[str, dict[str, str]] = field(default_factory=dict)

    def describe(self) -> dict:
        """Return the members of the API's DBParameterGroup."""
        return {
            "DBParameterGroupName": self.name,
            "DBParameterGroupFamily": FAMILY,
            "Description": self.description,
            "DBParameterGroupArn": self.arn,
        }

    def parameters(self, catalog: Mapping[str, dict]) -> list[dict]:
        """Return all parameters of the family, the user's values over the defaults."""
        return [
            meta | self.own[name] | {"Source": "user"} if name in self.own else meta for name, meta in catalog.items()
        ]

    def values(self, catalog: Mapping[str, dict]) -> dict[str, str]:
        """Return every value that is set, the user's or RDS's, formulas not evaluated."""
        return {
            entry["ParameterName"]: entry["ParameterValue"]
            for entry in self.parameters(catalog)
            if "ParameterValue" in entry and entry["IsModifiable"]
        }


class Groups:
    """All groups of an account's region, the default group among them.

    :arg catalog: metadata of the family's parameters by name.
    :arg arn_prefix: ARN of a group without its name.
    """

    def __init__(self, catalog: Mapping[str, dict], arn_prefix: str) -> None:
        self.catalog = catalog
        self._arn_prefix = arn_prefix
        self._groups: dict[str, Group] = {}
        self._add(DEFAULT_GROUP, f"Default parameter group for {FAMILY}")

    def _add(self, name: str, description: str) -> Group:
        self._groups[name] = Group(name, description, f"{self._arn_prefix}{name}")
        return self._groups[name]

    def create(self, name: str, family: str, description: str, tags: Mapping[str, str]) -> Group:
        """Make an empty group; its name is stored in lower case."""
        check_group_name(name)
        if family != FAMILY:
            raise invalid_value(f"ParameterGroupFamily {family} is not a valid parameter group family")
        if name.lower() in self._groups:
            raise Fault("DBParameterGroupAlreadyExists", f"Parameter group {name.lower()} already exists")
        group = self._add(name.lower(), description)
        group.tags.update(tags)
        return group

    def get(self, name: str) -> Group:
        """Return the group.

        Raises Fault: DBParameterGroupNotFound.
        """
        group = self._groups.get(name.lower())
        if group is None:
            raise group_not_found(name)
        return group

    def all(self) -> list[Group]:
        """Return the groups by name."""
        return [self._groups[name] for name in sorted(self._groups)]

    def delete(self, name: str, used_by: Iterable[str]) -> None:
        """Remove a group that no instance uses."""
        group = self._changeable(name)
        if users := sorted(used_by):
            raise Fault(
                "InvalidDBParameterGroupState",
                f"One or more database instances are still members of this parameter group {name}, "
                f"so the group cannot be deleted: {', '.join(users)}",
            )
        del self._groups[group.name]

    def modify(self, name: str, wanted: list[dict]) -> set[str]:
        """Set parameters, all or none; return the names that are to apply at once."""
        group = self._changeable(name)
        check_parameters(self.catalog, wanted)
        for item in wanted:
            group.own[item["ParameterName"]] = {key: item[key] for key in ("ParameterValue", "ApplyMethod")}
        return {item["ParameterName"] for item in wanted if item["ApplyMethod"] == "immediate"}

    def reset(self, name: str, everything: bool, wanted: list[dict]) -> set[str]:
        """Put parameters back to their defaults; return the names that are to apply at once."""
        group = self._changeable(name)
        if everything:
            names = list(group.own)
            group.own.clear()
            return {name for name in names if self.catalog[name]["ApplyType"] == "dynamic"}
        check_parameter_count(wanted)
        for item in wanted:
            check_apply_method(known_parameter(self.catalog, item["ParameterName"]), item.get("ApplyMethod"))
        for item in wanted:
            group.own.pop(item["ParameterName"], None)
        return {item["ParameterName"] for item in wanted if item["ApplyMethod"] == "immediate"}

    def _changeable(self, name: str) -> Group:
        if name.lower() == DEFAULT_GROUP:
            raise Fault("InvalidDBParameterGroupState", f"Cannot modify a default parameter group: {name}")
        return self.get(name)
