# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which tenants have rows left, and the statements that change a batch of them: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import functools
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, gather, raise_all
from ansible_collections.launch.database.plugins.module_utils._plan import Change, Plan
from ansible_collections.launch.database.plugins.module_utils._postgres.identifiers import check_duration, check_expression, check_qualified, quoted
from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names

# By their place on disk, found once: so the server goes to the rows themselves. The condition is asked again of each, since somebody
# may have changed it meanwhile, and since partitions have places of the same name.
_UPDATE = """\
UPDATE {table} SET {set}
WHERE ctid = ANY (ARRAY (SELECT ctid FROM {table} WHERE {tenant} = %(tenant)s::{app_schema}.entity_id AND ({where}) LIMIT %(batch)s))
  AND {tenant} = %(tenant)s::{app_schema}.entity_id AND ({where})
RETURNING ({where}) IS TRUE AS is_left"""
# The registry has no column here that a condition could mean.
_LEFT = """\
SELECT t."one of all"::text AS id, EXISTS (SELECT FROM {table} WHERE {tenant} = t."one of all" AND ({where})) AS is_left
FROM (SELECT id AS "one of all" FROM {app_schema}.{tenants_table}) t
WHERE %(tenants)s::text[] IS NULL OR t."one of all"::text = ANY (%(tenants)s::text[])
ORDER BY 1"""
_LEAST = {"batch": 1, "pause": 0, "lock_retries": 0, "time_budget": 1}


@dataclasses.dataclass(frozen=True)
class Backfill:
    """What is wanted.

    :arg table: schema and name.
    :arg set: what follows SET in an UPDATE.
    :arg where: true for the rows that are to be changed, and for none that was.
    :arg tenants: ids; None stands for all.
    """

    names: Names
    table: tuple[str, str]
    set: str
    where: str
    tenants: t.Sequence[str] | None

    @classmethod
    def from_options(cls, params: t.Mapping[str, t.Any]) -> Backfill:
        """LaunchErrors with all that is wrong."""
        names = Names.from_options(params["names"])
        given = params["tenants"]
        checked, errors = gather(lambda check: check(), [
            lambda: check_qualified(params["table"], "table"),
            lambda: check_expression(params["set"], "set"),
            lambda: check_expression(params["where"], "where"),
            lambda: names.check_id(params["actor"], "actor"),
            lambda: [names.check_id(tenant, "tenants") for tenant in given or ()],
            lambda: check_duration(params["lock_timeout"], "lock_timeout"),
            *(functools.partial(_in_range, params, option, least) for option, least in _LEAST.items()),
        ])
        raise_all(errors)
        table, assignments, condition, *_rest = checked
        return cls(names, table, assignments, condition, given)

    @property
    def label(self) -> str:
        return ".".join(self.table)

    @property
    def update(self) -> str:
        """For %(tenant)s and %(batch)s; a row for each that was changed, which says whether it would be changed again."""
        return self._filled(_UPDATE)

    @property
    def left(self) -> str:
        """For %(tenants)s; a row for each of them that is registered."""
        return self._filled(_LEFT)

    def _filled(self, text: str) -> str:
        return text.format(
            table=".".join(map(quoted, self.table)), set=self.set.replace("%", "%%"), where=self.where.replace("%", "%%"),
            tenant=quoted(self.names.tenant_column), app_schema=quoted(self.names.app_schema), tenants_table=quoted(self.names.tenants_table),
        )


def plan_backfill(backfill: Backfill, left: t.Mapping[str, bool]) -> Plan:
    """Tenant by tenant.

    :arg left: whether a tenant has rows left, by id.
    """
    unknown = sorted(set(backfill.tenants or ()) - set(left))
    if unknown:
        raise LaunchError(
            "the registry has no such tenant.", option="tenants", value=", ".join(unknown),
            remedy="Take those of the registry, or leave the option out for all of them. Nothing was changed.",
        )
    changes = [Change("update", tenant, "rows left", "none left", payload=tenant) for tenant, is_left in left.items() if is_left]
    return Plan(f"backfill of {backfill.label}", tuple(changes))


def _in_range(params: t.Mapping[str, t.Any], option: str, least: int) -> None:
    if params[option] is not None and params[option] < least:
        raise LaunchError("it is out of range.", option=option, value=params[option], remedy=f"Take {least} or more.")
