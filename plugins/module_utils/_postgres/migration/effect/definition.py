# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the definition of a column or a constraint does to the table that it is added to: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.module_utils._postgres.migration.effect.model import (
    ACCESS,
    MAY_REWRITE,
    MAY_SCAN,
    NO_WORK,
    REWRITE,
    SCAN,
    SHARE_ROW,
    WORK,
    Touch,
)
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.lexemes import Lexeme, Reader, has

VOLATILE = frozenset({
    "random", "random_normal", "gen_random_uuid", "clock_timestamp", "timeofday", "nextval", "uuid_generate_v1", "uuid_generate_v1mc", "uuid_generate_v4",
    "gen_random_bytes", "setval", "pg_sleep",
})
_NOT_VOLATILE = frozenset({
    "now", "statement_timestamp", "transaction_timestamp", "date_trunc", "current_setting", "lower", "upper", "concat", "coalesce", "nullif", "cast",
    "to_char", "to_timestamp", "make_interval", "jsonb_build_object", "jsonb_build_array", "json_build_object", "array", "md5", "timezone",
})
_SERIAL = frozenset({"serial", "bigserial", "smallserial", "serial2", "serial4", "serial8"})
_BUILT_IN = frozenset({
    "bigint", "bit", "boolean", "bool", "box", "bytea", "char", "character", "cidr", "date", "decimal", "double", "float", "float4", "float8", "inet",
    "int", "int2", "int4", "int8", "integer", "interval", "json", "jsonb", "macaddr", "money", "name", "numeric", "oid", "point", "real", "smallint",
    "text", "time", "timestamp", "timestamptz", "tsvector", "uuid", "varchar", "xml", "tstzrange", "daterange", "int4range", "int8range", "numrange",
})
_AFTER_DEFAULT = ("constraint", "not", "null", "check", "unique", "primary", "references", "generated", "collate")
# Parentheses follow them, and they are no functions.
NO_FUNCTIONS = frozenset({
    "values", "in", "any", "all", "some", "exists", "and", "or", "not", "as", "on", "using", "over", "filter", "from", "where", "by", "select", "when",
    "then", "else", "case", "returning", "into", "join", "with", "row", "array", "cast", "varchar", "char", "character", "varying", "numeric",
    "decimal", "bit", "time", "timestamp", "timestamptz", "interval", "set", "union", "except", "intersect", "lateral", "limit", "offset",
    "within", "group", "conflict", "materialized", "table", "having", "is", "like", "ilike", "between", "to", "sets", "rollup", "cube", "references",
    "precision", "float", "distinct", "unique", "key", "check", "default", "include",
})


def called(words: t.Sequence[Lexeme]) -> list[str]:
    """The functions called, by their names without a schema; perhaps more than there are."""
    return [name for _schema, name in _called(words)]


def called_with_schema(words: t.Sequence[Lexeme]) -> list[str]:
    """The functions called, with the schema where one is written: somebody's own lower() is not PostgreSQL's."""
    return [name if schema in ("", "pg_catalog") else f"{schema}.{name}" for schema, name in _called(words)]


def _called(words: t.Sequence[Lexeme]) -> t.Iterator[tuple[str, str]]:
    """Schema and name of each function; no schema where none is written."""
    for index, (lexeme, following) in enumerate(zip(words, words[1:])):
        qualified = index > 1 and words[index - 1] == Lexeme("sign", ".")
        known = lexeme.kind == "name" or (lexeme.kind == "word" and (qualified or lexeme.text not in NO_FUNCTIONS))
        if following == Lexeme("sign", "(") and known:
            yield (words[index - 2].text if qualified else ""), lexeme.text


def added_column(table: str, words: t.Sequence[Lexeme]) -> list[Touch]:
    """What ADD COLUMN does.

    :arg words: from the column's name on.
    """
    reader = Reader(words)
    reader.next()
    type_name = reader.peek().text
    work = [_of_type(type_name, words), _of_default(words)]
    default = has(words, "default") or has(words, "generated")
    if has(words, "not null") and not default:
        work.append(SCAN)
    if any(has(words, phrase) for phrase in ("check", "unique", "primary key")):
        work.append(SCAN)
    # The new key of a column without a default is true of every row.
    referenced = [Touch(name, SHARE_ROW, SCAN if has(words, "default") else NO_WORK) for name in references(words)]
    work += [touch.work for touch in referenced]
    return [Touch(table, ACCESS, max(work, key=WORK.index)), *referenced]


def volatile_default(words: t.Sequence[Lexeme]) -> list[str]:
    """The functions in a column's DEFAULT that give another value for each row, as far as they are known."""
    return [name for name in called(_default(words)) if name in VOLATILE]


def _default(words: t.Sequence[Lexeme]) -> t.Sequence[Lexeme]:
    reader = Reader(words)
    if not reader.find("default"):
        return ()
    start = list(reader.rest)
    depth = 0
    for index, lexeme in enumerate(start):
        depth += (lexeme.text == "(") - (lexeme.text == ")") if lexeme.kind == "sign" else 0
        if index and depth == 0 and lexeme.kind == "word" and lexeme.text in _AFTER_DEFAULT:
            return start[:index]
    return start


def _of_default(words: t.Sequence[Lexeme]) -> str:
    if has(words, "generated"):
        return REWRITE
    names = called_with_schema(_default(words))
    if any(name in VOLATILE for name in names):
        return REWRITE
    return NO_WORK if all(name in _NOT_VOLATILE for name in names) else MAY_REWRITE


def _of_type(name: str, words: t.Sequence[Lexeme]) -> str:
    if name in _SERIAL:
        return REWRITE
    qualified = len(words) > 2 and words[2].text == "." and name != "pg_catalog"
    # A domain with a check is tried on each row, in a new file.
    return NO_WORK if name in _BUILT_IN and not qualified else MAY_REWRITE


def added_constraint(table: str, words: t.Sequence[Lexeme]) -> list[Touch]:
    """What ADD CONSTRAINT does.

    :arg words: from the kind of the constraint on.
    """
    reader = Reader(words)
    scan = NO_WORK if has(words, "not valid") else SCAN
    if reader.at("foreign key"):
        return [Touch(table, SHARE_ROW, scan)] + [Touch(name, SHARE_ROW, scan) for name in references(words)]
    if has(words, "using index"):
        return [Touch(table, ACCESS, MAY_SCAN if reader.at("primary key") else NO_WORK)]
    return [Touch(table, ACCESS, scan)]


def references(words: t.Sequence[Lexeme]) -> list[str]:
    """The tables behind REFERENCES, at any depth."""
    return [name for index, lexeme in enumerate(words) if lexeme == Lexeme("word", "references") and (name := Reader(words[index + 1:]).name())]
