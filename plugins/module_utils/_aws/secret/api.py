# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls to Secrets Manager and KMS, one function each. Reads give None for what does not exist.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.tagging import ansible_dict_to_boto3_tag_list
from ansible_collections.launch.database.plugins.module_utils._aws.errors import SecretsFailure, retried

Answer = dict[str, t.Any]


@SecretsFailure.list_error_handler("read the secret's description")
@retried()
def describe(client, name: str) -> Answer | None:
    return client.describe_secret(SecretId=name)


@SecretsFailure.list_error_handler("read the secret")
@retried()
def get_value(client, name: str) -> Answer | None:
    return client.get_secret_value(SecretId=name)


@SecretsFailure.common_error_handler("create the secret")
@retried()
def create(client, arguments: Answer, tags: t.Mapping[str, str]) -> None:
    client.create_secret(Tags=ansible_dict_to_boto3_tag_list(tags), **arguments)


@SecretsFailure.common_error_handler("store a version of the secret")
@retried()
def put_value(client, name: str, text: str, token: str) -> None:
    client.put_secret_value(SecretId=name, SecretString=text, ClientRequestToken=token)


@SecretsFailure.common_error_handler("change the secret's description and key")
@retried()
def update(client, name: str, arguments: Answer) -> None:
    client.update_secret(SecretId=name, **arguments)


@SecretsFailure.common_error_handler("restore the secret")
@retried()
def restore(client, name: str) -> None:
    client.restore_secret(SecretId=name)


@SecretsFailure.deletion_error_handler("delete the secret")
@retried()
def delete(client, name: str, days: int) -> None:
    client.delete_secret(SecretId=name, RecoveryWindowInDays=days)


@SecretsFailure.common_error_handler("tag the secret")
@retried()
def add_tags(client, name: str, tags: t.Mapping[str, str]) -> None:
    client.tag_resource(SecretId=name, Tags=ansible_dict_to_boto3_tag_list(tags))


@SecretsFailure.common_error_handler("remove tags of the secret")
@retried()
def remove_tags(client, name: str, keys: list[str]) -> None:
    client.untag_resource(SecretId=name, TagKeys=keys)


@SecretsFailure.common_error_handler("read the KMS key")
@retried()
def key_arn(client, key: str) -> str:
    return client.describe_key(KeyId=key)["KeyMetadata"]["Arn"]
