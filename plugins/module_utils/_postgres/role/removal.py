# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What keeps a role from being removed, and what goes with it: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._plan import Change
from ansible_collections.launch.database.plugins.module_utils._postgres.role.spec import Target

# A list in a refusal is to be read by a person.
_SHOWN = 20


@dataclasses.dataclass(frozen=True)
class Holdings:
    """What a role that is to be removed has, in PostgreSQL's own descriptions, such as "table app.orders".

    :arg members: roles that are its members, the login that looked left out.
    :arg objects: what it owns in this database and on the whole server, and what else names it and is no privilege.
    :arg elsewhere: how many objects of another database it owns or has privileges on, by the database's name.
    :arg privileges: what it was granted privileges on, in this database and on the whole server.
    :arg fixed: of these, what belongs to a role that the login can't become.
    :arg grantors: owners of the others, that the login has to become to revoke them.
    :arg sessions: how many are open.
    """

    members: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    elsewhere: t.Mapping[str, int] = dataclasses.field(default_factory=dict)
    privileges: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    grantors: tuple[str, ...] = ()
    sessions: int = 0


@dataclasses.dataclass(frozen=True)
class Owners:
    """Who revokes the privileges of a role that is removed.

    :arg names: the owners of the objects, as far as the login itself can't.
    :arg groups: those that the role is a member of.
    """

    names: tuple[str, ...]
    groups: tuple[str, ...]


def refusals(name: str, holdings: Holdings, absent: t.Container[str]) -> list[LaunchError]:
    """Why a role can't be removed, each reason by itself.

    :arg absent: the names of all roles that are to be removed.
    """
    members = [member for member in holdings.members if member not in absent]
    reasons = []
    if members:
        reasons.append((f"it has members: {_listed(members)}.", "Take it from their member_of and may_become with purge_memberships, or remove them too."))
    if holdings.objects:
        reasons.append((f"it owns, or is named by: {_listed(holdings.objects)}.", f"Give them away (REASSIGN OWNED BY {name} TO ...), or drop them."))
    if holdings.elsewhere:
        counts = ", ".join(f"{count} in {database}" for database, count in sorted(holdings.elsewhere.items()))
        remedy = f"See there, and DROP OWNED BY {name} where they are privileges only."
        reasons.append((f"it owns or has privileges on objects of other databases: {counts}.", remedy))
    if holdings.fixed:
        reasons.append((f"it has privileges that this login can't revoke: {_listed(holdings.fixed)}.", "Revoke them as the objects' owner."))
    return [LaunchError(problem, option="roles", value=name, remedy=f"{remedy} Nothing was changed.") for problem, remedy in reasons]


def changes(name: str, login: bool, holdings: Holdings, groups: t.Container[str]) -> list[Change]:
    """Memberships and settings go with the role, privileges on objects have to go before it.

    :arg groups: what it is a member of.
    """
    removal = Change("drop", name, {"login": login}, None, destructive=True, payload=Target(name))
    if not holdings.privileges:
        return [removal]
    owners = Owners(holdings.grantors, tuple(owner for owner in holdings.grantors if owner in groups))
    privileges = Change(
        "drop_privileges", f"{name}.privileges", list(holdings.privileges), None, destructive=True, payload=Target(name, value=owners),
    )
    return [privileges, removal]


def warning(name: str, sessions: int) -> str:
    """What is still there after a role was removed."""
    count = "1 open session" if sessions == 1 else f"{sessions} open sessions"
    return f"{name} has {count}, which its removal does not end; no new one can begin. End what is left with pg_terminate_backend()."


def _listed(names: t.Sequence[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
