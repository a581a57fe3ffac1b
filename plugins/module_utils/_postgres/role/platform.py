# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The roles of a system as the role database_schema wants them, from what the inventory says about names and logins.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.module_utils._postgres.names import ROLES, Names

_COMMENTS = {
    "owner": "Owns the application's objects",
    "audit_owner": "Owns the audit log",
    "seal_owner": "Owns the tenant context and its keys",
    "key_keeper": "Adds and ends the keys of tokens",
    "migrator": "Changes data of many tenants in migrations",
    "read_write": "Reads and writes as one tenant",
    "read_only": "Reads as one tenant",
    "auditor": "Reads the audit log as one tenant",
    "archiver": "Copies the audit log of all tenants",
    "platform": "Registers tenants",
    "gateway": "Asks which tenant a domain belongs to",
}
# What a login of the inventory says that a role of the database has under the same name.
_AS_IT_IS = ("name", "secret", "state", "member_of", "may_become", "settings", "connection_limit")


def platform_roles(names: t.Mapping[str, t.Any], option: str) -> list[dict[str, str]]:
    """The groups that the migrations of the platform grant to, as postgres_role takes them.

    :arg option: what the mapping is called where it comes from.
    """
    known = Names.from_options(names, option)
    return [{"name": getattr(known, role), "comment": _COMMENTS[role]} for role in ROLES]


def login_roles(logins: t.Sequence[t.Mapping[str, t.Any]]) -> list[dict[str, t.Any]]:
    """Logins of the inventory as postgres_role takes them. What says nothing about the database is left out."""
    return [_login(login) for login in logins]


def _login(login: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    if login.get("state") == "absent":
        # The rest says nothing any more, and the secret may be gone.
        return {"name": login["name"], "login": True, "state": "absent"}
    role: dict[str, t.Any] = {"login": True, **{key: login[key] for key in _AS_IT_IS if key in login}}
    if "description" in login:
        role["comment"] = login["description"]
    return role
