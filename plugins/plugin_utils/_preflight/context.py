# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The strength of the tenant context and the secret of its key: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.module_utils._aws import identifiers
from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.context.plan import SIGNED
from ansible_collections.launch.database.plugins.plugin_utils._preflight import logins, system
from ansible_collections.launch.database.plugins.plugin_utils._preflight.settings import Check, Settings, raised

# Of a system, and of roles that are used alone.
OPTIONS = ("system_context", "database_schema_context", "isolation_proof_context")


def _key(settings: Settings) -> t.Iterator[LaunchError]:
    if not system.has_tenants(settings):
        return
    option, context = settings.first(*OPTIONS)
    secret = context.get("key_secret")
    if context.get("strength") == SIGNED and not secret:
        yield LaunchError("it has no value, and the strength signed takes nothing but tokens.", option=f"{option}.key_secret",
                          remedy="Name the secret of their key, as in /shop/db/context-key; the run creates it.")
    if secret:
        yield from raised(lambda: identifiers.secret(f"{option}.key_secret", secret))


def _apart(settings: Settings) -> t.Iterator[LaunchError]:
    """Otherwise whoever may read the login's secret could make tokens."""
    secret = settings.get("system_context", {}).get("key_secret")
    others = [settings.get(logins.MASTER, {}), *settings.get(logins.OPTION, [])]
    if secret and secret in [login.get("secret") for login in others]:
        yield LaunchError("it is the secret of a login.", option="system_context.key_secret", value=secret, remedy="Give the key a secret of its own.")


def _overlap(settings: Settings) -> t.Iterator[LaunchError]:
    option, context = settings.first(*OPTIONS)
    if context.get("overlap", 0) < 0:
        yield LaunchError("it is not a time.", option=f"{option}.overlap", value=context["overlap"], remedy="Write seconds, 0 for none.")


ROLE: tuple[Check, ...] = (_key, _overlap)
CHECKS: tuple[Check, ...] = (*ROLE, _apart)
