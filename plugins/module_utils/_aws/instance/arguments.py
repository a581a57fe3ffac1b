# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The members of the calls that carry a plan out: pure. Each change of a plan carries its own.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.module_utils._aws.instance import storage
from ansible_collections.launch.database.plugins.module_utils._aws.instance.spec import BY_OPTION, STORAGE, TOGETHER
from ansible_collections.launch.database.plugins.module_utils._aws.instance.state import ActualInstance, DesiredInstance

ENGINE = "postgres"
LOGS = "cloudwatch_logs_exports"
Members = dict[str, t.Any]


def creation(wanted: t.Mapping[str, t.Any]) -> dict[str, Members]:
    """What each option is in CreateDBInstance; nothing where RDS refuses to be given it.

    :arg wanted: the values by option.
    """
    refused = set(storage.SMALL_BASELINE) if storage.performance_is_fixed(wanted.get("storage_type"), wanted.get("allocated_storage")) else set()
    if storage.is_fixed(wanted):
        refused.add("max_allocated_storage")
    refused |= {detail for switch, detail in TOGETHER if not wanted.get(switch)}
    return {option: {} if option in refused else {BY_OPTION[option].member: value} for option, value in wanted.items()}


def identity(desired: DesiredInstance) -> Members:
    """What CreateDBInstance needs besides."""
    return {"DBInstanceIdentifier": desired.identifier, "Engine": ENGINE}


def modification(desired: DesiredInstance, actual: ActualInstance, changed: t.Mapping[str, t.Any]) -> dict[str, Members]:
    """What each changed option is in ModifyDBInstance, with what RDS wants beside it.

    :arg changed: the values by option.
    """
    return {option: _modification(desired, actual, changed, option) for option in changed}


def _modification(desired: DesiredInstance, actual: ActualInstance, changed: t.Mapping[str, t.Any], option: str) -> Members:
    values = {option: changed[option], **_companions(desired, changed, option)}
    if option in STORAGE:
        # RDS refuses a size without IOPS and IOPS without a size, where both can be chosen.
        values |= storage.arguments({each: changed.get(each, actual.expected(each)) for each in STORAGE})
    if option == LOGS:
        values[LOGS] = _logs_difference(changed[LOGS], actual.live[LOGS])
    return {BY_OPTION[each].modify_member: value for each, value in values.items()}


def _companions(desired: DesiredInstance, changed: t.Mapping[str, t.Any], option: str) -> dict[str, t.Any]:
    switched_off = {detail for switch, detail in TOGETHER if not changed.get(switch, True)}
    return {
        each: desired.attributes[each]
        for together in TOGETHER if option in together
        for each in together if each in desired.attributes and each not in switched_off
    }


def _logs_difference(wanted: t.Sequence[str], live: t.Sequence[str]) -> dict[str, list[str]]:
    difference = {
        "EnableLogTypes": sorted(set(wanted) - set(live)),
        "DisableLogTypes": sorted(set(live) - set(wanted)),
    }
    return {key: logs for key, logs in difference.items() if logs}


def deletion(desired: DesiredInstance) -> Members:
    """The members of DeleteDBInstance."""
    if desired.skip_final_snapshot:
        return {"SkipFinalSnapshot": True}
    return {"SkipFinalSnapshot": False, "FinalDBSnapshotIdentifier": desired.final_snapshot_identifier}
