# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Partitions of the audit log made ahead through the platform's function.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._plan import Plan
from ansible_collections.launch.database.plugins.module_utils._postgres.audit.options import retention_error
from ansible_collections.launch.database.plugins.module_utils._postgres.identifiers import quoted
from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names
from ansible_collections.launch.database.plugins.module_utils._postgres.partition.plan import ActualPartitions, plan_partitions
from ansible_collections.launch.database.plugins.module_utils._postgres.session import Session
from ansible_collections.launch.database.plugins.module_utils._postgres.standing import require_log, require_roles

MOST_MONTHS = 120  # what ensure_partitions() takes
_LOG = "audit_log"

_PARTITIONS = """\
SELECT c.relname
FROM pg_catalog.pg_inherits i
JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
JOIN pg_catalog.pg_class p ON p.oid = i.inhparent
JOIN pg_catalog.pg_namespace n ON n.oid = p.relnamespace
WHERE n.nspname = %s AND p.relname = %s"""


class Partitions:
    """The job of postgres_audit_partition."""

    def __init__(self, params: t.Mapping[str, t.Any]) -> None:
        self._names = Names.from_options(params["names"])
        self._months = params["months_ahead"]
        self._retention = params["retention_months"]
        self._created: list[str] = []
        if error := retention_error(self._retention, "retention_months"):
            raise error
        if not 0 <= self._months <= MOST_MONTHS:
            raise LaunchError("it is out of range.", option="months_ahead", value=self._months, remedy=f"Take 0 to {MOST_MONTHS}.")

    def read(self, session: Session) -> ActualPartitions:
        today = session.value("SELECT (now() AT TIME ZONE 'UTC')::date")
        if not session.table_exists(self._names.audit_schema, _LOG):
            return ActualPartitions(today, frozenset(), None)
        require_roles(session, self._names, "platform", *(("audit_owner",) if self._retention is not None else ()))
        names = frozenset(row["relname"] for row in session.rows(_PARTITIONS, (self._names.audit_schema, _LOG)))
        with session.transaction(self._names.platform):
            horizon = session.value(f"SELECT {self._schema}.partition_horizon()")
        return ActualPartitions(today, names, horizon, self._read_retention(session))

    def _read_retention(self, session: Session) -> int | None:
        """Only where it is managed: whoever makes partitions need not be able to become the log's owner."""
        if self._retention is None or not session.table_exists(self._names.audit_schema, "retention"):
            return None
        with session.transaction(self._names.audit_owner):
            rows = session.rows(f"SELECT months FROM {self._schema}.retention")
        return rows[0]["months"] if rows else None

    def plan(self, actual: ActualPartitions) -> Plan:
        return plan_partitions(actual, self._months, f"{self._names.audit_schema}.{_LOG}", self._retention)

    def apply(self, session: Session, plan: Plan, actual: ActualPartitions) -> None:
        """The platform's function makes all that is missing up to a month; each change carries its own."""
        if plan.changes:
            require_log(session, self._names)
        for retention in plan.payloads("update"):
            with session.transaction(self._names.audit_owner):
                session.execute(f"SELECT {self._schema}.set_retention(%s)", (retention,), "The retention was not set")
        months = max(plan.payloads("create"), default=None)
        if months is None:
            return
        query = f"SELECT {self._schema}.ensure_partitions(%s) AS name"
        with session.transaction(self._names.platform):
            rows = session.rows(query, (months,), "The partitions were not made")
            self._created = sorted(row["name"] for row in rows)

    @property
    def _schema(self) -> str:
        return quoted(self._names.audit_schema)

    def result(self, actual: ActualPartitions) -> dict[str, t.Any]:
        horizon = actual.horizon and actual.horizon.isoformat()
        return {"created": self._created, "horizon": horizon, "partitions": sorted(actual.partitions), "retention_months": actual.retention}
