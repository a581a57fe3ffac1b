# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The members of the API's DBInstance: those a new instance starts with, and what requests call them."""

from __future__ import annotations

import datetime
import secrets
import string
from collections.abc import Mapping
from typing import Any

from local.endpoint import storage, validation
from local.endpoint.account import Account
from local.endpoint.faults import Fault, invalid_combination, invalid_value
from local.endpoint.versions import ENGINE, MAJOR, Versions

AUTHORITIES = ("rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1")
DEFAULT_INSIGHTS_RETENTION = 7  # days
BACKUP_WINDOW = "08:30-09:00"
MAINTENANCE_WINDOW = "tue:10:00-tue:10:30"
RDS_KEY = "alias/aws/rds"

# request member -> (member of DBInstance, value if not given), where nothing else is to be done
PLAIN: dict[str, tuple[str, Any]] = {
    "AutoMinorVersionUpgrade": ("AutoMinorVersionUpgrade", True),
    "BackupRetentionPeriod": ("BackupRetentionPeriod", 1),
    "BackupTarget": ("BackupTarget", "region"),
    "CACertificateIdentifier": ("CACertificateIdentifier", AUTHORITIES[0]),
    "CopyTagsToSnapshot": ("CopyTagsToSnapshot", False),
    "DatabaseInsightsMode": ("DatabaseInsightsMode", "standard"),
    "DBName": ("DBName", None),
    "DedicatedLogVolume": ("DedicatedLogVolume", False),
    "DeletionProtection": ("DeletionProtection", False),
    "EnableCloudwatchLogsExports": ("EnabledCloudwatchLogsExports", ()),
    "EnableCustomerOwnedIp": ("CustomerOwnedIpEnabled", False),
    "EnableIAMDatabaseAuthentication": ("IAMDatabaseAuthenticationEnabled", False),
    "EnablePerformanceInsights": ("PerformanceInsightsEnabled", False),
    "EngineLifecycleSupport": ("EngineLifecycleSupport", "open-source-rds-extended-support"),
    "MasterUsername": ("MasterUsername", None),
    "MaxAllocatedStorage": ("MaxAllocatedStorage", None),
    "MonitoringInterval": ("MonitoringInterval", 0),
    "MonitoringRoleArn": ("MonitoringRoleArn", None),
    "MultiAZ": ("MultiAZ", False),
    "NetworkType": ("NetworkType", "IPV4"),
    "PreferredBackupWindow": ("PreferredBackupWindow", BACKUP_WINDOW),
    "PreferredMaintenanceWindow": ("PreferredMaintenanceWindow", MAINTENANCE_WINDOW),
    "PromotionTier": ("PromotionTier", 1),
    "PubliclyAccessible": ("PubliclyAccessible", False),
    "StorageEncrypted": ("StorageEncrypted", False),
}

CONSTANT = {
    "Engine": ENGINE,
    "LicenseModel": "postgresql-license",
    "DBSecurityGroups": [],
    "ReadReplicaDBInstanceIdentifiers": [],
    "DomainMemberships": [],
    "AssociatedRoles": [],
    "OptionGroupMemberships": [{"OptionGroupName": f"default:{ENGINE}-{MAJOR}", "Status": "in-sync"}],
    "ActivityStreamStatus": "stopped",
    "DbInstancePort": 0,
    "IsStorageConfigUpgradeAvailable": False,
    "MultiTenant": False,
}


def for_create(request: Mapping, account: Account, versions: Versions) -> dict[str, Any]:
    """Return the members of a new instance, or refuse the request.

    Raises Fault: with the code of AWS.
    """
    _check_create(request)
    subnet_group = account.subnet_group(request.get("DBSubnetGroupName"))
    members = {member: request.get(name, default) for name, (member, default) in PLAIN.items()}
    members |= CONSTANT | storage.for_create(request).members()
    members |= {
        "DBInstanceClass": request["DBInstanceClass"],
        "EngineVersion": versions.resolve(request.get("EngineVersion")),
        "DBSubnetGroup": subnet_group,
        "AvailabilityZone": request.get("AvailabilityZone") or _zones(subnet_group)[0],
        "VpcSecurityGroups": account.security_groups(request.get("VpcSecurityGroupIds", []), subnet_group.vpc_id),
        "EnabledCloudwatchLogsExports": list(request.get("EnableCloudwatchLogsExports", [])),
    }
    members |= _identity(request["DBInstanceIdentifier"], account) | _keys(request, account)
    check(members, account)
    return members


