# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls to RDS, one function each. Reads give None for what does not exist.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.tagging import ansible_dict_to_boto3_tag_list
from ansible_collections.launch.database.plugins.module_utils._aws.errors import RdsFailure, retried

Answer = dict[str, t.Any]
# What RDS answers while it is still busy with the instance or the group, and would not a moment later.
BUSY_GROUP = "InvalidDBParameterGroupState"
# Values that a filter may have.
MOST_FILTERED = 100
BUSY_INSTANCE = "InvalidDBInstanceState"


@RdsFailure.list_error_handler("read the parameter group")
@retried()
def describe_group(client, name: str) -> Answer | None:
    return client.describe_db_parameter_groups(DBParameterGroupName=name)["DBParameterGroups"][0]


@RdsFailure.common_error_handler("read the group's parameters")
@retried()
def describe_parameters(client, name: str, **narrowed: t.Any) -> list[Answer]:
    """All parameters, or those of a ``Source`` or of ``Filters``."""
    pages = client.get_paginator("describe_db_parameters").paginate(DBParameterGroupName=name, **narrowed)
    return [parameter for page in pages for parameter in page["Parameters"]]


def describe_named_parameters(client, name: str, wanted: t.Sequence[str]) -> list[Answer]:
    """The parameters of these names, as far as there are such."""
    parts = [list(wanted[start:start + MOST_FILTERED]) for start in range(0, len(wanted), MOST_FILTERED)]
    return [
        parameter for part in parts
        for parameter in describe_parameters(client, name, Filters=[{"Name": "parameter-name", "Values": part}])
    ]


@RdsFailure.common_error_handler("read the family's parameters")
@retried()
def describe_family(client, family: str) -> list[Answer]:
    pages = client.get_paginator("describe_engine_default_parameters").paginate(DBParameterGroupFamily=family)
    return [parameter for page in pages for parameter in page["EngineDefaults"].get("Parameters", [])]


@RdsFailure.common_error_handler("create the parameter group")
@retried()
def create_group(client, name: str, family: str, description: str, tags: t.Mapping[str, str]) -> None:
    client.create_db_parameter_group(
        DBParameterGroupName=name, DBParameterGroupFamily=family, Description=description, Tags=ansible_dict_to_boto3_tag_list(tags),
    )


@RdsFailure.common_error_handler("set parameters")
@retried(BUSY_GROUP)
def set_parameters(client, name: str, parameters: list[Answer]) -> None:
    client.modify_db_parameter_group(DBParameterGroupName=name, Parameters=parameters)


@RdsFailure.common_error_handler("reset parameters")
@retried(BUSY_GROUP)
def reset_parameters(client, name: str, parameters: list[Answer]) -> None:
    # Without a list RDS resets all of them; ResetAllParameters says on both sides that this isn't meant.
    client.reset_db_parameter_group(DBParameterGroupName=name, ResetAllParameters=False, Parameters=parameters)


@RdsFailure.deletion_error_handler("delete the parameter group")
@retried(BUSY_GROUP)
def delete_group(client, name: str) -> None:
    client.delete_db_parameter_group(DBParameterGroupName=name)


@RdsFailure.common_error_handler("read the DB instances")
@retried()
def describe_instances(client) -> list[Answer]:
    pages = client.get_paginator("describe_db_instances").paginate()
    return [instance for page in pages for instance in page["DBInstances"]]


@RdsFailure.list_error_handler("read the DB instance")
@retried()
def describe_instance(client, identifier: str) -> Answer | None:
    return client.describe_db_instances(DBInstanceIdentifier=identifier)["DBInstances"][0]


@RdsFailure.common_error_handler("create the DB instance")
@retried()
def create_instance(client, arguments: Answer, tags: t.Mapping[str, str]) -> None:
    client.create_db_instance(Tags=ansible_dict_to_boto3_tag_list(tags), **arguments)


@RdsFailure.common_error_handler("modify the DB instance")
@retried(BUSY_INSTANCE)
def modify_instance(client, identifier: str, arguments: Answer, immediately: bool) -> None:
    client.modify_db_instance(DBInstanceIdentifier=identifier, ApplyImmediately=immediately, **arguments)


@RdsFailure.common_error_handler("reboot the DB instance")
@retried(BUSY_INSTANCE)
def reboot_instance(client, identifier: str) -> None:
    client.reboot_db_instance(DBInstanceIdentifier=identifier)


@RdsFailure.deletion_error_handler("delete the DB instance")
@retried(BUSY_INSTANCE)
def delete_instance(client, identifier: str, arguments: Answer) -> None:
    client.delete_db_instance(DBInstanceIdentifier=identifier, **arguments)


@RdsFailure.common_error_handler("read the blue/green deployments")
@retried()
def describe_blue_green_deployments(client) -> list[Answer]:
    """All of them: the filters take one side at a time, and neither the replicas on it."""
    pages = client.get_paginator("describe_blue_green_deployments").paginate()
    return [deployment for page in pages for deployment in page["BlueGreenDeployments"]]


@RdsFailure.common_error_handler("read the versions that RDS offers")
@retried()
def describe_versions(client, engine: str) -> list[str]:
    pages = client.get_paginator("describe_db_engine_versions").paginate(Engine=engine)
    return [version["EngineVersion"] for page in pages for version in page["DBEngineVersions"]]


@RdsFailure.common_error_handler("read the events of the DB instance")
@retried()
def describe_events(client, identifier: str, minutes: int) -> list[str]:
    answer = client.describe_events(SourceIdentifier=identifier, SourceType="db-instance", Duration=minutes)
    return [event["Message"] for event in answer["Events"]]


@RdsFailure.list_error_handler("read the tags", {})
@retried()
def list_tags(client, arn: str) -> dict[str, str]:
    answer = client.list_tags_for_resource(ResourceName=arn)
    return {tag["Key"]: tag["Value"] for tag in answer["TagList"]}


@RdsFailure.common_error_handler("set tags")
@retried()
def add_tags(client, arn: str, tags: t.Mapping[str, str]) -> None:
    client.add_tags_to_resource(ResourceName=arn, Tags=ansible_dict_to_boto3_tag_list(tags))


@RdsFailure.common_error_handler("remove tags")
@retried()
def remove_tags(client, arn: str, keys: list[str]) -> None:
    client.remove_tags_from_resource(ResourceName=arn, TagKeys=keys)
