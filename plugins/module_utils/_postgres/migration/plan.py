# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which migrations are to be run, and when none may be: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import typing as t
import unicodedata

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, raise_all
from ansible_collections.launch.database.plugins.module_utils._plan import Change, Plan
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.history_row import (
    BASELINE,
    SQL,
    SQL_BASELINE,
    HistoryRow,
    baseline_of,
    current_version,
    live_rows,
    row_refusals,
)
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.objects import NOTHING, Found, refusals
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.script import Script
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.script_name import BASE, VERSIONED, version_order


@dataclasses.dataclass(frozen=True)
class Rules:
    """What the user allows or wants of the order.

    :arg out_of_order: whether versions below the latest applied one are run too.
    :arg target: the highest version to run, in numbers; None for all.
    """

    out_of_order: bool = False
    target: tuple[int, ...] | None = None

    def reach(self, script: Script) -> bool:
        return self.target is None or not script.name.version or script.name.order <= self.target


@dataclasses.dataclass(frozen=True)
class Recorded:
    """What a database says about its migrations.

    :arg history: its rows by rank; None while there is no history table.
    :arg refused: what PostgreSQL's parser, a dry run or the lint say against the pending scripts.
    :arg found: what is there already; looked at only while there is no history table, or no row in it.
    :arg steps: by pending script, a line for each statement: what it would do.
    :arg objects: by script that a dry run ran, the lines of the catalog that it changes, before and after.
    """

    history: tuple[HistoryRow, ...] | None
    refused: tuple[LaunchError, ...] = ()
    found: Found = NOTHING
    steps: t.Mapping[str, t.Sequence[str]] = dataclasses.field(default_factory=dict)
    objects: t.Mapping[str, tuple[t.Sequence[str], t.Sequence[str]]] = dataclasses.field(default_factory=dict)

    @property
    def rows(self) -> tuple[HistoryRow, ...]:
        return self.history or ()


def plan_migrations(scripts: t.Sequence[Script], state: Recorded, table: str, rules: Rules = Rules()) -> Plan:
    """The history table if it is missing, then the pending scripts in their order.

    LaunchErrors, before anything runs, if the history and the files contradict each other or a script is no SQL.
    """
    raise_all(objections(scripts, state, table, rules))
    changes = [] if state.history is not None else [Change("create", table, None, "history table")]
    live = live_rows(state.rows)
    for script in pending(scripts, state.rows, rules):
        path, row = script.name.path, live.get(script.key)
        before = {} if row is None else {"checksum": row.checksum, **({} if row.success else {"success": False})}
        gone, made = state.objects.get(path, ((), ()))
        after = {**_shown(script, state.steps.get(path)), **_objects(made)}
        changes.append(Change("apply", path, {**before, **_objects(gone)} or None, after, payload=script))
    return Plan(f"migrations of {table}", tuple(changes))


def objections(scripts: t.Sequence[Script], state: Recorded, table: str, rules: Rules = Rules()) -> list[LaunchError]:
    """Everything because of which no script may run."""
    return refusals(state.found, table, scripts) + contradictions(scripts, state.rows, rules) + list(state.refused)


def pending(scripts: t.Sequence[Script], rows: t.Sequence[HistoryRow], rules: Rules = Rules()) -> list[Script]:
    """The scripts that the history does not have, or has with another content if they are repeatable."""
    live, base = live_rows(rows), base_script(scripts, rows, rules)
    floor = _floor(rows, base)
    return [script for script in scripts if script is base or _is_pending(script, live.get(script.key), floor) and rules.reach(script)]


def base_script(scripts: t.Sequence[Script], rows: t.Sequence[HistoryRow], rules: Rules = Rules()) -> Script | None:
    """The baseline script that a database without any version begins with: the highest within the target."""
    if any(row.version for row in live_rows(rows).values()) or any(row.type == BASELINE for row in rows) or baseline_of(rows):
        return None
    return max((script for script in scripts if script.name.kind == BASE and rules.reach(script)), key=lambda script: script.name.order, default=None)


def skipped_by_baseline(scripts: t.Sequence[Script], rows: t.Sequence[HistoryRow], rules: Rules = Rules()) -> list[Script]:
    """The versions that are never run here because a baseline stands for them."""
    live, floor = live_rows(rows), _floor(rows, base_script(scripts, rows, rules))
    return [script for script in scripts if script.name.kind == VERSIONED and script.name.order <= floor and not _ran(live.get(script.key))]


