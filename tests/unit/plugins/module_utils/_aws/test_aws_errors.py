# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from ansible_collections.launch.database.plugins.module_utils._aws.errors import AwsError, RdsFailure
from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError


def refusal(code, message):
    return ClientError({"Error": {"Code": code, "Message": message}}, "Operation")


def test_a_refusal_is_one_sentence_with_awss_code():
    error = AwsError("Failed to create it", refusal("InvalidParameterValue", "It is wrong."))
    assert error.message == "Failed to create it: InvalidParameterValue: It is wrong."
    assert error.as_result()["error_code"] == "InvalidParameterValue"


@pytest.mark.parametrize(
    ("exception", "part"),
    [(refusal("AccessDenied", "not authorized"), "Allow the credentials"), (EndpointConnectionError(endpoint_url="http://x"), "Check endpoint_url")],
)
def test_a_remedy_where_one_is_known(exception, part):
    assert part in AwsError("Failed", exception).message


def test_a_call_that_fails_is_an_error_of_ours():
    @RdsFailure.common_error_handler("do it")
    def call():
        raise refusal("Whatever", "No")

    with pytest.raises(LaunchError, match="Failed to do it: Whatever: No"):
        call()


@pytest.mark.parametrize("code", ["DBParameterGroupNotFound", "DBInstanceNotFound", "DBInstanceNotFoundFault"])
def test_what_is_missing_is_none(code):
    @RdsFailure.list_error_handler("read it")
    def read():
        raise refusal(code, "not found")

    assert read() is None
