# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ModifyDBInstance: which members change, which of them at once, and through which statuses the instance goes.

Source: Amazon RDS user guide, "Modifying an Amazon RDS DB instance", table of settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from local.endpoint import members as names
from local.endpoint import storage, validation
from local.endpoint.account import Account
from local.endpoint.faults import invalid_combination, not_offered
from local.endpoint.versions import Versions

# wait for the maintenance window unless ApplyImmediately
QUEUED = {
    "CACertificateIdentifier",
    "DBInstanceClass",
    "DedicatedLogVolume",
    "EnableIAMDatabaseAuthentication",
    "MultiAZ",
    "NetworkType",
}
# count at once, whatever ApplyImmediately says
IMMEDIATE = {
    "AutoMinorVersionUpgrade",
    "CopyTagsToSnapshot",
    "DatabaseInsightsMode",
    "DeletionProtection",
    "EnablePerformanceInsights",
    "MaxAllocatedStorage",
    "MonitoringInterval",
    "MonitoringRoleArn",
    "PreferredBackupWindow",
    "PreferredMaintenanceWindow",
    "PromotionTier",
    "PubliclyAccessible",
}
SPECIAL = {
    "AllocatedStorage",
    "BackupRetentionPeriod",
    "CloudwatchLogsExportConfiguration",
    "DBParameterGroupName",
    "DBPortNumber",
    "EngineVersion",
    "Iops",
    "ManageMasterUserPassword",
    "MasterUserPassword",
    "MasterUserSecretKmsKeyId",
    "PerformanceInsightsKMSKeyId",
    "PerformanceInsightsRetentionPeriod",
    "RotateMasterUserPassword",
    "StorageThroughput",
    "StorageType",
    "VpcSecurityGroupIds",
}
# say how, not what
MANNER = {"AllowMajorVersionUpgrade", "ApplyImmediately", "CertificateRotationRestart", "DBInstanceIdentifier"}

STATUS = {
    "EngineVersion": "upgrading",
    "IAMDatabaseAuthenticationEnabled": "configuring-iam-database-auth",
    "MonitoringInterval": "configuring-enhanced-monitoring",
    "MonitoringRoleArn": "configuring-enhanced-monitoring",
    "PendingCloudwatchLogsExports": "configuring-log-exports",
}


@dataclass
class Changes:
    """What a request changes: members at once, members that may wait, and what concerns the server itself."""

    immediate: dict[str, Any] = field(default_factory=dict)
    queued: dict[str, Any] = field(default_factory=dict)
    cancelled: set[str] = field(default_factory=set)
    now: bool = False

    def statuses(self, pending: Mapping[str, Any]) -> list[str]:
        """Return the statuses that what is done now leads through, each once, in order.

        :arg pending: all that waits, these changes included; ApplyImmediately flushes it whoever queued it.
        """
        due = list(pending) if self.now else [name for name in pending if name == "PendingCloudwatchLogsExports"]
        return list(dict.fromkeys(STATUS.get(name, "modifying") for name in [*self.immediate, *due]))


def plan(request: Mapping, current: Mapping, pending: Mapping, account: Account, versions: Versions) -> Changes:
    """Return what the request changes, or refuse it.

    :arg current: the instance's members.
    :arg pending: members that already wait for the maintenance window.
    Raises Fault: with the code of AWS.
    """
    _check_known(request)
    changes = Changes(now=bool(request.get("ApplyImmediately")))
    wanted = _queued(request, current, pending, versions)
    changes.queued = {name: value for name, value in wanted.items() if value != current.get(name)}
    changes.cancelled = {name for name, value in wanted.items() if value == current.get(name)}
    immediate = _immediate(request, current, account)
    changes.immediate = {name: value for name, value in immediate.items() if value != current.get(name)}
    names.check({**current, **wanted, **immediate}, account)
    _log_exports(request, current, changes)
    return changes


def _check_known(request: Mapping) -> None:
    given = set(request) - MANNER
    if not given:
        raise invalid_combination("No modifications were requested")
    if unknown := sorted(given - QUEUED - IMMEDIATE - SPECIAL):
        raise not_offered(f"changing {', '.join(unknown)}")


def _queued(request: Mapping, current: Mapping, pending: Mapping, versions: Versions) -> dict[str, Any]:
    wanted = {names.PLAIN[name][0]: request[name] for name in QUEUED & set(request) - {"DBInstanceClass"}}
    if "DBInstanceClass" in request:
        validation.check_class(request["DBInstanceClass"])
        wanted["DBInstanceClass"] = request["DBInstanceClass"]
    if "EngineVersion" in request:
        wanted["EngineVersion"] = versions.check_upgrade(current["EngineVersion"], request["EngineVersion"])
    if set(storage.MEMBERS) & set(request):
        wanted |= _storage(request, {**current, **pending})
    if _switches_backups(request, current):
        wanted["BackupRetentionPeriod"] = request["BackupRetentionPeriod"]
    return wanted


def _storage(request: Mapping, current: Mapping) -> dict[str, Any]:
    before = storage.Storage(*(current[name] for name in storage.MEMBERS))
    return storage.for_modify(before, request).members()


def _switches_backups(request: Mapping, current: Mapping) -> bool:
    """Turning backups on or off takes an outage and waits; another number of days does not."""
    wanted = request.get("BackupRetentionPeriod")
    return wanted is not None and (wanted == 0) != (current["BackupRetentionPeriod"] == 0)


def _immediate(request: Mapping, current: Mapping, account: Account) -> dict[str, Any]:
    wanted = {names.PLAIN[name][0]: request[name] for name in IMMEDIATE & set(request)}
    if "PreferredMaintenanceWindow" in wanted:
        wanted["PreferredMaintenanceWindow"] = wanted["PreferredMaintenanceWindow"].lower()
    if wanted.get("MonitoringInterval") == 0 and "MonitoringRoleArn" not in wanted:
        wanted["MonitoringRoleArn"] = None
    if "BackupRetentionPeriod" in request and not _switches_backups(request, current):
        wanted["BackupRetentionPeriod"] = request["BackupRetentionPeriod"]
    if "VpcSecurityGroupIds" in request:
        wanted["VpcSecurityGroups"] = account.security_groups(
            request["VpcSecurityGroupIds"], current["DBSubnetGroup"].vpc_id
        )
    return wanted | names.insights(request, current, account)


def _log_exports(request: Mapping, current: Mapping, changes: Changes) -> None:
    """Log exports change in the background, shown as a delta while they do."""
    export = request.get("CloudwatchLogsExportConfiguration", {})
    enable, disable = export.get("EnableLogTypes", []), export.get("DisableLogTypes", [])
    validation.check_log_types([*enable, *disable])
    have = current["EnabledCloudwatchLogsExports"]
    delta = {
        "LogTypesToEnable": [name for name in enable if name not in have],
        "LogTypesToDisable": [name for name in disable if name in have],
    }
    if any(delta.values()):
        changes.queued["PendingCloudwatchLogsExports"] = {name: values for name, values in delta.items() if values}


def with_log_exports(exports: list[str], delta: Mapping[str, list[str]]) -> list[str]:
    """Return the exported logs after a delta."""
    kept = [name for name in exports if name not in delta.get("LogTypesToDisable", [])]
    return kept + delta.get("LogTypesToEnable", [])
