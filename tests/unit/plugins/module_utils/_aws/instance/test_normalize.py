# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._aws.instance.normalize import instance, options, result

BARE = {"DBInstanceIdentifier": "db", "DBInstanceStatus": "creating"}


def test_nothing_is_assumed_of_an_instance_that_is_being_made():
    actual = instance(BARE)
    assert (actual.exists, actual.status, actual.address) == (True, "creating", None)
    assert (actual.live["port"], actual.live["storage_throughput"], actual.live["performance_insights"]) == (None, None, False)
    assert (actual.pending, actual.apply_status, actual.settled_groups) == ({}, "in-sync", True)


def test_what_does_not_exist_has_no_status():
    assert instance(None).exists is False


def test_where_rds_nests_things():
    actual = instance({
        **BARE,
        "Endpoint": {"Address": "db.example.com", "Port": 5433},
        "DBSubnetGroup": {"DBSubnetGroupName": "subnets"},
        "DBParameterGroups": [{"DBParameterGroupName": "group", "ParameterApplyStatus": "pending-reboot"}],
        "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-2", "Status": "active"}, {"VpcSecurityGroupId": "sg-1", "Status": "adding"}],
        "EnabledCloudwatchLogsExports": ["upgrade", "postgresql"],
        "PerformanceInsightsEnabled": True,
    })
    assert (actual.address, actual.live["port"], actual.live["subnet_group"]) == ("db.example.com", 5433, "subnets")
    assert (actual.live["parameter_group"], actual.apply_status) == ("group", "pending-reboot")
    assert (actual.live["vpc_security_group_ids"], actual.settled_groups) == (["sg-1", "sg-2"], False)
    assert actual.live["cloudwatch_logs_exports"] == ["postgresql", "upgrade"]
    assert actual.live["performance_insights"] is True


LOGS = [
    (["postgresql"], {"LogTypesToEnable": ["upgrade"]}, ["postgresql", "upgrade"]),
    (["postgresql", "upgrade"], {"LogTypesToDisable": ["upgrade"]}, ["postgresql"]),
    ([], {"LogTypesToEnable": ["upgrade"], "LogTypesToDisable": []}, ["upgrade"]),
]


@pytest.mark.parametrize(("live", "difference", "expected"), LOGS)
def test_pending_log_exports_are_a_difference(live, difference, expected):
    actual = instance({**BARE, "EnabledCloudwatchLogsExports": live, "PendingModifiedValues": {"PendingCloudwatchLogsExports": difference}})
    assert actual.expected("cloudwatch_logs_exports") == expected


def test_pending_values_come_before_those_in_force():
    actual = instance({**BARE, "MultiAZ": True, "PendingModifiedValues": {"MultiAZ": False, "MasterUserPassword": "****"}})
    assert (actual.live["multi_az"], actual.expected("multi_az")) == (True, False)
    assert actual.pending["master_password"] == "(hidden)"


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [(["in-sync"], "in-sync"), (["in-sync", "applying"], "applying"), (["pending-reboot", "applying"], "applying"),
     (["failed-to-apply", "applying"], "failed-to-apply"), ([], "in-sync")],
)
def test_the_least_settled_group_counts(statuses, expected):
    groups = [{"DBParameterGroupName": "g", "ParameterApplyStatus": status} for status in statuses]
    assert instance({**BARE, "DBParameterGroups": groups}).apply_status == expected


def test_options_are_put_in_the_form_that_rds_keeps():
    named = options({"identifier": "db", "maintenance_window": "Sun:05:00-Sun:06:00", "vpc_security_group_ids": ["sg-2", "sg-1", "sg-2"],
                     "cloudwatch_logs_exports": [], "parameter_group": "Group", "multi_az": False, "iops": None, "state": "present"})
    assert named == {"maintenance_window": "sun:05:00-sun:06:00", "vpc_security_group_ids": ["sg-1", "sg-2"],
                     "cloudwatch_logs_exports": [], "parameter_group": "group", "multi_az": False}


def test_a_result_has_all_keys_before_there_is_an_instance():
    assert result("db", instance(None), 5432)["endpoint"] == {"address": None, "port": 5432}
