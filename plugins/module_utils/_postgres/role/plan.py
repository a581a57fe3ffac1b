# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What to do about roles: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, raise_all
from ansible_collections.launch.database.plugins.module_utils._plan import HIDDEN, Change, Plan
from ansible_collections.launch.database.plugins.module_utils._postgres.role import removal
from ansible_collections.launch.database.plugins.module_utils._postgres.role.spec import RESERVED, RoleSpec, Target, Value

# From PostgreSQL 16 on a membership says whether it gives rights (inherit) and whether it lets become (set).
MEMBERSHIP_OPTIONS = 160000

# Changes that grant the role that they are about.
_GRANTS = ("grant", "revoke", "grant_admin", "drop_privileges")

# PostgreSQL quotes the elements of a list that need it: a comma in quotes is part of a name.
_LIST_ELEMENT = re.compile(r'"((?:[^"]|"")*)"|([^",\s]+)')


@dataclasses.dataclass(frozen=True)
class Membership:
    """What being a member of a role gives."""

    inherit: bool
    set: bool

    def as_value(self) -> dict[str, bool]:
        return {"inherit": self.inherit, "set": self.set}


@dataclasses.dataclass(frozen=True)
class Grant:
    """A membership as one role granted it.

    :arg grantor: None where it makes no difference, on older servers.
    :arg mine: whether the login that looked has the grantor's rights, and so can change it.
    """

    gives: Membership
    grantor: str | None = None
    mine: bool = True


@dataclasses.dataclass(frozen=True)
class ActualRole:
    """A role as it is.

    :arg expired: since when its password counts no more (VALID UNTIL), None where it does.
    :arg powers: attributes that no role of ours may have, such as BYPASSRLS.
    :arg members_of: by group.
    :arg grants: its memberships as each grantor granted them, by group; empty on older servers.
    :arg settings: text by name, as in pg_db_role_setting.
    :arg settings_here: those that count in the connected database only, before the others.
    :arg admin_set_role: whether the login that looked may become it.
    :arg password_current: None where it was not tried.
    :arg holdings: what it has; looked at only where it is to be removed.
    """

    login: bool = False
    expired: str | None = None
    connection_limit: int = -1
    powers: tuple[str, ...] = ()
    member_of: t.Mapping[str, Membership] = dataclasses.field(default_factory=dict)
    grants: t.Mapping[str, t.Sequence[Grant]] = dataclasses.field(default_factory=dict)
    settings: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    settings_here: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    comment: str | None = None
    database_privileges: tuple[str, ...] = ()
    admin_set_role: bool = False
    password_current: bool | None = None
    holdings: removal.Holdings = removal.Holdings()


@dataclasses.dataclass(frozen=True)
class ActualRoles:
    """What a server says.

    :arg version: as in server_version_num.
    :arg roles: those asked for that exist.
    :arg known: the names of all roles.
    :arg database: the name of the connected one.
    :arg login: who looked.
    :arg fixed: those of the known roles that this login can't change, since it has no ADMIN OPTION on them.
    :arg ungrantable: those that it can't grant or revoke.
    """

    version: int
    roles: t.Mapping[str, ActualRole]
    known: frozenset[str]
    database: str = ""
    login: str = ""
    fixed: frozenset[str] = frozenset()
    ungrantable: frozenset[str] = frozenset()


def plan_roles(specs: t.Sequence[RoleSpec], state: ActualRoles, purge_memberships: bool) -> Plan:
    """All creations, then attributes, then memberships, then removals.

    LaunchErrors for roles that are or would be too powerful or unknown, or can't be changed or removed.
    """
    absent = {spec.name for spec in specs if spec.absent}
    present = [spec for spec in specs if not spec.absent]
    gone = [(name, state.roles[name]) for name in sorted(absent & set(state.roles))]
    new = [change for spec in present if spec.name not in state.roles for change in _creation(spec)]
    changes = [change for spec in present for change in _role_changes(spec, state, purge_memberships)]
    removals = [change for name, role in gone for change in removal.changes(name, role.login, role.holdings, role.member_of)]
    refusals = [
        *(error for spec in present for error in _refusals(spec, present, state, absent)),
        *(error for spec in present for error in _fixed_memberships(spec, state, purge_memberships, absent)),
        *(error for name, role in gone for error in removal.refusals(name, role.holdings, absent)),
    ]
    raise_all(refusals + _out_of_reach(changes + removals, state, {refusal.value for refusal in refusals}))
    return Plan("database roles", tuple(new + changes + removals))


