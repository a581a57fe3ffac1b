# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a system has, and a system that says one thing and configures another: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names
from ansible_collections.launch.database.plugins.plugin_utils._preflight import names
from ansible_collections.launch.database.plugins.plugin_utils._preflight.settings import Check, Settings, Unjudged, raised


def has_pools(settings: Settings) -> bool:
    return settings.get("system_pool", "pgbouncer") == "pgbouncer"


def is_on_rds(settings: Settings) -> bool:
    return settings.get("system_database", "rds") == "rds"


def has_tenants(settings: Settings) -> bool:
    """Of a system, or of the role database_schema that is used alone."""
    return settings.get("system_tenants", settings.get("database_schema_platform", True))


def has_partitions(settings: Settings) -> bool:
    return settings.get("system_audit_partitions", True)


def has_heads(settings: Settings) -> bool:
    return has_partitions(settings) and bool(settings.get("audit_heads_destination"))


def names_of(settings: Settings) -> Names:
    """The names inside the database; Unjudged where they were refused."""
    try:
        return Names.from_options(_options(settings))
    except LaunchError as error:
        raise Unjudged("system_names") from error


def _options(settings: Settings) -> t.Mapping[str, t.Any]:
    """Of the role that is used alone, or of a system."""
    return settings.get("database_schema_names") or settings.get("system_names", {})


# What each switch brings along, and how it is switched on.
SWITCHES: t.Mapping[t.Callable[[Settings], bool], tuple[str, t.Any, t.Any, tuple[str, ...]]] = {
    is_on_rds: ("system_database", "address", "rds", ("database_instance_",)),
    has_pools: ("system_pool", "none", "pgbouncer", ("pgbouncer_", "pool_hosts_", "network_access_pool_group")),
    has_tenants: ("system_tenants", False, True, ("isolation_proof_", "database_schema_tenants", "system_canaries", "system_actor", "system_context")),
    has_partitions: ("system_audit_partitions", False, True, ("audit_partitions_", "audit_heads_")),
}
# Roles that a system may do without.
ROLES: t.Mapping[str, t.Callable[[Settings], bool]] = {
    "audit_heads": has_partitions,
    "audit_partitions": has_partitions,
    "database_instance": is_on_rds,
    "isolation_proof": has_tenants,
    "network_access": lambda settings: is_on_rds(settings) or has_pools(settings),
    "pgbouncer": has_pools,
    "pool_hosts": has_pools,
}


# What a role can do without, and a system can't.
ALSO_REQUIRED: t.Mapping[str, t.Callable[[Settings], bool]] = {"network_access_pool_group": has_pools}


def needs(role: str, settings: Settings) -> bool:
    """Whether the system has what a role makes."""
    return ROLES.get(role, lambda _settings: True)(settings)


def _contradictions(settings: Settings) -> t.Iterator[LaunchError]:
    for is_on, (switch, off, on, prefixes) in SWITCHES.items():
        vain = sorted(name for name in settings.given if name.startswith(prefixes))
        if vain and not is_on(settings):
            yield LaunchError(
                f"{', '.join(vain)}: {'are' if len(vain) > 1 else 'is'} given, and with this switch nothing reads "
                f"{'them' if len(vain) > 1 else 'it'}.",
                option=switch, value=off, remedy=f"Take {'them' if len(vain) > 1 else 'it'} out, or set {switch} to {_yaml(on)}.",
            )


def _yaml(value: t.Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _address(settings: Settings) -> t.Iterator[LaunchError]:
    address = settings.get("system_database_address")
    if is_on_rds(settings) and address is not None:
        yield LaunchError(
            "system_database is rds, so that the instance says where it is.", option="system_database_address", value=address,
            remedy="Take it out, or set system_database to address.",
        )
    if not is_on_rds(settings) and address is None:
        yield LaunchError(
            "it has no value, and system_database is address.", option="system_database_address", remedy="Give host, port and dbname of the server.",
        )


def _runner(settings: Settings) -> t.Iterator[LaunchError]:
    if not has_pools(settings) and not settings.get("database_runner") and not settings.world.groups.get("database_runner"):
        yield LaunchError(
            "it has no value, and without pools there is no pool host that could run the modules of the database.", option="database_runner",
            remedy="Name a host or a group that reaches the database, such as localhost, or put one into the group database_runner.",
        )


def _name(settings: Settings) -> t.Iterator[LaunchError]:
    name = settings.get("system_name")
    if name is not None and not names.is_system(name):
        yield LaunchError(
            "it is not a name that variables can begin with.", option="system_name", value=name,
            remedy="Use letters, digits and underscores, not a digit first, as in launch; <system_name>_own_variables is named after it.",
        )


def _names(settings: Settings) -> list[LaunchError]:
    return raised(lambda: Names.from_options(_options(settings), "system_names"))


CHECKS: tuple[Check, ...] = (_name, _names, _contradictions, _address, _runner)
