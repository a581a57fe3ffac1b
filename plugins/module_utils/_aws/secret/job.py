# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A login's secret: read it, and carry a plan out.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.tagging import boto3_tag_list_to_ansible_dict
from ansible_collections.launch.database.plugins.module_utils._plan import Plan
from ansible_collections.launch.database.plugins.module_utils._aws import identifiers, password, tags
from ansible_collections.launch.database.plugins.module_utils._aws.secret import api
from ansible_collections.launch.database.plugins.module_utils._aws.secret.plan import (
    CREATE,
    DELETE,
    FIELD,
    METADATA,
    RESTORE,
    content,
    plan_secret,
)
from ansible_collections.launch.database.plugins.module_utils._aws.secret.state import (
    ActualSecret,
    DesiredSecret,
    dump,
    hidden,
    parse,
    request_token,
)


class Secret:
    """One secret of one account.

    :arg client: of Secrets Manager.
    :arg key_client: gives a client of KMS; called only for a key that is given as an alias.
    :arg hide: called with every value that must not be shown, as soon as it is known.
    """

    def __init__(
        self, client: t.Any, key_client: t.Callable[[], t.Any], desired: DesiredSecret, hide: t.Callable[[str], None],
    ) -> None:
        self.client, self.key_client, self.desired, self.hide = client, key_client, desired, hide

    def read(self) -> ActualSecret:
        """The secret as it is; one that is scheduled for deletion without its content."""
        described = api.describe(self.client, self.desired.name)
        if described is None:
            return ActualSecret(exists=False)
        deleted = "DeletedDate" in described
        # One that was made without a value has a description and no version.
        value = None if deleted else api.get_value(self.client, self.desired.name)
        actual = ActualSecret(
            exists=True,
            deleted=deleted,
            content=parse(self.desired.name, value.get("SecretString")) if value else {},
            version_id=value["VersionId"] if value else None,
            arn=described["ARN"],
            description=described.get("Description"),
            kms_key_id=described.get("KmsKeyId"),
            kms_key=self._key(),
            tags=boto3_tag_list_to_ansible_dict(described.get("Tags", [])),
        )
        self._hide(actual)
        return actual

    def _hide(self, actual: ActualSecret) -> None:
        for text in hidden(actual.content, self.desired.shown, dump(self.result(actual))):
            self.hide(text)

    def _key(self) -> str | None:
        wanted = self.desired.kms_key_id
        return api.key_arn(self.key_client(), wanted) if wanted and identifiers.is_key_alias(wanted) else None

    def plan(self, actual: ActualSecret) -> Plan:
        return plan_secret(self.desired, actual)

    def apply(self, plan: Plan, actual: ActualSecret) -> None:
        """Each call leaves a state that the next run plans from."""
        name = self.desired.name
        for days in plan.payloads(DELETE):
            api.delete(self.client, name, days)
        if plan.of(RESTORE):
            api.restore(self.client, name)
        elif plan.of(CREATE):
            self._create(plan, actual)
        else:
            self._update(plan, actual)

    def _create(self, plan: Plan, actual: ActualSecret) -> None:
        text = self._text(plan, actual)
        arguments = {"Name": self.desired.name, "SecretString": text, "ClientRequestToken": request_token(None, text)}
        api.create(self.client, arguments | plan.members(METADATA), tags.to_set(plan))

    def _update(self, plan: Plan, actual: ActualSecret) -> None:
        name = self.desired.name
        if plan.of(METADATA):
            api.update(self.client, name, plan.members(METADATA))
        if plan.of(FIELD):
            text = self._text(plan, actual)
            api.put_value(self.client, name, text, request_token(actual.version_id, text))
        if tags.to_set(plan):
            api.add_tags(self.client, name, tags.to_set(plan))
        if tags.to_remove(plan):
            api.remove_tags(self.client, name, tags.to_remove(plan))

    def _text(self, plan: Plan, actual: ActualSecret) -> str:
        wanted = content(actual.content, plan, password.generate)
        self._hide(dataclasses.replace(actual, content=wanted))
        return dump(wanted)

    def result(self, actual: ActualSecret) -> dict[str, t.Any]:
        """What the module returns; nothing of it is a secret."""
        return {
            "name": self.desired.name,
            "exists": actual.exists and not actual.deleted,
            "arn": actual.arn,
            "version_id": actual.version_id,
            "fields": actual.public(self.desired.shown),
            "tags": dict(actual.tags),
        }
