# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of logins: each apart from the others, and of roles that somebody makes: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import re
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._aws import identifiers
from ansible_collections.launch.database.plugins.module_utils._postgres.names import ROLES
from ansible_collections.launch.database.plugins.module_utils._postgres.role.spec import TWICE, role_specs
from ansible_collections.launch.database.plugins.plugin_utils._preflight import system
from ansible_collections.launch.database.plugins.plugin_utils._preflight.settings import Check, Settings, Unjudged, placed, raised, twice

OPTION = "system_logins"
MASTER = "system_master"
GROUPS = "database_schema_group_roles"
# PostgreSQL's own roles, and those of RDS.
_GIVEN = ("pg_", "rds_")
_TIMES = re.compile(r"\d+(\.\d+)?\s*(us|ms|s|min|h|d)?")
_NOT_NOW = {"member_of", "may_become", "settings", "connection_limit"}

Login = t.Mapping[str, t.Any]


def present(settings: Settings) -> list[Login]:
    """The logins that there are to be."""
    return [login for login in settings.get(OPTION, []) if login.get("state", "present") == "present"]


def pooled(settings: Settings) -> list[Login]:
    """Those of them that the pools let in."""
    return [login for login in present(settings) if login.get("pooled", True)]


def groups(settings: Settings) -> set[str]:
    """The roles without login that the system makes."""
    own = {group["name"] for _index, group in settings.elements(GROUPS) if "name" in group}
    names = system.names_of(settings)
    return own | ({getattr(names, role) for role in ROLES} if system.has_tenants(settings) else set())


def _apart(settings: Settings) -> t.Iterator[LaunchError]:
    logins = [login for _index, login in settings.elements(OPTION)]
    for key, why in (("name", "a login has one entry"), ("secret", "a secret holds one login's password")):
        for value in twice(login[key] for login in logins if _is_shown(key, login[key])):
            yield LaunchError(f"two logins have the {key} {value!r}, and {why}.", option=OPTION, remedy="Each needs its own.")


def _is_shown(key: str, value: str) -> bool:
    """An invalid name of a secret may be a password. It is not shown, and refused elsewhere."""
    return key != "secret" or bool(identifiers.SECRET.fullmatch(value))


def _apart_from_the_master(settings: Settings) -> t.Iterator[LaunchError]:
    master = settings[MASTER]
    for index, login in settings.elements(OPTION):
        for key in ("name", "secret"):
            if login[key] == master[key] and _is_shown(key, login[key]):
                yield LaunchError(
                    f"it is the master login's ({MASTER}).", option=f"{OPTION}[{index}].{key}", value=login[key],
                    remedy="The master is no login of an application: give another.",
                )


def _roles(settings: Settings) -> t.Iterator[LaunchError]:
    """By the rules of the module that makes them."""
    places = [index for index, _login in settings.elements(OPTION)]
    roles = [_as_role(login) for _index, login in settings.elements(OPTION)]
    # Names that are there twice were refused under the name of the list.
    for error in raised(lambda: role_specs(roles, "")):
        if error.problem != TWICE:
            yield from placed([error], "roles", OPTION, places)


def _as_role(login: Login) -> dict[str, t.Any]:
    return {"name": login["name"], "login": True, **{key: login[key] for key in _NOT_NOW if key in login}}


def _not_a_group(settings: Settings) -> t.Iterator[LaunchError]:
    for index, login in settings.elements(OPTION):
        if login["name"] in groups(settings):
            yield LaunchError("a role without login has this name.", option=f"{OPTION}[{index}].name", value=login["name"], remedy="Give another name.")


def _memberships(settings: Settings) -> t.Iterator[LaunchError]:
    if GROUPS in settings.sound:
        raise Unjudged(GROUPS)
    made = groups(settings) | {login["name"] for login in present(settings)}
    for index, login in settings.elements(OPTION):
        for key in ("member_of", "may_become"):
            for role in login.get(key, []):
                if role not in made and not role.startswith(_GIVEN):
                    yield LaunchError("nothing creates this role.", option=f"{OPTION}[{index}].{key}", value=role, remedy=_who_makes(groups(settings)))


def _who_makes(roles: t.Collection[str]) -> str:
    return f"Name one of {', '.join(sorted(roles))}, or add it to {GROUPS}." if roles else f"Add it to {GROUPS}."


def _values(settings: Settings) -> t.Iterator[LaunchError]:
    for index, login in settings.elements(OPTION):
        for name, value in login.get("settings", {}).items():
            if isinstance(value, t.Mapping):
                yield LaunchError(
                    "no setting has a mapping for its value.", option=f"{OPTION}[{index}].settings.{name}", value=value,
                    remedy="Write a text, a number, true or false, or a list of names.",
                )
            elif name.endswith("_timeout") and not _TIMES.fullmatch(str(value)):
                yield LaunchError(
                    "it is not a time.", option=f"{OPTION}[{index}].settings.{name}", value=value, remedy="Write it as in 60s, 500ms or 0, which is never.",
                )


def _absent(settings: Settings) -> t.Iterator[LaunchError]:
    for index, login in settings.elements(OPTION):
        if login.get("state") == "absent" and login.get("pooled"):
            yield LaunchError(
                f"{login['name']} is to be removed and to be let into the pools.", option=f"{OPTION}[{index}].pooled", value=True,
                remedy="Take pooled out, or set state to present.",
            )


def _without_pools(settings: Settings) -> t.Iterator[LaunchError]:
    if system.has_pools(settings):
        return
    for index, login in settings.elements(OPTION):
        if login.get("pooled"):
            yield LaunchError("system_pool is none.", option=f"{OPTION}[{index}].pooled", value=True, remedy="Take it out.")


def _secrets(settings: Settings) -> t.Iterator[LaunchError]:
    yield from raised(lambda: identifiers.secret(f"{MASTER}.secret", settings[MASTER]["secret"]))
    for index, login in settings.elements(OPTION):
        yield from raised(lambda option=f"{OPTION}[{index}].secret", secret=login["secret"]: identifiers.secret(option, secret))


CHECKS: tuple[Check, ...] = (
    _apart, _apart_from_the_master, _roles, _not_a_group, _memberships, _values, _absent, _without_pools, _secrets,
)
