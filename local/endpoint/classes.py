# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DB instance classes: memory and processors, from EC2's own description of the machine behind each."""

from __future__ import annotations

from dataclasses import dataclass

from moto.ec2.models.instance_types import INSTANCE_TYPES

from local.endpoint.faults import invalid_value

FAMILIES = (
    "t3",
    "t4g",
    "m5",
    "m5d",
    "m6g",
    "m6gd",
    "m6i",
    "m7g",
    "m7i",
    "r5",
    "r5d",
    "r6g",
    "r6gd",
    "r6i",
    "r7g",
    "r7i",
    "x2g",
)

MIB = 1024 * 1024


@dataclass(frozen=True)
class InstanceClass:
    """A class by name, with its memory in bytes and its number of processors."""

    name: str
    memory: int
    processors: int

    def variables(self, allocated_storage: int, port: int) -> dict[str, int]:
        """Return the values of the variables that parameter formulas use."""
        return {
            "AllocatedStorage": allocated_storage * 1024 * MIB,
            "DBInstanceClassMemory": self.memory,
            "DBInstanceVCPU": self.processors,
            "EndPointPort": port,
        }


def find(name: str) -> InstanceClass:
    """Return the class of that name.

    Raises Fault: InvalidParameterValue, RDS has no such class for PostgreSQL.
    """
    family, _, size = name.removeprefix("db.").partition(".")
    machine = INSTANCE_TYPES.get(f"{family}.{size}")
    if not name.startswith("db.") or family not in FAMILIES or machine is None:
        raise invalid_value(f"Invalid DB Instance class: {name}")
    return InstanceClass(name, machine["MemoryInfo"]["SizeInMiB"] * MIB, machine["VCpuInfo"]["DefaultVCpus"])


def names() -> list[str]:
    """Return the names of all classes, sorted."""
    return sorted(f"db.{name}" for name in INSTANCE_TYPES if name.split(".")[0] in FAMILIES and "metal" not in name)
