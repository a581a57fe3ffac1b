# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options and DescribeDBInstances in the same shape.

RDS leaves out what is not there yet (Endpoint, StorageThroughput) or not switched on; nothing here assumes a key.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.tagging import boto3_tag_list_to_ansible_dict
from ansible_collections.launch.database.plugins.module_utils._plan import HIDDEN
from ansible_collections.launch.database.plugins.module_utils._aws.instance.spec import ATTRIBUTES, BY_OPTION, MASTER_PASSWORD
from ansible_collections.launch.database.plugins.module_utils._aws.instance.state import ActualInstance

Answer = t.Mapping[str, t.Any]
LOGS = "cloudwatch_logs_exports"
GROUPS = "vpc_security_group_ids"


def options(params: Answer) -> dict[str, t.Any]:
    """The attributes that a user named, in the form that RDS keeps; whether they are right is for checks."""
    named = {option: params[option] for option in BY_OPTION if params.get(option) is not None}
    for option in (LOGS, GROUPS):
        if option in named:
            named[option] = sorted(set(named[option]))
    for option in ("maintenance_window", "parameter_group"):
        if option in named:
            named[option] = named[option].lower()
    return named


def instance(described: Answer | None) -> ActualInstance:
    """What DescribeDBInstances says about one instance."""
    if described is None:
        return ActualInstance(exists=False)
    live = _live(described)
    return ActualInstance(
        exists=True,
        status=described["DBInstanceStatus"],
        live=live,
        pending=_pending(described.get("PendingModifiedValues") or {}, live),
        apply_status=_apply_status(described),
        settled_groups=all(group.get("Status", "active") == "active" for group in described.get("VpcSecurityGroups", [])),
        arn=described.get("DBInstanceArn"),
        resource_id=described.get("DbiResourceId"),
        availability_zone=described.get("AvailabilityZone"),
        address=(described.get("Endpoint") or {}).get("Address"),
        tags=boto3_tag_list_to_ansible_dict(described.get("TagList", [])),
    )


def _live(described: Answer) -> dict[str, t.Any]:
    live = {attribute.option: described.get(attribute.described_member, attribute.absent) for attribute in ATTRIBUTES}
    return live | {
        "port": (described.get("Endpoint") or {}).get("Port") or described.get("DbInstancePort") or None,
        "subnet_group": (described.get("DBSubnetGroup") or {}).get("DBSubnetGroupName"),
        "parameter_group": next((group["DBParameterGroupName"] for group in described.get("DBParameterGroups", [])), None),
        GROUPS: sorted(group["VpcSecurityGroupId"] for group in described.get("VpcSecurityGroups", [])),
        LOGS: sorted(live[LOGS] or []),
    }


def _pending(values: Answer, live: Answer) -> dict[str, t.Any]:
    pending = {
        attribute.option: values[attribute.described_member]
        for attribute in ATTRIBUTES
        if values.get(attribute.described_member) is not None
    }
    logs = values.get("PendingCloudwatchLogsExports") or {}
    if logs:
        # A difference to what is live, not the whole set.
        pending[LOGS] = sorted((set(live[LOGS]) | set(logs.get("LogTypesToEnable", []))) - set(logs.get("LogTypesToDisable", [])))
    if values.get("MasterUserPassword"):
        pending[MASTER_PASSWORD] = HIDDEN
    if values.get("DBSubnetGroupName"):
        pending["subnet_group"] = values["DBSubnetGroupName"]
    return pending


def _apply_status(described: Answer) -> str:
    """The least settled one; an instance has one group, and two for a moment while it is given another."""
    known = {group.get("ParameterApplyStatus", "in-sync") for group in described.get("DBParameterGroups", [])}
    order = ("failed-to-apply", "applying", "pending-reboot", "pending-database-upgrade")
    return next((status for status in order if status in known), "in-sync")


def result(identifier: str, actual: ActualInstance, desired_port: int | None) -> dict[str, t.Any]:
    """What the module returns about an instance. The keys are there for one that does not exist, too."""
    return {
        **{option: actual.live.get(option) for option in BY_OPTION},
        "identifier": identifier,
        "exists": actual.exists,
        "status": actual.status,
        "arn": actual.arn,
        "resource_id": actual.resource_id,
        "availability_zone": actual.availability_zone,
        "endpoint": {"address": actual.address, "port": actual.live.get("port") or desired_port},
        "parameter_apply_status": actual.apply_status,
        "pending_modified_values": dict(actual.pending),
        "tags": dict(actual.tags),
    }
