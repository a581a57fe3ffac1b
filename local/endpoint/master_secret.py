# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A master password that RDS manages itself, in a secret of Secrets Manager."""

from __future__ import annotations

import json
import secrets
import string
import uuid
from typing import Any

from local.endpoint.account import Account

ALPHABET = string.ascii_letters + string.digits + "!#$%&()*+-.:;<=>?[]^_{|}~"
LENGTH = 32


def random_password() -> str:
    """Return a password as RDS makes them."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


class MasterSecret:
    """The secret ``rds!db-<uuid>`` of one DB instance; it is deleted with the instance."""

    def __init__(self, account: Account, instance_arn: str, username: str, key: str | None) -> None:
        self._backend = account.backend("secretsmanager")
        self._username = username
        self.password = random_password()
        self.status = "creating"
        self.key_arn = account.key_arn(key or "alias/aws/secretsmanager")
        self._secret: Any = self._backend.create_managed_secret(
            service_name="rds",
            secret_id=f"rds!db-{uuid.uuid4()}",
            secret_string=self._text(),
            description=f"The secret associated with the primary RDS DB instance: {instance_arn}",
            tags=[{"Key": "aws:rds:primaryDBInstanceArn", "Value": instance_arn}],
            kms_key_id=self.key_arn,
        )

    def _text(self) -> str:
        return json.dumps({"username": self._username, "password": self.password})

    def rotate(self) -> str:
        """Store another password and return it."""
        self.password = random_password()
        self._backend.put_secret_value(self._secret.arn, self._text(), None, str(uuid.uuid4()), ["AWSCURRENT"])
        return self.password

    def delete(self) -> None:
        """Remove the secret at once, without the days of grace that secrets of people have."""
        self._backend.delete_secret(self._secret.arn, recovery_window_in_days=None, force_delete_without_recovery=True)

    def describe(self) -> dict[str, str]:
        """Return the member MasterUserSecret of the API's DBInstance."""
        return {"SecretArn": self._secret.arn, "SecretStatus": self.status, "KmsKeyId": self.key_arn}
