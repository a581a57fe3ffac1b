# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The arguments of the calls that carry a plan out: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.tagging import ansible_dict_to_boto3_tag_list
from ansible_collections.launch.database.plugins.module_utils._plan import MAINTENANCE_WINDOW, Plan
from ansible_collections.launch.database.plugins.module_utils._aws import tags
from ansible_collections.launch.database.plugins.module_utils._aws.instance import storage
from ansible_collections.launch.database.plugins.module_utils._aws.instance.plan import CREATE, FLUSH, PASSWORD, UPDATE
from ansible_collections.launch.database.plugins.module_utils._aws.instance.spec import BY_OPTION, SILENT, STORAGE, TOGETHER
from ansible_collections.launch.database.plugins.module_utils._aws.instance.state import ActualInstance, DesiredInstance

ENGINE = "postgres"
LOGS = "cloudwatch_logs_exports"


def create(desired: DesiredInstance, plan: Plan, password: str) -> dict[str, t.Any]:
    """The arguments of CreateDBInstance."""
    values = {change.path: change.after for change in plan.of(CREATE) if change.path in BY_OPTION}
    if storage.performance_is_fixed(values.get("storage_type"), values.get("allocated_storage")):
        values = {option: value for option, value in values.items() if option not in storage.SMALL_BASELINE}
    if storage.is_fixed(values):
        del values["max_allocated_storage"]
    if not values.get("monitoring_interval"):
        values.pop("monitoring_role_arn", None)
    if not values.get("performance_insights"):
        values.pop("performance_insights_retention", None)
    return {
        "DBInstanceIdentifier": desired.identifier,
        "Engine": ENGINE,
        "MasterUserPassword": password,
        "Tags": ansible_dict_to_boto3_tag_list(tags.to_set(plan)),
        **{BY_OPTION[option].member: value for option, value in values.items()},
    }


def modify(desired: DesiredInstance, actual: ActualInstance, plan: Plan) -> dict[str, t.Any]:
    """The arguments of ModifyDBInstance; empty where a plan changes no attribute. The password is not in it."""
    changed = {change.path: change.after for change in plan.of(UPDATE, FLUSH)}
    if not changed:
        return {}
    values = {**changed, **_companions(desired, changed), **_storage(actual, changed)}
    arguments = {BY_OPTION[option].modify_member: value for option, value in values.items() if option != LOGS}
    if LOGS in changed:
        arguments[BY_OPTION[LOGS].modify_member] = _logs_difference(changed[LOGS], actual.live[LOGS])
    return arguments


def _companions(desired: DesiredInstance, changed: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    switched_off = {detail for switch, detail in TOGETHER if not changed.get(switch, True)}
    return {
        option: desired.attributes[option]
        for together in TOGETHER
        if any(option in changed for option in together)
        for option in together
        if option in desired.attributes and option not in switched_off
    }


def _storage(actual: ActualInstance, changed: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """RDS refuses a size without IOPS and IOPS without a size, where both can be chosen."""
    if not any(option in changed for option in STORAGE):
        return {}
    return storage.arguments({option: changed.get(option, actual.expected(option)) for option in STORAGE})


def _logs_difference(wanted: t.Sequence[str], live: t.Sequence[str]) -> dict[str, list[str]]:
    difference = {
        "EnableLogTypes": sorted(set(wanted) - set(live)),
        "DisableLogTypes": sorted(set(live) - set(wanted)),
    }
    return {key: logs for key, logs in difference.items() if logs}


def shows_in_status(plan: Plan) -> bool:
    """Whether RDS will leave "available" for what a plan changes."""
    return bool(plan.of(PASSWORD)) or any(
        change.path not in SILENT and change.when != MAINTENANCE_WINDOW for change in plan.of(UPDATE, FLUSH)
    )


def delete(desired: DesiredInstance) -> dict[str, t.Any]:
    """The arguments of DeleteDBInstance."""
    if desired.skip_final_snapshot:
        return {"SkipFinalSnapshot": True}
    return {"SkipFinalSnapshot": False, "FinalDBSnapshotIdentifier": desired.final_snapshot_identifier}
