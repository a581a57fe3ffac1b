# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a statement does to others: its kind, the relations it names, the lock on each, and what is done with all their rows.

By PostgreSQL 17's documentation, and measured on a server by the tests. It goes by the text alone: partitions and children are
locked as their parents are, triggers and rules do what they do, and a view's relations are behind it; none of these is seen.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.module_utils._postgres.migration.effect.alter_table import alter_table
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.effect.definition import references
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.effect.model import (
    ACCESS,
    ACCESS_SHARE,
    EMPTIES,
    EXCLUSIVE,
    LOCKS,
    REWRITE,
    ROW_EXCLUSIVE,
    SCAN,
    SHARE,
    SHARE_ROW,
    SHARE_UPDATE,
    Effect,
    Touch,
    effect,
)
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.effect.query import query
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.lexemes import Lexeme, Reader, has, parts

_Handler = t.Callable[[str, Reader], Effect]
_EXISTENCE = ("if not exists", "if exists")


def effect_of(words: t.Sequence[Lexeme]) -> Effect:
    """What a statement does.

    :arg words: its lexemes.
    """
    reader = Reader(words)
    for phrase, handler in _BY_WORD.get(reader.peek().text, ()):
        if reader.take(phrase):
            return handler(phrase.upper(), reader)
    if any(reader.at(phrase) for phrase in _NO_RELATION):
        return effect(_first_words(words))
    return effect(_first_words(words), (), "what it does")


def _first_words(words: t.Sequence[Lexeme]) -> str:
    """The words in capitals at the beginning, three at most and no names: these are the kind of the statement."""
    taken: list[str] = []
    for lexeme in words[:3]:
        if lexeme.kind != "word" or lexeme.text not in _KEYWORDS:
            break
        taken.append(lexeme.text.upper())
    return " ".join(taken) or "UNKNOWN"


def _query(kind: str, reader: Reader, words: t.Sequence[Lexeme] | None = None) -> Effect:
    touches, unknown = query(reader.rest if words is None else words)
    return effect(kind, touches, unknown)


def _whole_query(kind: str, reader: Reader) -> Effect:
    """The handlers are called behind their phrase; what writes is known by its first word."""
    first = [Lexeme("word", word) for word in kind.lower().split()]
    words = [*first, *reader.rest]
    if kind == "WITH":
        verbs = [verb for verb in ("INSERT", "UPDATE", "DELETE", "MERGE") if has(words, verb.lower())]
        kind = f"WITH {verbs[0]}" if verbs else "SELECT"
    made = _select_into(words) if kind == "SELECT" else None
    return made or _query(kind, reader, words)


def _select_into(words: t.Sequence[Lexeme]) -> Effect | None:
    """SELECT ... INTO makes a table, as CREATE TABLE AS does; None for a SELECT without it."""
    depth, place = 0, 0
    for index, lexeme in enumerate(words):
        depth += (lexeme == Lexeme("sign", "(")) - (lexeme == Lexeme("sign", ")"))
        if not depth and lexeme == Lexeme("word", "into") and words[index - 1] != Lexeme("sign", "."):
            place = index + 1
            break
    if not place:
        return None
    reader = Reader(words[place:])
    how = reader.take("temporary", "temp", "unlogged")
    reader.take("table")
    touches, unknown = query(words)
    return effect(" ".join(f"create {how} table as".upper().split()), [Touch(reader.name(), ACCESS, new=True), *touches], unknown)


def _create_table(kind: str, reader: Reader) -> Effect:
    reader.take(*_EXISTENCE)
    table = reader.name()
    touches = [Touch(table, ACCESS, new=True)]
    if reader.take("partition of"):
        touches.append(Touch(reader.name(), ACCESS))
        unknown = "whether there is a default partition to be read"
        return effect(f"{kind} PARTITION OF", touches, unknown)
    body = reader.group()
    touches += [Touch(name, SHARE_ROW) for name in references(body) if name != table]
    touches += [Touch(Reader(part[1:]).name(), ACCESS_SHARE) for part in parts(body) if part[0] == Lexeme("word", "like")]
    if reader.take("inherits"):
        touches += [Touch(name, SHARE_UPDATE) for name in Reader(reader.group()).names()]
    if reader.find("as"):
        made, unknown = query(reader.rest)
        return effect(f"{kind} AS", [*touches, *made], unknown)
    return effect(kind, touches)


def _create_index(kind: str, reader: Reader) -> Effect:
    concurrently = bool(reader.take("concurrently"))
    reader.take(*_EXISTENCE)
    reader.find("on")
    reader.take("only")
    table = reader.name()
    return effect(f"{kind} CONCURRENTLY" if concurrently else kind, [Touch(table, SHARE_UPDATE if concurrently else SHARE, SCAN)])