def _check_create(request: Mapping) -> None:
    validation.check_identifier(request["DBInstanceIdentifier"])
    if request.get("Engine") != ENGINE:
        raise invalid_value(f"Invalid DB engine: {request.get('Engine')}")
    validation.check_master(request.get("MasterUsername"))
    validation.check_class(request["DBInstanceClass"])


def _zones(subnet_group: Any) -> list[str]:
    return sorted({subnet["SubnetAvailabilityZone"]["Name"] for subnet in subnet_group.subnets})


def _identity(identifier: str, account: Account) -> dict[str, Any]:
    unique = "".join(secrets.choice(string.ascii_uppercase + string.digits) for _ in range(26))
    return {
        "DBInstanceIdentifier": identifier.lower(),
        "DBInstanceArn": account.arn(f"db:{identifier.lower()}"),
        "DbiResourceId": f"db-{unique}",
        "InstanceCreateTime": datetime.datetime.now(datetime.timezone.utc),
    }


def _keys(request: Mapping, account: Account) -> dict[str, Any]:
    """Return the members that name KMS keys; RDS's own key where encryption is on and none is named."""
    keys: dict[str, Any] = {"KmsKeyId": None}
    if request.get("KmsKeyId") and not request.get("StorageEncrypted"):
        raise invalid_combination("KmsKeyId cannot be specified when StorageEncrypted is not enabled.")
    if request.get("StorageEncrypted"):
        keys["KmsKeyId"] = account.key_arn(request.get("KmsKeyId") or RDS_KEY)
    return keys | insights(request, {}, account)


def insights(request: Mapping, current: Mapping, account: Account) -> dict[str, Any]:
    """Return the members of Performance Insights after a request."""
    enabled = request.get("EnablePerformanceInsights", current.get("PerformanceInsightsEnabled", False))
    retention, key = request.get("PerformanceInsightsRetentionPeriod"), request.get("PerformanceInsightsKMSKeyId")
    validation.check_insights(enabled, retention)
    if not enabled:
        return {"PerformanceInsightsRetentionPeriod": None, "PerformanceInsightsKMSKeyId": None}
    known = current.get("PerformanceInsightsKMSKeyId")
    if key and known and account.key_arn(key) != known:
        raise invalid_combination("You can't change the Performance Insights KMS key of a DB instance.")
    return {
        "PerformanceInsightsKMSKeyId": known or account.key_arn(key or RDS_KEY),
        "PerformanceInsightsRetentionPeriod": retention
        or current.get("PerformanceInsightsRetentionPeriod")
        or DEFAULT_INSIGHTS_RETENTION,
    }


def check(members: Mapping, account: Account) -> None:
    """Refuse members that do not go together, at creation and after every change alike."""
    validation.check_windows(members["PreferredBackupWindow"], members["PreferredMaintenanceWindow"])
    validation.check_monitoring(members["MonitoringInterval"], members["MonitoringRoleArn"])
    if members["MonitoringRoleArn"]:
        account.check_role(members["MonitoringRoleArn"])
    validation.check_log_types(members["EnabledCloudwatchLogsExports"])
    storage.check_autoscaling(members["AllocatedStorage"], members["MaxAllocatedStorage"])
    if not 0 <= members["BackupRetentionPeriod"] <= 35:
        raise invalid_value(
            f"Invalid backup retention period {members['BackupRetentionPeriod']}: must be between 0 and 35 days"
        )
    if members["CACertificateIdentifier"] not in AUTHORITIES:
        raise Fault("CertificateNotFound", f"Certificate not found: {members['CACertificateIdentifier']}")
    if members["AvailabilityZone"] not in _zones(members["DBSubnetGroup"]):
        raise invalid_combination(f"The DB subnet group has no subnet in {members['AvailabilityZone']}.")


def show(members: Mapping, account: Account) -> dict[str, Any]:
    """Return the members as DescribeDBInstances has them: without those that have no value, with those derived."""
    shown = {name: value for name, value in members.items() if value is not None}
    authority = members["CACertificateIdentifier"]
    shown["CertificateDetails"] = {
        "CAIdentifier": authority,
        "ValidTill": members["InstanceCreateTime"] + datetime.timedelta(days=365),
    }
    if members["MultiAZ"]:
        others = [zone for zone in _zones(members["DBSubnetGroup"]) if zone != members["AvailabilityZone"]]
        shown["SecondaryAvailabilityZone"] = others[0] if others else members["AvailabilityZone"]
    if members["MonitoringInterval"]:
        stream = f"log-group:RDSOSMetrics:log-stream:{members['DbiResourceId']}"
        shown["EnhancedMonitoringResourceArn"] = f"arn:aws:logs:{account.region}:{account.id}:{stream}"
    return shown
