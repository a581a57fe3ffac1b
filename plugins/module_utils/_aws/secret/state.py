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
# What tokens of a tenant context are made with, and the other one of a rotation.
KEY, NEXT_KEY = "key", "next_key"
SECRET_LEAVES = frozenset({PASSWORD, VERIFIER, KEY, NEXT_KEY})
OWN = SECRET_LEAVES | {USERNAME}
# What a secret is of.
LOGIN_KIND, KEY_KIND = KINDS = ("login", "key")
# What the keys of AWS's own secrets say about where a login is used. Any other key may hold a secret of somebody else's.
PUBLIC = frozenset({USERNAME, PORT, "host", "dbname", "engine"})
# Ansible blacks out a hidden text wherever it occurs in the output; of shorter ones too much would be black.
SHORTEST_HIDDEN = 4


@dataclasses.dataclass(frozen=True)
class DesiredSecret:
    """The module's options; None is unmanaged."""

    name: str
    state: str = "present"
    kind: str = LOGIN_KIND
    description: str | None = None
    kms_key_id: str | None = None
    username: str | None = None
    fields: t.Mapping[str, t.Any] | None = None
    password_length: int = 32
    recovery_window: int = 30
    tags: t.Mapping[str, t.Any] | None = None
    purge_tags: bool = False

    @property
    def shown(self) -> frozenset[str]:
        """The keys whose values may be shown."""
        named = {key for key, value in (self.fields or {}).items() if value is not None}
        return (PUBLIC | named) - SECRET_LEAVES


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

    def public(self, shown: t.Container[str]) -> dict[str, t.Any]:
        """What of the content may be shown.

        :arg shown: DesiredSecret.shown.
        """
        return {key: value for key, value in self.content.items() if key in shown}


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


def hidden(content: t.Mapping[str, t.Any], shown: t.Collection[str], visible: str) -> set[str]:
    """The texts of a content that must not be seen, wherever they would be printed.

    :arg shown: the keys whose values may be seen.
    :arg visible: what is printed anyway. What is part of it is no secret, and hiding it would spoil names and ARNs.
    """
    own = {str(content[key]) for key in SECRET_LEAVES if content.get(key)}
    rest = [value for key, value in content.items() if key not in shown and key not in SECRET_LEAVES]
    return own | {text for text in _leaves(rest) if len(text) >= SHORTEST_HIDDEN and text not in visible}


def _leaves(value: t.Any) -> t.Iterator[str]:
    """The texts and numbers in a value, as texts. True, False and None give nothing away."""
    if isinstance(value, (dict, list)):
        for member in value.values() if isinstance(value, dict) else value:
            yield from _leaves(member)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


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