def _create_view(kind: str, reader: Reader) -> Effect:
    reader.take(*_EXISTENCE)
    view = reader.name()
    replaced = "REPLACE" in kind
    reader.find("as")
    touches, _unknown = query(reader.rest)
    # Of OR REPLACE nobody can tell whether there is one.
    own = Touch(view, ACCESS, new=not replaced)
    unknown = _unknown if "MATERIALIZED" in kind else ""
    return effect(kind, [own, *touches], unknown)


def _on_table(lock: str) -> _Handler:
    def handler(kind: str, reader: Reader) -> Effect:
        """For what names its table behind ON."""
        reader.find("on")
        reader.take("only")
        reader.take("table")
        return effect(kind, [Touch(reader.name(), lock)], _cascade(reader.rest))
    return handler


def _trigger(kind: str, reader: Reader) -> Effect:
    reader.find("on")
    touches = [Touch(reader.name(), SHARE_ROW)]
    if reader.take("from"):
        touches.append(Touch(reader.name(), ACCESS_SHARE))
    return effect(kind, touches)


def _rule(kind: str, reader: Reader) -> Effect:
    reader.find("to")
    table = Touch(reader.name(), ACCESS)
    # The commands of a rule lock what they name when the rule is made. Its OLD and NEW are no relations.
    touches, _unknown = query(reader.rest)
    return effect(kind, [table, *(touch for touch in touches if touch.relation not in ("old", "new"))])


def _schema(kind: str, reader: Reader) -> Effect:
    """The elements of a schema are statements of their own."""
    return effect(kind, (), "what is made in it" if has(reader.rest, "create") or has(reader.rest, "grant") else "")


def _alter_type(kind: str, reader: Reader) -> Effect:
    return effect(kind, (), "the tables of this type, which it changes as well (CASCADE)" if has(reader.rest, "cascade") else "")


def _declare(kind: str, reader: Reader) -> Effect:
    reader.find("for")
    return _query(kind, reader)


def _prepare(kind: str, reader: Reader) -> Effect:
    if reader.take("transaction"):
        return effect(f"{kind} TRANSACTION")
    reader.find("as")
    touches, _unknown = query(reader.rest)
    return effect(kind, touches)


def _statistics(kind: str, reader: Reader) -> Effect:
    reader.find("from")
    return effect(kind, [Touch(reader.name(), SHARE_UPDATE)])


def _listed(lock: str, work: str = "") -> _Handler:
    def handler(kind: str, reader: Reader) -> Effect:
        """For what names its relations next."""
        reader.take(*_EXISTENCE)
        names = reader.names()
        return effect(kind, [Touch(name, lock, work) for name in names], _cascade(reader.rest))
    return handler


def _drop_table(kind: str, reader: Reader) -> Effect:
    dropped = _listed(ACCESS)(kind, reader)
    unknown = "; ".join(filter(None, ("the tables at the other end of foreign keys, which it locks as well", dropped.unknown)))
    return effect(kind, dropped.touches, unknown)


def _drop_index(kind: str, reader: Reader) -> Effect:
    lock = SHARE_UPDATE if kind.endswith("CONCURRENTLY") else ACCESS
    reader.take(*_EXISTENCE)
    return effect(kind, [Touch(name, lock) for name in reader.names()], f"the table of the index, which it locks as well ({lock})")


def _drop_of_no_relation(kind: str, reader: Reader) -> Effect:
    return effect(kind, (), _cascade(reader.rest))


def _cascade(words: t.Sequence[Lexeme]) -> str:
    return "what depends on it and goes with it (CASCADE)" if has(words, "cascade") else ""


def _truncate(kind: str, reader: Reader) -> Effect:
    reader.take("table")
    return effect(kind, [Touch(name, ACCESS, EMPTIES) for name in reader.names()], _cascade(reader.rest))


def _lock(kind: str, reader: Reader) -> Effect:
    reader.take("table")
    names = reader.names()
    mode = ACCESS
    if reader.take("in"):
        words = []
        while reader.peek().kind == "word" and not reader.at("mode"):
            words.append(reader.next().text.upper())
        mode = " ".join(words)
    return effect(f"{kind} TABLE", [Touch(name, mode if mode in LOCKS else ACCESS) for name in names])


def _refresh(kind: str, reader: Reader) -> Effect:
    concurrently = bool(reader.take("concurrently"))
    name = reader.name()
    touch = Touch(name, EXCLUSIVE, SCAN) if concurrently else Touch(name, ACCESS, REWRITE)
    return effect(f"{kind} CONCURRENTLY" if concurrently else kind, [touch], "what its query reads")


