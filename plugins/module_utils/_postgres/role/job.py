# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Roles of a server: read them, and carry a plan out.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import contextlib
import dataclasses
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, raise_all
from ansible_collections.launch.database.plugins.module_utils._plan import Plan
from ansible_collections.launch.database.plugins.module_utils._postgres.connection import accepts_password
from ansible_collections.launch.database.plugins.module_utils._postgres.role.catalog import read_roles
from ansible_collections.launch.database.plugins.module_utils._postgres.role.holdings import read_holdings
from ansible_collections.launch.database.plugins.module_utils._postgres.role.plan import ActualRole, ActualRoles, plan_roles
from ansible_collections.launch.database.plugins.module_utils._postgres.role.removal import warning
from ansible_collections.launch.database.plugins.module_utils._postgres.role.spec import RoleSpec, role_specs
from ansible_collections.launch.database.plugins.module_utils._postgres.role.sql import statement
from ansible_collections.launch.database.plugins.module_utils._postgres.role.scram_salt import announces
from ansible_collections.launch.database.plugins.module_utils._postgres.session import Session

# "launch" in ASCII, read as a number: the lock that keeps two runs of this module on one server apart.
_LOCK = 0x6C61756E6368
_PATIENCE = "60s"


class Roles:
    """The job of postgres_role."""

    def __init__(self, params: t.Mapping[str, t.Any]) -> None:
        self._params = params
        self._sessions: dict[str, int] = {}
        self._specs = {spec.name: spec for spec in role_specs(params["roles"], params["login_user"], params["missing_secrets"])}

    def read(self, session: Session) -> ActualRoles:
        state = read_roles(session, list(self._specs))
        gone = [name for name in state.roles if self._specs[name].absent]
        held = read_holdings(session, gone) if gone else {}
        # Once a role is gone, nobody knows any more whose sessions these are.
        self._sessions.update({name: holdings.sessions for name, holdings in held.items()})
        roles = {
            name: dataclasses.replace(role, holdings=held[name]) if name in held else self._with_password_tried(self._specs[name], role)
            for name, role in state.roles.items()
        }
        return dataclasses.replace(state, roles=roles)

    def plan(self, actual: ActualRoles) -> Plan:
        return plan_roles(list(self._specs.values()), actual, self._params["purge_memberships"])

    @contextlib.contextmanager
    def exclusive(self, session: Session) -> t.Iterator[None]:
        """One transaction for the whole list, which no other run can come between."""
        with session.transaction():
            session.execute("SELECT pg_catalog.set_config('lock_timeout', %s, true)", (_PATIENCE,))
            session.execute("SELECT pg_catalog.pg_advisory_xact_lock(%s)", (_LOCK,), "Another run has been changing roles for long")
            yield

    def apply(self, session: Session, plan: Plan, actual: ActualRoles) -> None:
        """Inside exclusive(): all or nothing."""
        raise_all([_no_secret(spec) for spec in self._specs.values() if spec.missing_secret])
        for change in plan.changes:
            session.execute(statement(change, self._params["login_db"], actual.version), doing=f"{change.path} can't be changed")

    def result(self, actual: ActualRoles) -> dict[str, t.Any]:
        open_sessions = [warning(name, count) for name, count in sorted(self._sessions.items()) if count]
        return {"roles": [_shown(name, actual.roles[name]) for name in sorted(actual.roles)], "warnings": open_sessions}

    def _with_password_tried(self, spec: RoleSpec, role: ActualRole) -> ActualRole:
        """Nobody but a superuser may read a verifier; but a login tells the password, and its beginning the salt."""
        if spec.missing_secret:
            # Its secret will be made with a new password.
            return dataclasses.replace(role, password_current=False)
        if spec.password is None or not role.login or role.expired:
            return role
        current = accepts_password(self._params, spec.name, spec.password) and announces(self._params, spec.name, spec.verifier)
        return dataclasses.replace(role, password_current=current)


def _no_secret(spec: RoleSpec) -> LaunchError:
    return LaunchError(
        f"{spec.name} would get its password from it, but there is no such secret.", option="roles", value=spec.missing_secret,
        remedy="Create it with launch.database.db_secret, or check its name and the region in login_secret_source. Nothing was changed.",
    )


def _shown(name: str, role: ActualRole) -> dict[str, t.Any]:
    return {
        "name": name,
        "login": role.login,
        "connection_limit": role.connection_limit,
        "member_of": {group: membership.as_value() for group, membership in sorted(role.member_of.items())},
        "settings": dict(role.settings),
        "comment": role.comment,
        "database_privileges": list(role.database_privileges),
        "admin_set_role": role.admin_set_role,
    }
