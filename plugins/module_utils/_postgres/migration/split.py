# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cut a script into its statements, as psql does, and say what kind each one is.

PostgreSQL's own parser judges the syntax of the whole script; this file only has to be right about
scripts that it accepts.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import re
import typing as t

# Standard-conforming strings: a backslash means something in E'...' only.
_TOKEN = re.compile(
    r"""
    (?P<space>\s+|--[^\n]*)
    | (?P<comment>/\*)
    | (?P<string>[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*")
    | (?P<dollar>\$(?:[^\W\d]\w*)?\$)
    | (?P<word>[^\W\d][\w$]*)
    | (?P<sign>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_COMMENT_EDGE = re.compile(r"/\*|\*/")
_ROUTINE = re.compile(r"CREATE (OR REPLACE )?(FUNCTION|PROCEDURE)\b")


@dataclasses.dataclass(frozen=True)
class Statement:
    """One statement.

    :arg text: from its first token, without the semicolon.
    :arg line: of its first token, counted from 1.
    :arg words: its unquoted words outside parentheses in capitals, with a space between.
    """

    text: str
    line: int
    words: str


class _Token(t.NamedTuple):
    kind: str
    start: int
    end: int


def split(script: str) -> list[Statement]:
    """The statements of a script in order; comments alone are none."""
    statements = []
    pending: list[_Token] = []
    body = _Body(script)
    for token in _tokens(script):
        if token.kind == "sign" and script[token.start] == ";" and body.closed:
            statements += _statement(script, pending)
            pending, body = [], _Body(script)
        else:
            pending.append(token)
            body.feed(token)
    return statements + _statement(script, pending)


class _Body:
    """Where a statement is: in parentheses, in BEGIN ATOMIC ... END, or where a semicolon ends it."""

    def __init__(self, script: str) -> None:
        self._script = script
        self._words: list[str] = []
        self._parentheses = 0
        self._blocks = 0

    @property
    def closed(self) -> bool:
        return self._parentheses == 0 and self._blocks == 0

    def feed(self, token: _Token) -> None:
        text = self._script[token.start:token.end]
        if token.kind == "word":
            self._words.append(text.upper())
            self._count_block()
        elif token.kind == "sign":
            self._parentheses += (text == "(") - (text == ")")

    def _count_block(self) -> None:
        if self._words[-2:] == ["BEGIN", "ATOMIC"] and _ROUTINE.match(" ".join(self._words[:4])):
            self._blocks += 1
        elif self._blocks and self._words[-1] in ("CASE", "END"):
            self._blocks += 1 if self._words[-1] == "CASE" else -1


def _statement(script: str, tokens: list[_Token]) -> list[Statement]:
    if not tokens:
        return []
    start, end = tokens[0].start, tokens[-1].end
    words, depth = [], 0
    for token in tokens:
        text = script[token.start:token.end]
        if token.kind == "word" and depth == 0:
            words.append(text.upper())
        elif token.kind == "sign":
            depth += (text == "(") - (text == ")")
    return [Statement(script[start:end], script.count("\n", 0, start) + 1, " ".join(words))]


def _tokens(script: str) -> t.Iterator[_Token]:
    """What is neither space nor comment. An unterminated literal runs to the end: the server complains of it."""
    position = 0
    while match := _TOKEN.match(script, position):
        kind = t.cast(str, match.lastgroup)
        start, position = match.span()
        if kind == "comment":
            position = _end_of_comment(script, position)
        elif kind == "dollar":
            closing = script.find(match[0], position)
            position = len(script) if closing < 0 else closing + len(match[0])
        if kind not in ("space", "comment"):
            yield _Token(kind, start, position)


def _end_of_comment(script: str, position: int) -> int:
    """Comments nest in PostgreSQL."""
    depth = 1
    while depth:
        edge = _COMMENT_EDGE.search(script, position)
        if edge is None:
            return len(script)
        depth += 1 if edge[0] == "/*" else -1
        position = edge.end()
    return position
