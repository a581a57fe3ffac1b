# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which migrations are to be run, and when none may be: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, raise_all
from ansible_collections.launch.database.plugins.module_utils._plan import Change, Plan
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.script_name import version_order
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.script import Script

SQL = "SQL"
_BASELINE = "BASELINE"
_SCHEMA = "SCHEMA"
_DELETE = "DELETE"


@dataclasses.dataclass(frozen=True)
class HistoryRow:
    """A row of the history table; the fields are its columns, ``rank`` is ``installed_rank``."""

    rank: int
    version: str | None
    description: str
    type: str
    script: str
    checksum: int | None
    success: bool

    @property
    def key(self) -> t.Any:
        """What Flyway knows a migration by: its version, or a repeatable one's description."""
        return version_order(self.version) if self.version else self.description


@dataclasses.dataclass(frozen=True)
class Recorded:
    """What a database says about its migrations.

    :arg history: its rows by rank; None while there is no history table.
    :arg refused: what PostgreSQL's parser, a dry run or the lint say against the pending scripts.
    :arg steps: by pending script, a line for each statement: what it would do.
    """

    history: tuple[HistoryRow, ...] | None
    refused: tuple[LaunchError, ...] = ()
    steps: t.Mapping[str, t.Sequence[str]] = dataclasses.field(default_factory=dict)

    @property
    def rows(self) -> tuple[HistoryRow, ...]:
        return self.history or ()


def plan_migrations(scripts: t.Sequence[Script], state: Recorded, table: str) -> Plan:
    """The history table if it is missing, then the pending scripts in their order.

    LaunchErrors, before anything runs, if the history and the files contradict each other or a script is no SQL.
    """
    raise_all(contradictions(scripts, state.rows))
    raise_all(state.refused)
    changes = [] if state.history is not None else [Change("create", table, None, "history table")]
    live = _live(state.rows)
    for script in pending(scripts, state.rows):
        row = live.get(_key(script))
        before = None if row is None else {"checksum": row.checksum}
        changes.append(Change("apply", script.name.path, before, _shown(script, state.steps.get(script.name.path)), payload=script))
    return Plan(f"migrations of {table}", tuple(changes))


def pending(scripts: t.Sequence[Script], rows: t.Sequence[HistoryRow]) -> list[Script]:
    """The scripts that the history does not have, or has with another content if they are repeatable."""
    live, baseline = _live(rows), _baseline(rows)
    return [script for script in scripts if _is_pending(script, live.get(_key(script)), baseline)]


def current_version(rows: t.Sequence[HistoryRow]) -> str | None:
    """The highest version that is applied or covered by the baseline; None for an empty history."""
    versions = [row.version for row in _live(rows).values() if row.version and row.success]
    versions += [row.version for row in rows if row.type == _BASELINE and row.version]
    return max(versions, key=version_order, default=None)


def contradictions(scripts: t.Sequence[Script], rows: t.Sequence[HistoryRow]) -> list[LaunchError]:
    """Everything because of which no script may run."""
    by_key = {_key(script): script for script in scripts}
    baseline = _baseline(rows)
    errors = []
    for row in _live(rows).values():
        if row.version and row.key <= baseline and row.success:
            continue  # Flyway checks nothing that the baseline covers
        errors += _against_row(row, by_key.get(row.key))
    return errors + _out_of_order(scripts, rows)


def _against_row(row: HistoryRow, script: Script | None) -> list[LaunchError]:
    if not row.success:
        problem = f"{row.script} failed when it was run before (rank {row.rank} of the history)."
        return [LaunchError(problem, option="table", remedy="Undo by hand what it left behind, then let flyway repair delete the row.")]
    if row.type != SQL:
        problem = f"rank {row.rank} of the history is of type {row.type}, which only Flyway itself understands."
        return [LaunchError(problem, option="table", remedy="Go on with Flyway for this database.")]
    if script is None:
        problem = f"{row.script} was applied (rank {row.rank}), but the file is missing."
        return [LaunchError(problem, option="locations", remedy="Bring it back from version control.")]
    if row.version and row.checksum != script.checksum:
        problem = f"it was changed after it was applied: checksum {script.checksum}, in the history {row.checksum}."
        return [LaunchError(problem, option="locations", value=script.name.path, remedy="Restore it, and write a new migration for the change.")]
    if row.version and row.description != script.name.description:
        problem = f"it was renamed after it was applied: the history calls it {row.description!r}."
        return [LaunchError(problem, option="locations", value=script.name.path, remedy=f"Name it as before: {row.script}.")]
    return []


def _out_of_order(scripts: t.Sequence[Script], rows: t.Sequence[HistoryRow]) -> list[LaunchError]:
    latest = current_version(rows)
    if latest is None:
        return []
    late = [script for script in pending(scripts, rows) if script.name.version and script.name.order < version_order(latest)]
    return [
        LaunchError(
            f"it is older than version {latest}, which is applied already.",
            option="locations", value=script.name.path, remedy="Give it a version above that one.",
        )
        for script in late
    ]


def _live(rows: t.Sequence[HistoryRow]) -> dict[t.Any, HistoryRow]:
    """The last row of each migration; one that a later DELETE row takes back is gone."""
    live: dict[t.Any, HistoryRow] = {}
    for row in rows:
        if row.type == _DELETE:
            live.pop(row.key, None)
        elif row.type not in (_SCHEMA, _BASELINE):
            live[row.key] = row
    return live


def _baseline(rows: t.Sequence[HistoryRow]) -> tuple[int, ...]:
    """The version up to which the database stood before there was a history; lower than all without one."""
    return max((version_order(row.version) for row in rows if row.type == _BASELINE and row.version), default=())


def _is_pending(script: Script, row: HistoryRow | None, baseline: tuple[int, ...]) -> bool:
    if script.name.version:
        return row is None and script.name.order > baseline
    return row is None or row.checksum not in (script.checksum, script.raw_checksum)


def _key(script: Script) -> t.Any:
    return script.name.order if script.name.version else script.name.description


def _shown(script: Script, steps: t.Sequence[str] | None) -> dict[str, t.Any]:
    shown = {"version": script.name.version, "description": script.name.description, "checksum": script.checksum}
    return shown if steps is None else {**shown, "statements": [*steps]}
