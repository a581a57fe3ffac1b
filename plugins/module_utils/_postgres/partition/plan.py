# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which partitions of the audit log are missing: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import datetime

from ansible_collections.launch.database.plugins.module_utils._plan import Change, Plan


@dataclasses.dataclass(frozen=True)
class ActualPartitions:
    """What the database says.

    :arg today: its date in UTC, which the months are counted from.
    :arg partitions: names of those there are.
    :arg horizon: until when audited writes have a partition without a gap; None when there is none now.
    :arg retention: for how many months a month stays after its end; None where that is not set.
    """

    today: datetime.date
    partitions: frozenset[str]
    horizon: datetime.datetime | None
    retention: int | None = None


def plan_partitions(state: ActualPartitions, months_ahead: int, table: str, retention: int | None = None) -> Plan:
    """A partition for this month and for each of so many after it, and how long they stay.

    :arg retention: None leaves it alone.
    :arg table: the log, as people call it.
    """
    wanted = [(partition_name(state.today, offset), offset) for offset in range(months_ahead + 1)]
    changes = [Change("create", name, None, "partition", payload=offset) for name, offset in wanted if name not in state.partitions]
    if retention is not None and retention != state.retention:
        changes.append(Change("update", "retention_months", state.retention, retention, payload=retention))
    return Plan(f"partitions of {table}", tuple(changes))


def partition_name(today: datetime.date, offset: int) -> str:
    """The name of the partition of the month ``offset`` months after this one, as the database's functions form it."""
    months = today.year * 12 + today.month - 1 + offset
    return f"audit_log_y{months // 12:04d}m{months % 12 + 1:02d}"
