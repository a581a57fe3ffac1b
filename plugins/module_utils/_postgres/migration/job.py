# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A folder of migrations and a database, brought together.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import contextlib
import functools
import time
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, Stopped
from ansible_collections.launch.database.plugins.module_utils._plan import Plan
from ansible_collections.launch.database.plugins.module_utils._postgres.connection import refuse_pooler
from ansible_collections.launch.database.plugins.module_utils._postgres.handed_files import unpack_located
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.history import History
from ansible_collections.launch.database.plugins.module_utils._postgres.identifiers import check_duration, check_name
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.execute import Circumstances, check_syntax, run_script
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.plan import (
    Recorded,
    contradictions,
    current_version,
    pending,
    plan_migrations,
)
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.script import Script, load
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.placeholders import flyways_own, given_values
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.watch import Watch, watched
from ansible_collections.launch.database.plugins.module_utils._postgres.session import Session, open_session
from ansible_collections.launch.database.plugins.module_utils._progress import ProgressFile


class Migrations:
    """The job of postgres_migration."""

    def __init__(self, params: t.Mapping[str, t.Any]) -> None:
        """Read the files. LaunchErrors for everything that can be wrong without a database."""
        self._history = History.from_options(params)
        self._circumstances = _circumstances(params, self._history)
        self._scripts = load(unpack_located(params["locations"], params["scripts"]), self._circumstances.placeholders)
        self._lock_wait = params["lock_wait"]
        self._end_holder = params["end_holder"]
        self._time_budget = params["time_budget"]
        self._tell = ProgressFile(params["progress_file"]).write
        self._applied: list[str] = []
        self._notices: list[dict[str, str]] = []
        # By path. The files do not change while we run, so each is parsed once.
        self._refused: dict[str, LaunchError | None] = {}

    @contextlib.contextmanager
    def exclusive(self, session: Session) -> t.Iterator[None]:
        """Under Flyway's lock nobody migrates between the plan and what is run."""
        refuse_pooler(session.connection)
        with self._history.locked(session, self._lock_wait, self._end_holder):
            yield

    def read(self, session: Session) -> Recorded:
        refuse_pooler(session.connection)
        history = self._history.read(session)
        if contradictions(self._scripts, history or ()):
            return Recorded(history)
        todo = pending(self._scripts, history or ())
        refused = [self._syntax(session, script) for script in todo]
        return Recorded(history, tuple(error for error in refused if error is not None))

    def plan(self, actual: Recorded) -> Plan:
        return plan_migrations(self._scripts, actual, self._history.name)

    def apply(self, session: Session, plan: Plan, actual: Recorded) -> None:
        """Inside exclusive(): the history table if it is missing, then script by script. Stopped if one is not applied."""
        if plan.of("create"):
            self._history.create(session)
        scripts = plan.payloads("apply")
        started = time.monotonic()
        with watched(self._circumstances.reopen, session.connection.info.backend_pid, self._tell) as watch:
            for script in scripts:
                try:
                    self._refuse_late(script, time.monotonic() - started)
                    self._run(session, script, watch)
                except LaunchError as error:
                    raise Stopped(error, self._stopped(script, scripts)) from error

    def _run(self, session: Session, script: Script, watch: Watch) -> None:
        session.take_notices()
        try:
            run_script(session, self._history, script, self._circumstances, watch)
            self._applied.append(script.name.path)
        finally:
            watch.end()
            self._notices += [{"script": script.name.path, "text": text} for text in session.take_notices()]

    def _refuse_late(self, script: Script, seconds: float) -> None:
        if self._time_budget is not None and seconds >= self._time_budget:
            raise LaunchError(
                f"it is used up after {seconds:.0f} s, and {script.name.path} was not begun.", option="time_budget", value=self._time_budget,
                remedy="Run it again for the rest, when there is time.",
            )

    def _stopped(self, script: Script, scripts: t.Sequence[Script]) -> dict[str, t.Any]:
        """What a failed run says of what it did, in the words of one that did not fail."""
        done = len(self._applied)
        return {
            "changed": bool(done), "applied": self._applied, "stopped_at": script.name.path, "notices": self._notices,
            "pending_scripts": [left.name.path for left in scripts[done:]],
        }

    def _syntax(self, session: Session, script: Script) -> LaunchError | None:
        path = script.name.path
        if path not in self._refused:
            self._refused[path] = check_syntax(session, script, self._circumstances)
        return self._refused[path]

    def result(self, actual: Recorded) -> dict[str, t.Any]:
        return {
            "applied": self._applied,
            "pending_scripts": [script.name.path for script in pending(self._scripts, actual.rows)],
            "current_version": current_version(actual.rows),
            "notices": self._notices,
            "warnings": [f"{notice['script']}: {notice['text']}" for notice in self._notices if notice["text"].startswith("WARNING")],
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
        reopen=functools.partial(open_session, params),
    )
