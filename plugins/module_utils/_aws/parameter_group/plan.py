# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be done about a DB parameter group: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import difflib
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, raise_all
from ansible_collections.launch.database.plugins.module_utils._plan import IMMEDIATE, PENDING_REBOOT, Change, Plan
from ansible_collections.launch.database.plugins.module_utils._aws import tags
from ansible_collections.launch.database.plugins.module_utils._aws.parameter_group import memory
from ansible_collections.launch.database.plugins.module_utils._aws.parameter_group.parameter import DYNAMIC, Parameter
from ansible_collections.launch.database.plugins.module_utils._aws.parameter_group.value import same, to_rds

CREATE, DELETE, SET, RESET = "create", "delete", "set", "reset"
PREFIX = "parameters."
DESCRIPTION = "Managed by launch.database"
USER = "user"
IN_SYNC = "in-sync"
# RDS's limit for ModifyDBParameterGroup and ResetDBParameterGroup.
MOST_PER_CALL = 20
# RDS checks each of these sets as a whole: members in different calls would be refused in one order or the other.
COUPLED = (
    frozenset({"password_encryption", "rds.accepted_password_auth_method"}),
    frozenset({"ssl_max_protocol_version", "ssl_min_protocol_version"}),
)


@dataclasses.dataclass(frozen=True)
class DesiredGroup:
    """The module's options, the name already checked; None is unmanaged."""

    name: str
    state: str = "present"
    family: str | None = None
    description: str | None = None
    parameters: t.Mapping[str, t.Any] | None = None
    purge_parameters: bool = False
    tags: t.Mapping[str, t.Any] | None = None
    purge_tags: bool = False


@dataclasses.dataclass(frozen=True)
class ActualGroup:
    """A group as it is; for one that does not exist, the parameters are those of the family.

    :arg instances: identifiers of the instances that use it, and their ParameterApplyStatus.
    :arg size: of the class that the values must fit, where one was named.
    :arg running: the sizes of the classes that these instances have now, by identifier; the values must fit them, too.
    """

    exists: bool
    parameters: t.Mapping[str, Parameter] = dataclasses.field(default_factory=dict)
    family: str | None = None
    description: str | None = None
    arn: str | None = None
    tags: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    instances: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    size: memory.ClassSize | None = None
    running: t.Mapping[str, memory.ClassSize] = dataclasses.field(default_factory=dict)

    def values(self) -> dict[str, str | None]:
        return {name: parameter.value for name, parameter in self.parameters.items()}


def plan_group(desired: DesiredGroup, actual: ActualGroup, wanted: t.Mapping[str, str]) -> Plan:
    """Compare. Raises LaunchError for a group that can't be deleted.

    :arg wanted: the values of wanted_values().
    """
    resource = f"parameter group {desired.name}"
    if desired.state == "absent":
        return Plan(resource, tuple(_deletion(desired, actual)))
    changes = [] if actual.exists else [_creation(desired)]
    changes += _settings(wanted, actual) + _resets(desired, actual)
    changes += tags.changes(desired.tags, actual.tags, desired.purge_tags)
    return Plan(resource, tuple(changes), tuple(_waiting(actual)))


def _deletion(desired: DesiredGroup, actual: ActualGroup) -> list[Change]:
    if not actual.exists:
        return []
    if actual.instances:
        raise LaunchError(
            f"it is used by {', '.join(sorted(actual.instances))}.", option="name", value=desired.name,
            remedy="Give these instances another group first.",
        )
    return [Change(DELETE, "group", actual.family, None)]


def _creation(desired: DesiredGroup) -> Change:
    arguments = {"family": desired.family, "description": desired.description or DESCRIPTION}
    return Change(CREATE, "group", None, desired.family, payload=arguments)


def wanted_values(desired: DesiredGroup, actual: ActualGroup) -> dict[str, str]:
    """The managed parameters as RDS takes them. Raises LaunchError, or LaunchErrors with all that is wrong, for what RDS would refuse."""
    if desired.state == "absent":
        return {}
    errors = _identity_errors(desired, actual)
    wanted = {}
    for name, value in sorted((desired.parameters or {}).items()):
        if value is None:
            continue
        try:
            wanted[name] = to_rds(_definition(name, value, actual), value)
        except LaunchError as error:
            errors.append(error)
    raise_all(errors + _memory_errors(desired, actual, wanted))
    return wanted


