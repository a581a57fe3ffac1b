# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A DB parameter group: read it, and carry a plan out.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import functools
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._plan import Plan
from ansible_collections.launch.database.plugins.module_utils._aws import api_ec2, api_rds, tags
from ansible_collections.launch.database.plugins.module_utils._aws.parameter_group import memory, normalize
from ansible_collections.launch.database.plugins.module_utils._aws.parameter_group.memory import ClassSize
from ansible_collections.launch.database.plugins.module_utils._aws.parameter_group.plan import (
    CREATE,
    DELETE,
    RESET,
    SET,
    USER,
    ActualGroup,
    DesiredGroup,
    advice,
    batches,
    plan_group,
    wanted_values,
)


class ParameterGroup:
    """One group of one account.

    :arg rds: a boto3 client.
    :arg ec2: gives a boto3 client; called only where a class is named.
    """

    def __init__(self, rds: t.Any, ec2: t.Callable[[], t.Any], desired: DesiredGroup, instance_class: str | None) -> None:
        self.rds, self.ec2, self.desired, self.instance_class = rds, ec2, desired, instance_class
        self._wanted: dict[str, str] | None = None

    def read(self) -> ActualGroup:
        """The group, or its family where it does not exist yet."""
        described = api_rds.describe_group(self.rds, self.desired.name)
        if described is None:
            return self._absent()
        instances = api_rds.describe_instances(self.rds)
        return ActualGroup(
            exists=True,
            parameters=normalize.parameters(self._described()),
            family=described["DBParameterGroupFamily"],
            description=described["Description"],
            arn=described["DBParameterGroupArn"],
            tags=api_rds.list_tags(self.rds, described["DBParameterGroupArn"]),
            instances=normalize.instances_of(self.desired.name, instances),
            size=self._size,
            running=self._running(normalize.classes_of(self.desired.name, instances)),
        )

    def _described(self) -> list[api_rds.Answer]:
        """What somebody set and what is asked for; a family has hundreds more. All of it where a name is none of them."""
        named = {name for name, value in (self.desired.parameters or {}).items() if value is not None}
        if self.instance_class is not None:
            named |= memory.PARAMETERS
        found = api_rds.describe_parameters(self.rds, self.desired.name, Source=USER)
        missing = sorted(named - {raw["ParameterName"] for raw in found})
        found += api_rds.describe_named_parameters(self.rds, self.desired.name, missing)
        if named <= {raw["ParameterName"] for raw in found}:
            return found
        return api_rds.describe_parameters(self.rds, self.desired.name)

    def _absent(self) -> ActualGroup:
        family = self.desired.family
        if self.desired.state == "absent":
            return ActualGroup(exists=False)
        described = api_rds.describe_family(self.rds, family)
        if not described:
            raise LaunchError("RDS knows no such family.", option="family", value=family, remedy="Write it as in postgres17.")
        return ActualGroup(exists=False, parameters=normalize.parameters(described), family=family, size=self._size)

    @functools.cached_property
    def _size(self) -> ClassSize | None:
        if self.instance_class is None:
            return None
        return api_ec2.class_size(self.ec2(), "instance_class", self.instance_class)

    def _running(self, classes: t.Mapping[str, str]) -> dict[str, ClassSize]:
        """The size of what runs now, by instance. A class that EC2 has no type for is left out."""
        if self.instance_class is None or not classes:
            return {}
        client = self.ec2()
        others = set(classes.values()) - {self.instance_class}
        sizes = {self.instance_class: self._size, **{name: api_ec2.known_size(client, name) for name in others}}
        return {identifier: size for identifier, name in classes.items() if (size := sizes[name])}

    def plan(self, actual: ActualGroup) -> Plan:
        return plan_group(self.desired, actual, self._values(actual))

    def advice(self, actual: ActualGroup) -> list[str]:
        return advice(self.desired, actual, self._values(actual))

    def _values(self, actual: ActualGroup) -> dict[str, str]:
        """Checked and converted once: what a parameter may be does not change while we run."""
        if self._wanted is None:
            self._wanted = wanted_values(self.desired, actual)
        return self._wanted

    def apply(self, plan: Plan, actual: ActualGroup) -> None:
        """Each call leaves a state that the next run plans from."""
        name = self.desired.name
        if plan.of(DELETE):
            api_rds.delete_group(self.rds, name)
        for arguments in plan.payloads(CREATE):
            api_rds.create_group(self.rds, name, tags=tags.to_set(plan), **arguments)
        for batch in batches(plan, SET):
            api_rds.set_parameters(self.rds, name, batch)
        for batch in batches(plan, RESET):
            api_rds.reset_parameters(self.rds, name, batch)
        if actual.exists:
            self._tag(plan, actual.arn)

    def _tag(self, plan: Plan, arn: str) -> None:
        if tags.to_set(plan):
            api_rds.add_tags(self.rds, arn, tags.to_set(plan))
        if tags.to_remove(plan):
            api_rds.remove_tags(self.rds, arn, tags.to_remove(plan))

    def result(self, actual: ActualGroup) -> dict[str, t.Any]:
        """What the module returns: only the values that somebody set, the others are RDS's."""
        own = {name: parameter.value for name, parameter in actual.parameters.items() if parameter.source == USER}
        return {"parameter_group": {
            "name": self.desired.name,
            "exists": actual.exists,
            "arn": actual.arn,
            "family": actual.family,
            "description": actual.description,
            "parameters": own,
            "instances": dict(actual.instances),
            "tags": dict(actual.tags),
        }}
