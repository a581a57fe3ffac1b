# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of calls in the endpoint's log."""

from __future__ import annotations

import io
from typing import Any

import pytest

from local.endpoint.server import call_of

SIGNED = "AWS4-HMAC-SHA256 Credential=local/20260101/us-west-2/{}/aws4_request, SignedHeaders=host, Signature=0"


def request(service: str, body: bytes = b"", **headers: str) -> dict[str, Any]:
    signed = {"HTTP_AUTHORIZATION": SIGNED.format(service)} if service else {}
    return {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body)), **signed, **headers}


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        pytest.param(request("rds", b"Action=DescribeDBInstances&Version=2"), "rds.DescribeDBInstances", id="query"),
        pytest.param(
            request("secretsmanager", b"{}", HTTP_X_AMZ_TARGET="secretsmanager.GetSecretValue"),
            "secretsmanager.GetSecretValue",
            id="json",
        ),
        pytest.param(request("", b"Action=DescribeDBInstances"), None, id="unsigned"),
        pytest.param(request("s3"), None, id="without an action"),
    ],
)
def test_a_call_is_known_by_service_and_action(environ: dict[str, Any], expected: str | None) -> None:
    assert call_of(environ) == expected


def test_the_body_is_left_for_the_application() -> None:
    environ = request("rds", b"Action=CreateDBInstance&MasterUserPassword=secret")
    call_of(environ)
    assert environ["wsgi.input"].read() == b"Action=CreateDBInstance&MasterUserPassword=secret"
