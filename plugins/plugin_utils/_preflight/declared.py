# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the collection's roles declare: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import typing as t

Spec = t.Mapping[str, t.Any]


@dataclasses.dataclass(frozen=True)
class Role:
    """A role of the collection.

    :arg options: specifications by option, of all entry points together.
    :arg required: the options that one of its entry points can't do without.
    :arg needed: those of its main entry point.
    :arg defaults: as the role's file has them, not templated.
    """

    name: str
    options: t.Mapping[str, Spec]
    required: frozenset[str] = frozenset()
    needed: frozenset[str] = frozenset()
    defaults: t.Mapping[str, t.Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Declared:
    """All roles by name."""

    roles: t.Mapping[str, Role]

    @property
    def options(self) -> dict[str, Spec]:
        return {option: spec for role in self.roles.values() for option, spec in role.options.items()}

    def owner(self, name: str) -> str | None:
        """The role that a variable's name belongs to. None where it is of none."""
        return owner(name, self.roles)


def owner(name: str, roles: t.Iterable[str]) -> str | None:
    """The role with the longest prefix that fits a name. None where none does."""
    fitting = [role for role in roles if name == role or name.startswith(f"{role}_")]
    return max(fitting, key=len, default=None)


def role(name: str, specification: t.Mapping[str, t.Any], defaults: t.Mapping[str, t.Any] | None) -> Role:
    """A role from its files.

    :arg specification: the content of meta/argument_specs.yml.
    :arg defaults: the content of defaults/main.yml.
    """
    points = specification["argument_specs"]
    options: dict[str, Spec] = {}
    for point in (points["main"], *points.values()):
        for option, spec in (point.get("options") or {}).items():
            options.setdefault(option, spec)
    required = frozenset().union(*map(_required, points.values()))
    return Role(name, options, required, _required(points["main"]), defaults or {})


def _required(point: t.Mapping[str, t.Any]) -> frozenset[str]:
    return frozenset(option for option, spec in (point.get("options") or {}).items() if spec.get("required"))
