# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The months of the audit log, and what their partitions are called."""

from __future__ import annotations

import datetime as dt


def partition_of(month: dt.date) -> str:
    return f"audit_log_y{month:%Y}m{month:%m}"


def months_from_now(count: int) -> list[dt.date]:
    first = dt.datetime.now(dt.UTC).date().replace(day=1)
    return [
        dt.date(first.year + (first.month - 1 + ahead) // 12, (first.month - 1 + ahead) % 12 + 1, 1)
        for ahead in range(count)
    ]
