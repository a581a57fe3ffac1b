# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Migrations, tenants and certificate authorities, before there is a database: pure. The rules are those of the modules.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres import preflight
from ansible_collections.launch.database.plugins.modules.postgres_tenant import TENANT
from ansible_collections.launch.database.plugins.plugin_utils._preflight import system
from ansible_collections.launch.database.plugins.plugin_utils._preflight.settings import Check, Settings, each, twice

CANARIES = ("database_schema_canaries", "system_canaries")
CA_FILE = "system_ca_file"
_CERTIFICATE = b"-----BEGIN CERTIFICATE-----"


def _locations(settings: Settings) -> list[LaunchError]:
    locations = settings.world.locations
    return each(locations) if isinstance(locations, LaunchError) else []


def _migrations(settings: Settings) -> list[LaunchError]:
    locations = settings.world.locations
    if isinstance(locations, LaunchError) or not locations:
        return []
    names = dataclasses.asdict(system.names_of(settings)) if settings.get("database_schema_platform", True) else None
    return preflight.check_migrations(locations, names, settings.get("database_schema_placeholders", {}))


def _tenants(settings: Settings) -> list[LaunchError]:
    if not system.has_tenants(settings):
        return []
    _name, canaries = settings.first(*CANARIES)
    return preflight.check_tenants(settings.get("database_schema_tenants", []), canaries, TENANT)


def _authorities(settings: Settings) -> t.Iterator[LaunchError]:
    content = settings.world.authorities
    if content is None or _CERTIFICATE not in content:
        yield LaunchError(
            "is no file on the controller." if content is None else "holds no certificate in PEM.", option=CA_FILE, value=settings[CA_FILE],
            remedy="Download the bundle of the region from https://truststore.pki.rds.amazonaws.com; that of the local stack is made by make up.",
        )


def _groups(settings: Settings) -> t.Iterator[LaunchError]:
    option = "database_schema_group_roles"
    names = [group.get("name") for group in settings.get(option, [])]
    for index, name in enumerate(names):
        if not name:
            yield LaunchError("it has no value.", option=f"{option}[{index}].name", remedy="Give the role a name.")
    for name in twice(filter(None, names)):
        yield LaunchError("it is named more than once.", option=option, value=name, remedy="Put both into one.")


CHECKS: tuple[Check, ...] = (_locations, _migrations, _tenants, _groups)
AUTHORITIES: tuple[Check, ...] = (_authorities,)
