# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which checks belong to which section: pure.

A section is a role of the collection, or what no role of its own looks at. The whole preflight is all of them.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.plugin_utils._preflight import (
    context, endpoint, extensions, filled, heads, hosts, instance, logins, names, network, pools, proof, reach, schema, specs, system,
)
from ansible_collections.launch.database.plugins.plugin_utils._preflight.declared import Declared, Role, owner
from ansible_collections.launch.database.plugins.plugin_utils._preflight.settings import Check, Settings, judge

ENDPOINT = "aws_endpoint"
# After the machines were made.
FOUND = "pool_hosts_found"
LATER = frozenset({FOUND})

# Of a role that is used alone, with the values of its own variables.
OF_ROLES: t.Mapping[str, tuple[Check, ...]] = {
    ENDPOINT: endpoint.CHECKS,
    "audit_heads": heads.ROLE,
    "audit_partitions": heads.RETENTION,
    "database_instance": instance.CHECKS,
    "database_schema": (*schema.CHECKS, *context.ROLE),
    "isolation_proof": (*proof.ROLE, *context.ROLE),
    "network_access": network.CHECKS,
    "pgbouncer": pools.ROLE,
    "pool_hosts": hosts.CHECKS,
    FOUND: hosts.FOUND,
}
# Of a whole system, in the order in which a person would fix what they refuse.
OF_SYSTEM: tuple[tuple[t.Callable[[Settings], bool], tuple[Check, ...]], ...] = (
    (lambda _settings: True, (filled.check, *system.CHECKS, *reach.CHECKS, *endpoint.CHECKS)),
    (system.is_on_rds, instance.CHECKS),
    (lambda settings: system.needs("network_access", settings), network.CHECKS),
    (lambda _settings: True, (*extensions.CHECKS, *logins.CHECKS, *context.CHECKS)),
    (system.has_pools, (*hosts.CHECKS, *pools.CHECKS)),
    (lambda _settings: True, (*schema.CHECKS, *schema.FOLDERS, *schema.AUTHORITIES)),
    (system.has_tenants, proof.CHECKS),
    (lambda _settings: True, heads.ASKED),
    (system.has_partitions, heads.CHECKS),
)


def of_system(settings: Settings, declared: Declared) -> list[LaunchError]:
    """What a whole system is refused for, beyond names and types."""
    checks = [check for is_there, some in OF_SYSTEM if _is(is_there, settings) for check in some]
    return missing(settings, declared) + judge(checks, settings)


def _is(condition: t.Callable[[Settings], bool], settings: Settings) -> bool:
    """A switch whose value was refused counts as its default."""
    from_defaults = Settings({name: value for name, value in settings.values.items() if name not in settings.refused})
    return condition(from_defaults)


def missing(settings: Settings, declared: Declared) -> list[LaunchError]:
    """What the inventory has to give: what roles can't do without, where the system needs them and the playbooks don't give it."""
    return [
        specs.missing(option, role.options[option])
        for role in declared.roles.values()
        for option in sorted(_required(role, settings) - set(filled.FILLED) - set(names.RENAMED))
        if option not in settings.refused and settings.values.get(option) is None
    ]


def _required(role: Role, settings: Settings) -> set[str]:
    if not _is(lambda values: system.needs(role.name, values), settings):
        return set()
    also = {option for option, is_needed in system.ALSO_REQUIRED.items() if option in role.options and _is(is_needed, settings)}
    return also | role.required


def of_sections(sections: t.Collection[str], settings: Settings, declared: Declared) -> list[LaunchError]:
    """What roles that are used alone are refused for."""
    left_out = [
        specs.missing(option, declared.roles[role].options[option])
        for role in sections if role in declared.roles
        for option in sorted(declared.roles[role].needed)
        if option not in settings.refused and settings.values.get(option) is None
    ]
    return left_out + judge([check for section in sections for check in OF_ROLES.get(section, ())], settings)


def roles(sections: t.Iterable[str], all_roles: t.Collection[str]) -> list[str]:
    """The roles whose variables some sections look at. A section of a part of a role has the role's name in front."""
    return sorted({role for role in (owner(section, all_roles) for section in sections) if role})


def unknown(sections: t.Iterable[str], all_roles: t.Collection[str]) -> list[LaunchError]:
    """Refuse sections that are none."""
    known = sorted({*OF_ROLES, *all_roles})
    return [
        LaunchError("there is no such section.", option="sections", value=section, remedy=f"Name some of {', '.join(known)}.")
        for section in sections if section not in known
    ]
