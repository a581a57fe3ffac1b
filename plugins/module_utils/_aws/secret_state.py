# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A login's secret as it should be and as it is.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import hashlib
import json
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError

USERNAME, PASSWORD, VERIFIER, PORT = "username", "password", "scram_verifier", "port"
SECRET_LEAVES = frozenset({PASSWORD, VERIFIER})
OWN = frozenset({USERNAME, PASSWORD, VERIFIER})


@dataclasses.dataclass(frozen=True)
class DesiredSecret:
    """The module's options; None is unmanaged."""

    name: str
    state: str = "present"
    description: str | None = None
    kms_key_id: str | None = None
    username: str | None = None
    fields: t.Mapping[str, t.Any] | None = None
    password_length: int = 32
    recovery_window: int = 30
    tags: t.Mapping[str, t.Any] | None = None
    purge_tags: bool = False


@dataclasses.dataclass(frozen=True)
class ActualSecret:
    """A secret as it is.

    :arg deleted: scheduled for deletion; its content can't be read then.
    :arg content: what its JSON holds, secrets included.
    :arg kms_key: the ARN of the desired key, where it was given as an alias.
    """

    exists: bool
    deleted: bool = False
    content: t.Mapping[str, t.Any] = dataclasses.field(default_factory=dict, repr=False)
    version_id: str | None = None
    arn: str | None = None
    description: str | None = None
    kms_key_id: str | None = None
    kms_key: str | None = None
    tags: t.Mapping[str, str] = dataclasses.field(default_factory=dict)

    def public(self) -> dict[str, t.Any]:
        """What of the content may be shown."""
        return {key: value for key, value in self.content.items() if key not in SECRET_LEAVES}


def parse(name: str, text: str | None) -> dict[str, t.Any]:
    """The content of a secret. Raises LaunchError, without the content, for what is no JSON object."""
    try:
        content = json.loads(text or "")
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise LaunchError("it holds something else than a JSON object.", option="name", value=name,
                          remedy="Move that to another secret; this module keeps a login in one.")
    return content


def dump(content: t.Mapping[str, t.Any]) -> str:
    """The text of a content, the same for the same content."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"))


def fingerprint(content: t.Mapping[str, t.Any]) -> str | None:
    """Tells two passwords apart without telling anything of either.

    Made of the verifier, whose random salt nobody knows who can't read the secret: trying passwords leads nowhere.
    """
    verifier = content.get(VERIFIER)
    return hashlib.sha256(verifier.encode()).hexdigest()[:32] if verifier else None


def request_token(version_id: str | None, text: str) -> str:
    """A token with which a call that is repeated makes no second version: 64 characters.

    The version before is in it, because going back to an older content has to make a new version again.
    """
    return hashlib.sha256(f"{version_id}\n{text}".encode()).hexdigest()
