# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether parameters fit the memory of an instance class.

RDS user guide, "Huge pages for RDS for PostgreSQL": an instance whose shared memory parameters need more than 90 percent
of its memory goes into incompatible-parameters. It does so at its next start, which may be months after the change.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._aws.parameter_group import formula, units

MIB = 1024**2
# What check() and advice() look at.
PARAMETERS = frozenset({"shared_buffers", "effective_cache_size", "maintenance_work_mem"})
PERCENT_MOST = 90
# One autovacuum worker or CREATE INDEX may take this much; a quarter of everything for one operation is too much.
PERCENT_ONE_OPERATION = 25


@dataclasses.dataclass(frozen=True)
class ClassSize:
    """What a class offers.

    :arg name: as RDS calls it, db.t4g.medium.
    :arg memory: bytes, nominal; what RDS calls DBInstanceClassMemory is somewhat less.
    :arg vcpus: number of virtual CPUs.
    """

    name: str
    memory: int
    vcpus: int

    @property
    def variables(self) -> dict[str, int]:
        return {"DBInstanceClassMemory": self.memory, "DBInstanceVCPU": self.vcpus}


def check(values: t.Mapping[str, str | None], size: ClassSize, users: t.Sequence[str] = ()) -> LaunchError | None:
    """The refusal of a shared_buffers with which the class would not start; None where it fits or can't be known.

    :arg values: what the group would hold, as RDS has it (numbers in units of 8kB, or formulas).
    :arg users: the instances that have this class now, where it is not the one that is wanted.
    """
    taken = _bytes(values.get("shared_buffers"), "8kB", size)
    most = size.memory * PERCENT_MOST // 100
    if taken is None or taken <= most:
        return None
    now = f", the class that {', '.join(users)} has now" if users else ""
    larger = "change the class first (apply_immediately: true), then the parameter" if users else "take a larger class"
    return LaunchError(
        f"{values['shared_buffers']} x 8kB is {taken // MIB} MiB, {taken * 100 // size.memory} % of the {size.memory // MIB} MiB"
        f" of {size.name}{now}; above {PERCENT_MOST} % the instance does not start (incompatible-parameters).",
        option="parameters.shared_buffers", value=units.display(values["shared_buffers"], "8kB"),
        remedy=f"Give at most {most // MIB}MB ({most // units.UNITS['8kB'][1]} x 8kB), usually {size.memory // 4 // MIB}MB,"
        f" or {larger}.",
    )


def advice(values: t.Mapping[str, str | None], size: ClassSize) -> list[str]:
    """Sentences about values with which the class starts, but that can't be meant."""
    cache = _bytes(values.get("effective_cache_size"), "8kB", size)
    operation = _bytes(values.get("maintenance_work_mem"), "kB", size)
    found = []
    if cache is not None and cache > size.memory:
        found.append(f"parameters.effective_cache_size: {cache // MIB} MiB is more than the {size.memory // MIB} MiB of {size.name};"
                     " the planner would count on a cache that can't exist.")
    if operation is not None and operation * 100 > size.memory * PERCENT_ONE_OPERATION:
        found.append(f"parameters.maintenance_work_mem: {operation // MIB} MiB for one operation is {operation * 100 // size.memory} %"
                     f" of the {size.memory // MIB} MiB of {size.name}; autovacuum's workers may each take it.")
    return found


def _bytes(value: str | None, unit: str, size: ClassSize) -> int | None:
    count = formula.evaluate(value, size.variables)
    return None if count is None else int(count * units.UNITS[unit][1])
