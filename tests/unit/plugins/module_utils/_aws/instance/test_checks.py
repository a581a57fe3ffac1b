# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._aws.instance.checks import problems
from tests.support.aws_world import INSTANCE

REFUSED = [
    ({"instance_class": "t4g.medium"}, "instance_class"),
    ({"engine_version": "17.4.1"}, "engine_version"),
    ({"db_name": "launch-db"}, "db_name"),
    ({"master_username": "1st"}, "master_username"),
    ({"parameter_group": "a--b"}, "parameter_group"),
    ({"monitoring_interval": 7, "monitoring_role_arn": "arn"}, "monitoring_interval"),
    ({"monitoring_interval": 15}, "monitoring_interval"),
    ({"performance_insights_retention": 94}, "performance_insights_retention"),
    ({"performance_insights_retention": 744}, "performance_insights_retention"),
    ({"backup_retention_period": 36}, "backup_retention_period"),
    ({"backup_retention_period": -1}, "backup_retention_period"),
    ({"port": 22}, "port"),
    ({"cloudwatch_logs_exports": ["audit"]}, "cloudwatch_logs_exports"),
    ({"backup_window": "3-4", "maintenance_window": "sun:05:00-sun:06:00"}, "backup_window"),
    ({"maintenance_window": "05:00-06:00"}, "maintenance_window"),
    ({"backup_window": "05:30-06:30", "maintenance_window": "sun:05:00-sun:06:00"}, "backup_window"),
    ({"storage_type": "gp3", "allocated_storage": 100, "iops": 12000}, "iops"),
]


@pytest.mark.parametrize(("options", "option"), REFUSED)
def test_what_rds_would_refuse_is_named_with_a_remedy(options, option):
    found = problems(options)
    assert [error.option for error in found] == [option]
    assert found[0].remedy


@pytest.mark.parametrize("options", [{}, {"monitoring_interval": 0}, {"performance_insights_retention": 713}, {"backup_retention_period": 0}])
def test_what_rds_takes(options):
    assert problems(options) == []


def test_all_that_is_wrong_is_told_at_once():
    assert [error.option for error in problems({"port": 1, "instance_class": "x", "allocated_storage": 1})] == [
        "instance_class", "port", "allocated_storage"]


def test_the_system_itself_is_fine():
    assert problems({**INSTANCE, "maintenance_window": INSTANCE["maintenance_window"].lower()}) == []
