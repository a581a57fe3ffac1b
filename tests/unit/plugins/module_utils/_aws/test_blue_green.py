# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._aws import blue_green

ARN = "arn:aws:rds:us-west-2:597088015766"


def raw(status="AVAILABLE", **others):
    return {
        "BlueGreenDeploymentIdentifier": "bgd-1", "BlueGreenDeploymentName": "to-18", "Status": status,
        "Source": f"{ARN}:db:launch-db-main", "Target": f"{ARN}:db:launch-db-main-green-1", **others,
    }


def refused(deployments, instance="launch-db-main", allowed=()):
    return blue_green.refusals(blue_green.of_instance(deployments, instance), allowed, "identifier", instance)


# All that AWS documents, and what it does not.
STATUSES = [
    ("PROVISIONING", "Wait until it is made"),
    ("AVAILABLE", "Switch it over or delete it"),
    ("SWITCHOVER_IN_PROGRESS", "Wait until the switchover is over"),
    ("SWITCHOVER_COMPLETED", None),
    ("SWITCHOVER_FAILED", "Switch it over again"),
    ("INVALID_CONFIGURATION", "Delete it"),
    ("DELETING", "Wait until it is gone"),
    ("REPLICATION_PAUSED", "Look in RDS what it means"),
    ("switchover_completed", "Look in RDS what it means"),
    ("", "Look in RDS what it means"),
]


@pytest.mark.parametrize(("status", "remedy"), STATUSES)
def test_every_status_but_one_is_open(status, remedy):
    errors = refused([raw(status)])
    assert [remedy in error.remedy for error in errors] == ([] if remedy is None else [True])
    assert [deployment.is_open for deployment in blue_green.of_instance([raw(status)], "launch-db-main")] == [remedy is not None]


@pytest.mark.parametrize(("status", "known"), [("AVAILABLE", True), ("REPLICATION_PAUSED", False), ("", False)])
def test_a_status_that_is_not_documented_is_said_to_be_unknown(status, known):
    (error,) = refused([raw(status)])
    assert ("not known here and counts as open" in error.problem) is not known


def test_every_documented_status_is_known_to_this_boto():
    import botocore.session

    shape = botocore.session.get_session().get_service_model("rds").shape_for("BlueGreenDeployment").members["Status"]
    assert [status for status in (*blue_green.WAYS_OUT, blue_green.CLOSED) if status not in shape.documentation] == []
    assert shape.documentation.count("<li>") == len(blue_green.WAYS_OUT) + 1


def test_the_refusal_names_all_that_one_looks_for():
    (error,) = refused([raw()])
    assert (error.option, error.value) == ("identifier", "launch-db-main")
    assert all(word in error.problem for word in ("to-18", "bgd-1", "AVAILABLE", "source launch-db-main", "target launch-db-main-green-1", "DDL"))


DETAILS = {"SwitchoverDetails": [
    {"SourceMember": f"{ARN}:db:launch-db-main", "TargetMember": f"{ARN}:db:launch-db-main-green-1"},
    {"SourceMember": f"{ARN}:db:launch-replica", "TargetMember": f"{ARN}:db:launch-replica-green-1"},
    {"SourceMember": f"{ARN}:db:launch-alone"},
]}


@pytest.mark.parametrize(("others", "instance", "concerned"), [
    ({}, "launch-db-main", True),
    ({}, "Launch-DB-Main", True),
    ({}, "launch-db-main-green-1", True),
    ({}, "launch-db", False),
    ({}, "main", False),
    (DETAILS, "launch-replica", True),
    (DETAILS, "launch-replica-green-1", True),
    (DETAILS, "launch-alone", True),
    (DETAILS, "launch-other", False),
    ({"Target": None}, "launch-db-main", True),
    ({"Source": None, "Target": None}, "launch-db-main", False),
    ({"Source": f"{ARN}:cluster:launch-db-main", "Target": f"{ARN}:cluster:launch-green"}, "launch-db-main", False),
])
def test_whose_deployment_it_is(others, instance, concerned):
    assert bool(refused([raw(**others)], instance)) is concerned


@pytest.mark.parametrize(("allowed", "left"), [([], 1), (["to-18"], 0), (["bgd-1"], 0), (["to-19"], 1), (["to"], 1)])
def test_what_somebody_answers_for_goes_on_with_a_word(allowed, left):
    found = blue_green.of_instance([raw()], "launch-db-main")
    assert len(refused([raw()], allowed=allowed)) == left
    assert len(blue_green.allowances(found, allowed)) == 1 - left


def test_an_allowance_of_one_that_is_closed_needs_no_word():
    assert blue_green.allowances(blue_green.of_instance([raw("SWITCHOVER_COMPLETED")], "launch-db-main"), ["to-18"]) == []


def test_each_open_one_is_refused():
    assert len(refused([raw(), raw("SWITCHOVER_COMPLETED"), raw("DELETING", BlueGreenDeploymentName="older")])) == 2
