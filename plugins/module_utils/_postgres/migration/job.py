# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A folder of migrations and a database, brought together.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import contextlib
import dataclasses
import functools
import time
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, Stopped
from ansible_collections.launch.database.plugins.module_utils._plan import Plan
from ansible_collections.launch.database.plugins.module_utils._postgres.connection import refuse_pooler
from ansible_collections.launch.database.plugins.module_utils._postgres.handed_files import unpack_located
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.history import History
from ansible_collections.launch.database.plugins.module_utils._postgres.identifiers import check_duration, check_name
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.execute import Circumstances, run_script
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.history_row import HistoryRow, current_version
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.objects import read as read_objects
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.outlook import Outlook
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.plan import (
    Recorded,
    Rules,
    objections,
    pending,
    plan_migrations,
    skipped_by_baseline,
)
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.provenance import Provenance, provenance_of
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.read_only import why_read_only
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.script import Placeholders, Script, load
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.script_name import check_version, version_order
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.placeholders import flyways_own, given_values
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.surroundings import lift_limits
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.watch import Watch, watched
from ansible_collections.launch.database.plugins.module_utils._postgres.session import Session, open_session
from ansible_collections.launch.database.plugins.module_utils._progress import ProgressFile


class Migrations:
    """The job of postgres_migration: to migrate. The other states build on it."""

    def __init__(self, params: t.Mapping[str, t.Any]) -> None:
        """Read the files. LaunchErrors for everything that can be wrong without a database."""
        self._history = History.from_options(params)
        self._provenance = provenance_of(params, self._history)
        self._circumstances = _circumstances(params, self._provenance)
        self._placeholders = _placeholders(params, self._history)
        self._scripts = load(unpack_located(params["locations"], params["scripts"]), self._placeholders)
        self._rules = _rules(params)
        self._lock_wait = params["lock_wait"]
        self._end_holder = params["end_holder"]
        self._time_budget = params["time_budget"]
        self._tell = ProgressFile(params["progress_file"]).write
        self._applied: list[str] = []
        self._notices: list[dict[str, str]] = []
        # What was done about what an earlier run had left.
        self._said: list[str] = []
        self._outlook = Outlook(params, self._history, self._circumstances)
        self._tries_first = params["dry_run"] != "none"
        self._read_only: LaunchError | None = None

    @contextlib.contextmanager
    def exclusive(self, session: Session) -> t.Iterator[None]:
        """Under Flyway's lock nobody migrates between the plan and what is run."""
        refuse_pooler(session.connection)
        lift_limits(session)
        with self._history.locked(session, self._lock_wait, self._end_holder):
            yield

    def read(self, session: Session) -> Recorded:
        recorded = self._recorded(session)
        if objections(self._scripts, recorded, self._history.name, self._rules):
            return recorded
        todo = pending(self._scripts, recorded.rows, self._rules)
        if todo and self._tries_first:
            self._refuse_read_only()
        refused = self._not_kept(session, todo) + self._outlook.refused(session, todo)
        return dataclasses.replace(recorded, refused=tuple(refused), steps=self._outlook.steps(), objects=self._outlook.objects())

    def plan(self, actual: Recorded) -> Plan:
        return plan_migrations(self._scripts, actual, self._history.name, self._rules)

    def apply(self, session: Session, plan: Plan, actual: Recorded) -> None:
        """Inside exclusive(). LaunchError, before anything is run, where the server takes no writes."""
        self._refuse_read_only()
        self._carry_out(session, plan, actual)

    def _not_kept(self, session: Session, scripts: t.Sequence[Script]) -> list[LaunchError]:
        """Why it can't be kept where they come from. Not asked of a server that takes no writes: that is its own refusal."""
        if self._provenance is None or self._read_only is not None or not scripts:
            return []
        return self._provenance.refused(session, scripts[0])

    def _refuse_read_only(self) -> None:
        if self._read_only is not None:
            raise self._read_only

    def _carry_out(self, session: Session, plan: Plan, actual: Recorded) -> None:
        """The history table if it is missing, then script by script. Stopped if one is not applied."""
        if plan.of("create"):
            self._history.create(session)
        self._run_all(session, plan.payloads("apply"))

    def _run_all(self, session: Session, scripts: t.Sequence[Script]) -> None:
        """Script by script, undo scripts too. Stopped if one is not run to its end."""
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
            self._said += run_script(session, self._history, script, self._circumstances, watch)
            self._has_run(script)
        finally:
            watch.end()
            self._notices += [{"script": script.name.path, "text": text} for text in session.take_notices()]

    def _has_run(self, script: Script) -> None:
        self._applied.append(script.name.path)

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

    def _recorded(self, session: Session) -> Recorded:
        """The history; what else there is where there is none, or nothing in it."""
        refuse_pooler(session.connection)
        lift_limits(session)
        self._read_only = why_read_only(session)
        history = self._history.read(session)
        if history:
            return Recorded(history)
        found = read_objects(session, (self._history.schema, self._history.table), self._circumstances.search_path)
        return Recorded(history, found=dataclasses.replace(found, table=history is not None))

    def result(self, actual: Recorded) -> dict[str, t.Any]:
        about = self._about(actual.rows)
        if about["pending_scripts"] and self._read_only is not None:
            about["warnings"].append(f"A run without check mode would be refused: {self._read_only.message}")
        return about

    def _about(self, rows: t.Sequence[HistoryRow]) -> dict[str, t.Any]:
        """What every state returns."""
        skipped = [script.name.path for script in skipped_by_baseline(self._scripts, rows, self._rules)]
        return {
            "applied": self._applied,
            "pending_scripts": [script.name.path for script in pending(self._scripts, rows, self._rules)],
            "skipped_by_baseline": skipped,
            "not_portable": [script.file for script in self._scripts if not script.is_portable],
            "current_version": current_version(rows),
            "notices": self._notices,
            **self._outlook.as_result(),
            "warnings": _unsaid(skipped) + self._said + _not_portable(self._scripts, rows, self._rules) + self._outlook.warnings() + [
                f"{notice['script']}: {notice['text']}" for notice in self._notices if notice["text"].startswith("WARNING")
            ],
        }


