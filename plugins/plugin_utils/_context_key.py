# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The keys of the tenant context's tokens, as their secret holds them.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.plugin_utils._secret import Secrets, field

SECRET = "key_secret"
# What tokens are made with, and what is accepted as well: a rotation gives the database the second before anybody uses it.
KEY, NEXT_KEY = "key", "next_key"


def context_keys(given: t.Mapping[str, t.Any], secrets: t.Callable[[], Secrets], optional: t.Collection[str] = ()) -> dict[str, str]:
    """The keys that a task leaves to the secret. SecretMissing if there is none, LaunchError for one without a key.

    :arg secrets: gives the task's secrets; not called where no secret is named.
    :arg optional: NEXT_KEY, where it is wanted if the secret has it.
    """
    name = given.get(SECRET)
    if not name or given.get(KEY) is not None:
        return {}
    content = secrets().read(name, SECRET)
    return {KEY: field(content, KEY, name, SECRET), **{key: field(content, key, name, SECRET) for key in optional if content.get(key)}}
