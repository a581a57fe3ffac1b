# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Begin the history of a database that is there already: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, raise_all
from ansible_collections.launch.database.plugins.module_utils._plan import Change, Plan
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.history_row import BASELINE, SCHEMA, HistoryRow
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.objects import elsewhere
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.plan import Recorded
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.script import Script
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.script_name import VERSIONED, version_order

DESCRIPTION = "<< Flyway Baseline >>"


@dataclasses.dataclass(frozen=True)
class Baseline:
    """The version that a database stands at before its first migration, and what to call it."""

    version: str
    description: str

    def as_row(self) -> HistoryRow:
        """What the history has of it, as the first row."""
        return HistoryRow(1, self.version, self.description, BASELINE, self.description, None, True)


def plan_baseline(wanted: Baseline, state: Recorded, scripts: t.Sequence[Script], table: str) -> Plan:
    """The history table if it is missing, and the row; nothing if it is there. LaunchError if there is another history, or nothing at all.

    :arg state: without a row in the history, what there is in all schemas.
    """
    if any(_is(row, wanted) for row in state.rows):
        return Plan(f"baseline of {table}", ())
    raise_all(_refusals(wanted, state.rows, table) + elsewhere(state.found, table, scripts) + _of_nothing(wanted, state))
    order = version_order(wanted.version)
    skipped = [script.name.path for script in scripts if script.name.kind == VERSIONED and script.name.order <= order]
    after = {"version": wanted.version, "description": wanted.description, "skipped_by_baseline": skipped}
    changes = [] if state.history is not None else [Change("create", table, None, "history table")]
    return Plan(f"baseline of {table}", (*changes, Change("baseline", wanted.version, None, after, payload=wanted)))


def _of_nothing(wanted: Baseline, state: Recorded) -> list[LaunchError]:
    if state.history or state.found.kinds or version_order(wanted.version) == (0,):
        return []
    return [LaunchError(
        "there is nothing in this database that it could stand for.", option="baseline_version", value=wanted.version,
        remedy="Leave it out, and the migrations make everything. If this is another database than the one you mean, correct login_db.",
    )]


def _is(row: HistoryRow, wanted: Baseline) -> bool:
    return row.type == BASELINE and row.key == version_order(wanted.version) and row.description == wanted.description


def _refusals(wanted: Baseline, rows: t.Sequence[HistoryRow], table: str) -> list[LaunchError]:
    for row in rows:
        if row.type == BASELINE:
            return [LaunchError(
                f"{table} has a baseline already: {row.version} ({row.description}).", option="baseline_version", value=wanted.version,
                remedy="A history has one baseline. Nothing was changed.",
            )]
    if any(row.type == SCHEMA for row in rows) and version_order(wanted.version) == (0,):
        return [LaunchError(
            f"{table} says that Flyway made the schema itself, which is its version 0.", option="baseline_version", value=wanted.version,
            remedy="No baseline is needed: run the migrations.",
        )]
    if any(row.type != SCHEMA for row in rows):
        return [LaunchError(
            f"{table} has migrations already.", option="baseline_version", value=wanted.version,
            remedy="A baseline comes before the first migration. state=status shows what is applied.",
        )]
    return []
