# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options about the tenant context that several modules have.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.module_utils._argspec import ArgumentSpec
from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.context.plan import SIGNED, STRENGTHS, TRANSACTION
from ansible_collections.launch.database.plugins.module_utils._postgres.context.tokens import Key

KEY = ArgumentSpec(options={
    "key_secret": {"type": "str", "no_log": False},
    "key": {"type": "str", "no_log": True},
})
OPTIONS = ArgumentSpec(options={
    "strength": {"type": "str", "choices": list(STRENGTHS), "default": TRANSACTION},
}).merge(KEY)


def key_of(params: t.Mapping[str, t.Any], option: str) -> Key | None:
    """The key that an option gives, or None. LaunchError, without the text, for an invalid one."""
    if not params[option]:
        return None
    try:
        return Key(params[option])
    except ValueError as error:
        raise LaunchError(f"it is not a key: {error}.", option=option, remedy="Create its secret with launch.database.db_secret and kind: key.") from None


def refuse_unread(params: t.Mapping[str, t.Any], module: str) -> None:
    """The action plugin hands over what the secret holds; without it there is only the secret's name."""
    if params["key_secret"] and not params["key"]:
        raise LaunchError("it was not read: the module itself reads no secret.", option="key_secret", value=params["key_secret"],
                          remedy=f"Run it as launch.database.{module}, whose action plugin reads the secret on the controller.")


def refuse_keyless(strength: str, has_key: bool) -> None:
    """LaunchError for a strength that needs a key where there is none."""
    if strength == SIGNED and not has_key:
        raise LaunchError("it takes nothing but tokens, and there is no key for them.", option="strength", value=SIGNED,
                          remedy="Name the key's secret in key_secret.")
