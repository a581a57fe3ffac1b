# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What to do about tenants: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import collections
import dataclasses
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, gather, raise_all
from ansible_collections.launch.database.plugins.module_utils._plan import Change, Plan
from ansible_collections.launch.database.plugins.module_utils._postgres.export.path import absolute
from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names
from ansible_collections.launch.database.plugins.module_utils._postgres.tenant import rules

# A tenant as an argument specification.
TENANT = {
    "id": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "name": {"type": "str"},
    "domain": {"type": "str"},
    "status": {"type": "str", "choices": ["active", "suspended", "inactive"]},
    "settings": {"type": "dict"},
    "export": {"type": "path"},
}
# What the database gives a new one.
FIRST_STATUS = "active"
# What a tenant has to be before it is removed: nobody works for it.
LAST_STATUS = "inactive"


@dataclasses.dataclass(frozen=True)
class Tenant:
    """A tenant as desired.

    :arg domain: empty for none; None leaves it as it is.
    :arg status: active, suspended or inactive; None leaves it as it is.
    :arg settings: those that are kept; one that is None is taken away, others are the tenant's own.
    :arg export: of one that is to be removed, the folder with its rows; None for one that is to be there. Nothing else counts then.
    """

    id: str
    name: str = ""
    domain: str | None = None
    status: str | None = None
    settings: t.Mapping[str, t.Any] = dataclasses.field(default_factory=dict)
    export: str | None = None


@dataclasses.dataclass(frozen=True)
class Registered:
    """A tenant as it is registered.

    :arg others: of the settings that are desired, those that it has otherwise, as it has them; None where it has none.
    :arg size: bytes that its settings will have with those that are desired.
    """

    id: str
    name: str
    domain: str | None
    status: str
    others: t.Mapping[str, t.Any] = dataclasses.field(default_factory=dict)
    size: int = 0


@dataclasses.dataclass(frozen=True)
class Holdings:
    """What a tenant that is to be removed has, and whether its export has it as well.

    :arg rows: how many the export has, by table.
    :arg faults: what is wrong with the export, or not with it.
    :arg payload: what the removal needs to know of it.
    """

    rows: t.Mapping[str, int]
    faults: tuple[LaunchError, ...] = ()
    payload: t.Any = None


@dataclasses.dataclass(frozen=True)
class Registry:
    """What there is of what is desired.

    :arg tenants: those that are registered, by id.
    :arg holders: ids of the tenants that have the domains that are desired, by domain.
    :arg holdings: of those that are registered and to be removed, by id.
    :arg removed: ids of tenants that were removed, whose entries are in the log.
    """

    tenants: t.Mapping[str, Registered] = dataclasses.field(default_factory=dict)
    holders: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    holdings: t.Mapping[str, Holdings] = dataclasses.field(default_factory=dict)
    removed: frozenset[str] = frozenset()


def desired(tenants: t.Sequence[t.Mapping[str, t.Any]], names: Names, option: str = "tenants") -> list[Tenant]:
    """The option ``tenants`` as data; LaunchErrors with all that is wrong with it.

    :arg names: say what an id looks like.
    :arg option: what the list is called where it comes from.
    """
    found, errors = gather(lambda place: _tenant(tenants[place], names, f"{option}[{place}]"), range(len(tenants)))
    raise_all(errors + _twice(found, "id", option) + _twice(found, "domain", option))
    return found


def plan_tenants(tenants: t.Sequence[Tenant], registry: Registry) -> Plan:
    """Registrations and changes. A name is the tenant's own after its registration and is not compared."""
    raise_all(_taken(tenants, registry) + _too_large(tenants, registry) + _not_removable(tenants, registry) + _removed(tenants, registry))
    changes: list[Change] = [
        _removal(now, registry.holdings[now.id]) for tenant in tenants if tenant.export is not None and (now := registry.tenants.get(tenant.id))
    ]
    for tenant in (each for each in tenants if each.export is None):
        now = registry.tenants.get(tenant.id)
        changes += [_creation(tenant), *_first_status(tenant)] if now is None else _changes(tenant, now)
    return Plan("tenants", tuple(changes))


def _tenant(tenant: t.Mapping[str, t.Any], names: Names, option: str) -> Tenant:
    """LaunchErrors with all that is wrong with one."""
    if tenant.get("state") == "absent":
        return _absent(tenant, names, option)
    checks: t.Mapping[str, t.Callable[[], t.Any]] = {
        "id": lambda: names.check_id(tenant["id"], f"{option}.id"),
        "name": lambda: rules.check_name(tenant.get("name"), f"{option}.name"),
        "domain": lambda: tenant.get("domain") and rules.check_domain(tenant["domain"], f"{option}.domain"),
        "settings": lambda: rules.check_settings(tenant.get("settings") or {}, f"{option}.settings"),
    }
    found, errors = gather(lambda field: (field, checks[field]()), checks)
    raise_all(errors)
    return Tenant(**dict(found), status=tenant.get("status"))


def _absent(tenant: t.Mapping[str, t.Any], names: Names, option: str) -> Tenant:
    if not tenant.get("export"):
        raise LaunchError(
            "it is missing.", option=f"{option}.export",
            remedy="Name the folder of the tenant's export, which postgres_tenant_export makes: nothing else is left of it.",
        )
    return Tenant(names.check_id(tenant["id"], f"{option}.id"), export=absolute(tenant["export"], f"{option}.export"))


