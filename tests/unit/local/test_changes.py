# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a ModifyDBInstance changes at once and what waits."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from local.endpoint import changes
from local.endpoint.faults import Fault
from local.endpoint.versions import Versions

ROLE = "arn:aws:iam::1:role/monitoring"
GROUP = SimpleNamespace(vpc_id="vpc-1", subnets=[{"SubnetAvailabilityZone": {"Name": "us-west-2a"}}])
CURRENT = {
    "AllocatedStorage": 400,
    "AvailabilityZone": "us-west-2a",
    "BackupRetentionPeriod": 7,
    "CACertificateIdentifier": "rds-ca-rsa2048-g1",
    "DBInstanceClass": "db.t4g.medium",
    "DBSubnetGroup": GROUP,
    "DeletionProtection": False,
    "EnabledCloudwatchLogsExports": ["postgresql"],
    "EngineVersion": "17.4",
    "IAMDatabaseAuthenticationEnabled": False,
    "Iops": 12000,
    "MaxAllocatedStorage": None,
    "MonitoringInterval": 15,
    "MonitoringRoleArn": ROLE,
    "MultiAZ": False,
    "PerformanceInsightsEnabled": False,
    "PerformanceInsightsKMSKeyId": None,
    "PerformanceInsightsRetentionPeriod": None,
    "PreferredBackupWindow": "03:00-04:00",
    "PreferredMaintenanceWindow": "sun:05:00-sun:06:00",
    "StorageThroughput": 500,
    "StorageType": "gp3",
}


class Account:
    """Knows every role and key."""

    def check_role(self, _arn: str) -> None:
        pass

    def key_arn(self, key: str) -> str:
        return f"arn:{key}"


def plan(pending: dict | None = None, **request: object) -> changes.Changes:
    return changes.plan(request, CURRENT, pending or {}, Account(), Versions(12))


@pytest.mark.parametrize(
    ("request_", "queued"),
    [
        ({"DBInstanceClass": "db.r6g.xlarge"}, {"DBInstanceClass": "db.r6g.xlarge"}),
        ({"EngineVersion": "17"}, {"EngineVersion": "17.12"}),
        ({"MultiAZ": True}, {"MultiAZ": True}),
        ({"AllocatedStorage": 500, "Iops": 12000}, {"AllocatedStorage": 500}),
        ({"BackupRetentionPeriod": 0}, {"BackupRetentionPeriod": 0}),
        ({"EnableIAMDatabaseAuthentication": True}, {"IAMDatabaseAuthenticationEnabled": True}),
    ],
)
def test_queued(request_: dict, queued: dict) -> None:
    found = plan(**request_)
    assert (found.queued, found.immediate, found.statuses(found.queued)) == (queued, {}, [])


@pytest.mark.parametrize(
    ("request_", "immediate"),
    [
        ({"BackupRetentionPeriod": 35}, {"BackupRetentionPeriod": 35}),
        ({"DeletionProtection": True}, {"DeletionProtection": True}),
        ({"PreferredMaintenanceWindow": "Mon:05:00-Mon:06:00"}, {"PreferredMaintenanceWindow": "mon:05:00-mon:06:00"}),
        ({"MonitoringInterval": 0}, {"MonitoringInterval": 0, "MonitoringRoleArn": None}),
        (
            {"EnablePerformanceInsights": True},
            {
                "PerformanceInsightsEnabled": True,
                "PerformanceInsightsKMSKeyId": "arn:alias/aws/rds",
                "PerformanceInsightsRetentionPeriod": 7,
            },
        ),
    ],
)
def test_immediate(request_: dict, immediate: dict) -> None:
    found = plan(**request_)
    assert (found.immediate, found.queued) == (immediate, {})


def test_unchanged_values_change_nothing() -> None:
    found = plan(
        DBInstanceClass="db.t4g.medium", DeletionProtection=False, MonitoringInterval=15, MonitoringRoleArn=ROLE
    )
    assert (found.immediate, found.queued, found.statuses({})) == ({}, {}, [])


def test_wish_for_the_current_value_cancels_what_is_pending() -> None:
    assert plan({"MultiAZ": True}, MultiAZ=False).cancelled == {"MultiAZ"}


def test_storage_is_compared_with_what_is_pending() -> None:
    with pytest.raises(Fault, match="cannot be less than the current storage size 600"):
        plan({"AllocatedStorage": 600}, AllocatedStorage=500, Iops=12000)


def test_log_exports_are_a_delta() -> None:
    exports = {"EnableLogTypes": ["postgresql", "upgrade"], "DisableLogTypes": ["iam-db-auth-error"]}
    found = plan(CloudwatchLogsExportConfiguration=exports)
    assert found.queued == {"PendingCloudwatchLogsExports": {"LogTypesToEnable": ["upgrade"]}}
    assert found.statuses(found.queued) == ["configuring-log-exports"]


def test_log_exports_after_a_delta() -> None:
    delta = {"LogTypesToEnable": ["upgrade"], "LogTypesToDisable": ["postgresql"]}
    assert changes.with_log_exports(["postgresql", "iam-db-auth-error"], delta) == ["iam-db-auth-error", "upgrade"]


def test_apply_immediately_flushes_what_somebody_else_queued() -> None:
    found = plan(MonitoringInterval=30, ApplyImmediately=True)
    waiting = {"DBInstanceClass": "db.r6g.xlarge", "EngineVersion": "17.5"}
    assert found.statuses(waiting) == ["configuring-enhanced-monitoring", "modifying", "upgrading"]


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({}, "InvalidParameterCombination"),
        ({"ApplyImmediately": True}, "InvalidParameterCombination"),
        ({"NewDBInstanceIdentifier": "other"}, "NotImplemented"),
        ({"MonitoringInterval": 7}, "InvalidParameterValue"),
        ({"PreferredBackupWindow": "05:30-06:00"}, "InvalidParameterValue"),
        ({"BackupRetentionPeriod": 36}, "InvalidParameterValue"),
        ({"EngineVersion": "17.3"}, "InvalidParameterCombination"),
        ({"DBInstanceClass": "db.huge"}, "InvalidParameterValue"),
        ({"PerformanceInsightsRetentionPeriod": 7}, "InvalidParameterCombination"),
        ({"CACertificateIdentifier": "rds-ca-2019"}, "CertificateNotFound"),
        ({"MaxAllocatedStorage": 401}, "InvalidParameterCombination"),
    ],
)
def test_refused(request_: dict, code: str) -> None:
    with pytest.raises(Fault) as refused:
        plan(**request_)
    assert refused.value.code == code