def _refusals(spec: RoleSpec, specs: t.Sequence[RoleSpec], state: ActualRoles, absent: t.AbstractSet[str]) -> list[LaunchError]:
    errors = []
    actual = state.roles.get(spec.name, ActualRole())
    if spec.login and actual.expired:
        remedy = f"Run ALTER ROLE {spec.name} VALID UNTIL 'infinity'."
        errors.append(LaunchError(f"it has expired since {actual.expired}.", option="roles", value=spec.name, remedy=remedy))
    if actual.powers:
        problem = f"it exists and has {', '.join(actual.powers)}: row level security and grants would not restrict it."
        errors.append(LaunchError(problem, option="roles", value=spec.name, remedy="Take that from the role, or use another name."))
    names = (state.known | {each.name for each in specs}) - absent
    for group in sorted({*(spec.member_of or ()), *(spec.may_become or ())} - names):
        why = "it is to be removed" if group in absent else "there is no such role"
        problem = f"{spec.name} should be a member of it, but {why}."
        errors.append(LaunchError(problem, option="roles", value=group, remedy="Add it to the list, or fix the name."))
    return errors


def _fixed_memberships(spec: RoleSpec, state: ActualRoles, purge: bool, absent: t.Container[str]) -> list[LaunchError]:
    """Memberships that give more than they should, whatever the login grants or revokes. Those in a group that is removed go with it."""
    wanted = _wanted_memberships(spec)
    grants = state.roles.get(spec.name, ActualRole()).grants
    if wanted is None:
        return []
    fixed = [
        (group, grant.grantor) for group, given in sorted(grants.items()) if group not in absent and (purge or group in wanted)
        for grant in given if not grant.mine and _exceeds(grant.gives, wanted.get(group))
    ]
    return [
        LaunchError(
            f"it was granted by {grantor}, so {state.login} can't change it.", option="roles", value=f"{spec.name}.member_of.{group}",
            remedy=f"Run REVOKE {group} FROM {spec.name} GRANTED BY {grantor} as {grantor} or a superuser.",
        )
        for group, grantor in fixed
    ]


def _out_of_reach(changes: t.Sequence[Change], state: ActualRoles, refused: t.AbstractSet[str]) -> list[LaunchError]:
    """Changes that the server would refuse with 42501: who grants a role, or changes it, has ADMIN OPTION on it.

    :arg refused: roles and memberships that nothing will be done to, for another reason.
    """
    paths: dict[str, list[str]] = {}
    for change in changes:
        if change.action == "grant_database":
            continue
        role = change.payload.object if change.action in ("grant", "revoke") else change.payload.role
        reach = state.ungrantable if change.action in _GRANTS else state.fixed
        if role in reach and not _is_left_to_rds(role, state) and not {role, change.path} & refused:
            paths.setdefault(role, []).append(change.path)
    options = "WITH ADMIN TRUE, INHERIT FALSE, SET FALSE" if state.version >= MEMBERSHIP_OPTIONS else "WITH ADMIN OPTION"
    return [
        LaunchError(
            f"{state.login} has no ADMIN OPTION on it and is no superuser, so it can't change {', '.join(paths[role])}.", option="roles", value=role,
            remedy=f"Run GRANT {role} TO {state.login} {options} as a superuser, or as the role that created it. Nothing was changed.",
        )
        for role in sorted(paths)
    ]


def _is_left_to_rds(role: str, state: ActualRoles) -> bool:
    """RDS lets some logins grant its own roles and PostgreSQL's without any trace of it in the catalogs."""
    return "rds_superuser" in state.known and role.startswith(RESERVED)


def _exceeds(given: Membership, wanted: Membership | None) -> bool:
    return wanted is None or (given.inherit and not wanted.inherit) or (given.set and not wanted.set)


def _creation(spec: RoleSpec) -> list[Change]:
    changes = [Change("create", spec.name, None, {"login": spec.login}, payload=Target(spec.name, value=spec.login))]
    if spec.verifier is not None or spec.missing_secret:
        changes.append(Change("set_password", f"{spec.name}.password", None, HIDDEN, payload=Target(spec.name, value=spec.verifier)))
    return changes


