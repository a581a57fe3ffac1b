# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be done with migrations but running them, each as a job of its own.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, LaunchErrors, raise_all
from ansible_collections.launch.database.plugins.module_utils._plan import Plan
from ansible_collections.launch.database.plugins.module_utils._postgres.handed_files import unpack_located
from ansible_collections.launch.database.plugins.module_utils._postgres.migration import info
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.baseline import DESCRIPTION, Baseline, plan_baseline
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.history_row import HistoryRow, baseline_of
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.job import Migrations
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.objects import read_all
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.plan import Recorded, objections, pending
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.provenance import shown
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.repair import plan_repairs, repairs
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.script import Script, load_undo
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.script_name import check_version
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.undo import plan_undo, undone
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.watch import Watch
from ansible_collections.launch.database.plugins.module_utils._postgres.session import Session


class Status(Migrations):
    """Tells, and changes nothing: it takes no lock either."""

    exclusive = None

    def read(self, session: Session) -> Recorded:
        self._kept = {} if self._provenance is None else self._provenance.read(session)
        return self._recorded(session)

    def plan(self, actual: Recorded) -> Plan:
        return Plan(f"migrations of {self._history.name}", ())

    def result(self, actual: Recorded) -> dict[str, t.Any]:
        problems = [error.message for error in objections(self._scripts, actual, self._history.name, self._rules)]
        found = info.migrations(self._scripts, actual.rows, self._rules)
        rows = [{**migration, "provenance": shown(migration, self._kept, self._scripts)} for migration in found]
        return {**self._about(actual.rows), "migrations": rows, "problems": problems}


class Validate(Status):
    """Fails with all that is wrong, what is not applied yet among it, as Flyway's validate does."""

    def plan(self, actual: Recorded) -> Plan:
        errors = objections(self._scripts, actual, self._history.name, self._rules)
        late = {error.value for error in errors}
        todo = [script.name.path for script in pending(self._scripts, actual.rows, self._rules)]
        raise_all(errors + [
            LaunchError("it is not applied.", option="locations", value=path, remedy="Run state=migrate first.") for path in todo if path not in late
        ])
        return super().plan(actual)


class StartAt(Migrations):
    """Begins the history of a database that is there already."""

    def __init__(self, params: t.Mapping[str, t.Any]) -> None:
        super().__init__(params)
        if params["baseline_version"] is None:
            raise LaunchError(
                "it is missing.", option="baseline_version",
                remedy="Name the highest version that the database has already, or 0 for none. Flyway's default would be 1, which is rarely true.",
            )
        self._wanted = Baseline(check_version(params["baseline_version"], "baseline_version"), _baseline_description(params["baseline_description"]))

    def read(self, session: Session) -> Recorded:
        recorded = self._recorded(session)
        return recorded if recorded.history else dataclasses.replace(recorded, found=read_all(session, (self._history.schema, self._history.table)))

    def plan(self, actual: Recorded) -> Plan:
        return plan_baseline(self._wanted, actual, self._scripts, self._history.name)

    def _carry_out(self, session: Session, plan: Plan, actual: Recorded) -> None:
        if actual.history is None:
            self._history.create(session, self._wanted)
            return
        with session.transaction():
            self._history.record_baseline(session, self._wanted)

    def result(self, actual: Recorded) -> dict[str, t.Any]:
        """As it is with the baseline, in check mode too."""
        return self._about(actual.rows if baseline_of(actual.rows) else (*actual.rows, self._wanted.as_row()))


class Repair(Migrations):
    """Puts rows of the history right that the user names."""

    def __init__(self, params: t.Mapping[str, t.Any]) -> None:
        super().__init__(params)
        self._wanted = repairs(params["repairs"])

    def read(self, session: Session) -> Recorded:
        return _kept(self._recorded(session), self._history.name)

    def plan(self, actual: Recorded) -> Plan:
        return plan_repairs(self._wanted, actual.rows, self._scripts, self._history.name)

    def _carry_out(self, session: Session, plan: Plan, actual: Recorded) -> None:
        """All or none."""
        with session.transaction():
            for row in plan.payloads("delete"):
                self._history.remove_failed(session, row)
            for row in plan.payloads("mark_deleted"):
                self._history.mark_deleted(session, row)
            for row, script in plan.payloads("align"):
                self._history.align(session, row, script)

    def result(self, actual: Recorded) -> dict[str, t.Any]:
        problems = [error.message for error in objections(self._scripts, actual, self._history.name, self._rules)]
        return {**self._about(actual.rows), "problems": problems}


