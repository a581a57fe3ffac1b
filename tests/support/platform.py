# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tenant platform under the names of a system, as the tests need it."""

from __future__ import annotations

import pathlib

from ansible_collections.launch.database.plugins.module_utils._postgres.check.plan import load
from ansible_collections.launch.database.plugins.module_utils._postgres.check.prelude import with_prelude
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.placeholders import replace
from ansible_collections.launch.database.plugins.module_utils._postgres.names import ROLES, Names

SQL = pathlib.Path(__file__).resolve().parents[2] / "sql"
CHECKS = SQL / "checks"
PLATFORM = SQL / "platform"
AUDIT = SQL / "platform_audit"
LAUNCH = SQL / "launch"
LOCATIONS = (PLATFORM, AUDIT, LAUNCH)

LAUNCH_NAMES = {
    "owner": "launch_owner",
    "audit_owner": "launch_audit_owner",
    "seal_owner": "launch_seal_owner",
    "key_keeper": "launch_key_keeper",
    "migrator": "launch_migrator",
    "read_write": "launch_rw",
    "read_only": "launch_ro",
    "auditor": "launch_auditor",
    "archiver": "launch_archiver",
    "platform": "launch_platform",
    "gateway": "launch_gateway",
    "context_setting": "launch.context",
}
# Nothing is called as it is by default, and ids are uuids.
OTHER_NAMES = {
    "app_schema": "notebook",
    "audit_schema": "journal",
    "ops_schema": "cellar",
    "seal_schema": "safe",
    "owner": "nb_owner",
    "audit_owner": "nb_keeper",
    "seal_owner": "nb_sealer",
    "key_keeper": "nb_porter",
    "migrator": "nb_mover",
    "read_write": "nb_writer",
    "read_only": "nb_reader",
    "auditor": "nb_inspector",
    "archiver": "nb_carrier",
    "platform": "nb_desk",
    "gateway": "nb_door",
    "context_setting": "nb.session",
    "tenant_column": "workspace",
    "tenants_table": "workspaces",
    "id_type": "uuid",
    "id_pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
    "id_generator": "gen_random_uuid()",
}


def groups(names: dict[str, str]) -> list[str]:
    """The groups of the platform under the names of a system."""
    known = Names.from_options(names)
    return [getattr(known, role) for role in ROLES]


def filled(path: pathlib.Path, names: dict[str, str]) -> str:
    """A migration as it runs for a system."""
    return replace(path.read_text(encoding="utf-8"), Names.from_options(names).as_placeholders(), path.name)


def checked(path: pathlib.Path, names: dict[str, str]) -> str:
    """A check as it runs for a system."""
    (query,) = load({path.name: path.read_bytes()})
    return with_prelude(query.query, Names.from_options(names))


def files(*locations: pathlib.Path) -> dict[str, dict[str, bytes]]:
    """Contents by path by location, as the action plugin of postgres_migration reads them."""
    return {str(location): {path.name: path.read_bytes() for path in sorted(location.glob("*.sql"))} for location in locations}
