# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The canaries, and what the proof of isolation and the comparison with what was shipped are told: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.check.exceptions import excuses
from ansible_collections.launch.database.plugins.module_utils._postgres.check.plan import shared_tables
from ansible_collections.launch.database.plugins.module_utils._postgres.identifiers import check_qualified
from ansible_collections.launch.database.plugins.module_utils._postgres.schema.plan import load, not_ours
from ansible_collections.launch.database.plugins.plugin_utils._preflight import system
from ansible_collections.launch.database.plugins.plugin_utils._preflight.settings import Check, Settings, raised, renamed, twice

CANARIES, ACTOR = "system_canaries", "system_actor"
EXPECTED, NOT_OURS, PLACEHOLDERS = "isolation_proof_expected_catalog", "isolation_proof_not_ours", "isolation_proof_placeholders"
ROWS, EXEMPT = "isolation_proof_canaries", "isolation_proof_exempt_tables"
SHARED, EXCEPTIONS = "isolation_proof_shared_tables", "isolation_proof_exceptions"


def _two(settings: Settings) -> t.Iterator[LaunchError]:
    canaries = settings[CANARIES]
    if system.has_tenants(settings) and len(canaries) != 2:
        yield LaunchError(
            f"there are {len(canaries)} canaries, and the proof needs two tenants to keep apart.", option=CANARIES,
            remedy="Name two, or leave it out for the collection's own.",
        )


def _ids(settings: Settings) -> list[LaunchError]:
    if not system.has_tenants(settings):
        return []
    names = system.names_of(settings)
    ids = {f"{CANARIES}[{index}].id": canary["id"] for index, canary in settings.elements(CANARIES)}
    ids |= {ACTOR: settings[ACTOR]}
    return [error for option, value in ids.items() for error in raised(lambda o=option, v=value: names.check_id(v, o))]


def _tables(settings: Settings) -> list[LaunchError]:
    rows = {f"{ROWS}[{index}].table": str(row.get("table", "")) for index, row in settings.elements(ROWS)}
    exempt = {f"{EXEMPT}[{index}].name": str(table.get("name", "")) for index, table in settings.elements(EXEMPT)}
    return [error for option, name in (rows | exempt).items() for error in raised(lambda o=option, n=name: check_qualified(n, o))]


def _exempt(settings: Settings) -> t.Iterator[LaunchError]:
    tables = settings.elements(EXEMPT)
    names = [str(table.get("name")) for _index, table in tables]
    for index, table in tables:
        if not str(table.get("reason") or "").strip():
            yield LaunchError("it has no reason.", option=f"{EXEMPT}[{index}].reason", remedy="Say why the proof leaves out this table.")
    for name in twice(names):
        yield LaunchError("it is named more than once.", option=EXEMPT, value=name, remedy="Name it once.")
    for name in sorted(set(names) & {str(row.get("table")) for _index, row in settings.elements(ROWS)}):
        yield LaunchError(f"it is exempt, and has canary rows in {ROWS}.", option=EXEMPT, value=name, remedy="Take one of them out.")


def _not_ours(settings: Settings) -> list[LaunchError]:
    return raised(lambda: not_ours(settings.get(NOT_OURS, []), NOT_OURS))


def _expected(settings: Settings) -> list[LaunchError]:
    catalogs = settings.world.catalogs
    return [catalogs] if isinstance(catalogs, LaunchError) else []


def _catalogs(settings: Settings) -> list[LaunchError]:
    """What the files say, with the names that the playbooks give them."""
    catalogs = settings.world.catalogs
    if isinstance(catalogs, LaunchError) or not settings.get(EXPECTED) or not system.has_tenants(settings):
        return []
    values = {**system.names_of(settings).as_placeholders(), "master": settings["system_master"]["name"], **settings.get(PLACEHOLDERS, {})}
    called = {"expected": EXPECTED, "placeholders": PLACEHOLDERS}
    return renamed(raised(lambda: load(catalogs, values)), lambda option: called.get(option, option))


def _shared(settings: Settings) -> t.Iterator[LaunchError]:
    tables = settings.get(SHARED, [])
    yield from raised(lambda: shared_tables(tables, SHARED))
    exempt = {str(table.get("name")) for _index, table in settings.elements(EXEMPT)}
    for name in sorted(exempt & {str(table.get("name")) for table in tables}):
        yield LaunchError(f"it is shared, and listed in {EXEMPT} as well.", option=SHARED, value=name, remedy="Take it out there: shared tables are exempt.")


def _exceptions(settings: Settings) -> list[LaunchError]:
    given = settings.get(EXCEPTIONS, [])
    return raised(lambda: excuses(given, EXCEPTIONS))


ROLE: tuple[Check, ...] = (_tables, _exempt, _shared, _exceptions, _not_ours, _expected)
CHECKS: tuple[Check, ...] = (_two, _ids, *ROLE, _catalogs)
