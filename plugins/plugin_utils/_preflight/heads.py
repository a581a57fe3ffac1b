# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Heads, exports and the retention of the audit log: pure. The rules are those of the modules.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.audit.options import (
    LONGEST_AGE, LONGEST_WAIT, destination_errors, month_errors, range_error, retention_error,
)
from ansible_collections.launch.database.plugins.plugin_utils._preflight.settings import Check, Settings

DESTINATION, RETENTION_MONTHS, REMOVE = "audit_heads_destination", "audit_partitions_retention_months", "audit_heads_remove"
OPEN_FOLDER = "audit_heads_open_folder"
_LIMITS = {"audit_heads_max_age": LONGEST_AGE, "audit_heads_warn_after": LONGEST_AGE, "audit_heads_settle": LONGEST_WAIT}
_LONGEST_MONTH = 31  # days
# The tag of the plays that make heads.
PART = "heads"


def _destination(settings: Settings) -> list[LaunchError]:
    given = settings.get(DESTINATION, {})
    return destination_errors(given, DESTINATION) if given else []


def _asked_for(settings: Settings) -> t.Iterator[LaunchError]:
    """A run for heads alone that makes none would succeed each hour, and nobody would notice. A destination without a log is refused anyway."""
    if settings.world.reach.parts == {PART} and not settings.get(DESTINATION, {}):
        yield LaunchError(
            "it is empty, and this run is for heads of the audit log alone, so that it would do nothing.", option=DESTINATION,
            remedy="Give the folder or the bucket in which heads are kept, or take this run out of its schedule.",
        )


def _limits(settings: Settings) -> t.Iterator[LaunchError]:
    for option, most in _LIMITS.items():
        if error := range_error(settings.get(option, 0), 0, most, option):
            yield error
    yield from month_errors(settings.get("audit_heads_late_months", []), "audit_heads_late_months")


def _open_folder(settings: Settings) -> t.Iterator[LaunchError]:
    folder = settings.get(OPEN_FOLDER, "")
    if folder and not folder.startswith("/"):
        yield LaunchError("it is not an absolute path.", option=OPEN_FOLDER, value=folder, remedy="Begin it with a slash.")
    if folder and not settings.get("audit_heads_export", True):
        yield LaunchError("audit_heads_export is false, so nothing is copied.", option=OPEN_FOLDER, value=folder, remedy="Let months be exported.")


def _retention(settings: Settings) -> t.Iterator[LaunchError]:
    if error := retention_error(settings.get(RETENTION_MONTHS, 0) or None, RETENTION_MONTHS):
        yield error


def _removal(settings: Settings) -> t.Iterator[LaunchError]:
    """What is removed has to be exported, and somebody has to say when."""
    if not settings.get(REMOVE, False):
        return
    if not settings.get(DESTINATION, {}):
        yield LaunchError(
            f"{DESTINATION} is empty, so nothing is exported and nothing can be removed.", option=REMOVE, value=True, remedy=f"Give {DESTINATION}.")
    if not settings.get("audit_heads_export", True):
        yield LaunchError("audit_heads_export is false, and only what was exported can be removed.", option=REMOVE, value=True, remedy="Let it be exported.")
    if not settings.get(RETENTION_MONTHS, 0):
        yield LaunchError(f"{RETENTION_MONTHS} is 0, so nothing can be removed.", option=REMOVE, value=True, remedy=f"Give {RETENTION_MONTHS}.")


def _lock(settings: Settings) -> t.Iterator[LaunchError]:
    """A month's heads have to be there for as long as its rows are: they are made up to the month's end and a day more."""
    destination, months = settings.get(DESTINATION, {}), settings.get(RETENTION_MONTHS, 0)
    least = (months + 1) * _LONGEST_MONTH + 1
    if destination.get("bucket") and months and destination.get("lock_days", least) < least:
        yield LaunchError(
            f"the rows of a month stay for {months} months after its end, and its heads would be unlocked before.", option=f"{DESTINATION}.lock_days",
            value=destination["lock_days"], remedy=f"Take {least} or more, or a shorter {RETENTION_MONTHS}.",
        )


ROLE: tuple[Check, ...] = (_destination, _limits, _open_folder)
RETENTION: tuple[Check, ...] = (_retention,)
ASKED: tuple[Check, ...] = (_asked_for,)
CHECKS: tuple[Check, ...] = (*ROLE, *RETENTION, _removal, _lock)
