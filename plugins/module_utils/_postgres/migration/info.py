# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Flyway's info shows: each migration with its state, in Flyway's words. Pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.launch.database.plugins.module_utils._postgres.migration.history_row import (
    BASELINE,
    DELETE,
    SCHEMA,
    SQL,
    SQL_BASELINE,
    UNDO,
    HistoryRow,
    live_rows,
)
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.plan import Rules, base_script, baseline_of, pending
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.script import Script
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.script_name import BASE, version_order

# Of a row that a later one took the place of.
DELETED, UNDONE, SUPERSEDED = ENDED = ("Deleted", "Undone", "Superseded")


def migrations(scripts: t.Sequence[Script], rows: t.Sequence[HistoryRow], rules: Rules = Rules()) -> list[dict[str, t.Any]]:
    """What is in the history, by rank; then what is not, in the order of running. As in Flyway, a version's DELETE row is not shown."""
    around = _Around.of(scripts, rows)
    shown = [row for row in rows if row.type != DELETE or not row.version]
    return [_applied(row, _state(row, around)) for row in shown] + _unapplied(scripts, rows, rules)


@dataclasses.dataclass(frozen=True)
class _Around:
    """What a row's state depends on beside the row.

    :arg scripts: by key, and whether they are baseline scripts.
    :arg last: the highest version of a file.
    :arg following: the next row of the same migration, by rank.
    :arg late: ranks of versions that came after a higher one.
    """

    scripts: t.Mapping[tuple[t.Any, bool], Script]
    last: tuple[int, ...]
    following: t.Mapping[int, HistoryRow]
    late: t.Container[int]

    @classmethod
    def of(cls, scripts: t.Sequence[Script], rows: t.Sequence[HistoryRow]) -> _Around:
        following: dict[int, HistoryRow] = {}
        before: dict[t.Any, HistoryRow] = {}
        for row in rows:
            if row.key in before:
                following[before[row.key].rank] = row
            before[row.key] = row
        last = max((script.name.order for script in scripts if script.name.version), default=())
        return cls({(script.key, script.name.kind == BASE): script for script in scripts}, last, following, _out_of_order(rows))


def _state(row: HistoryRow, around: _Around) -> str:
    if row.type in (SCHEMA, DELETE) or row.type.startswith(UNDO):
        return "Success"
    if row.type == BASELINE:
        return "Baseline"
    ended = _ended(row, around.following.get(row.rank))
    if ended:
        return ended
    script = around.scripts.get((row.key, row.type == SQL_BASELINE))
    if script is None:
        return _without_file(row, around.last)
    if not row.success:
        return "Failed"
    if row.type == SQL_BASELINE:
        return "Baseline"
    if not row.version:
        return "Success" if row.checksum in (script.checksum, script.raw_checksum) else "Outdated"
    return "Out of Order" if row.rank in around.late else "Success"


def _ended(row: HistoryRow, later: HistoryRow | None) -> str | None:
    """What the next row of the same migration did to this one."""
    if later is None:
        return None
    if later.type == DELETE:
        return DELETED
    if later.type.startswith(UNDO):
        return UNDONE
    return None if row.version else SUPERSEDED


def _without_file(row: HistoryRow, last: tuple[int, ...]) -> str:
    state = "Missing" if not row.version or row.key < last else "Future"
    return state if row.success else f"Failed ({state})"


def _out_of_order(rows: t.Sequence[HistoryRow]) -> set[int]:
    """The ranks of versions that came after a higher one."""
    highest: tuple[int, ...] = ()
    late = set()
    live = {row.rank for row in live_rows(rows).values()} | {row.rank for row in rows if row.type == BASELINE}
    for row in rows:
        if row.version and row.type != DELETE:
            if version_order(row.version) > highest:
                highest = version_order(row.version) if row.rank in live else highest
            else:
                late.add(row.rank)
    return late


def _unapplied(scripts: t.Sequence[Script], rows: t.Sequence[HistoryRow], rules: Rules) -> list[dict[str, t.Any]]:
    live = live_rows(rows)
    todo = {script.file for script in pending(scripts, rows, rules)}
    latest = max((row.key for row in [*live.values(), *(row for row in rows if row.type == BASELINE)] if row.version), default=())
    base = base_script(scripts, rows, rules)
    floor = max(baseline_of(rows), base.name.order if base else ())
    shown = []
    for script in scripts:
        if _has_row(script, live):
            continue
        shown.append(_unrun(script, _unapplied_state(script, script.file in todo, floor, latest, rules)))
    return shown


def _has_row(script: Script, live: t.Mapping[t.Any, HistoryRow]) -> bool:
    row = live.get(script.key)
    if row is None:
        return False
    if not script.name.version:
        return row.checksum in (script.checksum, script.raw_checksum)
    return (row.type == SQL_BASELINE) == (script.name.kind == BASE)


def _unapplied_state(script: Script, todo: bool, floor: tuple[int, ...], latest: tuple[int, ...], rules: Rules) -> str:
    order = script.name.order
    if todo and (not script.name.version or script.name.kind == BASE or order >= latest or rules.out_of_order):
        return "Pending"
    if order < floor:
        return "Below Baseline"
    if order == floor:
        return "Ignored (Baseline)"
    return "Ignored" if rules.reach(script) else "Above Target"


def _applied(row: HistoryRow, state: str) -> dict[str, t.Any]:
    return {
        "rank": row.rank, "version": row.version, "description": row.description, "type": row.type, "script": row.script, "checksum": row.checksum,
        "state": state, "installed_on": row.installed_on,
        "installed_by": row.installed_by, "execution_time": row.execution_time,
    }


def _unrun(script: Script, state: str) -> dict[str, t.Any]:
    name = script.name
    return {
        "rank": None, "version": name.version, "description": name.description, "type": SQL_BASELINE if name.kind == BASE else SQL,
        "script": name.path, "checksum": script.checksum, "state": state, "installed_on": None, "installed_by": None, "execution_time": None,
    }
