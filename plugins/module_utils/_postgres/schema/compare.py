# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Expected facts, compared with a database's: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import collections
import dataclasses
import fnmatch
import re
import typing as t

from ansible_collections.launch.database.plugins.module_utils._postgres.schema.facts import PARTITIONS, PARTS, RELATIONS, Catalogs, Facts, kind_of

EXISTENCE = "existence"
# Of an unexpected object, the attributes that show how dangerous it is.
_TELLING = ("owner", "security_definer", "kind", "superuser", "bypasses_row_security", "acl ", "granted_by ", "set ", "roles", "using")
_OF_ATTRIBUTE = " | "
_RELATIONS = sorted(set(RELATIONS.values()))
# In the words of pg_identify_object().
_COMMENT = re.compile(r"comment (table|view|materialized view) (column (?P<whose>.+)\.[^.]+|(?P<table>.+))")
_LONG = 200
_SHOWN_NAMES = 3


@dataclasses.dataclass(frozen=True)
class Difference:
    """One attribute of one object.

    :arg expected: None where it is as by default, or where the object isn't expected.
    :arg actual: None where it is as by default, or where the object isn't there.
    """

    object: str
    attribute: str
    expected: str | None
    actual: str | None

    @property
    def text(self) -> str:
        """One line for people. Of a value of many lines the first that differs."""
        expected, actual, line = _first_difference(self.expected, self.actual)
        return f"{self.object}: {self.attribute}{line}: expected {_shown(expected)}, found {_shown(actual)}"

    def as_result(self) -> dict[str, t.Any]:
        return {**dataclasses.asdict(self), "text": self.text}


def compare(expected: Facts, actual: Catalogs, foreign: t.Iterable[str] = ()) -> list[Difference]:
    """All differences, in the order of the objects. A table that is missing or unexpected stands for all that is on it.

    :arg foreign: patterns of what belongs to somebody else, as without() takes them.
    """
    patterns = list(foreign)
    wanted, ours = without(expected, patterns, expected), without(actual.facts, patterns, expected)
    differences = _of_shapes(wanted, ours, actual.partitions)
    for name in sorted({*wanted, *ours}):
        if kind_of(name) != PARTITIONS and not _hidden(name, wanted, ours):
            differences += _of_object(name, wanted.get(name), ours.get(name))
    return sorted(differences, key=lambda difference: (difference.object, difference.attribute))


def without(facts: Facts, patterns: t.Sequence[str], expected: t.Container[str] = ()) -> Facts:
    """The facts, except for those that a pattern matches. What is on a foreign table is foreign.

    :arg patterns: of objects, which may be there and need not; or of attributes, which may be anything: ``parameter * | acl rds*``.
    :arg expected: objects that are nobody else's, whatever a pattern says of objects.
    """
    object_belongs = matcher(pattern for pattern in patterns if _OF_ATTRIBUTE not in pattern)
    attribute_belongs = matcher(pattern for pattern in patterns if _OF_ATTRIBUTE in pattern)
    ours = {}
    for name, found in facts.items():
        if name in expected or not (object_belongs(name) or any(map(object_belongs, _tables_of(name)))):
            left = {key: value for key, value in found.items() if not attribute_belongs(name + _OF_ATTRIBUTE + key)}
            if left:
                ours[name] = left
    return ours


def matcher(patterns: t.Iterable[str]) -> t.Callable[[str], bool]:
    """Whether a pattern matches an object: as in a shell, * stands for anything."""
    whole = re.compile("|".join(fnmatch.translate(pattern) for pattern in patterns) or r"(?!)")
    return lambda name: whole.match(name) is not None


def _tables_of(name: str) -> list[str]:
    """The possible names of the table that a part or a comment belongs to; none for other objects."""
    kind, _blank, rest = name.partition(" ")
    commented = _COMMENT.fullmatch(name)
    if kind not in PARTS and not commented:
        return []
    table = commented["table"] or commented["whose"] if commented else rest.rpartition(".")[0]
    return [f"{relation} {table}" for relation in _RELATIONS]


