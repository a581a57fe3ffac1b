# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tenants registered and changed through the platform's functions, and removed by its owner.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import json
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._plan import Plan
from ansible_collections.launch.database.plugins.module_utils._postgres.export.tables import become, snapshot
from ansible_collections.launch.database.plugins.module_utils._postgres.identifiers import quoted
from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names
from ansible_collections.launch.database.plugins.module_utils._postgres.session import DatabaseError, Session
from ansible_collections.launch.database.plugins.module_utils._postgres.standing import require_registry, require_roles
from ansible_collections.launch.database.plugins.module_utils._postgres.tenant.plan import Registered, Registry, desired, plan_tenants, unregistered, unsought
from ansible_collections.launch.database.plugins.module_utils._postgres.tenant.removal import Removal

# The server compares settings and says how large they get: it knows how it writes them. Ids as text, whatever they are made of.
_READ = """\
SELECT t.id::text, t.name, t.domain, t.status,
       coalesce((SELECT pg_catalog.jsonb_object_agg(n.key, t.settings -> n.key) FROM pg_catalog.jsonb_each(w.settings) n
                 WHERE (t.settings -> n.key) IS DISTINCT FROM nullif(n.value, 'null')), '{{}}') AS others,
       pg_catalog.octet_length(((t.settings || w.settings)
         - ARRAY (SELECT n.key FROM pg_catalog.jsonb_each(w.settings) n WHERE n.value = 'null'))::text) AS size
FROM pg_catalog.jsonb_to_recordset(%s::pg_catalog.jsonb) AS w (id text, settings jsonb)
JOIN {app_schema}.{tenants_table} t ON t.id = w.id::{app_schema}.entity_id"""
_ID_FORMAT = "entity_id_format"
_HOLDERS = "SELECT domain, id::text FROM {app_schema}.{tenants_table} WHERE domain = ANY (%s::text[])"
_REMOVED = "SELECT id FROM {app_schema}.removed_tenants(%s::text[]) AS r (id)"
_REGISTER = "SELECT {app_schema}.register_tenants(%s, %s)"
_CHANGE = "SELECT {app_schema}.change_tenants(%s, %s)"


class Tenants:
    """The job of postgres_tenant."""

    def __init__(self, params: t.Mapping[str, t.Any]) -> None:
        self._names = Names.from_options(params["names"])
        self._actor = self._names.check_id(params["actor"], "actor")
        self._tenants = desired(params["tenants"], self._names)
        self._removals = [Removal(self._names, tenant.id, self._actor, tenant.export) for tenant in self._tenants if tenant.export is not None]
        # What to tell of removals that are none.
        self._missing: list[str] | None = None

    def read(self, session: Session) -> Registry:
        """The registered ones of those desired; none before the migrations made the registry."""
        if not session.table_exists(self._names.app_schema, self._names.tenants_table):
            self._missing = unsought(self._tenants, f"{self._names.app_schema}.{self._names.tenants_table}")
            return Registry()
        # Those that removals take as well are asked for where there are some.
        require_roles(session, self._names, "platform", *(("owner", "migrator", "read_only") if self._removals else ()))
        wanted = json.dumps([{"id": tenant.id, "settings": tenant.settings} for tenant in self._tenants])
        domains = [tenant.domain for tenant in self._tenants if tenant.domain]
        with session.transaction(self._names.platform):
            tenants = [Registered(**row) for row in self._registered(session, wanted)]
            holders = session.rows(self._query(_HOLDERS), (domains,))
            removed = session.rows(self._query(_REMOVED), ([tenant.id for tenant in self._tenants],))
        registered = {tenant.id: tenant for tenant in tenants}
        holdings = {removal.tenant: removal.read(session) for removal in self._removals if removal.tenant in registered}
        gone = frozenset(row["id"] for row in removed)
        if self._missing is None:
            # Afterwards, those that this run removed are not there either.
            self._missing = unregistered(self._tenants, registered, gone)
        return Registry(registered, {row["domain"]: row["id"] for row in holders}, holdings, gone)

    def _registered(self, session: Session, wanted: str) -> list[dict[str, t.Any]]:
        """LaunchError where the database's ids are others than the names say."""
        try:
            return session.rows(self._query(_READ), (wanted,))
        except DatabaseError as error:
            if error.constraint != _ID_FORMAT:
                raise
            raise LaunchError(
                "ids of the database look otherwise.", option="names.id_pattern", value=self._names.id_pattern,
                remedy="Give the names that the migrations were run with. Nothing was changed.",
            ) from error

    def plan(self, actual: Registry) -> Plan:
        return plan_tenants(self._tenants, actual)

    def apply(self, session: Session, plan: Plan, actual: Registry) -> None:
        """All or none, removals first. Each other kind is one statement. The functions change nothing that somebody else has done meanwhile."""
        require_registry(session, self._names)
        removals = list(plan.payloads("remove"))
        new = {entry["id"]: entry for entry in plan.payloads("create")}
        changes = _by_tenant(plan.payloads("set_domain", "set_settings", "set_status"))
        with snapshot(session, writes=True) if removals else session.transaction():
            for removal, then in removals:
                removal.apply(session, then)
            become(session, self._names.platform)
            # First, since a new tenant may get the domain that another gives up.
            self._call(session, _CHANGE, [change for change in changes if change["id"] not in new], "Tenants were not changed")
            self._call(session, _REGISTER, list(new.values()), "Tenants were not registered")
            self._call(session, _CHANGE, [change for change in changes if change["id"] in new], "New tenants were not changed")

    def result(self, actual: Registry) -> dict[str, t.Any]:
        shown = ("id", "name", "domain", "status")
        tenants = [{field: getattr(tenant, field) for field in shown} for _id, tenant in sorted(actual.tenants.items())]
        return {"tenants": tenants, "warnings": self._missing or []}

    def _call(self, session: Session, function: str, entries: t.Sequence[t.Mapping[str, t.Any]], doing: str) -> None:
        if entries:
            session.rows(self._query(function), (json.dumps(entries), self._actor), doing)

    def _query(self, text: str) -> str:
        return text.format(app_schema=quoted(self._names.app_schema), tenants_table=quoted(self._names.tenants_table))


def _by_tenant(changes: t.Sequence[t.Mapping[str, t.Any]]) -> list[dict[str, t.Any]]:
    """One change for each tenant, with all that is to change of it."""
    found: dict[str, dict[str, t.Any]] = {}
    for change in changes:
        found.setdefault(change["id"], {}).update(change)
    return list(found.values())
