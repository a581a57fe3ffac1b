# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One parameter of a group, in a shape that does not depend on where it was read.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses

from ansible_collections.launch.database.plugins.module_utils._aws.parameter_group import units

DYNAMIC = "dynamic"
NUMERIC = frozenset({"integer", "float"})


@dataclasses.dataclass(frozen=True)
class Parameter:
    """A parameter's definition and its value in the group.

    :arg value: as RDS has it, in the parameter's own unit; None where it has none.
    :arg source: user, system or engine-default.
    :arg apply_type: dynamic (at once) or static (after a reboot).
    :arg data_type: integer, float, boolean, string or list.
    :arg allowed: AllowedValues as RDS writes it; empty where everything goes.
    :arg description: RDS's own; it begins with the unit.
    """

    name: str
    value: str | None = None
    source: str = "engine-default"
    apply_type: str = DYNAMIC
    data_type: str = "string"
    allowed: str = ""
    modifiable: bool = True
    description: str = ""

    @property
    def unit(self) -> str | None:
        """The unit that a number is counted in; LaunchError where that isn't certain."""
        return units.unit_of(self.name, self.description) if self.data_type in NUMERIC else None

    @property
    def option(self) -> str:
        """Where a user wrote its value."""
        return f"parameters.{self.name}"

    @property
    def apply_method(self) -> str:
        """RDS refuses "immediate" for a static parameter; "pending-reboot" for a dynamic one would delay it."""
        return "immediate" if self.apply_type == DYNAMIC else "pending-reboot"

    @property
    def reference(self) -> dict[str, str]:
        """How a call that sets or resets it names it."""
        return {"ParameterName": self.name, "ApplyMethod": self.apply_method}

    def shown(self, value: str | None) -> str | None:
        """A value of this parameter for people."""
        return units.display(value, self.unit)
