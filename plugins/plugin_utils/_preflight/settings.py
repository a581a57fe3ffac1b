# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the rooms of the preflight judge: the values of an inventory, and what was read for them.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import contextlib
import collections
import dataclasses
import re
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, LaunchErrors

Files = t.Mapping[str, bytes]


class Unjudged(Exception):
    """A value that nobody gave or that was refused already: what depends on it can't be judged."""


@dataclasses.dataclass(frozen=True)
class Reach:
    """Where the plays behind the preflight go.

    :arg parts: tags of those that the run is for.
    :arg limit: of the command line; None without one.
    :arg hosts: the hosts of a pattern, whatever the limit.
    :arg left: those of them that the limit leaves.
    """

    parts: frozenset[str] = frozenset()
    limit: str | None = None
    hosts: t.Mapping[str, t.Sequence[str]] = dataclasses.field(default_factory=dict)
    left: t.Mapping[str, t.Sequence[str]] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class World:
    """What was read outside of the inventory.

    :arg environment: variables of the controller's environment.
    :arg endpoints: where boto3 would send its calls, by service; an error where it can't say.
    :arg locations: contents of the folders of migrations; an error where they can't be read.
    :arg authorities: content of the file of certificate authorities; None where there is no file.
    :arg groups: hosts that the inventory found, by group.
    :arg tags: what each of the pool hosts is tagged with in the account, where the inventory knows.
    :arg reach: where the plays go; empty for a role that is used alone.
    """

    environment: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    endpoints: t.Mapping[str, str] | LaunchError = dataclasses.field(default_factory=dict)
    locations: t.Mapping[str, Files] | LaunchError = dataclasses.field(default_factory=dict)
    authorities: bytes | None = None
    groups: t.Mapping[str, t.Sequence[str]] = dataclasses.field(default_factory=dict)
    tags: t.Mapping[str, t.Mapping[str, str]] = dataclasses.field(default_factory=dict)
    reach: Reach = Reach()


@dataclasses.dataclass(frozen=True)
class Settings:
    """Values by the names of their variables, in the types of the argument specifications.

    :arg values: defaults included.
    :arg given: the names that were given, by the inventory or by a role's caller.
    :arg refused: the names whose values were refused, or can't be known on the controller.
    :arg sound: of lists that were refused for some elements, the others by their places.
    """

    values: t.Mapping[str, t.Any]
    given: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    world: World = World()
    sound: t.Mapping[str, t.Mapping[int, t.Any]] = dataclasses.field(default_factory=dict)

    def __getitem__(self, name: str) -> t.Any:
        """The value; Unjudged where there is none."""
        value = self.get(name)
        if value is None:
            raise Unjudged(name)
        return value

    def get(self, name: str, default: t.Any = None) -> t.Any:
        """The value, or the default where nobody gave one; Unjudged where what was given was refused."""
        if name in self.refused:
            raise Unjudged(name)
        value = self.values.get(name)
        return default if value is None else value

    def elements(self, name: str) -> list[tuple[int, t.Any]]:
        """Elements of a list with their places, but for those that were refused: one is no reason to keep silent about the others."""
        if name in self.sound:
            return list(self.sound[name].items())
        return list(enumerate(self.get(name, [])))

    def first(self, *names: str) -> tuple[str, t.Any]:
        """The first of several names that has a value, and this value; Unjudged where none has one."""
        for name in names:
            if self.get(name) is not None:
                return name, self[name]
        raise Unjudged(names[0])


Check = t.Callable[[Settings], t.Iterable[LaunchError]]


def judge(checks: t.Iterable[Check], settings: Settings) -> list[LaunchError]:
    """What all of the checks refuse. One that can't judge refuses nothing: the reason was refused elsewhere."""
    errors: list[LaunchError] = []
    for check in checks:
        with contextlib.suppress(Unjudged):
            errors += check(settings)
    return errors


def renamed(errors: t.Iterable[LaunchError], name: t.Callable[[str], str]) -> list[LaunchError]:
    """The same errors under the names that the inventory has for a module's options."""
    return [
        LaunchError(error.problem, option=None if error.option is None else name(error.option), value=error.value, remedy=error.remedy)
        for error in errors
    ]


def placed(errors: t.Iterable[LaunchError], name: str, option: str, places: t.Sequence[int]) -> list[LaunchError]:
    """Errors about some elements of a list, under the list's name and with the places that they have in it.

    :arg name: of the list that was judged.
    :arg option: of the list that they are from.
    """
    def called(judged: str) -> str:
        return re.sub(rf"^{re.escape(name)}\[(\d+)\]", lambda match: f"{option}[{places[int(match[1])]}]", judged)

    return renamed(errors, called)


def raised(check: t.Callable[[], t.Any]) -> list[LaunchError]:
    """The refusals of a check that raises them."""
    try:
        check()
    except LaunchError as error:
        return each(error)
    return []


def each(error: LaunchError) -> list[LaunchError]:
    """The refusals in an error that may hold several."""
    return list(error.errors) if isinstance(error, LaunchErrors) else [error]


def twice(values: t.Iterable[t.Any]) -> list[t.Any]:
    """Each value that is there more than once, in order."""
    counts = collections.Counter(values)
    return sorted(value for value, count in counts.items() if count > 1)
