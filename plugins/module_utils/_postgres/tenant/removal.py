# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A tenant and all its rows removed, if an export has every one of them.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, raise_all
from ansible_collections.launch.database.plugins.module_utils._postgres.export import folder
from ansible_collections.launch.database.plugins.module_utils._postgres.export.manifest import Manifest
from ansible_collections.launch.database.plugins.module_utils._postgres.export.plan import stale
from ansible_collections.launch.database.plugins.module_utils._postgres.export.references import inward
from ansible_collections.launch.database.plugins.module_utils._postgres.export.tables import Table, assume, become, digests, snapshot, tables
from ansible_collections.launch.database.plugins.module_utils._postgres.identifiers import quoted
from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names
from ansible_collections.launch.database.plugins.module_utils._postgres.session import Session
from ansible_collections.launch.database.plugins.module_utils._postgres.tenant.plan import LAST_STATUS, Holdings

_REMEDY = "Export the tenant again, to another path, and name that one. Nothing was changed."
_STATUS = "SELECT status FROM {app_schema}.{tenants_table} WHERE id::pg_catalog.text = %s"


class Removal:
    """One tenant that is to be removed.

    :arg path: the folder of its export.
    """

    def __init__(self, names: Names, tenant: str, actor: str, path: str) -> None:
        self.tenant = tenant
        self._names = names
        self._actor = actor
        self._path = path

    def read(self, session: Session) -> Holdings:
        """What the export has, and what is wrong with it: its files, its tenant, rows that are others now."""
        try:
            then = folder.load(self._path, "export")
            faults = folder.faults(self._path, then, "export") + self._of_another(then)
            if not faults:
                with snapshot(session):
                    faults = self._differences(session, then)
        except LaunchError as error:
            return Holdings({}, (error,))
        return Holdings(then.rows, tuple(faults), (self, then))

    def apply(self, session: Session, then: Manifest) -> None:
        """Needs a snapshot that writes: rows that somebody changes meanwhile end it, and nothing is lost. Who the session is afterwards is open.

        :arg then: the export that was read.
        """
        become(session, self._names.owner)
        found = [row["status"] for row in session.rows(self._query(_STATUS), (self.tenant,))]
        if found != [LAST_STATUS]:
            raise self._refusal("its status was changed meanwhile.", "Run it again. Nothing was changed.")
        raise_all(self._differences(session, then))
        become(session, self._names.owner)
        removed = self._delete(session, self._tables(session))
        if removed != then.rows:
            raise self._refusal("other rows would be removed than were exported.", _REMEDY)

    def _differences(self, session: Session, then: Manifest) -> list[LaunchError]:
        found = self._tables(session)
        assume(session, self._names, self.tenant, self._actor)
        become(session, self._names.read_only)
        names = stale(then.restored, digests(session, found, self.tenant))
        errors = [self._refusal(f"it has other rows than its export, in {', '.join(names)}.", _REMEDY)] if names else []
        return errors + self._outside(session, found)

    def _tables(self, session: Session) -> list[Table]:
        return [table for table in tables(session, self._names) if table.restored]

    def _outside(self, session: Session, found: t.Sequence[Table]) -> list[LaunchError]:
        """Keys of tables that are no tenant's: what refers to the rows, or would go with them, is in no export."""
        return [
            self._refusal(
                f"{key.source} refers to its rows by {key.name}, and has no {self._names.tenant_column}.", "Remove what refers to it, and the key, by hand.",
            )
            for key in inward(session, found, found)
        ]

    def _delete(self, session: Session, found: t.Sequence[Table]) -> dict[str, int]:
        """One statement: keys are asked when every row is gone, whichever way they point."""
        parts = [
            f"r{place} AS (DELETE FROM {table.quoted} WHERE {quoted(table.tenant_column)}::pg_catalog.text = %(tenant)s RETURNING 1)"
            for place, table in enumerate(found)
        ]
        counts = ", ".join(f"(SELECT count(*) FROM r{place}) AS r{place}" for place in range(len(found)))
        (row,) = session.rows(f"WITH {', '.join(parts)} SELECT {counts}", {"tenant": self.tenant}, f"{self.tenant} was not removed")
        return {table.qualified: row[f"r{place}"] for place, table in enumerate(found)}

    def _of_another(self, found: Manifest) -> list[LaunchError]:
        if found.tenant == self.tenant:
            return []
        return [LaunchError(f"it is an export of {found.tenant}, not of {self.tenant}.", option="export", value=self._path, remedy="Give the tenant's own.")]

    def _refusal(self, problem: str, remedy: str) -> LaunchError:
        return LaunchError(problem, option="tenants", value=self.tenant, remedy=remedy)

    def _query(self, text: str) -> str:
        return text.format(app_schema=quoted(self._names.app_schema), tenants_table=quoted(self._names.tenants_table))
