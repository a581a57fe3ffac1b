# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit log of one tenant and period, read in its context.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.module_utils._plan import Plan
from ansible_collections.launch.database.plugins.module_utils._postgres.context.options import key_of, refuse_unread
from ansible_collections.launch.database.plugins.module_utils._postgres.context.setting import set_context
from ansible_collections.launch.database.plugins.module_utils._postgres.identifiers import quoted
from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names
from ansible_collections.launch.database.plugins.module_utils._postgres.report.plan import Reading, most_entries, period
from ansible_collections.launch.database.plugins.module_utils._postgres.session import Session

_COUNTS = "SELECT * FROM {schema}.summary(%s, %s)"
_ENTRIES = """\
SELECT id::text, performed_at, recorded_at, kind, action, entity_type, entity_id, performed_by::text, changes, details, database_user::text,
       application_name, transaction_id::text
FROM {schema}.entries(%s, %s, at_most => %s)"""


class Report:
    """The job of postgres_audit_report."""

    def __init__(self, params: t.Mapping[str, t.Any]) -> None:
        self._names = Names.from_options(params["names"])
        self._tenant = self._names.check_id(params["tenant"], "tenant")
        self._actor = self._names.check_id(params["actor"], "actor")
        self._period = period(params["starts"], params["ends"])
        self._at_most = most_entries(params["at_most"])
        self._key = key_of(params, "key")
        refuse_unread(params, "postgres_audit_report")

    def read(self, session: Session) -> Reading:
        """Counts and entries of one snapshot, so that they agree."""
        bounds = (self._period.starts, self._period.ends)
        schema = quoted(self._names.audit_schema)
        with session.transaction():
            session.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            set_context(session, self._names, self._tenant, self._actor, self._key)
            counts = session.rows(_COUNTS.format(schema=schema), bounds, "The log was not counted")
            entries = session.rows(_ENTRIES.format(schema=schema), (*bounds, self._at_most), "The log was not read")
        return Reading(counts, entries)

    def plan(self, actual: Reading) -> Plan:
        """Never a change."""
        return Plan("audit report")

    def apply(self, session: Session, plan: Plan, actual: Reading) -> None:
        """Nothing is ever changed."""

    def result(self, actual: Reading) -> dict[str, t.Any]:
        asked = {"tenant": self._tenant, "starts": self._period.starts.isoformat(), "ends": self._period.ends.isoformat()}
        return asked | actual.as_result()
