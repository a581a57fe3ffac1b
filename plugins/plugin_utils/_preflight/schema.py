# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Migrations, tenants and certificate authorities, before there is a database: pure. The rules are those of the modules.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import contextlib
import dataclasses
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._aws import identifiers
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.history import History
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.lint.lint import allowed_in_inventory
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.placeholders import flyways_own, given_values
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.provenance import provenance_of
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.script import load
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.script_name import check_version, refuse_number
from ansible_collections.launch.database.plugins.module_utils._postgres.role.spec import ROLE, TWICE, role_specs
from ansible_collections.launch.database.plugins.module_utils._postgres.tenant.plan import TENANT, desired
from ansible_collections.launch.database.plugins.plugin_utils._preflight import specs, system
from ansible_collections.launch.database.plugins.plugin_utils._preflight.settings import (
    Check, Settings, Unjudged, each, placed, raised, renamed, twice,
)

LOCATIONS = "database_schema_locations"
PLACEHOLDERS = "database_schema_placeholders"
VERSIONS = ("database_schema_target", "database_schema_baseline_version")
ALLOWED = "database_schema_lint_allowed"
INSTANCE = "database_schema_instance_identifier"
PROVENANCE_TABLE = "database_schema_provenance_table"
PROVENANCE = "database_schema_provenance"
TENANTS = "database_schema_tenants"
GROUPS = "database_schema_group_roles"
_HISTORY = History("public", "flyway_schema_history")
# Of the role that is used alone, and of a system.
CANARIES = ("database_schema_canaries", "system_canaries")
CA_FILE = "system_ca_file"

_ROLE: t.Mapping[str, t.Any] = {"type": "dict", "options": ROLE}
_PASSWORDS = ("password", "password_verifier", "secret")
_TENANT: t.Mapping[str, t.Any] = {"type": "dict", "options": TENANT}
# Each is in one folder of the collection only.
_LOG = "audit_schema"
PLATFORM, AUDIT = "V1_0_0__schemas.sql", "V1_1_1__audit_log.sql"
_CERTIFICATE = b"-----BEGIN CERTIFICATE-----"


def _locations(settings: Settings) -> list[LaunchError]:
    locations = settings.world.locations
    return each(locations) if isinstance(locations, LaunchError) else []


def _placeholders(settings: Settings) -> list[LaunchError]:
    return renamed(raised(lambda: given_values(_names(settings), settings.get(PLACEHOLDERS, {}))), _called)


def _migrations(settings: Settings) -> list[LaunchError]:
    """Names, contents and placeholders of the files. Which values Flyway's own placeholders have makes no difference."""
    locations = _expected(settings)
    if not locations:
        return []
    others = {name: str(value) for name, value in settings.get(PLACEHOLDERS, {}).items()}
    values = {**others, **given_values(_names(settings), {})}
    return renamed(raised(lambda: load(locations, lambda path: {**values, **flyways_own("", "", "", "", path)})), _called)


def _expected(settings: Settings) -> t.Mapping[str, t.Mapping[str, bytes]]:
    """The folders, except those of a platform that the system does not have: they are refused as a whole, not for each of their placeholders."""
    locations = settings.world.locations
    if isinstance(locations, LaunchError):
        return {}
    refused = set() if settings.get("system_tenants", True) else {PLATFORM}
    if refused and not (system.has_partitions(settings) and _names_the_log(settings)):
        refused.add(AUDIT)
    return {folder: found for folder, found in locations.items() if not {path.rpartition("/")[2] for path in found} & refused}


def _names_the_log(settings: Settings) -> bool:
    """Whether a system without the platform gives the audit log's placeholders values of its own."""
    return _LOG in {name.lower() for name in settings.get(PLACEHOLDERS, {})}


def _folders(settings: Settings) -> t.Iterator[LaunchError]:
    """The platform's folders are known by a script that only they have."""
    locations = settings.world.locations
    if isinstance(locations, LaunchError) or not locations:
        return
    scripts = {path.rpartition("/")[2] for files in locations.values() for path in files}
    for is_there, folder, script, switch in (
        (system.has_tenants(settings), "sql/platform", PLATFORM, "system_tenants"),
        (system.has_partitions(settings), "sql/platform_audit", AUDIT, "system_audit_partitions"),
    ):
        if is_there and script not in scripts:
            yield LaunchError(
                f"none of them is the collection's {folder}, which {switch} needs.", option=LOCATIONS, value=list(locations),
                remedy=f"Add it, before the system's own, or set {switch} to false.",
            )
        if not system.has_tenants(settings) and is_there and not _names_the_log(settings) and script in scripts:
            yield LaunchError(
                f"one of them is the collection's {folder}, which rests on sql/platform, and system_tenants is false.", option=LOCATIONS, value=list(locations),
                remedy=f"Take it out and set {switch} to false, or set system_tenants to true.",
            )
        if not is_there and script in scripts:
            yield LaunchError(
                f"one of them is the collection's {folder}, and {switch} is false.", option=LOCATIONS, value=list(locations),
                remedy=f"Take it out, or set {switch} to true.",
            )


