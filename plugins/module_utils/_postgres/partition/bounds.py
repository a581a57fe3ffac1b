# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the partitions of the audit log hold, for whoever may read the catalog: the platform's own function is the archiver's.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import datetime

from ansible_collections.launch.database.plugins.module_utils._postgres.identifiers import quoted
from ansible_collections.launch.database.plugins.module_utils._postgres.session import Session

_BOUNDS = """\
SELECT bound[1]::timestamptz AS starts, bound[2]::timestamptz AS ends
FROM pg_catalog.pg_inherits i
JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
CROSS JOIN LATERAL pg_catalog.regexp_match(pg_catalog.pg_get_expr(c.relpartbound, c.oid), $re$FROM \\('(.+)'\\) TO \\('(.+)'\\)$re$) AS bound
WHERE i.inhparent = pg_catalog.to_regclass(%s) AND bound IS NOT NULL"""


def partition_bounds(session: Session, audit_schema: str) -> list[tuple[datetime.datetime, datetime.datetime]]:
    """Where each begins and the first moment after it, in UTC; none where there is no log. It waits for who holds one of them exclusively."""
    rows = session.rows(_BOUNDS, (f"{quoted(audit_schema)}.audit_log",))
    return [(row["starts"].astimezone(datetime.timezone.utc), row["ends"].astimezone(datetime.timezone.utc)) for row in rows]
