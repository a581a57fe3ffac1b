# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What there is of an export, and what to do about it: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, raise_all
from ansible_collections.launch.database.plugins.module_utils._plan import Change, Plan
from ansible_collections.launch.database.plugins.module_utils._postgres.export.manifest import Digest, Exported, Manifest


@dataclasses.dataclass(frozen=True)
class Found:
    """What was read for an export.

    :arg is_registered: whether there is the tenant at all.
    :arg tables: names of the tables that an export has.
    :arg manifest: of the export that is there; None if there is none.
    :arg faults: what is wrong with its files.
    :arg rows: what the tenant's rows come to now, by table; None where nobody has to know.
    """

    is_registered: bool
    tables: tuple[str, ...]
    manifest: Manifest | None = None
    faults: tuple[LaunchError, ...] = ()
    rows: t.Mapping[str, Digest] | None = None


def plan_export(tenant: str, path: str, found: Found) -> Plan:
    """An export is written once. One that is there is left as it is, or refused; it is never overwritten."""
    if not found.is_registered:
        raise LaunchError("there is no such tenant.", option="tenant", value=tenant, remedy="Give the id of one that is registered.")
    if found.manifest is None:
        return Plan("export", (Change("export", tenant, None, {"path": path, "tables": list(found.tables)}),))
    raise_all([*_another(tenant, path, found.manifest), *found.faults])
    if found.rows is not None:
        raise_all(_older(path, found.manifest, found.rows))
    return Plan("export")


def stale(tables: t.Iterable[Exported], now: t.Mapping[str, Digest]) -> list[str]:
    """Names of tables whose rows are not those of an export, and of those that only one of the two has."""
    then = {table.qualified: table.digest for table in tables}
    return sorted(name for name in {**then, **now} if then.get(name) != now.get(name))


def _another(tenant: str, path: str, manifest: Manifest) -> list[LaunchError]:
    if manifest.tenant == tenant:
        return []
    return [LaunchError(f"it holds an export of {manifest.tenant}.", option="path", value=path, remedy="Give another path; an export is never overwritten.")]


def _older(path: str, manifest: Manifest, rows: t.Mapping[str, Digest]) -> list[LaunchError]:
    names = stale(manifest.tables, rows)
    if not names:
        return []
    return [LaunchError(
        f"it holds an export of {manifest.exported_at}, and other rows are there since, in {', '.join(names)}.", option="path", value=path,
        remedy="Give another path; an export is never overwritten.",
    )]
