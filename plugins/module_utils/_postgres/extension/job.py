# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Extensions of a database, as pg_extension has them.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import collections
import dataclasses
import typing as t

from ansible_collections.launch.database.plugins.module_utils._plan import Change, Plan
from ansible_collections.launch.database.plugins.module_utils._postgres.extension.plan import (
    ActualExtensions,
    Extension,
    Installed,
    Offer,
    desired_extensions,
    plan_extensions,
)
from ansible_collections.launch.database.plugins.module_utils._postgres.identifiers import quoted
from ansible_collections.launch.database.plugins.module_utils._postgres.session import Session

_INSTALLED = """\
SELECT e.extname AS name, n.nspname AS schema, e.extversion AS version
FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace"""
_AVAILABLE = """\
SELECT v.name, v.version, v.requires::text[] AS requires, v.version = a.default_version AS is_default, v.superuser, v.trusted
FROM pg_catalog.pg_available_extension_versions v LEFT JOIN pg_catalog.pg_available_extensions a USING (name)"""
# Whoever is in one of RDS's roles may create what RDS allows, and nobody but RDS knows what that is.
_LOGIN = """\
SELECT r.rolsuper AS is_superuser, pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE') AS may_create,
       EXISTS (SELECT FROM pg_catalog.pg_roles m
               WHERE m.rolname IN ('rds_superuser', 'rds_extension') AND pg_catalog.pg_has_role(m.oid, 'MEMBER')) AS is_managed
FROM pg_catalog.pg_roles r WHERE r.rolname = CURRENT_USER"""
# Asked only of those that the server still has the files of: it fails for others.
_UPDATES = """\
SELECT e.extname AS name, u.target AS version
FROM pg_catalog.pg_extension e
JOIN pg_catalog.pg_available_extensions a ON a.name = e.extname
CROSS JOIN LATERAL pg_catalog.pg_extension_update_paths(e.extname) u
WHERE e.extname = ANY (%s::name[]) AND u.source = e.extversion AND u.path IS NOT NULL"""


class Extensions:
    """The job of postgres_extension."""

    def __init__(self, params: t.Mapping[str, t.Any]) -> None:
        self._extensions = desired_extensions(params["extensions"])

    def read(self, session: Session) -> ActualExtensions:
        installed = {row["name"]: Installed(row["schema"], row["version"]) for row in session.rows(_INSTALLED)}
        available = session.rows(_AVAILABLE)
        updates = session.rows(_UPDATES, ([extension.name for extension in self._extensions],))
        (login,) = session.rows(_LOGIN)
        schemas = session.rows("SELECT nspname FROM pg_catalog.pg_namespace")
        preloaded = session.value("SELECT current_setting('shared_preload_libraries')").split(",")
        return ActualExtensions(
            installed=installed,
            available=_gathered((row["name"], [row["version"]]) for row in available),
            preloaded=frozenset(name.strip() for name in preloaded if name.strip()),
            schemas=frozenset(row["nspname"] for row in schemas),
            requires=_gathered((row["name"], row["requires"] or ()) for row in available),
            updates=_gathered((row["name"], [row["version"]]) for row in updates),
            offers={(row["name"], version): _offer(row, login) for row in available for version in _versions(row)},
        )

    def plan(self, actual: ActualExtensions) -> Plan:
        return plan_extensions(self._extensions, actual)

    def apply(self, session: Session, plan: Plan, actual: ActualExtensions) -> None:
        """All or none."""
        with session.transaction():
            for change in plan.changes:
                session.execute(_statement(change), doing=f"{change.path} can't be changed")

    def result(self, actual: ActualExtensions) -> dict[str, t.Any]:
        named = [extension.name for extension in self._extensions if extension.name in actual.installed]
        return {"extensions": [{"name": name, **dataclasses.asdict(actual.installed[name])} for name in named]}


def _gathered(pairs: t.Iterable[tuple[str, t.Iterable[str]]]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = collections.defaultdict(frozenset)
    for name, values in pairs:
        found[name] |= frozenset(values)
    return dict(found)


def _versions(row: t.Mapping[str, t.Any]) -> tuple[str | None, ...]:
    """What asks for this version: its name, and no name if it is what the server takes by itself."""
    return (row["version"], None) if row["is_default"] else (row["version"],)


def _offer(row: t.Mapping[str, t.Any], login: t.Mapping[str, t.Any]) -> Offer:
    is_allowed = not row["superuser"] or login["is_superuser"] or login["is_managed"] or row["trusted"] and login["may_create"]
    return Offer(frozenset(row["requires"] or ()), is_allowed)


def _statement(change: Change) -> str:
    if isinstance(change.payload, str):
        return f"CREATE SCHEMA {quoted(change.payload)}"
    extension: Extension = change.payload
    version = "" if extension.version is None else f" VERSION {quoted(extension.version)}"
    if change.action == "update":
        return f"ALTER EXTENSION {quoted(extension.name)} UPDATE TO {quoted(extension.version or '')}"
    schema = "" if extension.schema is None else f" SCHEMA {quoted(extension.schema)}"
    return f"CREATE EXTENSION {quoted(extension.name)}{schema}{version}"
