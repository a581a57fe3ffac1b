# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of Flyway's history table, and what they come to: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.script_name import version_order

SQL = "SQL"
SQL_BASELINE = "SQL_BASELINE"
BASELINE = "BASELINE"
SCHEMA = "SCHEMA"
DELETE = "DELETE"
UNDO = "UNDO_"


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
    installed_by: str | None = None
    installed_on: str | None = None
    execution_time: int | None = None

    @property
    def key(self) -> t.Any:
        """What Flyway knows a migration by: its version, or a repeatable one's description."""
        return version_order(self.version) if self.version else self.description

    @property
    def takes_back(self) -> bool:
        return self.type == DELETE or self.type.startswith(UNDO)


def live_rows(rows: t.Sequence[HistoryRow]) -> dict[t.Any, HistoryRow]:
    """The last row of each migration; one that a later row takes back, DELETE or Flyway Teams' UNDO, is gone."""
    live: dict[t.Any, HistoryRow] = {}
    for row in rows:
        if row.takes_back:
            live.pop(row.key, None)
        elif row.type not in (SCHEMA, BASELINE):
            live[row.key] = row
    return live


def baseline_of(rows: t.Sequence[HistoryRow]) -> tuple[int, ...]:
    """The version up to which nothing is run: of Flyway's baseline or of a baseline script; lower than all without one."""
    return max((version_order(row.version) for row in rows if row.type in (BASELINE, SQL_BASELINE) and row.version), default=())


def current_version(rows: t.Sequence[HistoryRow]) -> str | None:
    """The highest version that is applied or covered by the baseline; None for an empty history."""
    versions = [row.version for row in live_rows(rows).values() if row.version and row.success]
    versions += [row.version for row in rows if row.type == BASELINE and row.version]
    return max(versions, key=version_order, default=None)


def row_refusals(rows: t.Sequence[HistoryRow], gone_on_with: t.Container[t.Any] = ()) -> list[LaunchError]:
    """What is wrong with a history whatever the files are.

    :arg gone_on_with: keys of failed migrations that the next run takes up where they were ended.
    """
    undone = [row for row in rows if row.type.startswith(UNDO)]
    live = [row for row in live_rows(rows).values() if row.success or row.key not in gone_on_with]
    errors = [error for row in [*live, *undone] if (error := _refusal(row))]
    return errors + _deleted_twice(rows)


def _refusal(row: HistoryRow) -> LaunchError | None:
    if not row.success:
        return LaunchError(
            f"{row.script} failed when it was run before (rank {row.rank} of the history).", option="table",
            remedy="Undo by hand what it left behind, then let state=repair delete the row (fault: failed), or flyway repair.",
        )
    if row.type.startswith(UNDO):
        return LaunchError(
            f"rank {row.rank} of the history is of type {row.type}, which only Flyway Teams writes: Flyway Community stops at it"
            " with \"No enum constant\", whatever it is asked to do.", option="table",
            remedy="Go on with Flyway Teams for this database. state=undo here leaves a DELETE row instead, which every Flyway reads.",
        )
    if row.type not in (SQL, SQL_BASELINE):
        return LaunchError(
            f"rank {row.rank} of the history is of type {row.type}, which only Flyway itself understands.", option="table",
            remedy="Go on with Flyway for this database.",
        )
    return None


def _deleted_twice(rows: t.Sequence[HistoryRow]) -> list[LaunchError]:
    """Two DELETE rows for one row of a version: Flyway calls the history corrupted, and does nothing any more."""
    state: dict[t.Any, str] = {}
    errors = []
    for row in rows:
        if not row.version or row.type in (SCHEMA, BASELINE):
            continue
        if row.type != DELETE:
            state[row.key] = "live"
        elif state.get(row.key) == "live":
            state[row.key] = "deleted"
        elif state.get(row.key) == "deleted":
            errors.append(LaunchError(
                f"rank {row.rank} of the history deletes version {row.version} once more: Flyway stops with"
                " \"multiple delete entries for version\", whatever it is asked to do.", option="table",
                remedy="Find out who wrote it, and delete that row by hand.",
            ))
    return errors
