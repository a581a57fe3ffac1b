# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.migration.tokens import (
    COMMENT,
    DOLLAR,
    ESCAPES,
    NAME,
    NUMBER,
    SIGN,
    STRING,
    WORD,
    pass_over,
    tokens,
)


def kinds(text):
    return [(kind, text[start:end]) for kind, start, end in tokens(text)]


@pytest.mark.parametrize(("text", "kind"), [
    ("größe", WORD), ("_a$b$1", WORD), ("\u00a0", WORD), ("e", WORD), ("u", WORD),
    ("'it''s -- \\'", STRING), ("''", STRING), ("b'01'", STRING), ("X'1F'", STRING), ("N'a'", STRING), ("U&'\\0061'", STRING), ("'open; ", STRING),
    ("'it''s open'''", STRING),
    ("E'a\\'b''c'", ESCAPES), ("e'a'\r -- '\n'\\''", ESCAPES), ("E'open\\'", ESCAPES),
    ('"a""; b"', NAME), ('u&"\\0061"', NAME), ('"open', NAME),
    ("$$ $a$ $$", DOLLAR), ("$é1$ $$ $é1$", DOLLAR), ("$a$ open $A$", DOLLAR),
    ("1", NUMBER), ("1.5", NUMBER), (".5", NUMBER), ("0x1F", NUMBER), ("1_000", NUMBER), ("1e5", NUMBER),
    (";", SIGN), ("(", SIGN), ("::", SIGN), ("=>", SIGN), (":=", SIGN), ("$1", SIGN), ("-", SIGN), ("/", SIGN),
    ("-- a;' /* ", COMMENT), ("/* /* */ -- \n */", COMMENT), ("/* /* open */", COMMENT),
])
def test_one_token_is_all_of_it(text, kind):
    assert kinds(text) == [(kind, text)]


@pytest.mark.parametrize(("text", "expected"), [
    ("date'x'", [(WORD, "date"), (STRING, "'x'")]),
    ("'a' 'b'", [(STRING, "'a'"), (STRING, "'b'")]),
    ("E'a' '\\'", [(ESCAPES, "E'a'"), (STRING, "'\\'")]),
    ("u & 'a'", [(WORD, "u"), (SIGN, "&"), (STRING, "'a'")]),
    ("+--\r*/**/-1", [(SIGN, "+"), (COMMENT, "--"), (SIGN, "*"), (COMMENT, "/**/"), (SIGN, "-"), (NUMBER, "1")]),
    ("a.b[1]", [(WORD, "a"), (SIGN, "."), (WORD, "b"), (SIGN, "["), (NUMBER, "1"), (SIGN, "]")]),
    (" \t\v\f\r\n", []),
])
def test_tokens_are_apart_where_they_are_for_the_server(text, expected):
    assert kinds(text) == expected


@pytest.mark.parametrize(("text", "parentheses", "passed", "last"), [
    ("(a, 'b') ; c", True, "(a, 'b') ", "(a, 'b')"),
    ("(a, 'b') ; c", False, "", ""),
    ("a b ) c", False, "a b ", "a b"),
    ("a, E'b'", True, "a, ", "a,"),
    ("a, b$c$", True, "a, ", "a,"),
    ("a - b -- c", True, "a - b ", "a - b"),
    ("a / b /* c", True, "a / b ", "a / b"),
    ("  ", True, "  ", ""),
    ("'open", True, "", ""),
])
def test_what_is_passed_over_ends_before_what_has_to_be_looked_at(text, parentheses, passed, last):
    """Behind a token: there is one before, whatever the text."""
    before = "x"
    position, end = pass_over(before + text, len(before), parentheses)
    assert (text[:position - 1], text[:end - 1]) == (passed, last)
