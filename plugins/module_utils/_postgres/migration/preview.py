# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the pending scripts would do, statement by statement, with the relations as they are now: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.launch.database.plugins.module_utils._postgres.migration.effect.definition import called
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.effect.model import EMPTIES, ROW_EXCLUSIVE, Effect, Touch
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.effect.statement import effect_of
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.lexemes import Lexeme, Reader, lexemes
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.split import Statement


# Values that are written out, and nothing that could do anything.
_PLAIN_INSERT = re.compile(
    r"""(?P<head>INSERT\s+INTO\s+[\w.]+\s*(?:\([\w\s,]*\)\s*)?)VALUES\s*(?:[\s(),\d.+-]|'[^']*'|NULL\b|TRUE\b|FALSE\b|DEFAULT\b)*""", re.IGNORECASE,
)
# The values of others. What may hide a quote, or turn a value into a name, is not looked at by its form.
_VALUE = re.compile(r"(?:'[^']*')+|(?<![\w.$])\d+(?:\.\d+)?\b")
_NOT_BY_FORM = re.compile(r"[\"$\\]|--|/\*|set_config", re.IGNORECASE)


@dataclasses.dataclass(frozen=True)
class Relation:
    """A relation of the database.

    :arg size: bytes with indexes and partitions; None where it was locked, so that it could not be looked at.
    :arg rows: the server's estimate; None where it has none.
    :arg empty: whether it has no file with anything in it.
    :arg protected: whether it has row level security.
    :arg filtered: whether that applies to its owner, or to the login.
    :arg view: whether it is one, so that what is done to it is done to others.
    :arg parent: whether it has, or had, partitions or children.
    :arg active: whether it has, or had, triggers (foreign keys are some) or rules.
    """

    size: int | None
    rows: int | None
    empty: bool
    protected: bool
    filtered: bool
    view: bool = False
    parent: bool = False
    active: bool = False


@dataclasses.dataclass(frozen=True)
class Step:
    """Statements in a row that do the same.

    :arg number: of the first one, from 1.
    :arg line: of the first one.
    :arg words: of the first one.
    :arg count: how many.
    :arg path_changed: whether the script changed the search path before: names without a schema are somebody else's then.
    """

    number: int
    line: int
    words: t.Sequence[Lexeme]
    effect: Effect
    path_changed: bool
    count: int = 1


@dataclasses.dataclass(frozen=True)
class Preview:
    """What one script would do.

    :arg path: its file.
    :arg relations: those that exist, by the names that the script has for them.
    :arg outside: whether it runs outside of a transaction, and so keeps no lock from one statement to the next.
    """

    path: str
    steps: tuple[Step, ...]
    relations: t.Mapping[str, Relation]
    outside: bool = False

    def relation(self, step: Step, touch: Touch) -> Relation | None:
        """What a statement touches, as it is now; None for what is not there, or not known to be the same."""
        return None if touch.new or (step.path_changed and "." not in touch.relation) else self.relations.get(touch.relation)

    def as_result(self) -> dict[str, t.Any]:
        return {"script": self.path, "statements": [self._result(step) for step in self.steps]}

    def lines(self) -> list[str]:
        """For people: a line each."""
        return [self._line(step) for step in self.steps]

    def _result(self, step: Step) -> dict[str, t.Any]:
        said = step.effect
        relations = [self._touch(step, touch) for touch in said.touches]
        return {"number": step.number, "line": step.line, "count": step.count, "kind": said.kind, "relations": relations, "unknown": self._unknown(step)}

    def _unknown(self, step: Step) -> str:
        """What neither the text nor the catalogs tell."""
        found = ((touch, self.relation(step, touch)) for touch in step.effect.touches)
        behind = [words for touch, relation in found if relation is not None for words in _behind(step, touch, relation)]
        return "; ".join(filter(None, (step.effect.unknown, *behind)))

    def _touch(self, step: Step, touch: Touch) -> dict[str, t.Any]:
        found = self.relation(step, touch)
        there = {"exists": found is not None, "size": found and found.size, "rows": found and found.rows}
        return {"name": touch.relation, "lock": touch.lock, "work": touch.work, "new": touch.new, **there}

    def _line(self, step: Step) -> str:
        times = f" ({step.count} of them)" if step.count > 1 else ""
        touches = [self._touched(step, touch) for touch in step.effect.touches]
        unknown = [f"unknown: {words}"] if (words := self._unknown(step)) else []
        return f"line {step.line}: {step.effect.kind}{times}" + "".join(f"; {part}" for part in touches + unknown)

    def _touched(self, step: Step, touch: Touch) -> str:
        found = self.relation(step, touch)
        if touch.new:
            return f"{touch.relation}, new"
        size = "" if found is None else f" ({_size(found)})"
        return f"{touch.relation}{size}: {touch.lock}" + (f", {touch.work}" if touch.work else "")


