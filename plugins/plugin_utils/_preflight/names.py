# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which names of variables are known: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import difflib
import re
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.plugin_utils._preflight.declared import Declared

# What only the preflight itself may set.
RESERVED = "system_preflight"
# Ansible's own, however an inventory declares the others'.
ANSIBLES_PREFIX = "ansible_"
OWN_SUFFIX = "_own_variables"
# A name of somebody else's that is this much alike is a misspelt one of ours.
NEAR = 0.85
# Within a role, and among all names.
RESEMBLES_IN_ROLE, RESEMBLES = 0.6, 0.75

# What existing inventories have, and where it went. None: the collection finds it out by itself.
RENAMED: t.Mapping[str, str | None] = {
    "aws_endpoint_command_environment": None,
    "aws_endpoint_verified": None,
    "database_ca_file": "system_ca_file",
    "database_canaries": "system_canaries",
    "database_canary_actor": "system_actor",
    "database_credentials_application": "system_logins",
    "database_credentials_master": "system_master",
    "database_schema_application_connection_limit": "connection_limit of an entry of system_logins",
    "database_schema_application_member_of": "member_of of an entry of system_logins",
    "database_schema_application_settings": "settings of an entry of system_logins",
    "database_schema_migrations": "database_schema_locations",
    "isolation_proof_tables": None,
}


def check(
    names: t.Collection[str], declared: Declared, system: str | None = None, own: t.Collection[str] = (), foreign: t.Sequence[str] = (),
    others: t.Collection[str] = (),
) -> list[LaunchError]:
    """Refuse each name that nobody knows. Its value is not shown: it might be a secret under a misspelt name.

    :arg names: of all variables of the inventory and of the command line.
    :arg system: the system's name, which gives the list of its own variables a name.
    :arg own: the names in that list.
    :arg foreign: prefixes of names that belong to others.
    :arg others: names that an inventory plugin made, such as the attributes of an EC2 machine.
    """
    known = set(declared.options) - set(RENAMED)
    allowed = {*known, *own} | _own_lists(names, system)
    prefixes = (ANSIBLES_PREFIX, *(prefix for prefix in foreign if prefix))
    errors = [error for prefix in foreign for error in _prefix(prefix)]
    for name in sorted({*names} - (allowed - {RESERVED})):
        if name == RESERVED:
            errors.append(reserved())
        elif name in others or name.startswith(prefixes):
            errors += _foreign(name, known)
        else:
            errors.append(_unknown(name, declared, system, own))
    return errors


def is_system(name: str | None) -> bool:
    """Whether a system can have this name: variables begin with it."""
    return bool(name and re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name))


def _own_lists(names: t.Collection[str], system: str | None) -> set[str]:
    """A system without a good name is refused for that, not for what its list is called."""
    return {system + OWN_SUFFIX} if is_system(system) else {name for name in names if name.endswith(OWN_SUFFIX)}


def reserved() -> LaunchError:
    """The refusal of a name that only the preflight sets."""
    return LaunchError(
        "only the preflight itself may set it.", option=RESERVED, remedy="Take it out of the inventory and of the command line: nothing skips the preflight.",
    )


def _prefix(prefix: str) -> list[LaunchError]:
    """A letter or nothing would let every misspelt name pass that begins so."""
    if len(prefix) > 1 and prefix.endswith("_"):
        return []
    return [LaunchError("it is not a whole prefix.", option="system_foreign_prefixes", value=prefix, remedy="Give one that ends in _, as in awx_.")]


def _foreign(name: str, known: t.Collection[str]) -> list[LaunchError]:
    near = difflib.get_close_matches(name, known, 1, NEAR)
    if not near:
        return []
    return [LaunchError("no role has a variable of this name.", option=name, remedy=f"Did you mean {near[0]}?")]


def _unknown(name: str, declared: Declared, system: str | None, own_names: t.Collection[str]) -> LaunchError:
    if name in RENAMED:
        became = RENAMED[name]
        return LaunchError(
            f"it is now {became}." if became else "nothing reads it any more.", option=name,
            remedy="Move the value there." if became else "Take it out.",
        )
    own = f"{system if is_system(system) else '<system_name>'}{OWN_SUFFIX}"
    if name.endswith(OWN_SUFFIX):
        return LaunchError(
            f"system_name is {system}, and this list is of a system of another name.", option=name, remedy=f"Call it {own}, or correct system_name.",
        )
    near = nearest(name, declared) or next(iter(difflib.get_close_matches(name, own_names, 1, NEAR)), None)
    remedy = f"Did you mean {near}?" if near else f"Take it out, or name it in {own} if only this inventory uses it."
    return LaunchError("no role has a variable of this name.", option=name, remedy=remedy)


def nearest(name: str, declared: Declared) -> str | None:
    """The known name that was probably meant: one of the role that the name belongs to, or else any."""
    owner = declared.owner(name)
    inside = declared.roles[owner].options if owner else ()
    near = difflib.get_close_matches(name, inside, 1, RESEMBLES_IN_ROLE) or difflib.get_close_matches(name, declared.options, 1, RESEMBLES)
    return near[0] if near else None
