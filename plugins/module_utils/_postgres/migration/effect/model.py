# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a statement does to others, as data: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import typing as t

ACCESS_SHARE = "ACCESS SHARE"
ROW_SHARE = "ROW SHARE"
ROW_EXCLUSIVE = "ROW EXCLUSIVE"
SHARE_UPDATE = "SHARE UPDATE EXCLUSIVE"
SHARE = "SHARE"
SHARE_ROW = "SHARE ROW EXCLUSIVE"
EXCLUSIVE = "EXCLUSIVE"
ACCESS = "ACCESS EXCLUSIVE"
# From the weakest to the strongest.
LOCKS = (ACCESS_SHARE, ROW_SHARE, ROW_EXCLUSIVE, SHARE_UPDATE, SHARE, SHARE_ROW, EXCLUSIVE, ACCESS)

# What is done with all the rows of a relation, from the least to the most.
NO_WORK = ""
MAY_SCAN = "may read all rows"
SCAN = "reads all rows"
MAY_REWRITE = "may rewrite the table"
REWRITE = "rewrites the table"
EMPTIES = "removes all rows"
WORK = (NO_WORK, MAY_SCAN, SCAN, MAY_REWRITE, REWRITE, EMPTIES)


@dataclasses.dataclass(frozen=True)
class Touch:
    """What a statement does to one relation.

    :arg relation: its name as the statement has it.
    :arg lock: one of LOCKS.
    :arg work: one of WORK.
    :arg new: whether the statement makes it: then nobody waits for it.
    """

    relation: str
    lock: str
    work: str = NO_WORK
    new: bool = False

    def and_also(self, other: Touch) -> Touch:
        return Touch(self.relation, max(self.lock, other.lock, key=LOCKS.index), max(self.work, other.work, key=WORK.index), self.new or other.new)


@dataclasses.dataclass(frozen=True)
class Effect:
    """What a statement does to others.

    :arg kind: as in ``ALTER TABLE ADD COLUMN``.
    :arg touches: the relations that it names.
    :arg unknown: what its text does not tell, as in "what the functions do that it calls: f"; empty if it tells all.
    """

    kind: str
    touches: tuple[Touch, ...] = ()
    unknown: str = ""


def effect(kind: str, touches: t.Iterable[Touch] = (), unknown: str = "") -> Effect:
    """An effect with one touch for each relation, the strongest."""
    merged: dict[str, Touch] = {}
    for touch in touches:
        merged[touch.relation] = merged[touch.relation].and_also(touch) if touch.relation in merged else touch
    return Effect(kind, tuple(merged.values()), unknown)