def _behind(step: Step, touch: Touch, relation: Relation) -> t.Iterator[str]:
    """What a statement may do to relations that it does not name."""
    if relation.view and not step.effect.kind.startswith(_OF_THE_VIEW):
        yield f"the lock on what is behind the view {touch.relation}"
    if relation.parent:
        yield f"which partitions or children of {touch.relation} it locks as well ({touch.lock})"
    if relation.active and (touch.lock == ROW_EXCLUSIVE or touch.work == EMPTIES):
        yield f"what triggers, foreign keys and rules of {touch.relation} do"


# They are about the view itself.
_OF_THE_VIEW = ("ALTER", "COMMENT", "CREATE OR REPLACE", "CREATE TRIGGER", "DROP")


def steps(statements: t.Iterable[Statement]) -> tuple[Step, ...]:
    """The statements of a script, those in a row that do the same as one."""
    found: list[Step] = []
    last_form: str | None = None
    more = 0
    path_changed = False
    for number, statement in enumerate(statements, 1):
        form = _form(statement)
        # Thousands of rows of data are looked at as one.
        if form and form == last_form:
            more += 1
            continue
        words = lexemes(statement.text)
        said, sets_path = effect_of(words), sets_search_path(words)
        last_form = form
        # Of the others each may break a rule of its own.
        if found and said == found[-1].effect and said.kind == "INSERT" and not sets_path:
            more += 1
            continue
        more = _counted(found, more)
        found.append(Step(number, statement.line, words, said, path_changed))
        path_changed = path_changed or sets_path
    _counted(found, more)
    return tuple(found)


def _counted(found: list[Step], more: int) -> int:
    """Add to the last of the steps those that were the same. Gives the count to go on with."""
    if more:
        found[-1] = dataclasses.replace(found[-1], count=1 + more)
    return 0


def _form(statement: Statement) -> str | None:
    """What INSERTs have in common that differ in their values only; None for what has to be read in full."""
    text = statement.text
    if not statement.words.startswith("INSERT"):
        return None
    if plain := _PLAIN_INSERT.fullmatch(text):
        return plain["head"]
    return None if _NOT_BY_FORM.search(text) else _VALUE.sub("?", text)


def sets_search_path(words: t.Sequence[Lexeme]) -> bool:
    """Whether a statement is SET [LOCAL] search_path, takes that back, or calls set_config() for it."""
    reader = Reader(words)
    if any(reader.at(phrase) for phrase in ("reset search_path", "reset all")):
        return True
    if "set_config" in called(words) and Lexeme("string", "search_path") in words:
        return True
    return any(reader.take(f"set {scope}{name}") for scope in ("", "local ", "session ") for name in ("search_path", "schema"))


def touched(found: t.Iterable[Step]) -> list[str]:
    """The names of all relations that the statements touch and don't make."""
    return list(dict.fromkeys(touch.relation for step in found for touch in step.effect.touches if not touch.new and touch.relation))


def _size(relation: Relation) -> str:
    size = "size unknown: it is locked" if relation.size is None else _bytes(relation.size)
    return size if relation.rows is None else f"{size}, about {relation.rows} rows"


def _bytes(size: int) -> str:
    units, value = ["bytes", "kB", "MB", "GB", "TB"], float(size)
    while value >= 1024 and len(units) > 1:
        value /= 1024
        units.pop(0)
    return f"{value:.0f} {units[0]}"
