# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Roles as they should be: options become plain data, and what makes no sense is refused.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, LaunchErrors, raise_all
from ansible_collections.launch.database.plugins.module_utils._postgres.identifiers import check_name
from ansible_collections.launch.database.plugins.module_utils._scram import belongs, is_verifier

# PostgreSQL's own, and those that RDS keeps for itself.
RESERVED = ("pg_", "rds_", "rdsadmin", "rdsrepladmin")
_SETTING = re.compile(r"[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?", re.ASCII | re.IGNORECASE)
# Settings that are lists of names, each of which the server puts in quotes: a text with commas would be one strange name.
_NAME_LISTS = ("search_path", "temp_tablespaces")
_LIBRARY_LISTS = ("local_preload_libraries", "session_preload_libraries")
# With one of these a session begins as another role than the one that logged in.
_OTHER_ROLE = ("role", "session_authorization")
# An element of a setting that is a list of names, search_path above all.
_LIST_ELEMENT = re.compile(r"\$user|[a-z_][a-z0-9_]{0,62}")

ABSENT = "absent"

# Said of a role that is in the list for the second time.
TWICE = "it is named twice."

ROLE = {
    "name": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "login": {"type": "bool", "default": False},
    "password_verifier": {"type": "str", "no_log": True},
    "password": {"type": "str", "no_log": True},
    "secret": {"type": "str", "no_log": False},
    "member_of": {"type": "list", "elements": "str"},
    "may_become": {"type": "list", "elements": "str"},
    "connection_limit": {"type": "int"},
    "settings": {"type": "dict"},
    "comment": {"type": "str"},
    "database_privileges": {"type": "list", "elements": "str", "choices": ["CONNECT", "CREATE", "TEMPORARY"]},
    "admin_set_role": {"type": "bool"},
}

Value = t.Union[str, tuple[str, ...], None]


@dataclasses.dataclass(frozen=True)
class RoleSpec:
    """A role as it should be. None means that the attribute is not managed.

    :arg member_of: groups whose rights it has without becoming them.
    :arg may_become: roles it may SET ROLE to.
    :arg settings: value by name in lower case; a tuple for a list of names, None to take the setting back.
    :arg admin_set_role: whether the managing login gets the right to become it; False takes nothing away.
    :arg verifier: secret; password: secret, only to log in with.
    :arg missing_secret: name of the login's secret, where it does not exist yet.
    :arg absent: it should not be there; then nothing else of it counts.
    """

    name: str
    login: bool
    connection_limit: int | None
    member_of: tuple[str, ...] | None
    may_become: tuple[str, ...] | None
    settings: t.Mapping[str, Value]
    comment: str | None
    database_privileges: tuple[str, ...]
    admin_set_role: bool
    verifier: str | None = dataclasses.field(repr=False)
    password: str | None = dataclasses.field(repr=False)
    missing_secret: str | None = None
    absent: bool = False


@dataclasses.dataclass(frozen=True)
class Target:
    """What a change is made of, for its statement.

    :arg role: the name of the role that is changed.
    :arg object: the setting, the group or the privilege that it is about; None where it is the role itself.
    :arg value: what it becomes. It may be a secret.
    :arg grantors: whose grants are changed, where it is a membership; empty where there is none to change.
    """

    role: str
    object: str | None = None
    value: t.Any = dataclasses.field(default=None, repr=False)
    grantors: tuple[str, ...] = ()


def role_specs(roles: t.Sequence[t.Mapping[str, t.Any]], admin: str, missing_secrets: t.Container[str] = ()) -> list[RoleSpec]:
    """The roles of the option ``roles``; LaunchErrors with everything that is wrong with it.

    :arg admin: the login that does the work, and is none of them.
    :arg missing_secrets: names of secrets that do not exist.
    """
    specs, errors, seen = [], [], {admin}
    for index, role in enumerate(roles):
        option = f"roles[{index}]"
        try:
            specs.append(_role_spec(role, option, missing_secrets))
            _check_known(role["name"], seen, admin, option)
            seen.add(role["name"])
        except LaunchErrors as several:
            errors += several.errors
        except LaunchError as error:
            errors.append(error)
    raise_all(errors)
    return specs


def _role_spec(role: t.Mapping[str, t.Any], option: str, missing_secrets: t.Container[str]) -> RoleSpec:
    absent = role.get("state") == ABSENT
    if not absent:
        _check_password(role, option)
        _check_secret(role, option, missing_secrets)
    limit = role.get("connection_limit")
    if limit is not None and limit < -1:
        raise LaunchError("it is not a number of connections.", option=f"{option}.connection_limit", value=limit, remedy="-1 stands for no limit.")
    set_role = role.get("admin_set_role")
    return RoleSpec(
        name=_role_name(role["name"], f"{option}.name"),
        login=role["login"],
        connection_limit=limit,
        member_of=_names(role.get("member_of"), f"{option}.member_of"),
        may_become=_names(role.get("may_become"), f"{option}.may_become"),
        settings=_settings(role.get("settings") or {}, f"{option}.settings"),
        comment=role.get("comment"),
        database_privileges=tuple(sorted(set(role.get("database_privileges") or ()))),
        admin_set_role=not role["login"] if set_role is None else set_role,
        verifier=role.get("password_verifier"),
        password=role.get("password"),
        missing_secret=role.get("secret") if role.get("secret") in missing_secrets else None,
        absent=absent,
    )


