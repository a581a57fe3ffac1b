# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One tenant's rows as files.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, raise_all
from ansible_collections.launch.database.plugins.module_utils._plan import Plan
from ansible_collections.launch.database.plugins.module_utils._postgres.export import folder, manifest
from ansible_collections.launch.database.plugins.module_utils._postgres.export.folder import Sink, Writer
from ansible_collections.launch.database.plugins.module_utils._postgres.export.manifest import Digest, Exported, Manifest
from ansible_collections.launch.database.plugins.module_utils._postgres.export.path import absolute
from ansible_collections.launch.database.plugins.module_utils._postgres.export.plan import Found, plan_export
from ansible_collections.launch.database.plugins.module_utils._postgres.export.references import ForeignKey, inward, references
from ansible_collections.launch.database.plugins.module_utils._postgres.export.tables import (
    Table,
    assume,
    become,
    copied,
    digests,
    require_all,
    snapshot,
    tables,
)
from ansible_collections.launch.database.plugins.module_utils._postgres.identifiers import quoted
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.history import History
from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names
from ansible_collections.launch.database.plugins.module_utils._postgres.partition.bounds import partition_bounds
from ansible_collections.launch.database.plugins.module_utils._postgres.session import Session
from ansible_collections.launch.database.plugins.module_utils._postgres.standing import require_registry, require_roles

NEW = "Give a path that is not there yet, or that of an earlier export of the tenant."
_REGISTERED = "SELECT EXISTS (SELECT FROM {app_schema}.{tenants_table})"
_SERVER = """\
SELECT pg_catalog.current_database()::text AS database, pg_catalog.current_setting('server_version') AS server_version,
       pg_catalog.to_char(pg_catalog.now(), 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS exported_at"""


class Export:
    """The job of postgres_tenant_export."""

    def __init__(self, params: t.Mapping[str, t.Any]) -> None:
        self._names = Names.from_options(params["names"])
        self._tenant = self._names.check_id(params["tenant"], "tenant")
        self._actor = self._names.check_id(params["actor"], "actor")
        self._history = History.from_options(params)
        self._path = absolute(folder.check_path(params["path"], "path"), "path")
        self._written: Manifest | None = None

    def read(self, session: Session) -> Found:
        """The rows are read for an export that is there, to learn whether it is still true. What this run wrote was true then."""
        require_registry(session, self._names)
        require_roles(session, self._names, "owner", "migrator", "read_only")
        there = folder.load(self._path, "path", NEW) if folder.exists(self._path) else None
        if there is None:
            folder.require_place(self._path, "path")
        faults = folder.faults(self._path, there, "path") if there else []
        with snapshot(session):
            if there is None:
                # What an export would need, in check mode as well.
                self._applied(session)
            is_registered, found = self._look(session)
            names = tuple(table.qualified for table in found)
            compared = there is not None and there != self._written and there.tenant == self._tenant
            return Found(is_registered, names, there, tuple(faults), digests(session, found, self._tenant) if compared else None)

    def plan(self, actual: Found) -> Plan:
        return plan_export(self._tenant, self._path, actual)

    def apply(self, session: Session, plan: Plan, actual: Found) -> None:
        """Everything is of one moment. The folder has its name only when all is in it."""
        if not plan.of("export"):
            return
        with folder.written(self._path, "path") as writer, snapshot(session):
            migrations = manifest.applied(self._applied(session))
            _is_registered, found = self._look(session)
            referred = references(session, self._names, found, self._tenant)
            become(session, self._names.read_only)
            tables_written = tuple(self._copy(session, table, position, writer) for position, table in enumerate(found, 1))
            (server,) = session.rows(_SERVER)
            log_from = min((starts.date().isoformat() for starts, _ends in partition_bounds(session, self._names.audit_schema)), default=None)
            self._written = Manifest(
                tenant=self._tenant, exported_by=self._actor, migrations=migrations, tables=tables_written, log_from=log_from, references=referred,
                **server,
            )
            with writer.file(manifest.NAME) as file:
                file.write(manifest.write(self._written))

    def result(self, actual: Found) -> dict[str, t.Any]:
        return shown(actual.manifest, self._path)

    def _look(self, session: Session) -> tuple[bool, list[Table]]:
        """Whether there is the tenant, and the tables; from then on the session reads as this tenant."""
        found = tables(session, self._names)
        raise_all([self._left_out(key) for key in inward(session, found, [table for table in found if table.restored])])
        assume(session, self._names, self._tenant, self._actor)
        require_all(session, self._names, found, self._tenant)
        become(session, self._names.read_only)
        registered = _REGISTERED.format(app_schema=quoted(self._names.app_schema), tenants_table=quoted(self._names.tenants_table))
        return session.value(registered), found

    def _left_out(self, key: ForeignKey) -> LaunchError:
        return LaunchError(
            f"{key.source} refers to {key.target} by {key.name} and has no such column, so that its rows would be missing.",
            option="names.tenant_column", value=self._names.tenant_column,
            remedy="Give the column's name as the system has it, or give the table that column, or take the key away. Nothing was exported.",
        )

    def _applied(self, session: Session) -> t.Sequence[t.Any]:
        rows = self._history.read(session)
        if rows is None:
            raise no_history(self._history)
        return rows

    def _copy(self, session: Session, table: Table, position: int, writer: Writer) -> Exported:
        name = manifest.file_name(position, table.schema, table.name)
        with writer.file(name) as file:
            digest: Digest = copied(session, table, self._tenant, Sink(file))
        return Exported(table.schema, table.name, table.tenant_column, table.columns, name, digest, table.restored)


def no_history(history: History) -> LaunchError:
    """The refusal of a database of which nobody knows what was done to it."""
    return LaunchError(
        "there is no such history of migrations.", option="table", value=history.name, remedy="Give the one that postgres_migration keeps, or run it first.",
    )


def shown(found: Manifest | None, path: str) -> dict[str, t.Any]:
    """An export as a task returns it."""
    if found is None:
        return {"export": None}
    listed = [
        {"name": table.qualified, "file": table.file, "rows": table.digest.rows, "sha256": table.digest.sha256, "restored": table.restored}
        for table in found.tables
    ]
    return {"export": {"path": path, "tenant": found.tenant, "exported_at": found.exported_at, "tables": listed}}
