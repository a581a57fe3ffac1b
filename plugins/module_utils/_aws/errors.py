# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Failures of AWS calls as the collection's own errors.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code
from ansible_collections.amazon.aws.plugins.module_utils.errors import AWSErrorHandler
from ansible_collections.amazon.aws.plugins.module_utils.retries import AWSRetry
from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError

# RDS and Secrets Manager answer ThrottlingException, which amazon.aws does not know as a reason to try again.
THROTTLED = ["ThrottlingException"]
UNREACHABLE = {"EndpointConnectionError", "ConnectTimeoutError", "ReadTimeoutError", "ConnectionClosedError", "ProxyConnectionError"}
REMEDIES = {
    **dict.fromkeys(UNREACHABLE, "Check endpoint_url, region and the way to the network."),
    "NoCredentialsError": "Give access_key and secret_key, or a profile.",
    "SSLError": "Check aws_ca_bundle and endpoint_url.",
    "AccessDenied": "Allow the credentials this action.",
    "AccessDeniedException": "Allow the credentials this action.",
    "ExpiredToken": "Sign in again.",
    "InvalidClientTokenId": "Check access_key and region.",
}


class AwsError(LaunchError):
    """An AWS call that failed, in one sentence: what was tried, what AWS answered, what to do.

    :arg code: AWS's error code, or the kind of botocore's exception where AWS did not answer.
    """

    def __init__(self, message: str, exception: Exception) -> None:
        answer: t.Mapping[str, t.Any] = getattr(exception, "response", {}).get("Error", {})
        self.code = answer.get("Code", type(exception).__name__)
        text = answer.get("Message") or str(exception)
        super().__init__(f"{message}: {self.code}: {text.rstrip('.')}.", remedy=REMEDIES.get(self.code))

    def as_result(self) -> dict[str, t.Any]:
        return super().as_result() | {"error_code": self.code}


class RdsFailure(AWSErrorHandler):
    """Errors of RDS."""

    _CUSTOM_EXCEPTION = AwsError

    @classmethod
    def _is_missing(cls):
        return is_boto3_error_code(["DBParameterGroupNotFound", "DBInstanceNotFound", "DBInstanceNotFoundFault"])


class SecretsFailure(AWSErrorHandler):
    """Errors of Secrets Manager."""

    _CUSTOM_EXCEPTION = AwsError

    @classmethod
    def _is_missing(cls):
        return is_boto3_error_code("ResourceNotFoundException")


def retried(*codes: str) -> t.Callable:
    """Try again what AWS throttles, and what it answers with one of ``codes``, for two minutes at most."""
    return AWSRetry.jittered_backoff(retries=8, delay=1, max_delay=30, catch_extra_error_codes=[*THROTTLED, *codes])