def contradictions(scripts: t.Sequence[Script], rows: t.Sequence[HistoryRow], rules: Rules = Rules()) -> list[LaunchError]:
    """Everything about history and files because of which no script may run."""
    by_key = {script.key: script for script in scripts if script.name.kind != BASE}
    bases = {script.key: script for script in scripts if script.name.kind == BASE}
    floor = baseline_of(rows)
    errors = row_refusals(rows, {script.key for script in gone_on_with(scripts, rows)})
    for row in live_rows(rows).values():
        if not row.success or row.type == SQL_BASELINE and row.key in bases:
            continue  # one is refused already; of the other Flyway compares nothing
        if row.version and row.key <= floor and row.type != SQL_BASELINE:
            continue  # Flyway checks nothing that the baseline covers
        errors += against_file(row, by_key.get(row.key) if row.type != SQL_BASELINE else None, scripts)
    return errors + _out_of_order(scripts, rows, rules)


def gone_on_with(scripts: t.Sequence[Script], rows: t.Sequence[HistoryRow]) -> list[Script]:
    """Scripts without a transaction that were ended in the middle, and are as they were."""
    failed = {(row.key, row.script, row.checksum) for row in live_rows(rows).values() if not row.success and row.type == SQL}
    return [script for script in scripts if (script.key, script.name.path, script.checksum) in failed and script.resumable]


def against_file(row: HistoryRow, script: Script | None, scripts: t.Sequence[Script] = ()) -> list[LaunchError]:
    """What does not fit between a row of the history and its file."""
    if script is None:
        return [LaunchError(
            f"{row.script} was applied (rank {row.rank}), but the file is missing.", option="locations", remedy=_missing_remedy(row, scripts),
        )]
    if row.version and row.checksum != script.checksum:
        problem = f"it was changed after it was applied: checksum {script.checksum}, in the history {row.checksum}."
        return [LaunchError(
            problem, option="locations", value=script.name.path,
            remedy="Restore it, and write a new migration for the change. If the change means nothing, state=repair takes both checksums.",
        )]
    if row.version and row.description != script.name.description:
        same = _normal(row.description) == _normal(script.name.description)
        how = "in how its letters with accents are written (Unicode normalisation)" if same else f": the history calls it {row.description!r}"
        return [LaunchError(
            f"it was renamed after it was applied{' ' if same else ''}{how}.", option="locations", value=script.name.path,
            remedy=f"Name it as before: {row.script}.",
        )]
    return []


def _missing_remedy(row: HistoryRow, scripts: t.Sequence[Script]) -> str:
    for script in scripts:
        if script.name.version is None and row.version is None and _normal(script.name.description) == _normal(row.description):
            return f"Name {script.name.path!r} as before: its letters with accents are written another way (Unicode normalisation)."
    return "Bring it back from version control. If it is gone for good, state=repair marks it as deleted (fault: missing)."


def _normal(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _out_of_order(scripts: t.Sequence[Script], rows: t.Sequence[HistoryRow], rules: Rules) -> list[LaunchError]:
    latest = current_version(rows)
    if latest is None or rules.out_of_order:
        return []
    late = [script for script in pending(scripts, rows, rules) if script.name.version and script.name.order < version_order(latest)]
    return [
        LaunchError(
            f"it is older than version {latest}, which is applied already.", option="locations", value=script.name.path,
            remedy="Give it a version above that one, or allow it with out_of_order=true.",
        )
        for script in late
    ]


def _floor(rows: t.Sequence[HistoryRow], base: Script | None) -> tuple[int, ...]:
    return max(baseline_of(rows), base.name.order if base else ())


def _ran(row: HistoryRow | None) -> bool:
    return row is not None and row.type != SQL_BASELINE


def _is_pending(script: Script, row: HistoryRow | None, floor: tuple[int, ...]) -> bool:
    if script.name.kind == BASE:
        return False
    if row is not None and not row.success:
        return True
    if script.name.version:
        return row is None and script.name.order > floor
    return row is None or row.checksum not in (script.checksum, script.raw_checksum)


def _objects(lines: t.Sequence[str]) -> dict[str, list[str]]:
    return {"objects": [*lines]} if lines else {}


def _shown(script: Script, steps: t.Sequence[str] | None) -> dict[str, t.Any]:
    shown = {"version": script.name.version, "description": script.name.description, "checksum": script.checksum}
    shown |= {"transaction": False} if script.outside else {}
    return shown if steps is None else {**shown, "statements": [*steps]}
