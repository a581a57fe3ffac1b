# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What to do about tenants: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, gather, raise_all
from ansible_collections.launch.database.plugins.module_utils._plan import Change, Plan
from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names

# A tenant as an argument specification.
TENANT = {
    "id": {"type": "str", "required": True},
    "name": {"type": "str", "required": True},
    "domain": {"type": "str"},
    "status": {"type": "str", "choices": ["active", "suspended", "inactive"]},
}
# What the database gives a new one.
FIRST_STATUS = "active"


@dataclasses.dataclass(frozen=True)
class Tenant:
    """A tenant as desired or as registered.

    :arg status: active, suspended or inactive; None leaves it as it is.
    """

    id: str
    name: str
    domain: str | None
    status: str | None


def desired(tenants: t.Sequence[t.Mapping[str, t.Any]], names: Names, option: str = "tenants") -> list[Tenant]:
    """The option ``tenants`` as data; LaunchErrors with all that is wrong with it.

    :arg names: say what an id looks like.
    :arg option: what the list is called where it comes from.
    """
    found, errors = gather(lambda place: _tenant(tenants[place], names, f"{option}[{place}]"), range(len(tenants)))
    raise_all(errors + _twice(found, "id", option) + _twice(found, "domain", option))
    return found


def plan_tenants(tenants: t.Sequence[Tenant], registered: t.Mapping[str, Tenant]) -> Plan:
    """Registrations and changes of status. A name is the tenant's own after its registration and is not compared."""
    raise_all([error for tenant in tenants if (error := _contradiction(tenant, registered.get(tenant.id)))])
    changes = []
    for tenant in tenants:
        now = registered.get(tenant.id)
        if now is None:
            changes.append(Change("create", tenant.id, None, {"name": tenant.name, "domain": tenant.domain}, payload=tenant))
        status = now.status if now else FIRST_STATUS
        if tenant.status not in (None, status):
            changes.append(Change("set_status", f"{tenant.id}.status", status, tenant.status, payload=tenant))
    return Plan("tenants", tuple(changes))


def _tenant(tenant: t.Mapping[str, t.Any], names: Names, option: str) -> Tenant:
    domain = tenant.get("domain")
    if not tenant["name"]:
        raise LaunchError("it is empty.", option=f"{option}.name", remedy="Give the tenant a name.")
    if domain is not None and domain != domain.lower():
        raise LaunchError("it has capitals.", option=f"{option}.domain", value=domain, remedy="Requests are routed by it: write it in lower case.")
    return Tenant(names.check_id(tenant["id"], f"{option}.id"), tenant["name"], domain, tenant.get("status"))


def _twice(tenants: t.Sequence[Tenant], field: str, option: str) -> list[LaunchError]:
    values = [value for tenant in tenants if (value := getattr(tenant, field)) is not None]
    return [
        LaunchError(f"two tenants have the {field} {value!r}.", option=option, remedy="Each needs its own.")
        for value in sorted({value for value in values if values.count(value) > 1})
    ]


def _contradiction(tenant: Tenant, now: Tenant | None) -> LaunchError | None:
    if now is None or tenant.domain == now.domain:
        return None
    return LaunchError(
        f"{tenant.id} has the domain {now.domain!r}.", option="tenants", value=tenant.domain,
        remedy="A domain is not moved by this module: give the one it has, or use another id.",
    )
