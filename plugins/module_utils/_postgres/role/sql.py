# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The statement for each change of a role. Names are quoted by the driver.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.launch.database.plugins.module_utils._plan import Change
from ansible_collections.launch.database.plugins.module_utils._postgres.role.plan import MEMBERSHIP_OPTIONS, ActualRole
from ansible_collections.launch.database.plugins.module_utils._postgres.role.spec import RoleSpec

try:
    from psycopg2.sql import SQL, Composable, Identifier, Literal
except ImportError:
    # require_psycopg2() has ended the module before any of this is called.
    SQL = Composable = Identifier = Literal = None


@dataclasses.dataclass(frozen=True)
class Wish:
    """A change with what its statement needs.

    :arg database: the one that privileges are granted on.
    :arg version: of the server, as in server_version_num.
    :arg actual: the role as it is.
    """

    change: Change
    spec: RoleSpec
    database: str
    version: int
    actual: ActualRole = ActualRole()

    @property
    def role(self) -> Composable:
        return Identifier(self.spec.name)

    @property
    def object(self) -> str:
        """What the change's path ends in: a setting, a group, a privilege."""
        return self.change.path.split(".", 2)[2]


def statement(wish: Wish) -> Composable:
    """What carries one change out."""
    return _STATEMENTS[wish.change.action](wish)


def _create(wish: Wish) -> Composable:
    return SQL("CREATE ROLE {} " + ("LOGIN" if wish.spec.login else "NOLOGIN")).format(wish.role)


def _set_login(wish: Wish) -> Composable:
    return SQL("ALTER ROLE {} " + ("LOGIN" if wish.spec.login else "NOLOGIN")).format(wish.role)


def _set_password(wish: Wish) -> Composable:
    return SQL("ALTER ROLE {} PASSWORD {}").format(wish.role, Literal(wish.spec.verifier))


def _set_connection_limit(wish: Wish) -> Composable:
    return SQL("ALTER ROLE {} CONNECTION LIMIT {}").format(wish.role, Literal(wish.spec.connection_limit))


def _set_comment(wish: Wish) -> Composable:
    return SQL("COMMENT ON ROLE {} IS {}").format(wish.role, Literal(wish.spec.comment))


def _set(wish: Wish) -> Composable:
    value = wish.spec.settings[wish.object]
    elements = value if isinstance(value, tuple) else (value,)
    name = SQL(".").join(map(Identifier, wish.object.split(".")))
    return SQL("ALTER ROLE {} SET {} = {}").format(wish.role, name, SQL(", ").join(map(Literal, elements)))


def _reset(wish: Wish) -> Composable:
    return SQL("ALTER ROLE {} RESET {}").format(wish.role, SQL(".").join(map(Identifier, wish.object.split("."))))


def _grant_admin(wish: Wish) -> Composable:
    return SQL("GRANT {} TO CURRENT_USER").format(wish.role) + _options(wish, inherit=False, become=True)


def _grant(wish: Wish) -> Composable:
    options = _options(wish, inherit=wish.change.after["inherit"], become=wish.change.after["set"])
    return SQL("GRANT {} TO {}").format(Identifier(wish.object), wish.role) + options


def _options(wish: Wish, inherit: bool, become: bool) -> Composable:
    """Older servers have one kind of membership."""
    return SQL(f" WITH INHERIT {inherit}, SET {become}" if wish.version >= MEMBERSHIP_OPTIONS else "")


def _revoke(wish: Wish) -> Composable:
    return SQL("REVOKE {} FROM {}").format(Identifier(wish.object), wish.role)


def _grant_database(wish: Wish) -> Composable:
    return SQL("GRANT {} ON DATABASE {} TO {}").format(SQL(wish.object), Identifier(wish.database), wish.role)


def _drop_privileges(wish: Wish) -> Composable:
    """Only an object's owner can revoke them, and only who has the role's own rights may DROP OWNED.

    So the owners get these rights, one after the other, and lose them with the role. It owns nothing: what does was refused.
    """
    owners = [Identifier(name) for name in wish.actual.holdings.grantors]
    circles = [SQL("REVOKE {} FROM {}").format(Identifier(name), wish.role) for name in wish.actual.holdings.grantors if name in wish.actual.member_of]
    steps = [SQL("SET LOCAL ROLE {}; DROP OWNED BY {}; RESET ROLE").format(owner, wish.role) for owner in owners]
    lent = [SQL("GRANT {} TO {}").format(wish.role, who) + _options(wish, inherit=True, become=False) for who in (*owners, SQL("CURRENT_USER"))]
    return SQL("; ").join([*circles, *lent, *steps, SQL("DROP OWNED BY {}").format(wish.role)])


def _drop(wish: Wish) -> Composable:
    return SQL("DROP ROLE {}").format(wish.role)


_STATEMENTS: dict[str, t.Callable[[Wish], t.Any]] = {
    "create": _create,
    "set_login": _set_login,
    "set_password": _set_password,
    "set_connection_limit": _set_connection_limit,
    "set_comment": _set_comment,
    "set": _set,
    "reset": _reset,
    "grant_admin": _grant_admin,
    "grant": _grant,
    "revoke": _revoke,
    "grant_database": _grant_database,
    "drop_privileges": _drop_privileges,
    "drop": _drop,
}
