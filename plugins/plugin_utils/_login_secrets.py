# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A list of logins with what their secrets hold.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, raise_all
from ansible_collections.launch.database.plugins.plugin_utils._secret import SecretMissing, Secrets, field

USERNAME = "username"
ABSENT = "absent"


def with_login_secrets(
    logins: t.Any, option: str, fields: t.Mapping[str, str], secrets: t.Callable[[], Secrets],
) -> tuple[t.Any, list[str]]:
    """The same list, each entry that names a secret with the fields that it does not give itself.

    Also the names of the secrets that do not exist: the module says what would be done, and refuses to do it.
    LaunchErrors for everything else that is wrong. What is no list of dictionaries is left for the module to refuse.

    :arg option: what the list is called.
    :arg fields: the secret's field by the entry's key.
    :arg secrets: gives the task's secrets; not called where no entry names one.
    """
    if not isinstance(logins, t.Sequence) or isinstance(logins, str):
        return logins, []
    entries, missing, errors = [], [], []
    for index, login in enumerate(logins):
        try:
            entries.append(_with_secret(login, f"{option}[{index}].secret", fields, secrets))
        except SecretMissing as error:
            entries.append(login)
            missing.append(error.value)
        except LaunchError as error:
            errors.append(error)
    raise_all(errors)
    return entries, missing


def _with_secret(login: t.Any, option: str, fields: t.Mapping[str, str], secrets: t.Callable[[], Secrets]) -> t.Any:
    """An absent login needs no password, and its secret may be gone."""
    if not isinstance(login, t.Mapping) or not login.get("secret") or login.get("state") == ABSENT:
        return login
    left = {key: source for key, source in fields.items() if login.get(key) is None}
    if not left:
        return login
    name = login["secret"]
    content = secrets().read(name, option)
    if content.get(USERNAME) != login.get("name"):
        raise LaunchError(f"it is not the secret of {login.get('name')!r}: it has another username.", option=option, value=name,
                          remedy="Name the secret of this login; each login has one of its own.")
    return {**login, **{key: field(content, source, name, option) for key, source in left.items()}}
