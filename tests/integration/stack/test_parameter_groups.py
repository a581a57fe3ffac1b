# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DB parameter groups over the API."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.stack.clients import Clients, refused

NAME = "launch-pg-main"


@pytest.fixture(scope="module")
def rds(endpoint: Clients) -> Iterator:
    endpoint.rds.create_db_parameter_group(
        DBParameterGroupName=NAME,
        DBParameterGroupFamily="postgres17",
        Description="launch",
        Tags=[{"Key": "a", "Value": "b"}],
    )
    yield endpoint.rds


def setting(name: str, value: str, method: str = "immediate") -> list[dict[str, str]]:
    return [{"ParameterName": name, "ParameterValue": value, "ApplyMethod": method}]


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        (setting("wrk_mem", "4096"), "InvalidParameterValue"),
        (setting("fsync", "0"), "InvalidParameterValue"),
        (setting("work_mem", "4GB"), "InvalidParameterValue"),
        (setting("work_mem", "63"), "InvalidParameterValue"),
        (setting("shared_buffers", "16384"), "InvalidParameterCombination"),
        (setting("work_mem", "4096") * 21, "InvalidParameterValue"),
    ],
    ids=["unknown", "locked", "unit", "range", "immediate-static", "twenty-one"],
)
def test_modification_refused(rds, parameters: list[dict], code: str) -> None:
    with refused(code):
        rds.modify_db_parameter_group(DBParameterGroupName=NAME, Parameters=parameters)
    assert rds.describe_db_parameters(DBParameterGroupName=NAME, Source="user")["Parameters"] == []


@pytest.mark.parametrize(
    "action",
    [
        lambda rds: rds.describe_db_parameter_groups(DBParameterGroupName="no-such"),
        lambda rds: rds.describe_db_parameters(DBParameterGroupName="no-such"),
        lambda rds: rds.modify_db_parameter_group(DBParameterGroupName="no-such", Parameters=setting("work_mem", "4096")),
        lambda rds: rds.reset_db_parameter_group(DBParameterGroupName="no-such", ResetAllParameters=True),
        lambda rds: rds.delete_db_parameter_group(DBParameterGroupName="no-such"),
        lambda rds: rds.describe_engine_default_parameters(DBParameterGroupFamily="postgres1"),
    ],
)
def test_unknown_group(rds, action) -> None:
    with refused("DBParameterGroupNotFound"):
        action(rds)


def test_all_parameters_come_in_pages_with_their_metadata(rds) -> None:
    pages = list(rds.get_paginator("describe_db_parameters").paginate(DBParameterGroupName=NAME))
    found = {entry["ParameterName"]: entry for page in pages for entry in page["Parameters"]}
    assert len(pages) > 3
    assert found["work_mem"]["AllowedValues"] == "64-2147483647"
    assert found["work_mem"]["Description"].startswith("(kB) ")
    assert found["shared_buffers"]["ParameterValue"] == "{DBInstanceClassMemory/32768}"
    assert (found["shared_preload_libraries"]["DataType"], found["shared_preload_libraries"]["ApplyType"]) == (
        "list",
        "static",
    )
    defaults = rds.get_paginator("describe_engine_default_parameters").paginate(DBParameterGroupFamily="postgres17")
    assert sum(len(page["EngineDefaults"]["Parameters"]) for page in defaults) == len(found)


def test_filter_by_name(rds) -> None:
    chosen = [{"Name": "parameter-name", "Values": ["work_mem", "max_connections"]}]
    found = rds.describe_db_parameters(DBParameterGroupName=NAME, Filters=chosen)["Parameters"]
    assert [entry["ParameterName"] for entry in found] == ["max_connections", "work_mem"]


def test_set_and_reset(rds) -> None:
    rds.modify_db_parameter_group(
        DBParameterGroupName=NAME,
        Parameters=setting("work_mem", "8192") + setting("max_connections", "200", "pending-reboot"),
    )
    found = rds.describe_db_parameters(DBParameterGroupName=NAME, Source="user")["Parameters"]
    assert [(entry["ParameterName"], entry["ParameterValue"]) for entry in found] == [
        ("max_connections", "200"),
        ("work_mem", "8192"),
    ]
    rds.reset_db_parameter_group(
        DBParameterGroupName=NAME, Parameters=[{"ParameterName": "work_mem", "ApplyMethod": "immediate"}]
    )
    found = rds.describe_db_parameters(DBParameterGroupName=NAME, Source="user")["Parameters"]
    assert [entry["ParameterName"] for entry in found] == ["max_connections"]
    rds.reset_db_parameter_group(DBParameterGroupName=NAME)
    assert rds.describe_db_parameters(DBParameterGroupName=NAME, Source="user")["Parameters"] == []


def test_tags(rds) -> None:
    arn = rds.describe_db_parameter_groups(DBParameterGroupName=NAME)["DBParameterGroups"][0]["DBParameterGroupArn"]
    rds.add_tags_to_resource(ResourceName=arn, Tags=[{"Key": "c", "Value": "d"}])
    rds.remove_tags_from_resource(ResourceName=arn, TagKeys=["a"])
    assert rds.list_tags_for_resource(ResourceName=arn)["TagList"] == [{"Key": "c", "Value": "d"}]


def test_default_group_cannot_be_changed(rds) -> None:
    with refused("InvalidDBParameterGroupState"):
        rds.modify_db_parameter_group(DBParameterGroupName="default.postgres17", Parameters=setting("work_mem", "4096"))


def test_offer(rds) -> None:
    versions = rds.describe_db_engine_versions(Engine="postgres")["DBEngineVersions"]
    assert versions[0]["EngineVersion"] == "17.4"
    assert versions[0]["ValidUpgradeTarget"][-1]["EngineVersion"] == versions[-1]["EngineVersion"]
    options = rds.describe_orderable_db_instance_options(Engine="postgres", DBInstanceClass="db.t4g.medium")
    assert options["OrderableDBInstanceOptions"][0]["DBInstanceClass"] == "db.t4g.medium"
    assert (
        rds.describe_certificates(CertificateIdentifier="rds-ca-rsa2048-g1")["Certificates"][0]["CertificateType"]
        == "CA"
    )


def test_what_the_stack_cannot_do_is_refused(rds) -> None:
    with refused("NotImplemented", "read replicas"):
        rds.create_db_instance_read_replica(DBInstanceIdentifier="replica", SourceDBInstanceIdentifier="main")
