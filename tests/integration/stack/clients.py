# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""boto3 clients of the endpoint, and the waits and refusals that tests need of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import boto3
import psycopg2
import pytest
from botocore.exceptions import ClientError

from local.containers import address_of
from local.profiles import Profile

WAIT = 30  # seconds
PASSWORD = "a-first-password"


class Clients:
    """What a user of the account can reach."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile

    def client(self, service: str) -> Any:
        """Return a boto3 client that can reach nothing but the endpoint."""
        return boto3.client(
            service,
            endpoint_url=self.profile.url,
            region_name="us-west-2",
            aws_access_key_id="local",
            aws_secret_access_key="local",
        )

    @cached_property
    def rds(self) -> Any:
        """RDS."""
        return self.client("rds")

    @cached_property
    def ec2(self) -> Any:
        """EC2."""
        return self.client("ec2")

    def instance(self, identifier: str) -> dict:
        """Return what DescribeDBInstances says."""
        return self.rds.describe_db_instances(DBInstanceIdentifier=identifier)["DBInstances"][0]

    def statuses_until(self, identifier: str, last: str) -> list[str]:
        """Return the statuses an instance goes through, each once in a row, until the last one."""
        seen: list[str] = []

        def arrived() -> bool:
            status = self.instance(identifier)["DBInstanceStatus"]
            seen.extend([status] if seen[-1:] != [status] else [])
            return status == last

        until(arrived)
        return seen

    @contextmanager
    def connection(self, identifier: str, password: str = PASSWORD) -> Iterator[Any]:
        """Log in as the master over TLS with the server's name checked; yields a cursor."""
        shown = self.instance(identifier)
        connection = psycopg2.connect(
            host=shown["Endpoint"]["Address"],
            hostaddr=address_of(f"{self.profile.network}-db-{identifier}"),
            port=shown["Endpoint"]["Port"],
            user=shown["MasterUsername"],
            password=password,
            dbname=shown["DBName"],
            sslmode="verify-full",
            sslrootcert=str(self.profile.ca_file),
            connect_timeout=5,
        )
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                yield cursor
        finally:
            connection.close()

    def value(self, identifier: str, query: str, password: str = PASSWORD) -> str:
        """Return the first value of a query, logged in as the master."""
        with self.connection(identifier, password) as cursor:
            cursor.execute(query)
            return cursor.fetchone()[0]


def until(condition: Callable[[], bool], seconds: float = WAIT) -> None:
    """Wait for a condition, and fail if it does not come."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


@contextmanager
def refused(code: str, words: str = "") -> Iterator[None]:
    """Expect a refusal with that error code."""
    with pytest.raises(ClientError) as refusal:
        yield
    error = refusal.value.response["Error"]
    assert (error["Code"], words in error["Message"]) == (code, True), error
