# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What to do about the strength of the tenant context and about its keys: pure. No key is in here, their ids are.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import datetime as dt
import typing as t

from ansible_collections.launch.database.plugins.module_utils._plan import EVENTUAL, Change, Plan

TRANSACTION, BOTH, SIGNED = STRENGTHS = ("transaction", "both", "signed")
STRENGTH, ADD, OPEN, END, REMOVE = "set_strength", "add", "open", "end", "remove"
# Stands for "no key" in the notes about which login used which key.
UNSIGNED = ""
_NOTED_LATELY = dt.timedelta(hours=2)
_LONG_ENDED = dt.timedelta(hours=1)


@dataclasses.dataclass(frozen=True)
class AcceptedKey:
    """A key that the database has.

    :arg not_after: from when on it is refused; None if it does not end.
    """

    id: str
    not_after: dt.datetime | None = None


@dataclasses.dataclass(frozen=True)
class Use:
    """A login that used a key, or no token.

    :arg hour: the last one it was seen in.
    """

    key: str
    login: str
    hour: dt.datetime


@dataclasses.dataclass(frozen=True)
class ContextState:
    """What the database says of its context; without a strength before the migrations made it.

    :arg now: the server's clock.
    """

    now: dt.datetime
    strength: str | None = None
    keys: tuple[AcceptedKey, ...] = ()
    uses: tuple[Use, ...] = ()

    def ended(self, key: AcceptedKey) -> bool:
        return key.not_after is not None and key.not_after <= self.now

    def users(self, key: str) -> list[dict[str, str]]:
        """Who used a key, or no token, and when last."""
        return [{"login": use.login, "last_hour": use.hour.isoformat()} for use in self.uses if use.key == key]


@dataclasses.dataclass(frozen=True)
class DesiredContext:
    """The module's options.

    :arg keys: ids of the keys that the secret names; None leaves the database's keys alone.
    :arg missing_secret: the secret's name, where it does not exist yet.
    :arg overlap: for how much longer a key is accepted after it has left the secret.
    """

    strength: str
    keys: tuple[str, ...] | None
    missing_secret: str | None
    overlap: dt.timedelta


def plan_context(desired: DesiredContext, actual: ContextState) -> Plan:
    """Keys come before the strength that needs them."""
    return Plan("tenant context", tuple([*_keys(desired, actual), *_strength(desired, actual)]), pending=_ending(desired, actual))


def warnings(desired: DesiredContext, actual: ContextState) -> list[str]:
    """The logins that would be refused now, going by recent notes."""
    late = sorted({use.login for use in actual.uses if use.key == UNSIGNED and use.hour > actual.now - _NOTED_LATELY})
    if desired.strength != SIGNED or not late:
        return []
    return [f"The strength is signed, and {', '.join(late)} recently set contexts without a token: such contexts are refused now."]


def _strength(desired: DesiredContext, actual: ContextState) -> t.Iterator[Change]:
    if desired.strength != actual.strength:
        yield Change(STRENGTH, "strength", actual.strength, desired.strength, payload=desired.strength)


def _keys(desired: DesiredContext, actual: ContextState) -> list[Change]:
    if desired.missing_secret:
        # Made at random, it is none of those that the database has.
        return [*_without(desired, actual, (), True), Change(ADD, "keys", None, f"the key of {desired.missing_secret}")]
    if desired.keys is None:
        return []
    known = {key.id: key for key in actual.keys}
    added = [Change(ADD, f"keys.{key}", None, "accepted", payload=key) for key in desired.keys if key not in known]
    opened = [
        Change(OPEN, f"keys.{key}", _until(known[key]), "accepted", payload=key)
        for key in desired.keys if key in known and known[key].not_after is not None
    ]
    return [*_without(desired, actual, desired.keys, bool(added)), *opened, *added]


def _without(desired: DesiredContext, actual: ContextState, wanted: t.Collection[str], adding: bool) -> list[Change]:
    """What becomes of the keys that the secret does not hold."""
    others = [key for key in actual.keys if key.id not in wanted]
    last = actual.now + desired.overlap
    ends = [
        Change(END, f"keys.{key.id}", _until(key), f"accepted for {int(desired.overlap.total_seconds())} s more", payload=key.id)
        for key in others if key.not_after is None or key.not_after > last
    ]
    # A key that is refused already needs no change of its own: the next rotation removes it.
    gone = [key for key in others if adding and key.not_after and key.not_after <= actual.now - _LONG_ENDED]
    removed = [Change(REMOVE, f"keys.{key.id}", "refused", None, payload=key.id) for key in gone]
    return removed + ends


def _ending(desired: DesiredContext, actual: ContextState) -> tuple[Change, ...]:
    """Keys that are only accepted for a while longer, and the logins that their end will affect."""
    if desired.keys is None:
        return ()
    return tuple(
        Change(END, f"keys.{key.id}", {"used_by": actual.users(key.id)}, _until(key), when=EVENTUAL)
        for key in actual.keys if key.id not in desired.keys and key.not_after and not actual.ended(key)
    )


def _until(key: AcceptedKey) -> str:
    return f"accepted until {key.not_after.isoformat()}" if key.not_after else "accepted"