def _cluster(kind: str, reader: Reader) -> Effect:
    reader.group()
    reader.take("verbose")
    name = reader.name()
    return effect(kind, [Touch(name, ACCESS, REWRITE)]) if name else effect(kind, (), "which tables it is about")


def _vacuum(kind: str, reader: Reader) -> Effect:
    options = reader.group()
    full = has(options, "full") or bool(reader.take("full"))
    while reader.take("freeze", "verbose", "analyze"):
        pass
    lock, work = (ACCESS, REWRITE) if full else (SHARE_UPDATE, SCAN)
    return _maintenance(f"{kind} FULL" if full else kind, reader, lock, work)


def _analyze(kind: str, reader: Reader) -> Effect:
    reader.group()
    reader.take("verbose")
    return _maintenance(kind, reader, SHARE_UPDATE, SCAN)


def _maintenance(kind: str, reader: Reader, lock: str, work: str) -> Effect:
    names = []
    for part in parts(reader.rest):
        each = Reader(part)
        each.take("only")
        names.append(each.name())
    return effect(kind, [Touch(name, lock, work) for name in names], "" if names else "which tables it is about")


def _reindex(kind: str, reader: Reader) -> Effect:
    reader.group()
    what = reader.take("table", "index", "schema", "database", "system").upper()
    concurrently = bool(reader.take("concurrently"))
    kind = " ".join(filter(None, (kind, what, "CONCURRENTLY" if concurrently else "")))
    if what == "TABLE":
        return effect(kind, [Touch(reader.name(), SHARE_UPDATE if concurrently else SHARE, SCAN)])
    if what == "INDEX":
        return effect(kind, [Touch(reader.name(), SHARE_UPDATE if concurrently else ACCESS, REWRITE)], "the table of the index, which it locks as well (SHARE)")
    return effect(kind, (), "which tables it is about")


def _copy(kind: str, reader: Reader) -> Effect:
    if reader.at("("):
        words = reader.group()
        touches, unknown = query(words)
        return effect(f"{kind} TO", touches, unknown)
    table = reader.name()
    reader.group()
    into = bool(reader.take("from"))
    return effect(f"{kind} FROM" if into else f"{kind} TO", [Touch(table, ROW_EXCLUSIVE if into else ACCESS_SHARE)])


def _comment(kind: str, reader: Reader) -> Effect:
    what = reader.take("materialized view", "foreign table", "table", "view", "index", "sequence", "column", "constraint", "trigger", "policy", "rule")
    kind = f"{kind} {what.upper()}".rstrip()
    if what in ("constraint", "trigger", "policy", "rule"):
        reader.find("on")
        if reader.take("domain"):
            return effect(kind)
        return effect(kind, [Touch(reader.name(), ACCESS_SHARE)])
    if what == "column":
        return effect(kind, [Touch(reader.name().rpartition(".")[0], SHARE_UPDATE)])
    return effect(kind, [Touch(reader.name(), SHARE_UPDATE)] if what else ())


def _alter_index(kind: str, reader: Reader) -> Effect:
    reader.take(*_EXISTENCE)
    if reader.take("all in tablespace"):
        return effect(kind, (), "which relations it is about")
    index = reader.name()
    if reader.take("rename to"):
        return effect(f"{kind} RENAME TO", [Touch(index, SHARE_UPDATE)])
    if reader.take("set tablespace"):
        return effect(f"{kind} SET TABLESPACE", [Touch(index, ACCESS, REWRITE)])
    if reader.take("attach partition"):
        return effect(f"{kind} ATTACH PARTITION", [Touch(index, SHARE_UPDATE)], "the tables of both indexes, which it locks as well")
    if reader.take("set (", "reset (", "alter"):
        return effect(f"{kind} SET", [Touch(index, SHARE_UPDATE)])
    return effect(kind, [Touch(index, ACCESS)])


def _alter_sequence(kind: str, reader: Reader) -> Effect:
    reader.take(*_EXISTENCE)
    sequence = reader.name()
    whole = reader.at("owner to") or reader.at("rename to") or reader.at("set schema") or reader.at("set logged") or reader.at("set unlogged")
    return effect(kind, [Touch(sequence, ACCESS if whole else SHARE_ROW)])


def _unknown(what: str) -> _Handler:
    def handler(kind: str, reader: Reader) -> Effect:
        return effect(kind, (), what)
    return handler


def _explain(kind: str, reader: Reader) -> Effect:
    reader.group()
    while reader.take("analyze", "verbose"):
        pass
    return effect_of(reader.rest)


