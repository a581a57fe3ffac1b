# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of an export brought into a database, in one transaction.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, raise_all
from ansible_collections.launch.database.plugins.module_utils._plan import Plan
from ansible_collections.launch.database.plugins.module_utils._postgres.export import folder, manifest
from ansible_collections.launch.database.plugins.module_utils._postgres.export.job import no_history, shown
from ansible_collections.launch.database.plugins.module_utils._postgres.export.manifest import Digest, Exported
from ansible_collections.launch.database.plugins.module_utils._postgres.export.path import absolute
from ansible_collections.launch.database.plugins.module_utils._postgres.export.plan import stale
from ansible_collections.launch.database.plugins.module_utils._postgres.export.references import present
from ansible_collections.launch.database.plugins.module_utils._postgres.export.tables import Table, assume, become, digests, pin, snapshot, tables
from ansible_collections.launch.database.plugins.module_utils._postgres.identifiers import quoted
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.history import History
from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names
from ansible_collections.launch.database.plugins.module_utils._postgres.restore.plan import Found, Target, plan_restore, strangers
from ansible_collections.launch.database.plugins.module_utils._postgres.session import Session
from ansible_collections.launch.database.plugins.module_utils._postgres.standing import require_registry, require_roles

_REGISTERED = "SELECT EXISTS (SELECT FROM {app_schema}.{tenants_table} WHERE id::pg_catalog.text = %s)"
_HOLDER = "SELECT max(id::pg_catalog.text) FROM {app_schema}.{tenants_table} WHERE domain = %s"
_KEEP_STAMPS = "SELECT pg_catalog.set_config(%s, 'on', true)"

_DOMAIN = "domain"


class Restore:
    """The job of postgres_tenant_restore."""

    def __init__(self, params: t.Mapping[str, t.Any]) -> None:
        self._names = Names.from_options(params["names"])
        self._actor = self._names.check_id(params["actor"], "actor")
        self._history = History.from_options(params)
        self._path = absolute(params["path"], "path")
        self._manifest = folder.load(self._path, "path")
        self._names.check_id(self._manifest.tenant, "path")
        self._faults = tuple(folder.faults(self._path, self._manifest, "path"))
        self._domain: str | None = None
        self._restored = False

    def read(self, session: Session) -> Found:
        require_registry(session, self._names)
        require_roles(session, self._names, "owner", "migrator", "read_only", "platform")
        with snapshot(session):
            history = self._history.read(session)
            if history is None:
                raise no_history(self._history)
            found = [table for table in tables(session, self._names) if table.restored]
            columns = {table.qualified: table.columns for table in found}
            holder, rows = self._tenant(session, found)
            referred = present(session, self._names, self._manifest.references) if rows is None else None
            return Found(self._manifest, self._faults, Target(manifest.applied(history), columns, holder, rows, referred))

    def plan(self, actual: Found) -> Plan:
        return plan_restore(self._path, self._domain, actual)

    def apply(self, session: Session, plan: Plan, actual: Found) -> None:
        """All or nothing: what was made is read as the tenant, and compared with the export, before it counts."""
        if not plan.of("restore"):
            return
        with session.transaction():
            pin(session)
            staged = [self._stage(session, table, f"tenant_restore_{place}") for place, table in enumerate(self._manifest.restored)]
            assume(session, self._names, self._manifest.tenant, self._actor)
            raise_all(strangers(self._path, self._manifest, present(session, self._names, self._manifest.references)))
            become(session, self._names.owner)
            session.rows(_KEEP_STAMPS, (f"{self._names.context_setting}_restores",))
            # One statement, so that keys are checked when all rows are there.
            session.execute(_insertion(self._manifest.restored, staged), doing="Nothing was restored")
            become(session, self._names.read_only)
            self._compare(digests(session, [table for table in tables(session, self._names) if table.restored], self._manifest.tenant))
        self._restored = True

    def result(self, actual: Found) -> dict[str, t.Any]:
        return shown(self._manifest, self._path)

    def _tenant(self, session: Session, found: t.Sequence[Table]) -> tuple[str | None, dict[str, Digest] | None]:
        """Who has the domain, and the rows of the tenant if it is registered. What this run has just compared is not read again."""
        if self._faults:
            return None, None
        become(session, self._names.platform)
        self._domain = folder.value_of(self._path, self._registry(), _DOMAIN)
        holder = session.value(self._query(_HOLDER), (self._domain,))
        if not session.value(self._query(_REGISTERED), (self._manifest.tenant,)):
            return holder, None
        if self._restored:
            return holder, {table.qualified: table.digest for table in self._manifest.restored}
        assume(session, self._names, self._manifest.tenant, self._actor)
        become(session, self._names.read_only)
        return holder, digests(session, found, self._manifest.tenant)

    def _registry(self) -> Exported:
        """The registry's row. LaunchError for an export that has none, since its rows would be nobody's."""
        for table in self._manifest.restored:
            is_registry = (table.schema, table.name) == (self._names.app_schema, self._names.tenants_table)
            if is_registry and table.digest.rows == 1 and _DOMAIN in dict(table.columns):
                return table
        raise LaunchError("it has no tenant of this system.", option="path", value=self._path, remedy="Give the names of the system that it was made of.")

    def _stage(self, session: Session, table: Exported, name: str) -> str:
        """A table's file as texts, where nobody but this session sees it. COPY goes past no policy, so that it can't fill the table itself."""
        columns = ", ".join(f"{quoted(column)} pg_catalog.text" for column, _type in table.columns)
        session.execute(f"CREATE TEMPORARY TABLE {quoted(name)} ({columns}) ON COMMIT DROP", doing="The login can't make a temporary table")
        with folder.opened(self._path, table.file) as file:
            session.copy_in(f"COPY pg_temp.{quoted(name)} FROM STDIN (ENCODING 'UTF8')", file, f"{table.file} is no file of COPY")
        session.execute(f"GRANT SELECT ON pg_temp.{quoted(name)} TO {quoted(self._names.owner)}")
        return name

    def _compare(self, now: t.Mapping[str, Digest]) -> None:
        names = stale(self._manifest.restored, now)
        if names:
            raise LaunchError(
                f"what was restored is not what was exported, in {', '.join(names)}.", option="path", value=self._path,
                remedy="Nothing was changed. A trigger or a default of these tables changes what it is given.",
            )

    def _query(self, text: str) -> str:
        return text.format(app_schema=quoted(self._names.app_schema), tenants_table=quoted(self._names.tenants_table))


def _insertion(found: t.Sequence[Exported], staged: t.Sequence[str]) -> str:
    parts = []
    for place, (table, name) in enumerate(zip(found, staged, strict=True)):
        columns = ", ".join(quoted(column) for column, _type in table.columns)
        values = ", ".join(f"{quoted(column)}::{kind}" for column, kind in table.columns)
        parts.append(
            f"r{place} AS (INSERT INTO {quoted(table.schema)}.{quoted(table.name)} ({columns}) OVERRIDING SYSTEM VALUE"
            f" SELECT {values} FROM pg_temp.{quoted(name)})",
        )
    return f"WITH {', '.join(parts)} SELECT"
