# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A folder of migrations and a database, brought together.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import contextlib
import typing as t

from ansible_collections.launch.database.plugins.module_utils._plan import Plan
from ansible_collections.launch.database.plugins.module_utils._postgres.connection import refuse_pooler
from ansible_collections.launch.database.plugins.module_utils._postgres.handed_files import unpack_located
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.history import History
from ansible_collections.launch.database.plugins.module_utils._postgres.identifiers import check_duration, check_name
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.execute import Circumstances, run_script
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.outlook import Outlook
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.plan import (
    Recorded,
    contradictions,
    current_version,
    pending,
    plan_migrations,
)
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.script import load
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.placeholders import flyways_own, given_values
from ansible_collections.launch.database.plugins.module_utils._postgres.session import Session


class Migrations:
    """The job of postgres_migration."""

    def __init__(self, params: t.Mapping[str, t.Any]) -> None:
        """Read the files. LaunchErrors for everything that can be wrong without a database."""
        self._history = History.from_options(params)
        self._circumstances = _circumstances(params, self._history)
        self._scripts = load(unpack_located(params["locations"], params["scripts"]), self._circumstances.placeholders)
        self._lock_wait = params["lock_wait"]
        self._applied: list[str] = []
        self._outlook = Outlook(params, self._history, self._circumstances)

    @contextlib.contextmanager
    def exclusive(self, session: Session) -> t.Iterator[None]:
        """Under Flyway's lock nobody migrates between the plan and what is run."""
        refuse_pooler(session.connection)
        with self._history.locked(session, self._lock_wait):
            yield

    def read(self, session: Session) -> Recorded:
        refuse_pooler(session.connection)
        history = self._history.read(session)
        if contradictions(self._scripts, history or ()):
            return Recorded(history)
        todo = pending(self._scripts, history or ())
        refused = self._outlook.refused(session, todo)
        return Recorded(history, tuple(refused), self._outlook.steps())

    def plan(self, actual: Recorded) -> Plan:
        return plan_migrations(self._scripts, actual, self._history.name)

    def apply(self, session: Session, plan: Plan, actual: Recorded) -> None:
        """Inside exclusive(): the history table if it is missing, then script by script."""
        if plan.of("create"):
            self._history.create(session)
        for script in plan.payloads("apply"):
            run_script(session, self._history, script, self._circumstances)
            self._applied.append(script.name.path)

    def result(self, actual: Recorded) -> dict[str, t.Any]:
        return {
            "applied": self._applied,
            "pending_scripts": [script.name.path for script in pending(self._scripts, actual.rows)],
            "current_version": current_version(actual.rows),
            **self._outlook.as_result(),
        }


def _circumstances(params: t.Mapping[str, t.Any], history: History) -> Circumstances:
    lock_timeout = check_duration(params["lock_timeout"], "lock_timeout")
    given = given_values(params["names"], params["placeholders"])

    def placeholders(path: str) -> dict[str, str]:
        return {**given, **flyways_own(history.schema, history.table, params["login_user"], params["login_db"], path)}

    return Circumstances(
        placeholders=placeholders,
        search_path=params["search_path"] and [check_name(schema, "search_path") for schema in params["search_path"]],
        role=params["role"] and check_name(params["role"], "role"),
        lock_timeout=lock_timeout,
        lock_retries=params["lock_retries"],
    )
