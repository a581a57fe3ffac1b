# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit log of one tenant and period, read in its context.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import datetime
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._plan import Plan
from ansible_collections.launch.database.plugins.module_utils._postgres.context.options import key_of, refuse_unread
from ansible_collections.launch.database.plugins.module_utils._postgres.context.setting import set_context
from ansible_collections.launch.database.plugins.module_utils._postgres.identifiers import quoted
from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names
from ansible_collections.launch.database.plugins.module_utils._postgres.partition.bounds import partition_bounds
from ansible_collections.launch.database.plugins.module_utils._postgres.report.plan import Archive, Partition, Reading, most_entries, period
from ansible_collections.launch.database.plugins.module_utils._postgres.session import DatabaseError, Session
from ansible_collections.launch.database.plugins.module_utils._postgres.standing import require_log, require_reader, require_registry, require_tenant_column

# A month that is being detached waits for this, so that no snapshot is older than the partitions that are read.
_LOCK = "LOCK TABLE ONLY {schema}.audit_log IN ACCESS SHARE MODE"
_MAY_READ_ARCHIVES = "SELECT coalesce(pg_catalog.has_table_privilege(pg_catalog.to_regclass(%s), 'SELECT'), false)"
_ARCHIVES = "SELECT pg_catalog.to_char(month, 'YYYY-MM') AS month, place, detached_at IS NOT NULL AS removed FROM {schema}.archives"
# Of this tenant by name: a login that may read the archives is likely one to whom the log's policy shows all tenants. The module's driver
# writes the values into the query as literals, so that partitions of other times are left out when it is planned.
_OF = "FROM {schema}.audit_log WHERE performed_at >= %s AND performed_at < %s AND {tenant_column} = %s"
_COUNTS = f"""\
SELECT kind, entity_type, action, performed_by::text, count(*) AS entries, min(performed_at) AS first_at, max(performed_at) AS last_at
{_OF} GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4"""
_ENTRIES = f"""\
SELECT id::text, performed_at, recorded_at, kind, action, entity_type, entity_id, performed_by::text, changes, details, database_user::text,
       application_name, transaction_id::text
{_OF} ORDER BY audit_log.performed_at DESC, audit_log.recorded_at DESC, audit_log.id LIMIT %s"""


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
        """Counts, entries and partitions of one snapshot, so that they agree."""
        require_log(session, self._names)
        require_reader(session, self._names, "audit_log", "auditor")
        require_registry(session, self._names)
        require_tenant_column(session, self._names, "audit_log")
        asked = (self._period.starts, self._period.ends, self._tenant)
        with session.transaction():
            session.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            session.execute(_LOCK.format(schema=self._schema), doing="The log was not read")
            read_at = session.value("SELECT pg_catalog.now()").astimezone(datetime.timezone.utc)
            partitions = [Partition(*bounds) for bounds in partition_bounds(session, self._names.audit_schema)]
            archives = self._archives(session)
            self._set_context(session)
            counts = session.rows(self._of(_COUNTS), asked, "The log was not counted")
            entries = session.rows(self._of(_ENTRIES), (*asked, self._at_most), "The log was not read")
        return Reading(read_at, partitions, archives, counts, entries)

    def _set_context(self, session: Session) -> None:
        """LaunchError with what to look at, where the database refuses."""
        try:
            set_context(session, self._names, self._tenant, self._actor, self._key)
        except DatabaseError as error:
            raise LaunchError(
                f"the database refuses its context: SQLSTATE {error.sqlstate}: {error.words}", option="tenant", value=self._tenant,
                remedy="Give an active tenant of this database, and in key_secret the secret of the key, where it takes nothing but tokens. "
                       "docs/audit.md says how to read what is logged of any other.",
            ) from error

    def _archives(self, session: Session) -> dict[str, Archive] | None:
        """What the database remembers of exports, None where the login may not read it."""
        if not session.value(_MAY_READ_ARCHIVES, (f"{self._schema}.archives",)):
            return None
        return {row["month"]: Archive(row["place"], row["removed"]) for row in session.rows(_ARCHIVES.format(schema=self._schema))}

    def _of(self, query: str) -> str:
        return query.format(schema=self._schema, tenant_column=quoted(self._names.tenant_column))

    @property
    def _schema(self) -> str:
        return quoted(self._names.audit_schema)

    def plan(self, actual: Reading) -> Plan:
        """Never a change."""
        return Plan("audit report")

    def apply(self, session: Session, plan: Plan, actual: Reading) -> None:
        """Nothing is ever changed."""

    def result(self, actual: Reading) -> dict[str, t.Any]:
        asked = {"tenant": self._tenant, "starts": self._period.starts.isoformat(), "ends": self._period.ends.isoformat()}
        return asked | actual.as_result(self._period)
