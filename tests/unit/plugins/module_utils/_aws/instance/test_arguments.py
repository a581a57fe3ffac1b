# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._aws.instance.arguments import deletion
from ansible_collections.launch.database.plugins.module_utils._aws.instance.plan import plan_instance, shows_in_status
from ansible_collections.launch.database.plugins.module_utils._aws.instance.state import ActualInstance, DesiredInstance, MasterSecret

LIVE = {
    "instance_class": "db.t4g.medium", "allocated_storage": 400, "storage_type": "gp3", "iops": 12000, "storage_throughput": 500, "port": 5432,
    "cloudwatch_logs_exports": ["postgresql"], "monitoring_interval": 0, "monitoring_role_arn": None, "performance_insights": False,
}
ACTUAL = ActualInstance(True, "available", LIVE, arn="arn")

MODIFICATIONS = [
    ({}, {}),
    ({"port": 5433}, {"DBPortNumber": 5433}),
    ({"iops": 13000}, {"AllocatedStorage": 400, "StorageType": "gp3", "Iops": 13000, "StorageThroughput": 500}),
    ({"allocated_storage": 500}, {"AllocatedStorage": 500, "StorageType": "gp3", "Iops": 12000, "StorageThroughput": 500}),
    ({"cloudwatch_logs_exports": ["upgrade"]},
     {"CloudwatchLogsExportConfiguration": {"EnableLogTypes": ["upgrade"], "DisableLogTypes": ["postgresql"]}}),
    ({"cloudwatch_logs_exports": []}, {"CloudwatchLogsExportConfiguration": {"DisableLogTypes": ["postgresql"]}}),
    ({"monitoring_interval": 15, "monitoring_role_arn": "role"}, {"MonitoringInterval": 15, "MonitoringRoleArn": "role"}),
    ({"performance_insights": True, "performance_insights_retention": 7},
     {"EnablePerformanceInsights": True, "PerformanceInsightsRetentionPeriod": 7}),
    ({"parameter_group": "g", "vpc_security_group_ids": ["sg"]}, {"DBParameterGroupName": "g", "VpcSecurityGroupIds": ["sg"]}),
]


@pytest.mark.parametrize(("attributes", "expected"), MODIFICATIONS)
def test_modify(attributes, expected):
    desired = DesiredInstance("db", attributes=attributes)
    assert plan_instance(desired, ACTUAL).members("update") == expected


def test_switching_off_does_not_send_what_belongs_to_it():
    now = ActualInstance(True, "available", {**LIVE, "monitoring_interval": 15, "monitoring_role_arn": "role"}, arn="arn")
    desired = DesiredInstance("db", attributes={"monitoring_interval": 0, "monitoring_role_arn": "role"})
    assert plan_instance(desired, now).members("update") == {"MonitoringInterval": 0}


NEW = {"instance_class": "db.t4g.medium", "allocated_storage": 100, "storage_type": "gp3", "master_username": "m"}
NOWHERE = ActualInstance(False, secret=MasterSecret("a-password-of-some-length", "m"))


def created(**attributes):
    desired = DesiredInstance("db", attributes={**NEW, **attributes}, master_secret="s")
    return plan_instance(desired, NOWHERE).members("create")


def test_create_names_members_as_the_api_does():
    assert created(port=5433, cloudwatch_logs_exports=["upgrade"]) == {
        "DBInstanceIdentifier": "db", "Engine": "postgres", "MasterUserPassword": "a-password-of-some-length",
        "DBInstanceClass": "db.t4g.medium", "AllocatedStorage": 100, "StorageType": "gp3", "MasterUsername": "m", "Port": 5433,
        "EnableCloudwatchLogsExports": ["upgrade"]}


@pytest.mark.parametrize(
    ("attributes", "member"),
    [
        ({"iops": 3000, "storage_throughput": 125}, "Iops"),
        ({"max_allocated_storage": 100}, "MaxAllocatedStorage"),
        ({"monitoring_interval": 0, "monitoring_role_arn": "r"}, "MonitoringRoleArn"),
        ({"performance_insights": False, "performance_insights_retention": 7}, "PerformanceInsightsRetentionPeriod"),
    ],
)
def test_create_leaves_out_what_rds_refuses_beside_the_rest(attributes, member):
    assert member not in created(**attributes)


@pytest.mark.parametrize(
    ("attributes", "immediately", "expected"),
    [({"instance_class": "db.r6g.xlarge"}, True, True), ({"instance_class": "db.r6g.xlarge"}, False, False),
     ({"backup_window": "03:00-04:00"}, True, False), ({"vpc_security_group_ids": ["sg"]}, False, True), ({}, True, False)],
)
def test_what_the_status_will_show(attributes, immediately, expected):
    desired = DesiredInstance("db", attributes=attributes, apply_immediately=immediately)
    assert shows_in_status(plan_instance(desired, ACTUAL)) is expected


def test_delete_says_one_thing_about_the_last_snapshot():
    assert deletion(DesiredInstance("db", skip_final_snapshot=True)) == {"SkipFinalSnapshot": True}
    assert deletion(DesiredInstance("db", final_snapshot_identifier="last")) == {"SkipFinalSnapshot": False, "FinalDBSnapshotIdentifier": "last"}
