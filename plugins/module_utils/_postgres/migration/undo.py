# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Take applied versions back with their undo scripts, the last applied one first: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, raise_all
from ansible_collections.launch.database.plugins.module_utils._plan import Change, Plan
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.history_row import (
    HistoryRow,
    baseline_of,
    current_version,
    live_rows,
    row_refusals,
)
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.script import Script
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.script_name import version_order


def plan_undo(to: str, rows: t.Sequence[HistoryRow], scripts: t.Sequence[Script], refused: t.Sequence[LaunchError], table: str) -> Plan:
    """The undo scripts to run. LaunchErrors, before anything runs, where one is missing or the history does not allow it.

    :arg to: the version that the database shall be at.
    :arg scripts: undo scripts.
    :arg refused: what PostgreSQL's parser says against those to be run.
    """
    errors = row_refusals(rows) + _unreachable(to, rows)
    raise_all(errors)
    todo = [*undone(to, rows)]
    by_key = {script.key: script for script in scripts}
    errors = [_missing(row) for row in todo if row.key not in by_key]
    raise_all(errors + list(refused))
    return Plan(f"migrations of {table}", tuple(
        Change(
            "undo", row.script, {"version": row.version, "checksum": row.checksum}, None, destructive=True,
            payload=dataclasses.replace(by_key[row.key], undoes=row),
        ) for row in todo
    ))


def undone(to: str, rows: t.Sequence[HistoryRow]) -> list[HistoryRow]:
    """What is above that version, the last applied one first: one that came out of order may need what was there before it."""
    above = [row for row in live_rows(rows).values() if row.version and row.key > version_order(to)]
    return sorted(above, key=lambda row: row.rank, reverse=True)


def _unreachable(to: str, rows: t.Sequence[HistoryRow]) -> list[LaunchError]:
    order, floor = version_order(to), baseline_of(rows)
    if floor and order < floor:
        return [LaunchError(
            "it is below the baseline, of which nothing can be taken back.", option="undo_to", value=to,
            remedy=f"The lowest is {'.'.join(map(str, floor))}.",
        )]
    known = [row.key for row in live_rows(rows).values() if row.version]
    if order not in ((0,), floor, *known):
        return [LaunchError(
            f"no such version is applied; the current one is {current_version(rows)}.", option="undo_to", value=to,
            remedy="Name the applied version that shall be the last one, or 0 for none.",
        )]
    return []


def _missing(row: HistoryRow) -> LaunchError:
    return LaunchError(
        f"there is no undo script for version {row.version} ({row.script}).", option="undo_locations",
        remedy=f"Write U{t.cast(str, row.version).replace('.', '_')}__name.sql. Nothing was changed.",
    )
