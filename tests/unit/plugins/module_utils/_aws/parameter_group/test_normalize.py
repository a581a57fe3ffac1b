# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from ansible_collections.launch.database.plugins.module_utils._aws.parameter_group.normalize import classes_of, instances_of, parameters
from ansible_collections.launch.database.plugins.module_utils._aws.parameter_group.parameter import Parameter


def test_parameters_by_name():
    raw = {"ParameterName": "work_mem", "ParameterValue": "4096", "Source": "user", "ApplyType": "dynamic", "DataType": "integer",
           "AllowedValues": "64-2147483647", "IsModifiable": True, "Description": "(kB) Memory."}
    assert parameters([raw]) == {
        "work_mem": Parameter("work_mem", "4096", "user", "dynamic", "integer", "64-2147483647", True, "(kB) Memory.")}


def test_what_rds_leaves_out():
    parameter = parameters([{"ParameterName": "x"}])["x"]
    assert (parameter.value, parameter.allowed, parameter.unit, parameter.apply_method) == (None, "", None, "immediate")


def test_a_static_parameter_waits_for_a_reboot():
    assert parameters([{"ParameterName": "x", "ApplyType": "static"}])["x"].apply_method == "pending-reboot"


def test_the_instances_of_a_group_without_those_that_go():
    def instance(name, group, status="available"):
        return {"DBInstanceIdentifier": name, "DBInstanceStatus": status, "DBInstanceClass": "db.t4g.medium",
                "DBParameterGroups": [{"DBParameterGroupName": group, "ParameterApplyStatus": "pending-reboot"}]}

    described = [instance("one", "g"), instance("two", "other"), instance("three", "g", "deleting"), {"DBInstanceIdentifier": "bare"}]
    assert instances_of("g", described) == {"one": "pending-reboot"}
    assert classes_of("g", described) == {"one": "db.t4g.medium"}