def _role_name(name: str, option: str) -> str:
    if name.startswith(RESERVED):
        raise LaunchError("it belongs to PostgreSQL or RDS.", option=option, value=name, remedy="Take another name.")
    return check_name(name, option)


def _names(names: t.Sequence[str] | None, option: str) -> tuple[str, ...] | None:
    if names is None:
        return None
    return tuple(sorted({name if name.startswith(RESERVED) else check_name(name, option) for name in names}))


def _check_known(name: str, seen: set[str], admin: str, option: str) -> None:
    if name == admin:
        raise LaunchError("it is the login that does the work.", option=f"{option}.name", value=name, remedy="Manage that one where it is made.")
    if name in seen:
        raise LaunchError(TWICE, option=f"{option}.name", value=name, remedy="Put both into one.")


def _check_password(role: t.Mapping[str, t.Any], option: str) -> None:
    """Never with the value: verifiers are secrets as well."""
    verifier, password = role.get("password_verifier"), role.get("password")
    if verifier is None and password is None:
        return
    problem = None
    if not role["login"]:
        problem = "a role without login has no password."
    elif verifier is None:
        problem = "password is only tried out; password_verifier is what the server gets, and it is missing."
    elif not is_verifier(verifier):
        problem = "password_verifier is not one of PostgreSQL's (SCRAM-SHA-256$rounds:salt$stored:server); the server would take it for a password."
    elif password is not None and not belongs(password, verifier):
        problem = "password_verifier was made from another password than password."
    if problem:
        raise LaunchError(f"{role['name']}: {problem}", option=option, remedy="Take both from the login's secret.")


def _check_secret(role: t.Mapping[str, t.Any], option: str, missing: t.Container[str]) -> None:
    """The action plugin hands over what the secret holds; without it there is only the secret's name."""
    name = role.get("secret")
    if not name:
        return
    if not role["login"]:
        raise LaunchError("a role without login has no password.", option=f"{option}.secret", value=name, remedy="Leave it out, or set login: true.")
    if role.get("password_verifier") is None and name not in missing:
        raise LaunchError("it was not read: the module itself reads no secret.", option=f"{option}.secret", value=name,
                          remedy="Run it as launch.database.postgres_role, whose action plugin reads the secret on the controller.")


def _settings(settings: t.Mapping[str, t.Any], option: str) -> dict[str, Value]:
    """By their names in lower case, since the server knows them in any: ``timezone`` is what it keeps as TimeZone."""
    found: dict[str, Value] = {}
    errors: list[LaunchError] = []
    for name, value in settings.items():
        try:
            _check_setting(name, found, option)
            found[name.lower()] = _setting(name.lower(), value, f"{option}.{name}")
        except LaunchError as error:
            errors.append(error)
    raise_all(errors)
    return found


def _check_setting(name: str, others: t.Collection[str], option: str) -> None:
    if not _SETTING.fullmatch(name):
        raise LaunchError("it is not a setting's name.", option=option, value=name, remedy="Write it as in statement_timeout.")
    if name.lower() in others:
        raise LaunchError("it is named twice, in upper and in lower case.", option=option, value=name, remedy="Name it once.")


def _setting(name: str, value: t.Any, option: str) -> Value:
    if value is None:
        return None
    if name in _OTHER_ROLE:
        raise LaunchError(
            "with it, a session of the login would begin as another role.", option=option, value=value,
            remedy="Give it rights with member_of, or let it SET ROLE with may_become.",
        )
    if isinstance(value, bool):
        return "on" if value else "off"
    if name in _NAME_LISTS + _LIBRARY_LISTS:
        return _name_list(name, value, option)
    if not isinstance(value, (list, tuple)):
        return str(value)
    return _elements(value, option) or ""


def _name_list(name: str, value: t.Any, option: str) -> tuple[str, ...]:
    """A text is the only name of the list; the empty list is the empty name, as in the server's own ``SET search_path = ''``."""
    if isinstance(value, (list, tuple)):
        names = _elements(value, option)
    elif "," in str(value) or '"' in str(value):
        remedy = "Give a YAML list of names, as in [app, public]."
        raise LaunchError("it would be one name, since the server puts it in quotes as a whole.", option=option, value=value, remedy=remedy)
    else:
        names = (str(value),) if value != "" else ()
    if not names and name in _LIBRARY_LISTS:
        raise LaunchError(
            "nobody could log in with it: the server would look for a library without a name.", option=option, value=value,
            remedy="Take the setting back with null.",
        )
    return names or ("",)


def _elements(value: t.Sequence[t.Any], option: str) -> tuple[str, ...]:
    for element in value:
        if not isinstance(element, str) or not _LIST_ELEMENT.fullmatch(element):
            raise LaunchError("it is not a name.", option=option, value=element, remedy="A list holds names, or $user.")
    return tuple(value)
