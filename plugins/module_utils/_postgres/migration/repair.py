# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bring a history in line with the files, one migration at a time and only where the user names what is there: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, gather, raise_all
from ansible_collections.launch.database.plugins.module_utils._plan import Change, Plan
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.history_row import SQL, SQL_BASELINE, HistoryRow, live_rows
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.script import Script
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.script_name import BASE, check_version, version_order

CHANGED = "changed"
FAILED = "failed"
MISSING = "missing"

OPTION = {"type": "list", "elements": "dict", "default": [], "options": {
    "version": {"type": "str"},
    "description": {"type": "str"},
    "fault": {"type": "str", "required": True, "choices": [CHANGED, FAILED, MISSING]},
    "old_checksum": {"type": "int"},
    "new_checksum": {"type": "int"},
}}


@dataclasses.dataclass(frozen=True)
class Repair:
    """What the user says is wrong with one migration, and that it may be put right.

    :arg version: as the history shows it; None for a repeatable one.
    :arg description: of a repeatable one; None for a version.
    :arg old: the checksum that the history has; only of a changed one.
    :arg new: the checksum that it shall have, that of the file.
    """

    fault: str
    version: str | None
    description: str | None
    old: int | None
    new: int | None

    @property
    def key(self) -> t.Any:
        return version_order(self.version) if self.version else self.description

    @property
    def shown(self) -> str | None:
        return self.version or self.description


def repairs(value: t.Sequence[t.Mapping[str, t.Any]]) -> list[Repair]:
    """The option's value. LaunchErrors for all that makes no sense."""
    if not value:
        raise LaunchError("it names nothing.", option="repairs", remedy="Name each migration to put right; state=status shows which.")
    found, errors = gather(_repair, value)
    twice = {repair.shown for repair in found if sum(repair.key == other.key for other in found) > 1}
    errors += [LaunchError("it is there twice.", option="repairs", value=shown, remedy="Name it once.") for shown in sorted(map(str, twice))]
    raise_all(errors)
    return found


def _repair(entry: t.Mapping[str, t.Any]) -> Repair:
    version, description, fault = entry.get("version"), entry.get("description"), entry["fault"]
    if (version is None) == (description is None):
        raise LaunchError(
            "an entry needs either the version or the description of a repeatable migration.", option="repairs", value=version or description,
            remedy="Name one of the two.",
        )
    given = [entry.get("old_checksum"), entry.get("new_checksum")]
    if fault == CHANGED and (description is not None or None in given):
        raise LaunchError(
            "a changed one needs version, old_checksum and new_checksum.", option="repairs", value=version or description,
            remedy="validate names both checksums. A repeatable migration that was changed is simply run again.",
        )
    if fault != CHANGED and given != [None, None]:
        raise LaunchError("only a changed one has checksums to replace.", option="repairs", value=version or description, remedy="Leave them out.")
    return Repair(fault, check_version(version, "repairs.version") if version is not None else None, description, *given)


def plan_repairs(wanted: t.Sequence[Repair], rows: t.Sequence[HistoryRow], scripts: t.Sequence[Script], table: str) -> Plan:
    """The changes of the history. LaunchErrors where it, or the files, are not what the user says."""
    found, errors = gather(lambda repair: _change(repair, rows, scripts), wanted)
    raise_all(errors)
    return Plan(f"history {table}", tuple(change for change in found if change is not None))


def _change(repair: Repair, rows: t.Sequence[HistoryRow], scripts: t.Sequence[Script]) -> Change | None:
    row = live_rows(rows).get(repair.key)
    if repair.fault == FAILED:
        return _without_failed(repair, row)
    script = _script(repair, row, scripts)
    if repair.fault == MISSING:
        return _marked(repair, row, script, rows)
    return _aligned(repair, row, script)


def _script(repair: Repair, row: HistoryRow | None, scripts: t.Sequence[Script]) -> Script | None:
    is_base = row is not None and row.type == SQL_BASELINE
    return next((script for script in scripts if script.key == repair.key and (script.name.kind == BASE) == is_base), None)


def _without_failed(repair: Repair, row: HistoryRow | None) -> Change | None:
    if row is None:
        return None
    if row.success:
        raise _refused(repair, f"{row.script} did not fail: rank {row.rank} says success.", "Nothing was changed.")
    return Change("delete", row.script, {"rank": row.rank, "success": False}, None, payload=row)


def _marked(repair: Repair, row: HistoryRow | None, script: Script | None, rows: t.Sequence[HistoryRow]) -> Change | None:
    if row is None:
        if any(each.key == repair.key for each in rows):
            return None
        raise _refused(repair, "the history does not have it.", "state=status shows what it has.")
    if script is not None:
        raise _refused(repair, f"its file is there: {script.name.path}.", "Only what has no file any more is marked as deleted.")
    if not row.success:
        raise _refused(repair, f"{row.script} failed.", "Take fault: failed, which deletes its row.")
    before = {"rank": row.rank, "version": row.version, "description": row.description, "checksum": row.checksum}
    return Change("mark_deleted", row.script, before, None, payload=row)


def _aligned(repair: Repair, row: HistoryRow | None, script: Script | None) -> Change | None:
    if row is None or script is None:
        missing = "the history does not have it" if row is None else "there is no such file"
        raise _refused(repair, f"{missing}.", "state=status shows what is there.")
    if row.type not in (SQL, SQL_BASELINE) or not row.success:
        raise _refused(repair, f"rank {row.rank} is of type {row.type}, success {str(row.success).lower()}.", "Only what was applied from a file is aligned.")
    if script.checksum != repair.new:
        raise _refused(repair, f"the file's checksum is {script.checksum}, not {repair.new}.", "Look at what was changed since, and name that checksum.")
    if (row.checksum, row.description) == (script.checksum, script.name.description):
        return None
    if row.checksum != repair.old:
        raise _refused(repair, f"the history's checksum is {row.checksum}, not {repair.old}.", "Somebody else has changed it: look again.")
    before = {"checksum": row.checksum, "description": row.description}
    after = {"checksum": script.checksum, "description": script.name.description}
    return Change("align", row.script, before, after, payload=(row, script))


def _refused(repair: Repair, problem: str, remedy: str) -> LaunchError:
    return LaunchError(problem, option="repairs", value=repair.shown, remedy=remedy)
