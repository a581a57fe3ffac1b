# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.plugin_utils._preflight import instance
from ansible_collections.launch.database.plugins.plugin_utils._preflight.settings import Settings, judge

GOOD = {
    "database_instance_identifier": "shop-db", "database_instance_engine_version": "17.6", "database_instance_class": "db.t4g.medium",
    "database_instance_allocated_storage": 400, "database_instance_storage_type": "gp3", "database_instance_db_name": "shop",
    "database_instance_parameter_group": {"name": "shop-pg"}, "database_instance_backup_window": "03:00-04:00",
    "database_instance_maintenance_window": "sun:05:00-sun:06:00", "system_master": {"name": "shop_admin"},
}


def options(**values):
    return [error.option for error in judge(instance.CHECKS, Settings(GOOD | values))]


def test_what_rds_takes():
    assert options() == []


@pytest.mark.parametrize(("values", "option"), [
    ({"database_instance_identifier": "shop--db"}, "database_instance_identifier"),
    ({"database_instance_class": "t4g.medium"}, "database_instance_class"),
    ({"database_instance_engine_version": "17.x"}, "database_instance_engine_version"),
    ({"database_instance_backup_window": "04:30-05:30"}, "database_instance_backup_window"),
    ({"database_instance_maintenance_window": "sun"}, "database_instance_maintenance_window"),
    ({"database_instance_iops": 300000}, "database_instance_iops"),
    ({"database_instance_allocated_storage": 10}, "database_instance_allocated_storage"),
    ({"database_instance_backup_retention_period": 40}, "database_instance_backup_retention_period"),
    ({"database_instance_monitoring_interval": 7, "database_instance_monitoring_role_arn": "arn"}, "database_instance_monitoring_interval"),
    ({"database_instance_monitoring_interval": 15}, "database_instance_monitoring_interval"),
    ({"database_instance_cloudwatch_logs_exports": ["postgres"]}, "database_instance_cloudwatch_logs_exports"),
    ({"database_instance_parameter_group": {"name": "-"}}, "database_instance_parameter_group.name"),
    ({"system_master": {"name": "shop-admin"}}, "system_master.name"),
])
def test_what_it_would_refuse_is_named_as_the_inventory_names_it(values, option):
    assert option in options(**values)
