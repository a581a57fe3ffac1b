# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tenants registered through the platform's functions.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.launch.database.plugins.module_utils._plan import Plan
from ansible_collections.launch.database.plugins.module_utils._postgres.identifiers import quoted
from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names
from ansible_collections.launch.database.plugins.module_utils._postgres.session import Session
from ansible_collections.launch.database.plugins.module_utils._postgres.tenant.plan import Tenant, desired, plan_tenants

# Ids as text, whatever they are made of.
_READ = "SELECT id::text, name, domain, status FROM {app_schema}.{tenants_table} WHERE id = ANY (%s::text[]::{app_schema}.entity_id[])"
_CREATE = "SELECT {app_schema}.create_tenant(%s, %s, %s, %s)"
_SET_STATUS = "SELECT {app_schema}.set_tenant_status(%s, %s, %s)"


class Tenants:
    """The job of postgres_tenant."""

    def __init__(self, params: t.Mapping[str, t.Any]) -> None:
        self._names = Names.from_options(params["names"])
        self._actor = self._names.check_id(params["actor"], "actor")
        self._tenants = {tenant.id: tenant for tenant in desired(params["tenants"], self._names)}

    def read(self, session: Session) -> dict[str, Tenant]:
        """The registered ones of those desired; none before the migrations made the registry."""
        if not session.table_exists(self._names.app_schema, self._names.tenants_table):
            return {}
        with session.transaction(self._names.platform):
            return {row["id"]: Tenant(**row) for row in session.rows(self._query(_READ), (list(self._tenants),))}

    def plan(self, actual: dict[str, Tenant]) -> Plan:
        return plan_tenants(list(self._tenants.values()), actual)

    def apply(self, session: Session, plan: Plan, actual: dict[str, Tenant]) -> None:
        """All or none. The functions change nothing that somebody else has done meanwhile."""
        with session.transaction(self._names.platform):
            for change in plan.changes:
                tenant: Tenant = change.payload
                if change.action == "create":
                    values = (tenant.id, tenant.name, tenant.domain, self._actor)
                    session.rows(self._query(_CREATE), values, f"{tenant.id} was not registered")
                else:
                    values = (tenant.id, tenant.status, self._actor)
                    session.rows(self._query(_SET_STATUS), values, f"{change.path} was not changed")

    def result(self, actual: dict[str, Tenant]) -> dict[str, t.Any]:
        return {"tenants": [dataclasses.asdict(actual[tenant]) for tenant in sorted(actual)]}

    def _query(self, text: str) -> str:
        return text.format(app_schema=quoted(self._names.app_schema), tenants_table=quoted(self._names.tenants_table))