def _not_portable(scripts: t.Sequence[Script], rows: t.Sequence[HistoryRow], rules: Rules) -> list[str]:
    return [
        f"{script.name.path}: Flyway runs it in a transaction, where it fails, unless {script.name.path}.conf beside it says executeInTransaction=false."
        for script in pending(scripts, rows, rules) if not script.is_portable
    ]


def _unsaid(skipped: t.Sequence[str]) -> list[str]:
    """What Flyway does not say of a baseline."""
    return [f"Never run here, because the baseline stands for them: {', '.join(skipped)}."] if skipped else []


def _rules(params: t.Mapping[str, t.Any]) -> Rules:
    target = params["target"]
    return Rules(params["out_of_order"], None if target is None else version_order(check_version(target, "target")))


def _placeholders(params: t.Mapping[str, t.Any], history: History) -> Placeholders:
    given = given_values(params["names"], params["placeholders"])
    return lambda path: {**given, **flyways_own(history.schema, history.table, params["login_user"], params["login_db"], path)}


def _circumstances(params: t.Mapping[str, t.Any], provenance: Provenance | None) -> Circumstances:
    lock_timeout = check_duration(params["lock_timeout"], "lock_timeout")
    return Circumstances(
        search_path=params["search_path"] and [check_name(schema, "search_path") for schema in params["search_path"]],
        role=params["role"] and check_name(params["role"], "role"),
        lock_timeout=lock_timeout,
        lock_retries=params["lock_retries"],
        reopen=functools.partial(open_session, params),
        provenance=provenance,
    )
