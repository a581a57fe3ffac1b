# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether an export can be restored here: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, raise_all
from ansible_collections.launch.database.plugins.module_utils._plan import Change, Plan
from ansible_collections.launch.database.plugins.module_utils._postgres.export.manifest import Digest, Manifest, Migration, Reference
from ansible_collections.launch.database.plugins.module_utils._postgres.export.plan import stale

_OTHER_SYSTEM = "Restore it where the same migrations were run, under the same names; then migrate."
_SHOWN = 5


@dataclasses.dataclass(frozen=True)
class Target:
    """What was read of the database that an export is to go to.

    :arg migrations: those that were applied.
    :arg tables: the columns of each table that a restore fills, names and types.
    :arg holder: who has the domain; None if it is free, or there is none.
    :arg rows: what the tenant's rows come to, by table; None if it is not registered.
    :arg referred: the rows that are here under the keys that the export refers to; None where nobody has to know.
    """

    migrations: tuple[Migration, ...]
    tables: t.Mapping[str, tuple[tuple[str, str], ...]]
    holder: str | None = None
    rows: t.Mapping[str, Digest] | None = None
    referred: t.Mapping[Reference, t.Mapping[tuple[str, ...], str]] | None = None


@dataclasses.dataclass(frozen=True)
class Found:
    """An export and where it is to go.

    :arg faults: what is wrong with its files.
    """

    manifest: Manifest
    faults: tuple[LaunchError, ...]
    target: Target


def plan_restore(path: str, domain: str | None, found: Found) -> Plan:
    """All of it, or nothing to do; LaunchErrors with everything that keeps it from being restored."""
    manifest, target = found.manifest, found.target
    errors = [*found.faults, *_migrations(path, manifest, target), *_tables(path, manifest, target)]
    if target.rows is None and target.holder not in (None, manifest.tenant):
        errors.append(LaunchError(f"its domain {domain} is that of {target.holder} here.", option="path", value=path, remedy="Take it from that tenant first."))
    if target.rows is not None and (names := stale(manifest.restored, target.rows)):
        errors.append(LaunchError(
            f"its tenant {manifest.tenant} is there already, with other rows in {', '.join(names)}.", option="path", value=path,
            remedy="Nothing is merged: export and remove that one first, or leave it as it is.",
        ))
    if target.referred is not None:
        errors += strangers(path, manifest, target.referred)
    raise_all(errors)
    if target.rows is not None:
        return Plan("restore")
    return Plan("restore", (Change("restore", manifest.tenant, None, {"from": path, "rows": manifest.rows}),))


def strangers(path: str, manifest: Manifest, here: t.Mapping[Reference, t.Mapping[tuple[str, ...], str]]) -> list[LaunchError]:
    """Where a foreign key would lead to a row that is another than when the export was made, or to none."""
    return [
        LaunchError(
            f"{each.source} refers by {', '.join(each.columns)} to rows of {each.target} that are not the same here: {faults}.", option="path", value=path,
            remedy=f"Make these rows of {each.target} as they were where it was made, by hand or by a migration.",
        )
        for each in manifest.references if (faults := _strangers(each, here.get(each)))
    ]


def _strangers(wanted: Reference, here: t.Mapping[tuple[str, ...], str] | None) -> str:
    if here is None:
        return "there is no such foreign key"
    found = [
        f"{', '.join(wanted.key)} = {', '.join(key)} is {'another' if key in here else 'missing'}"
        for key, digest in wanted.rows if here.get(key) != digest
    ]
    more = [f"{len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
    return "; ".join(found[:_SHOWN] + more)


def _migrations(path: str, manifest: Manifest, target: Target) -> list[LaunchError]:
    then, now = set(manifest.migrations), set(target.migrations)
    if then == now:
        return []
    names = sorted({migration.script for migration in then ^ now})
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    problem = f"other migrations were applied here than where it was made: {', '.join(names[:_SHOWN])}{more}."
    return [LaunchError(problem, option="path", value=path, remedy=_OTHER_SYSTEM)]


def _tables(path: str, manifest: Manifest, target: Target) -> list[LaunchError]:
    then = {table.qualified: table.columns for table in manifest.restored}
    names = sorted(name for name in {**then, **target.tables} if then.get(name) != target.tables.get(name))
    if not names:
        return []
    return [LaunchError(f"there are other tables here, or with other columns: {', '.join(names)}.", option="path", value=path, remedy=_OTHER_SYSTEM)]
