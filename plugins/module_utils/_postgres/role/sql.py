# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The statement for each change of a role, made of what the change carries. Names are quoted by the driver.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.module_utils._plan import Change
from ansible_collections.launch.database.plugins.module_utils._postgres.role.plan import MEMBERSHIP_OPTIONS, Membership
from ansible_collections.launch.database.plugins.module_utils._postgres.role.removal import Owners
from ansible_collections.launch.database.plugins.module_utils._postgres.role.spec import Target

try:
    from psycopg2.sql import SQL, Composable, Identifier, Literal
except ImportError:
    # require_psycopg2() has ended the module before any of this is called.
    SQL = Composable = Identifier = Literal = None

_BECOME = Membership(inherit=False, set=True)
_RIGHTS = Membership(inherit=True, set=False)


def statement(change: Change, database: str, version: int) -> Composable:
    """What carries one change out.

    :arg database: the one that privileges are granted on.
    :arg version: of the server, as in server_version_num.
    """
    target: Target = change.payload
    if change.action == "grant_database":
        return SQL("GRANT {} ON DATABASE {} TO {}").format(SQL(target.object), Identifier(database), Identifier(target.role))
    if change.action == "grant_admin":
        return SQL("GRANT {} TO CURRENT_USER").format(Identifier(target.role)) + _options(_BECOME, version)
    if change.action == "grant":
        return _by_each(SQL("GRANT {} TO {}").format(Identifier(target.object), Identifier(target.role)) + _options(target.value, version), target)
    if change.action == "drop_privileges":
        return _drop_privileges(Identifier(target.role), target.value, version)
    return _STATEMENTS[change.action](Identifier(target.role), target)


def _options(membership: Membership, version: int) -> Composable:
    """Older servers have one kind of membership."""
    return SQL(f" WITH INHERIT {membership.inherit}, SET {membership.set}" if version >= MEMBERSHIP_OPTIONS else "")


def _create(role: Composable, target: Target) -> Composable:
    return SQL("CREATE ROLE {} " + ("LOGIN" if target.value else "NOLOGIN")).format(role)


def _set_login(role: Composable, target: Target) -> Composable:
    return SQL("ALTER ROLE {} " + ("LOGIN" if target.value else "NOLOGIN")).format(role)


def _set_password(role: Composable, target: Target) -> Composable:
    return SQL("ALTER ROLE {} PASSWORD {}").format(role, Literal(target.value))


def _set_connection_limit(role: Composable, target: Target) -> Composable:
    return SQL("ALTER ROLE {} CONNECTION LIMIT {}").format(role, Literal(target.value))


def _set_comment(role: Composable, target: Target) -> Composable:
    return SQL("COMMENT ON ROLE {} IS {}").format(role, Literal(target.value))


def _set(role: Composable, target: Target) -> Composable:
    elements = target.value if isinstance(target.value, tuple) else (target.value,)
    return SQL("ALTER ROLE {} SET {} = {}").format(role, _setting(target), SQL(", ").join(map(Literal, elements)))


def _reset(role: Composable, target: Target) -> Composable:
    return SQL("ALTER ROLE {} RESET {}").format(role, _setting(target))


def _reset_in_database(role: Composable, target: Target) -> Composable:
    return SQL("ALTER ROLE {} IN DATABASE {} RESET {}").format(role, Identifier(target.value), _setting(target))


def _setting(target: Target) -> Composable:
    return SQL(".").join(map(Identifier, target.object.split(".")))


def _revoke(role: Composable, target: Target) -> Composable:
    return _by_each(SQL("REVOKE {} FROM {}").format(Identifier(target.object), role), target)


def _by_each(membership: Composable, target: Target) -> Composable:
    """Without a name the server would take one grantor, and leave what the others granted."""
    if not target.grantors:
        return membership
    return SQL("; ").join(membership + SQL(" GRANTED BY {}").format(Identifier(grantor)) for grantor in target.grantors)


def _drop(role: Composable, target: Target) -> Composable:
    return SQL("DROP ROLE {}").format(role)


def _drop_privileges(role: Composable, owners: Owners, version: int) -> Composable:
    """Only an object's owner can revoke them, and only who has the role's own rights may DROP OWNED.

    So the owners get these rights, one after the other, and lose them with the role. It owns nothing: what does was refused.
    """
    names = [Identifier(name) for name in owners.names]
    circles = [SQL("REVOKE {} FROM {}").format(Identifier(name), role) for name in owners.groups]
    steps = [SQL("SET LOCAL ROLE {}; DROP OWNED BY {}; RESET ROLE").format(owner, role) for owner in names]
    lent = [SQL("GRANT {} TO {}").format(role, who) + _options(_RIGHTS, version) for who in (*names, SQL("CURRENT_USER"))]
    return SQL("; ").join([*circles, *lent, *steps, SQL("DROP OWNED BY {}").format(role)])


_STATEMENTS: dict[str, t.Callable[[t.Any, Target], t.Any]] = {
    "create": _create,
    "set_login": _set_login,
    "set_password": _set_password,
    "set_connection_limit": _set_connection_limit,
    "set_comment": _set_comment,
    "set": _set,
    "reset": _reset,
    "reset_in_database": _reset_in_database,
    "revoke": _revoke,
    "drop": _drop,
}