_FETCHED = "what the cursor's query does"
_TABLES = ("foreign table", "temporary table", "temp table", "unlogged table", "local temporary table", "table")
_IN_USE = "which tables have a column of it, and are read"
_HANDLERS: tuple[tuple[str, _Handler], ...] = (
    *((f"create {what}", _create_table) for what in _TABLES),
    ("create unique index", _create_index),
    ("create index", _create_index),
    *((f"create {what}view", _create_view) for what in ("", "or replace ", "recursive ", "or replace recursive ", "materialized ", "temporary ", "temp ")),
    *((f"create {what}trigger", _trigger) for what in ("", "or replace ", "constraint ", "or replace constraint ")),
    *((f"create {what}rule", _rule) for what in ("", "or replace ")),
    ("create schema", _schema),
    ("create policy", _on_table(ACCESS)),
    ("create statistics", _statistics),
    ("create extension", _unknown("what its scripts do")),
    ("create event trigger", _unknown("what it does to statements that follow")),
    ("create subscription", _unknown("what it does")),
    ("create publication", _unknown("the lock on its tables")),
    ("alter publication", _unknown("the lock on its tables")),
    ("alter extension", _unknown("what its scripts do")),
    *((f"alter {what}", alter_table) for what in ("table", "view", "materialized view", "foreign table")),
    ("alter index", _alter_index),
    ("alter sequence", _alter_sequence),
    ("alter policy", _on_table(ACCESS)),
    ("alter trigger", _on_table(ACCESS)),
    ("alter rule", _on_table(ACCESS)),
    ("alter type", _alter_type),
    ("alter domain", _unknown(_IN_USE)),
    ("drop index concurrently", _drop_index),
    ("drop index", _drop_index),
    ("drop table", _drop_table),
    *((f"drop {what}", _listed(ACCESS)) for what in ("view", "materialized view", "foreign table", "sequence")),
    *((f"drop {what}", _on_table(ACCESS)) for what in ("trigger", "policy", "rule")),
    ("drop owned", _unknown("what goes with it")),
    ("drop extension", _unknown("what goes with it")),
    ("drop statistics", _unknown("the table that it is of, which it locks as well")),
    ("drop", _drop_of_no_relation),
    ("reassign owned", _unknown("which relations it is about")),
    ("truncate", _truncate),
    ("lock", _lock),
    ("refresh materialized view", _refresh),
    ("cluster", _cluster),
    ("vacuum", _vacuum),
    ("analyze", _analyze),
    ("reindex", _reindex),
    ("copy", _copy),
    ("comment on", _comment),
    *((verb, _whole_query) for verb in ("insert", "update", "delete", "merge", "select", "with", "values")),
    ("(", _query),
    ("table", _listed(ACCESS_SHARE)),
    ("explain", _explain),
    ("do", _unknown("what its body does")),
    ("call", _unknown("what the procedure does")),
    ("execute", _unknown("what was prepared")),
    ("prepare", _prepare),
    ("declare", _declare),
    ("fetch", _unknown(_FETCHED)),
    ("move", _unknown(_FETCHED)),
    ("set constraints", _unknown("which checks and triggers it runs that were put off")),
    ("security label", _unknown("the lock on what it labels")),
)
_BY_WORD: dict[str, list[tuple[str, _Handler]]] = {}
for _phrase, _handler in _HANDLERS:
    _BY_WORD.setdefault(_phrase.split()[0], []).append((_phrase, _handler))
# They take no lock on a relation that exists, as far as their own text goes.
_NO_RELATION = (
    "create function", "create or replace function", "create procedure", "create or replace procedure", "create aggregate",
    "create or replace aggregate", "create type", "create domain", "create sequence", "create temporary sequence", "create temp sequence",
    "create role", "create user", "create group", "create collation", "create cast", "create operator", "create text search", "create server",
    "create foreign data wrapper", "create database", "create tablespace", "create language", "create conversion", "create access method",
    "alter schema", "alter function", "alter procedure", "alter routine", "alter aggregate", "alter role", "alter user", "alter group",
    "alter database", "alter system", "alter default privileges", "alter collation", "alter operator", "alter text search", "alter server",
    "alter language", "alter conversion", "alter large object", "alter event trigger", "alter statistics", "grant", "revoke", "set", "reset", "show",
    "discard", "notify", "listen", "unlisten", "checkpoint", "load", "deallocate", "close", "begin", "start",
    "commit", "end", "rollback", "abort", "savepoint", "release", "import foreign schema",
)
_KEYWORDS = frozenset(word for phrase in _NO_RELATION for word in phrase.split()) | {"local", "session", "constraints", "transaction", "to", "on"}
