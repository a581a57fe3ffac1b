# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The attributes of a DB instance: what an option is called in each call, and when RDS carries a change out.

Source of "queued": RDS user guide, "Settings for DB instances", column "When the change occurs".

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class Attribute:
    """One option that is an attribute of the instance.

    :arg option: the module's.
    :arg member: of CreateDBInstance, and of the others unless they have a name of their own.
    :arg modify: of ModifyDBInstance; empty where RDS can't change it.
    :arg described: of DescribeDBInstances and of its PendingModifiedValues.
    :arg queued: waits for the maintenance window, unless ApplyImmediately is said.
    :arg absent: what it means when DescribeDBInstances leaves it out.
    """

    option: str
    member: str
    modify: str | None = None
    described: str | None = None
    queued: bool = False
    absent: object = None

    @property
    def modify_member(self) -> str:
        return self.member if self.modify is None else self.modify

    @property
    def described_member(self) -> str:
        return self.described or self.member


ATTRIBUTES = (
    Attribute("engine_version", "EngineVersion", queued=True),
    Attribute("instance_class", "DBInstanceClass", queued=True),
    Attribute("allocated_storage", "AllocatedStorage", queued=True),
    Attribute("storage_type", "StorageType", queued=True),
    Attribute("iops", "Iops", queued=True),
    Attribute("storage_throughput", "StorageThroughput", queued=True),
    Attribute("max_allocated_storage", "MaxAllocatedStorage"),
    Attribute("multi_az", "MultiAZ", queued=True, absent=False),
    Attribute("db_name", "DBName", modify=""),
    Attribute("port", "Port", modify="DBPortNumber"),
    Attribute("master_username", "MasterUsername", modify=""),
    Attribute("subnet_group", "DBSubnetGroupName", modify=""),
    Attribute("vpc_security_group_ids", "VpcSecurityGroupIds"),
    Attribute("parameter_group", "DBParameterGroupName"),
    Attribute("kms_key_id", "KmsKeyId", modify=""),
    Attribute("storage_encrypted", "StorageEncrypted", modify="", absent=False),
    Attribute("backup_retention_period", "BackupRetentionPeriod", absent=0),
    Attribute("backup_window", "PreferredBackupWindow"),
    Attribute("maintenance_window", "PreferredMaintenanceWindow"),
    Attribute("auto_minor_version_upgrade", "AutoMinorVersionUpgrade", absent=False),
    Attribute("monitoring_interval", "MonitoringInterval", absent=0),
    Attribute("monitoring_role_arn", "MonitoringRoleArn"),
    Attribute("performance_insights", "EnablePerformanceInsights", described="PerformanceInsightsEnabled", absent=False),
    Attribute("performance_insights_retention", "PerformanceInsightsRetentionPeriod"),
    Attribute("cloudwatch_logs_exports", "EnableCloudwatchLogsExports", modify="CloudwatchLogsExportConfiguration",
              described="EnabledCloudwatchLogsExports"),
    Attribute("deletion_protection", "DeletionProtection", absent=False),
    Attribute("publicly_accessible", "PubliclyAccessible", absent=False),
    Attribute("copy_tags_to_snapshot", "CopyTagsToSnapshot", absent=False),
)
BY_OPTION = {attribute.option: attribute for attribute in ATTRIBUTES}
IMMUTABLE = tuple(attribute.option for attribute in ATTRIBUTES if attribute.modify == "")
STORAGE = ("allocated_storage", "storage_type", "iops", "storage_throughput")
# RDS wants the members of each set together, or refuses or forgets one.
TOGETHER = (("monitoring_interval", "monitoring_role_arn"), ("performance_insights", "performance_insights_retention"))
# With these alone the status never leaves "available": there is nothing to wait for.
SILENT = frozenset({
    "max_allocated_storage", "backup_window", "maintenance_window", "auto_minor_version_upgrade", "deletion_protection",
    "copy_tags_to_snapshot",
})
MASTER_PASSWORD = "master_password"