def unregistered(tenants: t.Sequence[Tenant], registered: t.Collection[str], removed: t.Collection[str]) -> list[str]:
    """What to tell of those that are to be removed and are not there: a misspelt id must not pass for a removal.

    :arg registered: ids of those that were there when the run began.
    :arg removed: ids of tenants that were removed, whose entries are in the log.
    """
    return [
        f"{tenant.id} was not registered, and its export was not read. " + (
            "The audit log has entries of it, from before it was removed." if tenant.id in removed
            else "The audit log has no entry of it either: see that the id is right, since nothing of any tenant was erased for it."
        )
        for tenant in tenants if tenant.export is not None and tenant.id not in registered
    ]


def unsought(tenants: t.Sequence[Tenant], table: str) -> list[str]:
    """The same, where nothing holds tenants: a database that is not migrated yet, or a misspelt name."""
    planned = [f"There is no table {table}, so that all tenants are planned as new: the migrations did not run yet, or names has other ones than they have."]
    return (planned if any(tenant.export is None for tenant in tenants) else []) + [
        f"{tenant.id} was not looked for, since there is no table {table}; its export was not read." for tenant in tenants if tenant.export is not None
    ]


def _twice(tenants: t.Sequence[Tenant], field: str, option: str) -> list[LaunchError]:
    counts = collections.Counter(value for tenant in tenants if (value := getattr(tenant, field)))
    return [
        LaunchError(f"two tenants have the {field} {value!r}.", option=option, remedy="Each needs its own.")
        for value in sorted(value for value, count in counts.items() if count > 1)
    ]


def _taken(tenants: t.Sequence[Tenant], registry: Registry) -> list[LaunchError]:
    """Domains of tenants that keep them. One that another tenant gives up in the same call is free."""
    leaving = {tenant.id for tenant in tenants if tenant.domain is not None or tenant.export is not None}
    return [
        LaunchError(
            f"it is the domain of {holder}.", option="tenants", value=tenant.domain, remedy="Give another one, or take it from that tenant in the same call.",
        )
        for tenant in tenants
        if tenant.domain and (holder := registry.holders.get(tenant.domain)) not in (None, tenant.id) and holder not in leaving
    ]


def _too_large(tenants: t.Sequence[Tenant], registry: Registry) -> list[LaunchError]:
    """Settings that fit by themselves, and not with those that the tenant made."""
    changed = [now for tenant in tenants if (now := registry.tenants.get(tenant.id)) and now.others]
    return gather(lambda now: rules.check_size(now.size, f"tenants: settings of {now.id}"), changed)[1]


def _not_removable(tenants: t.Sequence[Tenant], registry: Registry) -> list[LaunchError]:
    errors: list[LaunchError] = []
    for now in (registry.tenants[tenant.id] for tenant in tenants if tenant.export is not None and tenant.id in registry.tenants):
        if now.status != LAST_STATUS:
            errors.append(LaunchError(
                f"it is {now.status}, and only a tenant that is {LAST_STATUS} is removed.", option="tenants", value=now.id,
                remedy=f"Set its status to {LAST_STATUS} first, and export it after that.",
            ))
        errors += registry.holdings[now.id].faults
    return errors


def _removed(tenants: t.Sequence[Tenant], registry: Registry) -> list[LaunchError]:
    """An id is given once: who has it reads the log's entries of it."""
    return [
        LaunchError(
            "there was a tenant of this id: the audit log has its entries, which a new one would read.", option="tenants", value=tenant.id,
            remedy="Give another id. A tenant that was removed comes back from its export, by postgres_tenant_restore.",
        )
        for tenant in tenants
        if tenant.export is None and tenant.id in registry.removed
    ]


def _removal(now: Registered, holdings: Holdings) -> Change:
    before = {"name": now.name, "domain": now.domain, "rows": dict(holdings.rows)}
    return Change("remove", now.id, before, None, destructive=True, payload=holdings.payload)


def _creation(tenant: Tenant) -> Change:
    after: dict[str, t.Any] = {"name": tenant.name, "domain": tenant.domain or None}
    if tenant.settings:
        after["settings"] = rules.without_nulls(tenant.settings)
    return Change("create", tenant.id, None, after, payload={"id": tenant.id, **after})


def _first_status(tenant: Tenant) -> list[Change]:
    return _change(tenant, "status", FIRST_STATUS, tenant.status) if tenant.status else []


def _changes(tenant: Tenant, now: Registered) -> list[Change]:
    changes = _change(tenant, "domain", now.domain, tenant.domain or None) if tenant.domain is not None else []
    if now.others:
        changes += _change(tenant, "settings", dict(now.others), {key: tenant.settings[key] for key in now.others})
    return changes + (_change(tenant, "status", now.status, tenant.status) if tenant.status else [])


def _change(tenant: Tenant, field: str, before: t.Any, after: t.Any) -> list[Change]:
    if before == after:
        return []
    return [Change(f"set_{field}", f"{tenant.id}.{field}", before, after, payload={"id": tenant.id, field: after})]
