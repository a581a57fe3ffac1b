# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The objects that a script makes, changes and drops, by what the catalogs say of them before and after it.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import contextlib
import dataclasses

from ansible_collections.launch.database.plugins.module_utils._postgres.schema.facts import Facts, catalogs_of
from ansible_collections.launch.database.plugins.module_utils._postgres.schema.queries import queries
from ansible_collections.launch.database.plugins.module_utils._postgres.schema.read import pin, rows_now
from ansible_collections.launch.database.plugins.module_utils._postgres.schema.text import lines_of
from ansible_collections.launch.database.plugins.module_utils._postgres.session import DatabaseError, Session

_POINT = "catalogs_were_read"


@dataclasses.dataclass(frozen=True)
class ChangedObjects:
    """Those that are not the same before and after; None for a side that could not be read."""

    before: Facts | None
    after: Facts | None

    def as_result(self) -> dict[str, list[str]] | None:
        """The names of objects; None where it is not known."""
        if self.before is None or self.after is None:
            return None
        return {
            "added": sorted(set(self.after) - set(self.before)),
            "changed": sorted(set(self.after) & set(self.before)),
            "dropped": sorted(set(self.before) - set(self.after)),
        }

    def lines(self) -> tuple[list[str], list[str]]:
        """For a diff: what the catalogs say, an attribute a line."""
        return lines_of(self.before or {}), lines_of(self.after or {})


def changed(before: Facts | None, after: Facts | None) -> ChangedObjects:
    """What of two readings differs."""
    if before is None or after is None:
        return ChangedObjects(None, None)
    names = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    return ChangedObjects(*({name: facts[name] for name in names if name in facts} for facts in (before, after)))


def facts_now(session: Session) -> Facts | None:
    """All objects, as this transaction sees them; None where the catalogs can't be read. It changes settings until the transaction ends.

    An object of a kind that has no attributes here is known by its name.
    """
    session.execute(f"SAVEPOINT {_POINT}")
    try:
        pin(session)
        found = catalogs_of(rows_now(session, queries(session.connection.server_version)))
    except DatabaseError:
        with contextlib.suppress(DatabaseError):
            session.execute(f"ROLLBACK TO SAVEPOINT {_POINT}")
        return None
    session.execute(f"RELEASE SAVEPOINT {_POINT}")
    return {**{name: {"kind": "not compared"} for name in found.unmodelled}, **found.facts}
