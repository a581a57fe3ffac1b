# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of the catalogs as facts: pure.

A fact is an object (``policy app.tasks.tenant_select``) with its attributes, all of them texts. What an object has by default is left out.
Partitions become the shapes in which they differ from their parent, since how many there are depends on the day.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import collections
import dataclasses
import re
import typing as t

from ansible_collections.launch.database.plugins.module_utils._postgres.schema.queries import KNOWN_CATALOGS

Row = t.Mapping[str, t.Any]
Rows = t.Mapping[str, t.Sequence[Row]]
# Attributes by name, by object.
Facts = dict[str, dict[str, str]]

PARTITIONS = "partitions"
# They are on a table, and go with it.
PARTS = ("column", "constraint", "index", "policy", "rule", "trigger")
RELATIONS = {"r": "table", "p": "table", "v": "view", "m": "materialized_view", "f": "foreign_table", "c": "composite_type"}

_ON_PARTITION = "<partition>"
# A dump rewrites lists of varchar once, and so does an upgrade that dumps: two spellings of one expression.
_VARCHAR_LIST = re.compile(r"\(ARRAY\[((?:'(?:[^']|'')*'::character varying(?:, )?)+)\]\)::text\[\]")
_VARCHAR = re.compile(r"('(?:[^']|'')*'::character varying)")


@dataclasses.dataclass(frozen=True)
class Catalogs:
    """What a database holds.

    :arg facts: attributes by name, by object.
    :arg partitions: the partitions of each shape, by the object that the shape is.
    :arg unmodelled: objects of kinds that have no facts, in PostgreSQL's own words for them.
    """

    facts: Facts
    partitions: t.Mapping[str, t.Sequence[str]] = dataclasses.field(default_factory=dict)
    unmodelled: t.Sequence[str] = ()


@dataclasses.dataclass(frozen=True)
class Live:
    """A database as it is.

    :arg version: of the server, as a number: 170012.
    :arg catalogs: None where no two readings were alike.
    :arg trouble: why there are none, in the server's words where it has said something.
    """

    version: int
    encoding: str
    catalogs: Catalogs | None
    trouble: str | None = None

    @property
    def major(self) -> str:
        return str(self.version // 10000)


def kind_of(name: str) -> str:
    """The first word of an object."""
    return name.partition(" ")[0]


def catalogs_of(rows: Rows) -> Catalogs:
    """The facts in the rows of queries(), by kind."""
    relations = {row["_oid"]: row for row in rows["relation"]}
    partitions = {oid for oid, row in relations.items() if row["_part"]}
    facts: Facts = {}
    for kind, found in rows.items():
        if kind in ("unmodelled", "catalog"):
            continue
        for row in found:
            if row.get("_oid", row.get("_rel", row.get("_on_oid"))) not in partitions and not row.get("_parent"):
                facts[f"{RELATIONS[row['_relkind']] if kind == 'relation' else kind} {row['name']}"] = attributes(row)
    shapes, members = _shapes(rows, relations, partitions)
    unknown = [f"catalog {row['name']}" for row in rows["catalog"] if row["name"] not in KNOWN_CATALOGS]
    return Catalogs({**facts, **shapes}, members, sorted([row["name"] for row in rows["unmodelled"]] + unknown))


def attributes(row: Row) -> dict[str, str]:
    """The attributes of a row, without those that have their defaults."""
    flat: dict[str, str] = {}
    for name, value in row.items():
        if name.startswith("_") or name == "name" or value is None or value is False:
            continue
        if isinstance(value, dict):
            flat.update((f"{name} {key}", _text(each)) for key, each in value.items())
        else:
            flat[name] = _text(value) if name == "body" else _one_spelling(_text(value))
    return flat


def _text(value: t.Any) -> str:
    if value is True:
        return "yes"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _one_spelling(text: str) -> str:
    return _VARCHAR_LIST.sub(lambda found: "ARRAY[" + _VARCHAR.sub(r"(\1)::text", found[1]) + "]", text)


def _shapes(rows: Rows, relations: t.Mapping[int, Row], partitions: t.Collection[int]) -> tuple[Facts, dict[str, list[str]]]:
    """The shapes that partitions of each table have, numbered, and the partitions of each shape."""
    own = _own_facts(rows, relations, partitions)
    alike: dict[tuple[str, tuple[tuple[str, str], ...]], list[str]] = collections.defaultdict(list)
    for oid in partitions:
        parent = relations[relations[oid]["_parent_oid"]]["name"]
        alike[parent, tuple(sorted(own[oid].items()))].append(relations[oid]["name"])
    numbers: dict[str, int] = collections.Counter()
    shapes, members = {}, {}
    for (parent, shape), names in sorted(alike.items()):
        numbers[parent] += 1
        name = f"{PARTITIONS} {parent} {numbers[parent]}"
        shapes[name], members[name] = dict(shape), sorted(names)
    return shapes, members


def _own_facts(rows: Rows, relations: t.Mapping[int, Row], partitions: t.Collection[int]) -> dict[int, dict[str, str]]:
    """By partition, how it differs from its parent."""
    own = {oid: {name: value for name, value in attributes(relations[oid]).items() if name != "columns"} for oid in partitions}
    by_table: dict[str, dict[int, list[Row]]] = {}
    for kind in PARTS:
        by_table[kind] = collections.defaultdict(list)
        for row in rows[kind]:
            by_table[kind][row["_rel"]].append(row)
    for oid in partitions:
        parent = relations[oid]["_parent_oid"]
        for kind in PARTS:
            for row in by_table[kind][oid]:
                own[oid].update(_own_part(kind, row, relations[oid]["name"], by_table[kind][parent]))
    return own


def _own_part(kind: str, row: Row, partition: str, of_parent: t.Sequence[Row]) -> dict[str, str]:
    """How a partition's column, constraint and so on differ from its parent's. PostgreSQL makes up the names of what is inherited."""
    found = attributes(row)
    if kind == "column":
        inherited = next((attributes(each) for each in of_parent if each["_column"] == row["_column"]), {})
        found.pop("inherited", None)
        inherited.pop("inherited", None)
        names = sorted({*found, *inherited})
        return {f"column {row['_column']} {name}": found.get(name, "nothing") for name in names if found.get(name) != inherited.get(name)}
    label = _general(row["_own_name"], partition)
    if row.get("_parent"):
        # The definition is the parent's, with names of the partition's in it.
        return {f"inherited {kind} {'' if kind == 'index' else label + ' '}{name}": value for name, value in found.items() if name != "definition"}
    if kind == "constraint" and row["_type"] == "c" and any(each["definition"] == row["definition"] for each in of_parent):
        return {}
    return {f"own {kind} {label} {name}": _general(value, partition) for name, value in found.items()}


def _general(text: str, partition: str) -> str:
    """A text without the partition's name, so that it is the same for all partitions of one shape."""
    short = re.escape(partition.rpartition(".")[2])
    return re.sub(rf"(?<![A-Za-z0-9_])({re.escape(partition)}|{short})(?![A-Za-z0-9])", _ON_PARTITION, text)
