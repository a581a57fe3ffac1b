# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each sub-command of ALTER TABLE does, by PostgreSQL 17's documentation, and measured on a server by the tests: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.module_utils._postgres.migration.effect.definition import added_column, added_constraint
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.effect.model import (
    ACCESS,
    ACCESS_SHARE,
    MAY_REWRITE,
    MAY_SCAN,
    NO_WORK,
    REWRITE,
    SCAN,
    SHARE_ROW,
    SHARE_UPDATE,
    Effect,
    Touch,
    effect,
)
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.lexemes import Lexeme, Reader, has, parts

_CONSTRAINTS = ("primary key", "unique", "foreign key", "check", "exclude")
# Settings of a table that nobody has to be kept out for.
_LIGHT_SETTINGS = ("fillfactor", "autovacuum_", "toast_tuple_target", "toast", "parallel_workers", "vacuum_", "log_autovacuum_")
_HIDDEN_TABLE = "the lock on the table at the other end, if it has a foreign key"

_OF_KEYS = ("drop constraint", "validate constraint", "drop column", "drop")

# Phrase, lock, work, in the order in which they are tried.
_SIMPLE: tuple[tuple[str, str, str], ...] = (
    ("drop constraint", ACCESS, NO_WORK),
    ("drop column", ACCESS, NO_WORK),
    ("validate constraint", SHARE_UPDATE, SCAN),
    ("rename constraint", ACCESS, NO_WORK),
    ("rename to", ACCESS, NO_WORK),
    ("rename column", ACCESS, NO_WORK),
    ("rename", ACCESS, NO_WORK),
    ("disable trigger", SHARE_ROW, NO_WORK),
    ("enable trigger", SHARE_ROW, NO_WORK),
    ("enable replica trigger", SHARE_ROW, NO_WORK),
    ("enable always trigger", SHARE_ROW, NO_WORK),
    ("disable row level security", ACCESS, NO_WORK),
    ("enable row level security", ACCESS, NO_WORK),
    ("no force row level security", ACCESS, NO_WORK),
    ("force row level security", ACCESS, NO_WORK),
    ("disable rule", ACCESS, NO_WORK),
    ("enable", ACCESS, NO_WORK),
    ("cluster on", SHARE_UPDATE, NO_WORK),
    ("set without cluster", SHARE_UPDATE, NO_WORK),
    ("set without oids", ACCESS, NO_WORK),
    ("set logged", ACCESS, REWRITE),
    ("set unlogged", ACCESS, REWRITE),
    ("set tablespace", ACCESS, MAY_REWRITE),
    ("set access method", ACCESS, MAY_REWRITE),
    ("set schema", ACCESS, NO_WORK),
    ("owner to", ACCESS, NO_WORK),
    ("replica identity", ACCESS, NO_WORK),
    ("not of", ACCESS, NO_WORK),
    ("of", ACCESS, NO_WORK),
    ("drop", ACCESS, NO_WORK),
)
_OF_COLUMN: tuple[tuple[str, str, str], ...] = (
    ("set data type", ACCESS, MAY_REWRITE),
    ("type", ACCESS, MAY_REWRITE),
    ("set default", ACCESS, NO_WORK),
    ("drop default", ACCESS, NO_WORK),
    ("set not null", ACCESS, MAY_SCAN),
    ("drop not null", ACCESS, NO_WORK),
    ("set expression", ACCESS, REWRITE),
    ("drop expression", ACCESS, NO_WORK),
    ("add generated", ACCESS, NO_WORK),
    ("drop identity", ACCESS, NO_WORK),
    ("set generated", ACCESS, NO_WORK),
    ("restart", ACCESS, NO_WORK),
    ("set statistics", SHARE_UPDATE, NO_WORK),
    ("set storage", ACCESS, NO_WORK),
    ("set compression", ACCESS, NO_WORK),
    ("set (", SHARE_UPDATE, NO_WORK),
    ("reset (", SHARE_UPDATE, NO_WORK),
)


_COLUMN_KINDS = {"set data type": "TYPE"}


class Action(t.NamedTuple):
    """One sub-command.

    :arg kind: its words, as in ``ADD COLUMN``.
    """

    kind: str
    touches: t.Sequence[Touch]
    unknown: str = ""


def alter_table(kind: str, reader: Reader) -> Effect:
    """What an ALTER TABLE does.

    :arg reader: behind TABLE.
    """
    reader.take("if exists")
    reader.take("only")
    table = reader.name()
    reader.take("*")
    if table == "all":
        return effect(kind, (), "which relations it is about")
    actions = [action(table, part) for part in parts(reader.rest)]
    kinds = ", ".join(dict.fromkeys(each.kind for each in actions))
    unknown = "; ".join(dict.fromkeys(each.unknown for each in actions if each.unknown))
    return effect(f"{kind} {kinds}", [touch for each in actions for touch in each.touches], unknown)


