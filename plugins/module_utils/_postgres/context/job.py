# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The strength of the tenant context and its keys: read them, and carry a plan out, as the keeper of keys.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import datetime as dt
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._plan import Plan
from ansible_collections.launch.database.plugins.module_utils._postgres.context import intake
from ansible_collections.launch.database.plugins.module_utils._postgres.context.options import key_of, refuse_keyless, refuse_unread
from ansible_collections.launch.database.plugins.module_utils._postgres.context.plan import (
    ADD,
    BOTH,
    END,
    OPEN,
    REMOVE,
    STRENGTH,
    UNSIGNED,
    AcceptedKey,
    ContextState,
    DesiredContext,
    Use,
    plan_context,
    warnings,
)
from ansible_collections.launch.database.plugins.module_utils._postgres.identifiers import quoted
from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names
from ansible_collections.launch.database.plugins.module_utils._postgres.session import Session

_NOW = "SELECT pg_catalog.now() AS now"
_KEYS = "SELECT id, nullif(not_after, 'infinity') AS not_after FROM {seal}.token_keys ORDER BY not_before, id"
_USES = "SELECT key_id AS key, login::text AS login, max(hour) AS hour FROM {seal}.uses GROUP BY key_id, login ORDER BY key_id, login"
_STATEMENTS = {
    OPEN: "UPDATE {seal}.token_keys SET not_after = 'infinity' WHERE id = %(key)s",
    END: "UPDATE {seal}.token_keys SET not_after = pg_catalog.now() + %(overlap)s WHERE id = %(key)s",
    REMOVE: "DELETE FROM {seal}.token_keys WHERE id = %(key)s",
}
_FORGET = "DELETE FROM {seal}.uses WHERE key_id = %s"


class Context:
    """The job of postgres_context."""

    def __init__(self, params: t.Mapping[str, t.Any]) -> None:
        self._names = Names.from_options(params["names"])
        if params["overlap"] < 0:
            raise LaunchError("it is not a time.", option="overlap", value=params["overlap"], remedy="Write seconds, 0 for none.")
        given = [key for option in ("key", "next_key") if (key := key_of(params, option))]
        self._keys = {key.id: key for key in given}
        if not params["missing_secret"]:
            refuse_unread(params, "postgres_context")
            refuse_keyless(params["strength"], bool(given))
        self._desired = DesiredContext(
            params["strength"], tuple(self._keys) or None, params["missing_secret"], dt.timedelta(seconds=params["overlap"]),
        )

    def read(self, session: Session) -> ContextState:
        """What there is; nothing before the migrations made it."""
        now = session.value(_NOW)
        if not session.table_exists(self._names.seal_schema, "token_keys"):
            return ContextState(now)
        with session.transaction(self._names.key_keeper):
            return ContextState(
                session.value(_NOW), session.value(self._query("SELECT strength FROM {seal}.strength")),
                tuple(AcceptedKey(**row) for row in session.rows(self._query(_KEYS))), tuple(Use(**row) for row in session.rows(self._query(_USES))),
            )

    def plan(self, actual: ContextState) -> Plan:
        return plan_context(self._desired, actual)

    def apply(self, session: Session, plan: Plan, actual: ContextState) -> None:
        """In one transaction: a context set meanwhile sees either the state before it or the state after it."""
        if self._desired.missing_secret:
            raise LaunchError(
                "its key would be needed for tokens, but there is no such secret.", option="key_secret", value=self._desired.missing_secret,
                remedy="Create it with launch.database.db_secret and kind: key, or check its name and the region in login_secret_source.",
            )
        with session.transaction(self._names.key_keeper):
            added = [self._keys[key] for key in plan.payloads(ADD)]
            if added:
                session.copy_in(intake.statement(self._names.seal_schema), intake.rows(added), "No key was added")
            for action, statement in _STATEMENTS.items():
                for key in plan.payloads(action):
                    session.execute(self._query(statement), {"key": key, "overlap": self._desired.overlap}, f"Key {key} was not changed")
            for strength in plan.payloads(STRENGTH):
                session.execute(self._query("UPDATE {seal}.strength SET strength = %s"), (strength,), "The strength was not changed")
            self._forget(session, plan)

    def _forget(self, session: Session, plan: Plan) -> None:
        """Notes of keys that are gone, and those of an earlier time with both forms."""
        for key in plan.payloads(REMOVE) + [UNSIGNED for strength in plan.payloads(STRENGTH) if strength == BOTH]:
            session.execute(self._query(_FORGET), (key,), "Old notes were not removed")

    def result(self, actual: ContextState) -> dict[str, t.Any]:
        return {
            "strength": actual.strength,
            "keys": [
                {"id": key.id, "accepted_until": key.not_after and key.not_after.isoformat(), "used_by": actual.users(key.id)}
                for key in actual.keys if not actual.ended(key)
            ],
            "unsigned_used_by": actual.users(UNSIGNED),
            "warnings": warnings(self._desired, actual),
        }

    def _query(self, text: str) -> str:
        return text.format(seal=quoted(self._names.seal_schema))
