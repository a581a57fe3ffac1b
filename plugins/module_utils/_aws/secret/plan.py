# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be done about a login's secret: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, raise_all
from ansible_collections.launch.database.plugins.module_utils._plan import HIDDEN, Change, Plan
from ansible_collections.launch.database.plugins.module_utils._scram import belongs, verifier
from ansible_collections.launch.database.plugins.module_utils._aws import identifiers, password, tags
from ansible_collections.launch.database.plugins.module_utils._aws.secret.state import (
    KEY,
    KEY_KIND,
    LOGIN_KIND,
    OWN,
    PASSWORD,
    PORT,
    USERNAME,
    VERIFIER,
    ActualSecret,
    DesiredSecret,
)

CREATE, RESTORE, DELETE, FIELD, METADATA = "create", "restore", "delete", "field", "update"
PREFIX = "fields."
LONGEST_WINDOW, SHORTEST_WINDOW = 30, 7
# More than the 32 bytes that HMAC-SHA-256 makes use of.
KEY_LENGTH = 64
# By kind, the field that tells a secret of it.
_MARKS = {LOGIN_KIND: PASSWORD, KEY_KIND: KEY}


@dataclasses.dataclass(frozen=True)
class Generated:
    """Stands in a plan for a password or a key that is made when the plan is carried out.

    :arg length: in characters.
    """

    length: int


@dataclasses.dataclass(frozen=True)
class MadeFromPassword:
    """Stands in a plan for the verifier of whatever the password is then."""


def plan_secret(desired: DesiredSecret, actual: ActualSecret) -> Plan:
    """Compare. Raises LaunchError, or LaunchErrors, for what can't be done. Holds no secret's value."""
    resource = f"secret {desired.name}"
    raise_all(_errors(desired))
    if desired.state == "absent":
        gone = not actual.exists or actual.deleted
        return Plan(resource, () if gone else (Change(DELETE, "secret", desired.name, None, payload=desired.recovery_window),))
    if actual.deleted:
        # What it holds can only be seen, and compared, after that.
        return Plan(resource, (Change(RESTORE, "secret", "scheduled for deletion", desired.name),), partial=True)
    raise_all(_of_another_kind(desired, actual))
    changes = [] if actual.exists else [Change(CREATE, "secret", None, desired.name)]
    changes += _fields(desired, actual) + _metadata(desired, actual)
    return Plan(resource, tuple(changes + tags.changes(desired.tags, actual.tags, desired.purge_tags)))


def _errors(desired: DesiredSecret) -> list[LaunchError]:
    own = sorted(OWN & set(desired.fields or {}))
    found = [
        LaunchError("others may not set this field.", option=PREFIX + key,
                    remedy="Use the option username." if key == USERNAME else "It is generated once, and kept.")
        for key in own
    ]
    if not SHORTEST_WINDOW <= desired.recovery_window <= LONGEST_WINDOW:
        found.append(LaunchError("Secrets Manager takes 7 to 30 days.", option="recovery_window", value=desired.recovery_window,
                                 remedy="Choose a number in between."))
    try:
        password.check_length("password_length", desired.password_length)
    except LaunchError as error:
        found.append(error)
    return found


def _of_another_kind(desired: DesiredSecret, actual: ActualSecret) -> list[LaunchError]:
    """A secret for both would give its key to whoever may read its password."""
    return [
        LaunchError(f"it is the secret of a {kind}.", option="kind", value=desired.kind, remedy="Give each a secret of its own.")
        for kind, mark in _MARKS.items() if kind != desired.kind and actual.content.get(mark)
    ]


def desired_fields(desired: DesiredSecret) -> dict[str, t.Any]:
    """The fields that are managed and may be shown."""
    named = {key: _typed(key, value) for key, value in (desired.fields or {}).items() if value is not None}
    return named if desired.username is None else {USERNAME: desired.username, **named}


def _typed(key: str, value: t.Any) -> t.Any:
    """Templates give texts; what AWS's own secrets hold as port is a number."""
    if key != PORT:
        return value
    try:
        return int(value)
    except (TypeError, ValueError):
        raise LaunchError("it has to be a number.", option=PREFIX + key, value=value, remedy="Write it as in 5432.") from None


def _fields(desired: DesiredSecret, actual: ActualSecret) -> list[Change]:
    changes = [
        Change(FIELD, PREFIX + key, actual.content.get(key), value, payload={key: value})
        for key, value in sorted(desired_fields(desired).items())
        if key not in actual.content or actual.content[key] != value
    ]
    return changes + [
        Change(FIELD, PREFIX + key, HIDDEN if key in actual.content else None, HIDDEN, payload={key: made})
        for key, made in _made(desired)
        if not _kept(key, actual)
    ]


def _made(desired: DesiredSecret) -> tuple[tuple[str, t.Any], ...]:
    """What is made once, and kept."""
    if desired.kind == KEY_KIND:
        return ((KEY, Generated(KEY_LENGTH)),)
    return ((PASSWORD, Generated(desired.password_length)), (VERIFIER, MadeFromPassword()))


def _kept(key: str, actual: ActualSecret) -> bool:
    """A password or a key is kept whatever it is; a verifier as long as it is one of the password."""
    if key != VERIFIER:
        return bool(actual.content.get(key))
    held = actual.content.get(PASSWORD)
    if held and not str(held).isascii():
        raise LaunchError("the password it holds is not ASCII; no verifier can be made of it.", option="name",
                          remedy="Set a password of printable ASCII in the secret.")
    return bool(held) and belongs(str(held), actual.content.get(VERIFIER))


def _metadata(desired: DesiredSecret, actual: ActualSecret) -> list[Change]:
    changes = []
    if desired.description is not None and desired.description != (actual.description or ""):
        changes.append(Change(METADATA, "description", actual.description, desired.description, payload={"Description": desired.description}))
    if desired.kms_key_id is not None and not identifiers.same_key(desired.kms_key_id, actual.kms_key_id, actual.kms_key):
        changes.append(Change(METADATA, "kms_key_id", actual.kms_key_id, desired.kms_key_id, payload={"KmsKeyId": desired.kms_key_id}))
    return changes


def content(held: t.Mapping[str, t.Any], plan: Plan, generate: t.Callable[[int], str]) -> dict[str, t.Any]:
    """What the secret holds when a plan is carried out: what no change names stays as it is.

    :arg held: what it holds now.
    :arg generate: gives a password or a key of a length.
    """
    merged = {**held, **plan.members(FIELD)}
    for key in (PASSWORD, KEY):
        if isinstance(merged.get(key), Generated):
            merged[key] = generate(merged[key].length)
    if isinstance(merged.get(VERIFIER), MadeFromPassword):
        merged[VERIFIER] = verifier(str(merged[PASSWORD]))
    return merged
