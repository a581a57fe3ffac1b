# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pools: what the role's variables may not say, and how all of it fits into the connections of the server: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._pgbouncer import budget, variables
from ansible_collections.launch.database.plugins.plugin_utils._preflight import hosts, logins, system
from ansible_collections.launch.database.plugins.plugin_utils._preflight.settings import Check, Settings

PREFIX = "pgbouncer_"


def _of_role(settings: Settings) -> dict[str, t.Any]:
    """The role's variables without their prefix; those that it needs have to be there."""
    found = {name.removeprefix(PREFIX): value for name, value in settings.values.items() if name.startswith(PREFIX)}
    for name in variables.NEEDED:
        found[name] = settings[PREFIX + name]
    return found


def _of_system(settings: Settings) -> dict[str, t.Any]:
    """The same as the playbooks will give it, before there are secrets with an address and a verifier in them."""
    count = f"{PREFIX}host_count"
    given = {
        "databases": [{"name": _database(settings), "host": "..."}],
        # A name that is there twice was refused where it is.
        "users": [{"name": name} for name in dict.fromkeys(login["name"] for login in logins.pooled(settings))],
        # By default the role counts the hosts of its play, which is another one.
        "host_count": settings[count] if count in settings.given else max(len(settings.get(hosts.LIST, [])), hosts.at_least(settings)),
        # The file of authorities is refused under its own name.
        "server_ca_content": variables.CERTIFICATE,
    }
    return _of_role(Settings({**settings.values, **{PREFIX + name: value for name, value in given.items()}}, refused=settings.refused))


def _database(settings: Settings) -> str:
    if system.is_on_rds(settings):
        return settings["database_instance_db_name"]
    return settings["system_database_address"]["dbname"]


def _role(settings: Settings) -> list[LaunchError]:
    return variables.check(_of_role(settings))


def _playbooks(settings: Settings) -> list[LaunchError]:
    if not logins.pooled(settings):
        return [LaunchError(
            "no login is let into the pools.", option=logins.OPTION, remedy="Name one that is present and pooled, or set system_pool to none.",
        )]
    return variables.check(_of_system(settings))


def _limits(settings: Settings) -> list[LaunchError]:
    fleet = variables.to_fleet(_of_system(settings))
    return budget.check_logins(fleet, [_login(index, login) for index, login in enumerate(settings.get(logins.OPTION, [])) if _counts(login)])


def _counts(login: t.Mapping[str, t.Any]) -> bool:
    return login.get("state", "present") == "present"


def _login(index: int, login: t.Mapping[str, t.Any]) -> budget.Login:
    limit = login.get("connection_limit", -1)
    return budget.Login(f"{logins.OPTION}[{index}].connection_limit", login["name"], None if limit < 0 else limit, login.get("pooled", True))


# Of the role alone, and of a system whose playbooks give the role's variables.
ROLE: tuple[Check, ...] = (_role,)
CHECKS: tuple[Check, ...] = (_playbooks, _limits)