def _versions(settings: Settings) -> t.Iterator[LaunchError]:
    for option in VERSIONS:
        version = settings.get(option)
        yield from raised(lambda version=version, option=option: refuse_number(version, option) or version in (None, "") or check_version(str(version), option))


def _names(settings: Settings) -> dict[str, str] | None:
    return dataclasses.asdict(system.names_of(settings)) if system.has_tenants(settings) else None


def _lint_allowed(settings: Settings) -> list[LaunchError]:
    return renamed(raised(lambda: allowed_in_inventory(settings.get(ALLOWED, []))), _called)


def _instance(settings: Settings) -> list[LaunchError]:
    return raised(lambda: settings.get(INSTANCE) and identifiers.instance(INSTANCE, settings[INSTANCE]))


def _provenance(settings: Settings) -> list[LaunchError]:
    params = {"provenance_table": settings.get(PROVENANCE_TABLE) or None, "provenance": settings.get(PROVENANCE, {})}
    return renamed(raised(lambda: provenance_of(params, _HISTORY)), _called)


def _called(option: str) -> str:
    """The variable of the inventory for an option of the module."""
    for module_option, variable in (
        ("locations", LOCATIONS), ("placeholders", PLACEHOLDERS), ("names", "system_names"), ("lint_allowed", ALLOWED),
        ("provenance_table", PROVENANCE_TABLE), ("provenance", PROVENANCE),
    ):
        if option == module_option or option.startswith((f"{module_option}.", f"{module_option}[")):
            return variable + option.removeprefix(module_option)
    return option


def _tenants(settings: Settings) -> list[LaunchError]:
    if not system.has_tenants(settings):
        return []
    tenants, errors = {}, []
    for index, tenant in settings.elements(TENANTS):
        taken, wrong = specs.check(f"{TENANTS}[{index}]", _TENANT, tenant)
        errors += wrong
        tenants |= {} if wrong else {index: taken}
    with contextlib.suppress(Unjudged):
        names, canaries = system.names_of(settings), settings.first(*CANARIES)[1]
        places = [*tenants, *range(len(settings.elements(TENANTS)), len(settings.elements(TENANTS)) + len(canaries))]
        errors += placed(raised(lambda: desired([*tenants.values(), *canaries], names, TENANTS)), TENANTS, TENANTS, places)
    return errors


def _groups(settings: Settings) -> t.Iterator[LaunchError]:
    roles = {}
    for index, group in settings.elements(GROUPS):
        taken, wrong = specs.check(f"{GROUPS}[{index}]", _ROLE, group)
        yield from wrong
        roles |= {} if wrong else {index: taken}
    # Passwords are looked at where they are read; names that are there twice are refused below.
    known = [{"login": False, **{key: value for key, value in role.items() if key not in _PASSWORDS}} for role in roles.values()]
    yield from placed([error for error in raised(lambda: role_specs(known, "")) if error.problem != TWICE], "roles", GROUPS, list(roles))
    for name in twice(role["name"] for role in roles.values()):
        yield LaunchError("it is named more than once.", option=GROUPS, value=name, remedy="Put both into one.")


def _authorities(settings: Settings) -> t.Iterator[LaunchError]:
    content = settings.world.authorities
    if content is None or _CERTIFICATE not in content:
        yield LaunchError(
            "it is not a file on the controller." if content is None else "it holds no certificate in PEM.", option=CA_FILE, value=settings[CA_FILE],
            remedy=_where(settings),
        )


def _where(settings: Settings) -> str:
    """Where the authorities of such a server are found."""
    if settings["aws_endpoint_scope"] == "loopback":
        return "The local stack makes it: make up."
    if not system.is_on_rds(settings):
        return "Ask for it where the server is kept."
    region = settings["aws_endpoint_region"]
    return f"Download https://truststore.pki.rds.amazonaws.com/{region}/{region}-bundle.pem."


CHECKS: tuple[Check, ...] = (_locations, _placeholders, _migrations, _versions, _lint_allowed, _instance, _provenance, _tenants, _groups)
FOLDERS: tuple[Check, ...] = (_folders,)
AUTHORITIES: tuple[Check, ...] = (_authorities,)
