# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets Manager in memory: versions, tokens and the recovery window as AWS has them."""
from __future__ import annotations

import datetime
import typing as t

from tests.support.fake_aws import Refused


class FakeSecrets:
    """The calls of Secrets Manager that the modules make."""

    def __init__(self) -> None:
        self.secrets: dict[str, dict[str, t.Any]] = {}

    def _secret(self, name):
        if name not in self.secrets:
            raise Refused("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
        return self.secrets[name]

    def _usable(self, name):
        secret = self._secret(name)
        if "DeletedDate" in secret:
            raise Refused("InvalidRequestException", "You can't perform this operation on the secret because it was marked for deletion.")
        return secret

    def text(self, name):
        """The current version's text."""
        secret = self.secrets[name]
        return secret["versions"][secret["current"]]

    def DescribeSecret(self, SecretId):
        hidden = ("versions", "current")
        return {key: value for key, value in self._secret(SecretId).items() if key not in hidden}

    def GetSecretValue(self, SecretId):
        secret = self._usable(SecretId)
        if secret["current"] is None:
            raise Refused("ResourceNotFoundException", "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT")
        return {"ARN": secret["ARN"], "VersionId": secret["current"], "SecretString": self.text(SecretId)}

    def CreateSecret(self, Name, SecretString=None, ClientRequestToken=None, Tags=(), **params):
        if Name in self.secrets:
            raise Refused("ResourceExistsException", "The operation failed because the secret already exists.")
        arn = f"arn:aws:secretsmanager:us-west-2:597088015766:secret:{Name}-8kPXvh"
        self.secrets[Name] = {"Name": Name, "ARN": arn, "Tags": list(Tags), "versions": {}, "current": None, **params}
        if SecretString is not None:
            self.PutSecretValue(Name, SecretString, ClientRequestToken)

    def PutSecretValue(self, SecretId, SecretString, ClientRequestToken):
        secret = self._usable(SecretId)
        if ClientRequestToken in secret["versions"]:
            if secret["versions"][ClientRequestToken] != SecretString:
                raise Refused("ResourceExistsException", "You can't modify an existing version, you can only create a new version.")
            return
        secret["versions"][ClientRequestToken] = SecretString
        secret["current"] = ClientRequestToken

    def UpdateSecret(self, SecretId, ClientRequestToken, **params):
        # botocore makes up a token; without a value it has no version to name.
        self._usable(SecretId).update(params)

    def DeleteSecret(self, SecretId, RecoveryWindowInDays):
        self._usable(SecretId)["DeletedDate"] = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)

    def RestoreSecret(self, SecretId):
        self._secret(SecretId).pop("DeletedDate", None)

    def TagResource(self, SecretId, Tags):
        kept = [tag for tag in self._usable(SecretId)["Tags"] if tag["Key"] not in {new["Key"] for new in Tags}]
        self.secrets[SecretId]["Tags"] = kept + list(Tags)

    def UntagResource(self, SecretId, TagKeys):
        self.secrets[SecretId]["Tags"] = [tag for tag in self._usable(SecretId)["Tags"] if tag["Key"] not in TagKeys]