def _definition(name: str, value: t.Any, actual: ActualGroup) -> Parameter:
    parameter = actual.parameters.get(name)
    if parameter is None:
        near = difflib.get_close_matches(name, actual.parameters, n=1)
        raise LaunchError(
            f"{actual.family} has no such parameter.", option=PREFIX + name, value=value,
            remedy=f"Did you mean {near[0]}?" if near else "Take it out.",
        )
    if not parameter.modifiable:
        raise LaunchError("RDS does not let anybody change it.", option=parameter.option, value=value, remedy="Take it out.")
    return parameter


def _identity_errors(desired: DesiredGroup, actual: ActualGroup) -> list[LaunchError]:
    if not actual.exists:
        return []
    return [
        LaunchError(
            f"the group has {now!r}, and RDS can't change it.", option=option, value=wanted,
            remedy="Give the group another name; instances can then be moved to it.",
        )
        for option, wanted, now in (
            ("family", desired.family, actual.family),
            ("description", desired.description, actual.description),
        )
        if wanted is not None and wanted != now
    ]


def _memory_errors(desired: DesiredGroup, actual: ActualGroup, wanted: t.Mapping[str, str]) -> list[LaunchError]:
    values = _outlook(desired, actual, wanted)
    errors = [memory.check(values, size, users) for size, users in _sizes(actual).items()]
    return [error for error in errors if error]


def _sizes(actual: ActualGroup) -> dict[memory.ClassSize, list[str]]:
    """The class that is wanted, and each other one with the instances that have it now.

    An instance starts with the class that it has: another one may wait for the maintenance window, a reboot need not.
    """
    sizes: dict[memory.ClassSize, list[str]] = {actual.size: []} if actual.size else {}
    for identifier, size in sorted(actual.running.items()):
        if size != actual.size:
            sizes.setdefault(size, []).append(identifier)
    return sizes


def advice(desired: DesiredGroup, actual: ActualGroup, wanted: t.Mapping[str, str]) -> list[str]:
    """Warnings about values that are allowed, and hardly meant."""
    if actual.size is None or desired.state == "absent":
        return []
    return memory.advice(_outlook(desired, actual, wanted), actual.size)


def _outlook(desired: DesiredGroup, actual: ActualGroup, wanted: t.Mapping[str, str]) -> dict[str, str | None]:
    """What the group will hold; of what is reset only RDS knows the value, so it is left out."""
    reset = {parameter.name for parameter in _unnamed(desired, actual)}
    return {name: value for name, value in {**actual.values(), **wanted}.items() if name not in reset}


def _settings(wanted: t.Mapping[str, str], actual: ActualGroup) -> list[Change]:
    # The value decides, not its Source: a default that equals what is desired needs no call, and "user" may hold a default.
    return [
        Change(SET, parameter.option, parameter.shown(parameter.value), parameter.shown(value), _when(parameter),
               payload={**parameter.reference, "ParameterValue": value})
        for parameter, value in ((actual.parameters[name], value) for name, value in wanted.items())
        if not same(parameter, parameter.value, value)
    ]


def _resets(desired: DesiredGroup, actual: ActualGroup) -> list[Change]:
    return [
        Change(RESET, parameter.option, parameter.shown(parameter.value), None, _when(parameter), payload=parameter.reference)
        for parameter in _unnamed(desired, actual)
    ]


def _unnamed(desired: DesiredGroup, actual: ActualGroup) -> list[Parameter]:
    """The parameters that somebody set, and that are not to be."""
    if desired.parameters is None or not desired.purge_parameters:
        return []
    return [
        parameter for name, parameter in sorted(actual.parameters.items())
        if parameter.source == USER and parameter.modifiable and name not in desired.parameters
    ]


def _when(parameter: Parameter) -> str:
    return IMMEDIATE if parameter.apply_type == DYNAMIC else PENDING_REBOOT


def _waiting(actual: ActualGroup) -> list[Change]:
    return [
        Change("reboot", f"instances.{identifier}", status, IN_SYNC, PENDING_REBOOT)
        for identifier, status in sorted(actual.instances.items())
        if status == "pending-reboot"
    ]


def batches(plan: Plan, action: str) -> list[list[t.Mapping[str, str]]]:
    """What a plan sets or resets, cut into calls of at most MOST_PER_CALL, coupled parameters together, none lost."""
    by_name = {payload["ParameterName"]: payload for payload in plan.payloads(action)}
    result: list[list[t.Mapping[str, str]]] = []
    for unit in _units(list(by_name)):
        if not result or len(result[-1]) + len(unit) > MOST_PER_CALL:
            result.append([])
        result[-1] += [by_name[name] for name in unit]
    return result


def _units(names: list[str]) -> list[list[str]]:
    coupled = [sorted(together.intersection(names)) for together in COUPLED]
    inside = {name for unit in coupled for name in unit}
    return [unit for unit in coupled if unit] + [[name] for name in names if name not in inside]
