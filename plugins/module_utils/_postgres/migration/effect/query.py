# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The relations that a query reads or writes: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.module_utils._postgres.migration.effect.definition import called_with_schema
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.effect.model import (
    ACCESS_SHARE,
    ROW_EXCLUSIVE,
    ROW_SHARE,
    Touch,
)
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.lexemes import Lexeme, Reader, has

# Functions of PostgreSQL that take no lock on a relation and write nothing.
_HARMLESS = frozenset({
    "abs", "array_agg", "avg", "bool_and", "bool_or", "btrim", "ceil", "clock_timestamp", "coalesce", "concat", "concat_ws", "count", "current_setting",
    "date_part", "date_trunc", "dense_rank", "extract", "first_value", "floor", "format", "format_type", "gen_random_uuid", "generate_series", "greatest",
    "json_agg", "json_build_array", "json_build_object", "jsonb_agg", "jsonb_build_array", "jsonb_build_object", "jsonb_set", "lag", "last_value",
    "lead", "least", "left", "length", "lower", "lpad", "ltrim", "make_date", "make_interval", "max", "md5", "min", "mod", "now", "nullif", "overlay",
    "position", "quote_ident", "quote_literal", "random", "rank", "regexp_replace", "repeat", "replace", "right", "round", "row_number", "rpad",
    "rtrim", "set_config", "split_part", "string_agg", "string_to_array", "strpos", "substr", "substring", "sum", "to_char", "to_date", "to_jsonb",
    "to_number", "to_timestamp", "trim", "trunc", "unnest", "upper", "pg_sleep",
})
_WITH_FROM_INSIDE = ("extract", "substring", "trim", "overlay")
_WORDS_OF_LISTS = ("from", "join", "using", "table")


def common_tables(words: t.Sequence[Lexeme]) -> set[str]:
    """The names of WITH queries; they are no relations."""
    names = set()
    for index, lexeme in enumerate(words):
        if lexeme.kind in ("word", "name") and index and words[index - 1].text in ("with", "recursive", ","):
            reader = Reader(words[index + 1:])
            reader.group()
            if any(reader.take(f"as {how}(") for how in ("", "materialized ", "not materialized ")):
                names.add(lexeme.text)
    return names


def read(words: t.Sequence[Lexeme]) -> list[str]:
    """The relations behind FROM, JOIN, USING and TABLE at any depth."""
    own = common_tables(words)
    found: list[str] = []
    opened: list[str] = []
    for index, lexeme in enumerate(words):
        before = words[index - 1].text if index else ""
        if lexeme == Lexeme("sign", "("):
            opened.append(before)
        elif lexeme == Lexeme("sign", ")") and opened:
            opened.pop()
        elif lexeme.kind == "word" and lexeme.text in _WORDS_OF_LISTS and not _no_list(lexeme.text, before, opened):
            found += _list(words[index + 1:], lexeme.text in ("join", "table"))
    return [name for name in dict.fromkeys(found) if name not in own]


def _no_list(word: str, before: str, opened: t.Sequence[str]) -> bool:
    if word == "from":
        return before == "distinct" or bool(opened and opened[-1] in _WITH_FROM_INSIDE)
    return False


def _list(words: t.Sequence[Lexeme], single: bool) -> list[str]:
    """The names of a list; what is in parentheses has its own FROM, and what is followed by them is a function."""
    reader, found = Reader(words), []
    while True:
        reader.take("lateral")
        reader.take("only")
        if reader.at("("):
            found += _joined(reader.group())
        else:
            name = reader.name()
            if name and not reader.at("(") and name not in ("select", "values"):
                found.append(name)
            reader.group()
        reader.take("*")
        if reader.take("as") or reader.peek().kind in ("word", "name"):
            if reader.peek().text in _AFTER_NAME:
                return found
            reader.next()
            reader.group()
        if single or not reader.take(","):
            return found


def _joined(words: t.Sequence[Lexeme]) -> list[str]:
    """The first relation of a join in parentheses. Its JOINs are found by themselves, as is all of a query."""
    is_query = bool(words) and words[0].text in ("select", "values", "with", "table")
    return _list(words, True) if has(words, "join") and not is_query else []


_AFTER_NAME = (
    "where", "join", "left", "right", "full", "inner", "cross", "natural", "on", "using", "group", "order", "limit", "union", "except", "intersect",
    "having", "for", "window", "set", "returning", "when", "offset", "fetch", "tablesample", "with",
)


def query(words: t.Sequence[Lexeme]) -> tuple[list[Touch], str]:
    """What a query does to the relations that it names, and what can't be told."""
    own = common_tables(words)
    lock = ROW_SHARE if any(has(words, f"for {strength}") for strength in ("update", "share", "no key update", "key share")) else ACCESS_SHARE
    touches = [Touch(name, lock) for name in read(words)]
    for index, lexeme in enumerate(words):
        if lexeme.kind != "word" or lexeme.text not in ("insert", "update", "delete", "merge"):
            continue
        reader = Reader(words[index + 1:])
        if _writes(lexeme.text, words[index - 1].text if index else "", reader):
            reader.take("only")
            name = reader.name()
            if name and name not in own:
                touches.append(Touch(name, ROW_EXCLUSIVE))
    return touches, unknown_functions(words)


def _writes(word: str, before: str, reader: Reader) -> bool:
    """Whether the word begins a statement that writes: UPDATE is in FOR UPDATE and in DO UPDATE, too."""
    if word == "update":
        return before not in ("for", "key", "do", "then", "on")
    return bool(reader.take("from" if word == "delete" else "into"))


def unknown_functions(words: t.Sequence[Lexeme]) -> str:
    """A sentence's end about the functions that nobody here knows; empty if there are none."""
    targets = set(_targets(words))
    names = [name for name in dict.fromkeys(called_with_schema(words)) if name not in _HARMLESS and name.rpartition(".")[2] not in targets]
    return f"what it calls does: {', '.join(names[:5])}{', ...' if len(names) > 5 else ''}" if names else ""


def _targets(words: t.Sequence[Lexeme]) -> t.Iterator[str]:
    """Last parts of names that a list of columns follows."""
    for index, lexeme in enumerate(words):
        if lexeme == Lexeme("word", "into"):
            yield Reader(words[index + 1:]).name().rpartition(".")[2].strip('"')
    yield from common_tables(words)