def action(table: str, words: t.Sequence[Lexeme]) -> Action:
    """What one sub-command does."""
    reader = Reader(words)
    for phrase, handler in _HANDLERS:
        if reader.take(phrase):
            return handler(table, reader)
    for phrase, lock, work in _SIMPLE:
        if reader.take(phrase):
            unknown = [_cascade(words), _HIDDEN_TABLE if phrase in _OF_KEYS else ""]
            return Action(_kind(phrase), [Touch(table, lock, work)], "; ".join(filter(None, unknown)))
    # The strongest, for what is not in the tables.
    return Action("...", [Touch(table, ACCESS, MAY_REWRITE)], "what this sub-command does")


def _kind(phrase: str) -> str:
    """DROP and RENAME without a word behind them are about columns."""
    return {"drop": "DROP COLUMN", "rename": "RENAME COLUMN"}.get(phrase, phrase.upper())


def _cascade(words: t.Sequence[Lexeme]) -> str:
    return "what depends on it and goes with it (CASCADE)" if has(words, "cascade") else ""


def _add(table: str, reader: Reader) -> Action:
    named = bool(reader.take("constraint"))
    if named:
        reader.name()
    constraint = next((phrase for phrase in _CONSTRAINTS if reader.at(phrase)), None)
    if named or constraint:
        return Action(f"ADD {(constraint or 'constraint').upper()}", added_constraint(table, reader.rest))
    reader.take("column")
    reader.take("if not exists")
    return Action("ADD COLUMN", added_column(table, reader.rest))


def _alter_column(table: str, reader: Reader) -> Action:
    column = reader.next()
    for phrase, lock, work in _OF_COLUMN:
        if reader.take(phrase):
            # Keys and indexes of the column are made again.
            unknown = _HIDDEN_TABLE if phrase.endswith("type") else ""
            return Action(f"ALTER COLUMN {_COLUMN_KINDS.get(phrase, phrase.upper().rstrip(' ('))}", [Touch(table, lock, work)], unknown)
    return Action("ALTER COLUMN", [Touch(table, ACCESS, MAY_REWRITE)], f"what is done to the column {column.text}")


def _settings(table: str, reader: Reader) -> Action:
    names = [part[0].text for part in parts(reader.group()) if part]
    light = all(name.startswith(_LIGHT_SETTINGS) for name in names)
    return Action("SET", [Touch(table, SHARE_UPDATE if light else ACCESS)])


def _inherit(table: str, reader: Reader) -> Action:
    return Action("INHERIT", [Touch(table, ACCESS), Touch(reader.name(), SHARE_UPDATE)])


def _no_inherit(table: str, reader: Reader) -> Action:
    return Action("NO INHERIT", [Touch(table, ACCESS), Touch(reader.name(), ACCESS_SHARE)])


def _attach(table: str, reader: Reader) -> Action:
    return Action("ATTACH PARTITION", [Touch(table, SHARE_UPDATE), Touch(reader.name(), ACCESS, MAY_SCAN)], "whether there is a default partition to be read")


def _detach(table: str, reader: Reader) -> Action:
    partition = reader.name()
    if has(reader.rest, "concurrently"):
        return Action("DETACH PARTITION CONCURRENTLY", [Touch(table, SHARE_UPDATE), Touch(partition, ACCESS)])
    return Action("DETACH PARTITION", [Touch(table, ACCESS), Touch(partition, ACCESS)])


def _set(table: str, reader: Reader) -> Action:
    if reader.at("("):
        return _settings(table, reader)
    for phrase, lock, work in _SIMPLE:
        if phrase.startswith("set ") and reader.take(phrase.removeprefix("set ")):
            return Action(phrase.upper(), [Touch(table, lock, work)])
    return Action("SET", [Touch(table, ACCESS, MAY_REWRITE)], "what is set")


_HANDLERS: tuple[tuple[str, t.Callable[[str, Reader], Action]], ...] = (
    ("add", _add),
    ("alter constraint", lambda table, reader: Action("ALTER CONSTRAINT", [Touch(table, ACCESS)], _HIDDEN_TABLE)),
    ("alter column", _alter_column),
    ("alter", _alter_column),
    ("attach partition", _attach),
    ("detach partition", _detach),
    ("no inherit", _no_inherit),
    ("inherit", _inherit),
    ("set", _set),
    ("reset", _settings),
)
