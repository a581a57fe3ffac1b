# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls to EC2: what a class offers.

Private to the collection: may change at any time.
"""
from __future__ import annotations

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code
from ansible_collections.amazon.aws.plugins.module_utils.errors import AWSErrorHandler
from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._aws import identifiers
from ansible_collections.launch.database.plugins.module_utils._aws.errors import AwsError, retried
from ansible_collections.launch.database.plugins.module_utils._aws.parameter_group.memory import MIB, ClassSize


class Ec2Failure(AWSErrorHandler):
    """Errors of EC2."""

    _CUSTOM_EXCEPTION = AwsError

    @classmethod
    def _is_missing(cls):
        return is_boto3_error_code(["InvalidInstanceType", "InvalidParameterValue"])


@Ec2Failure.list_error_handler("read the instance type")
@retried()
def describe_type(client, name: str) -> dict | None:
    return client.describe_instance_types(InstanceTypes=[name])["InstanceTypes"][0]


def known_size(client, name: str) -> ClassSize | None:
    """Memory and processors of a class of RDS; they are those of the EC2 type without ``db.``. None where EC2 has no such type."""
    described = describe_type(client, name.removeprefix("db."))
    if described is None:
        return None
    return ClassSize(name, described["MemoryInfo"]["SizeInMiB"] * MIB, described["VCpuInfo"]["DefaultVCpus"])


def class_size(client, option: str, name: str) -> ClassSize:
    """As known_size(), of a class that a user named."""
    size = known_size(client, identifiers.instance_class(option, name))
    if size is None:
        raise LaunchError("EC2 knows no such type.", option=option, value=name, remedy="Write a class as in db.t4g.medium.")
    return size