def _role_changes(spec: RoleSpec, state: ActualRoles, purge: bool) -> list[Change]:
    actual = state.roles.get(spec.name, ActualRole(login=spec.login))
    return [
        *_attribute_changes(spec, actual),
        *_setting_changes(spec, actual),
        *_settings_reset_here(spec, actual, state.database),
        *(
            Change("grant_database", f"{spec.name}.database_privileges.{privilege}", None, "granted", payload=Target(spec.name, privilege))
            for privilege in spec.database_privileges if privilege not in actual.database_privileges
        ),
        *_membership_changes(spec, actual, state.version, purge),
    ]


def _attribute_changes(spec: RoleSpec, actual: ActualRole) -> list[Change]:
    changes = []
    if actual.login != spec.login:
        changes.append(_attribute("login", spec, actual.login, spec.login))
    if actual.password_current is False:
        changes.append(Change("set_password", f"{spec.name}.password", HIDDEN, HIDDEN, payload=Target(spec.name, value=spec.verifier)))
    if spec.connection_limit not in (None, actual.connection_limit):
        changes.append(_attribute("connection_limit", spec, actual.connection_limit, spec.connection_limit))
    if spec.comment is not None and spec.comment != (actual.comment or ""):
        changes.append(_attribute("comment", spec, actual.comment, spec.comment))
    if spec.admin_set_role and not actual.admin_set_role:
        changes.append(Change("grant_admin", f"{spec.name}.admin_set_role", False, True, payload=Target(spec.name)))
    return changes


def _attribute(name: str, spec: RoleSpec, before: t.Any, after: t.Any) -> Change:
    return Change(f"set_{name}", f"{spec.name}.{name}", before, after, payload=Target(spec.name, value=after))


def _setting_changes(spec: RoleSpec, actual: ActualRole) -> list[Change]:
    """The server keeps its own settings under names of its own case, and others as they were given."""
    kept = {name.lower(): (name, value) for name, value in actual.settings.items()}
    changes = []
    for name, value in sorted(spec.settings.items()):
        name_there, now = kept.get(name, (name, None))
        if not _same_setting(value, now):
            payload = Target(spec.name, name_there, value)
            changes.append(Change("reset" if value is None else "set", f"{spec.name}.settings.{name}", now, _shown(value), payload=payload))
    return changes


def _settings_reset_here(spec: RoleSpec, actual: ActualRole, database: str) -> list[Change]:
    """What the role has for one database would win over the list."""
    return [
        Change("reset_in_database", f"{spec.name}.settings.{name.lower()} in {database}", now, None, payload=Target(spec.name, name, database))
        for name, now in sorted(actual.settings_here.items())
        if name.lower() in spec.settings and not _same_setting(spec.settings[name.lower()], now)
    ]


def _membership_changes(spec: RoleSpec, actual: ActualRole, version: int, purge: bool) -> list[Change]:
    wanted = _wanted_memberships(spec)
    if wanted is None:
        return []
    missing = [group for group in sorted(wanted) if not _has(actual.member_of.get(group), wanted[group], version)]
    gone = sorted(set(actual.member_of) - set(wanted)) if purge else []
    return [_membership("grant", spec, actual, group, wanted[group]) for group in missing] + [
        _membership("revoke", spec, actual, group, None) for group in gone
    ]


def _wanted_memberships(spec: RoleSpec) -> dict[str, Membership] | None:
    """By group; None where memberships are not managed."""
    if spec.member_of is None and spec.may_become is None:
        return None
    rights, become = spec.member_of or (), spec.may_become or ()
    return {group: Membership(group in rights, group in become) for group in {*rights, *become}}


def _has(now: Membership | None, wanted: Membership, version: int) -> bool:
    return now is not None and (version < MEMBERSHIP_OPTIONS or now == wanted)


def _membership(action: str, spec: RoleSpec, actual: ActualRole, group: str, wanted: Membership | None) -> Change:
    now = actual.member_of.get(group)
    before, after = now and now.as_value(), wanted and wanted.as_value()
    grantors = tuple(grant.grantor for grant in actual.grants.get(group, ()) if grant.mine and _exceeds(grant.gives, wanted))
    return Change(action, f"{spec.name}.member_of.{group}", before, after, payload=Target(spec.name, group, wanted, grantors))


def _same_setting(wanted: Value, now: str | None) -> bool:
    if isinstance(wanted, tuple) and now is not None:
        return wanted == tuple(quoted.replace('""', '"') or bare for quoted, bare in _LIST_ELEMENT.findall(now))
    return wanted == now


def _shown(value: Value) -> str | None:
    return ", ".join(value) if isinstance(value, tuple) else value