def _hidden(name: str, expected: Facts, actual: Facts) -> bool:
    """Whether it is on a table that is missing or not expected, whose difference says it all."""
    return any((table in expected) != (table in actual) for table in _tables_of(name)) and (name in expected) != (name in actual)


def _of_object(name: str, expected: t.Mapping[str, str] | None, actual: t.Mapping[str, str] | None) -> list[Difference]:
    if actual is None:
        return [Difference(name, EXISTENCE, "there", "missing")]
    if expected is None:
        return [Difference(name, EXISTENCE, "not there", _described(actual))]
    return _of_attributes(name, expected, actual)


def _of_attributes(name: str, expected: t.Mapping[str, str], actual: t.Mapping[str, str]) -> list[Difference]:
    return [
        Difference(name, attribute, expected.get(attribute), actual.get(attribute)) for attribute in sorted({*expected, *actual})
        if expected.get(attribute) != actual.get(attribute) and not _told_elsewhere(attribute, expected, actual)
    ]


def _told_elsewhere(attribute: str, expected: t.Mapping[str, str], actual: t.Mapping[str, str]) -> bool:
    """An added or missing column differs by itself, and the table's list says no more. So does an extension's version, and its members say no more."""
    if attribute == "columns":
        return sorted(expected.get(attribute, "").split(", ")) != sorted(actual.get(attribute, "").split(", "))
    return attribute.startswith("members ") and (attribute in expected) != (attribute in actual)


def _described(actual: t.Mapping[str, str]) -> str:
    telling = [f"{attribute} {value}" for attribute, value in actual.items() if attribute.startswith(_TELLING)]
    return "; ".join(["there", *telling])


def _of_shapes(expected: Facts, actual: Facts, partitions: t.Mapping[str, t.Sequence[str]]) -> list[Difference]:
    """An unexpected shape is compared with the nearest expected one, under the names of its partitions."""
    wanted, found = _by_parent(expected), _by_parent(actual)
    differences = []
    for parent in sorted({*wanted, *found}):
        shapes, near = wanted.get(parent, {}), set()
        for name, shape in found.get(parent, {}).items():
            if not shapes:
                differences.append(Difference(_named(parent, partitions.get(name, ())), EXISTENCE, "not there", _described(shape)))
                continue
            told = {each: _of_attributes(_named(parent, partitions.get(name, ())), shapes[each], shape) for each in shapes}
            nearest = min(told, key=lambda each: (len(told[each]), each))
            near.add(nearest)
            differences += told[nearest]
        differences += [
            Difference(_named(parent, ()), EXISTENCE, _described(shape), "missing") for name, shape in shapes.items() if name not in near
        ]
    return differences


def _named(parent: str, names: t.Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN_NAMES} more" if len(names) > _SHOWN_NAMES else ""
    return f"partition of {parent}" + (f" ({', '.join(names[:_SHOWN_NAMES])}{more})" if names else "")


def _by_parent(facts: Facts) -> dict[str, dict[str, dict[str, str]]]:
    shapes: dict[str, dict[str, dict[str, str]]] = collections.defaultdict(dict)
    for name, shape in facts.items():
        kind, _blank, rest = name.partition(" ")
        if kind == PARTITIONS:
            shapes[rest.rpartition(" ")[0]][name] = shape
    return shapes


def _first_difference(expected: str | None, actual: str | None) -> tuple[str | None, str | None, str]:
    if expected is None or actual is None or "\n" not in expected + actual:
        return expected, actual, ""
    one, other = expected.split("\n"), actual.split("\n")
    for index in range(max(len(one), len(other))):
        left, right = (lines[index] if index < len(lines) else None for lines in (one, other))
        if left != right:
            return left, right, f" line {index + 1}"
    return expected, actual, ""


def _shown(value: str | None) -> str:
    if value is None:
        return "nothing"
    line = " ".join(value.split())
    return line if len(line) <= _LONG else line[:_LONG] + "…"