class Undo(Migrations):
    """Runs undo scripts, and takes back the rows of what they undo."""

    def __init__(self, params: t.Mapping[str, t.Any]) -> None:
        super().__init__(params)
        if params["undo_to"] is None:
            raise LaunchError("it is missing.", option="undo_to", remedy="Name the applied version that shall be the last one, or 0 for none.")
        self._to = check_version(params["undo_to"], "undo_to")
        files = unpack_located(params["undo_locations"], params["undo_scripts"])
        try:
            self._undo_scripts = load_undo(files, self._placeholders)
        except LaunchError as error:
            raise _of_undo(error) from error
        self._undone: list[str] = []

    def read(self, session: Session) -> Recorded:
        recorded = _kept(self._recorded(session), self._history.name)
        keys = {row.key for row in undone(self._to, recorded.rows)}
        todo = [script for script in self._undo_scripts if script.key in keys]
        refused = [_of_undo(error) for error in self._outlook.refused(session, todo, judge=False)]
        return Recorded(recorded.history, (*self._not_kept(session, todo), *refused, *(_empty(script) for script in todo if not script.text.strip())))

    def plan(self, actual: Recorded) -> Plan:
        return plan_undo(self._to, actual.rows, self._undo_scripts, actual.refused, self._history.name)

    def _carry_out(self, session: Session, plan: Plan, actual: Recorded) -> None:
        """Each with its row in one transaction: the next run goes on where this one stopped."""
        self._run_all(session, plan.payloads("undo"))

    def _run(self, session: Session, script: Script, watch: Watch) -> None:
        try:
            super()._run(session, script, watch)
        except LaunchError as error:
            raise _of_undo(error) from error

    def _has_run(self, script: Script) -> None:
        self._undone.append(t.cast(HistoryRow, script.undoes).script)

    def _stopped(self, script: Script, scripts: t.Sequence[Script]) -> dict[str, t.Any]:
        return {"changed": bool(self._undone), "undone": self._undone, "stopped_at": script.name.path, "notices": self._notices}

    def result(self, actual: Recorded) -> dict[str, t.Any]:
        return {**self._about(actual.rows), "undone": self._undone}


_STATES: dict[str, t.Callable[[t.Mapping[str, t.Any]], Migrations]] = {
    "migrate": Migrations, "status": Status, "validate": Validate, "baseline": StartAt, "repair": Repair, "undo": Undo,
}
STATES = tuple(_STATES)


def job_of(params: t.Mapping[str, t.Any]) -> Migrations:
    """The job that the state asks for. LaunchErrors for options that make no sense, those of another state among them."""
    state = params["state"]
    raise_all([
        LaunchError(f"it means something with state={owner} only.", option=option, remedy="Leave it out.")
        for option, owner in _OWNERS.items() if owner != state and params[option] not in (None, [])
    ] + [
        LaunchError(
            f"with state={state} no script is looked at, so that nothing would be found.", option=option, value=params[option],
            remedy=f"Leave it out, or take {' or '.join(f'state={each}' for each in states)}; check mode runs nothing.",
        )
        for option, (harmless, states) in _LOOKERS.items() if state not in states and params[option] not in harmless
    ])
    return _STATES[state](params)


_OWNERS = {"baseline_version": "baseline", "baseline_description": "baseline", "repairs": "repair", "undo_to": "undo", "undo_locations": "undo"}

# What makes a run look at its scripts: values that ask for nothing, and the states that have scripts for it.
_LOOKERS: dict[str, tuple[tuple[str | None, ...], tuple[str, ...]]] = {
    "dry_run": (("none",), ("migrate", "undo")), "lint": (("off", "warn"), ("migrate",)), "squawk": ((None,), ("migrate",)),
}


def _of_undo(error: LaunchError) -> LaunchError:
    """What is said of a file, said of one of undo_locations."""
    if isinstance(error, LaunchErrors):
        return LaunchErrors([_of_undo(each) for each in error.errors])
    if error.option == "locations":
        error.option = "undo_locations"
    return error


def _empty(script: Script) -> LaunchError:
    return LaunchError(
        "it is empty, and would undo nothing.", option="undo_locations", value=script.name.path,
        remedy="Write what it takes back; where that is nothing, SELECT 1;",
    )


def _kept(recorded: Recorded, table: str) -> Recorded:
    """What is recorded. LaunchError where there is no history: its name may be misspelt."""
    if recorded.history is None:
        others = " and ".join(other.name for other in recorded.found.histories)
        raise LaunchError(
            f"there is no such table{f', but {others}' if others else ''}.", option="table", value=table, remedy="Correct history_schema or table.",
        )
    return recorded


def _baseline_description(given: str | None) -> str:
    if given is None:
        return DESCRIPTION
    if not 0 < len(given) <= 200:
        raise LaunchError("it has to have 1 to 200 characters.", option="baseline_description", value=given, remedy="Shorten it.")
    return given
