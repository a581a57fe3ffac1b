# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cut a script into its statements where PostgreSQL does, and say what kind each one is.

The semicolons inside of a statement are those of PostgreSQL's grammar. PostgreSQL's own parser judges the syntax; this
file only has to be right about scripts that it accepts.
One pass, and nothing is kept of the statements before.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.launch.database.plugins.module_utils._postgres.migration.lines import line_ends
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.tokens import COMMENT, SIGN, WORD, next_token, pass_over

_ROUTINE = re.compile(r"CREATE (OR REPLACE )?(FUNCTION|PROCEDURE)\b")
_RULE = re.compile(r"CREATE (OR REPLACE )?RULE\b")
_COPY_DATA = re.compile(r"COPY\b.*\bFROM STDIN\b")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_NOTHING = re.compile(r"[ \t\f\v]*(?:/\*[^*\r\n]*\*/[ \t\f\v]*)*(?:--[^\r\n]*)?[\r\n]*\Z")
_END_OF_DATA = re.compile(r"^\\\.(?:\r\n|\n|\r|\Z)", re.MULTILINE)
_LONGEST_HEAD = 4    # words, as of these
_MOST_WORDS = 64     # enough to tell apart the kinds that matter


@dataclasses.dataclass(frozen=True)
class Statement:
    """One statement.

    :arg text: from its first token, without the semicolon.
    :arg line: of its first token, counted from 1.
    :arg words: its first unquoted words outside parentheses in capitals, with a space between; of INSERT only
        those before its first parenthesis, of a routine none in its body.
    :arg start: of its text in the script.
    :arg end: in the script, behind its semicolon and what it reads.
    :arg data: what COPY FROM STDIN reads, without the line that ends it; None for all others.
    :arg is_followed: whether there is more than comments between the semicolon of such a COPY and its data.
    """

    text: str
    line: int
    words: str
    start: int
    end: int
    data: str | None = None
    is_followed: bool = False


def split(script: str) -> t.Iterator[Statement]:
    """The statements of a script in order; comments alone are none."""
    position, counted, line = 0, 0, 1
    while (reader := _Reader(script, position)).read():
        line += line_ends(script, counted, reader.start)
        counted, position = reader.start, reader.position
        data = None if reader.data is None else script[slice(*reader.data)]
        yield Statement(script[reader.start:reader.end], line, " ".join(reader.words), reader.start, reader.position, data, reader.is_followed)


def portions(script: str, statements: t.Iterable[Statement], size: int) -> t.Iterator[tuple[str, int]]:
    """The whole script in order, each part with the line on which it begins. A part ends with a statement; of what COPY reads it has the lines only.

    :arg statements: all of it.
    :arg size: characters; a part is longer only where its last statement is.
    """
    begin, line = 0, 1
    copies: list[Statement] = []
    for statement in statements:
        copies += [] if statement.data is None else [statement]
        if statement.end - begin >= size:
            yield _without_data(script, begin, statement.end, copies), line
            line += line_ends(script, begin, statement.end)
            begin, copies = statement.end, []
    yield _without_data(script, begin, len(script), copies), line


def _without_data(script: str, begin: int, end: int, copies: t.Iterable[Statement]) -> str:
    """A part of the script, with nothing but a semicolon and line ends behind each COPY."""
    pieces = []
    for copy in copies:
        behind = copy.start + len(copy.text)
        pieces += [script[begin:behind], ";", "\n" * line_ends(script, behind, copy.end)]
        begin = copy.end
    return "".join([*pieces, script[begin:end]])


class _Reader:
    """Reads one statement: where its first token starts, where its last one ends, and which words it begins with.

    Inside of a statement there are semicolons in the parentheses of CREATE RULE and in BEGIN ATOMIC ... END of a routine.
    Such a body is statements with a semicolon each, and none of them can start with END: where one seems to, it is the
    body's end. Elsewhere the word is anything, as the end of CASE or the name of a column.
    """

    def __init__(self, script: str, position: int) -> None:
        self.position, self.start, self.end = position, -1, position
        self.words: list[str] = []
        self.data: tuple[int, int] | None = None
        self.is_followed = False
        self._script = script
        self._is_known = False      # its kind, so that nothing counts but its end
        self._parentheses = 0
        self._bodies = 0
        self._begin_statement()

    def _begin_statement(self) -> None:
        """The whole one, or the next one in a body."""
        self._head: list[str] = []
        self._previous = ""

    def read(self) -> bool:
        """Read up to the semicolon. False if only space and comments are left."""
        while token := next_token(self._script, self.position):
            kind, start, self.position = token
            if kind == COMMENT:
                continue
            text = self._script[start:self.position] if kind in (WORD, SIGN) else ""
            if text == ";" and not self._parentheses and not self._bodies:
                if self.start >= 0:
                    break
            else:
                self._take(kind, start, text)
        self._take_data()
        return self.start >= 0

    def _take_data(self) -> None:
        """As psql takes it: from the next line to one with a backslash and a dot, or to the end."""
        if self.words[:1] != ["COPY"] or not _COPY_DATA.match(" ".join(self.words)):
            return
        begin = _LINE.match(self._script, self.position).end()
        self.is_followed = _NOTHING.match(self._script[self.position:begin]) is None
        end = _END_OF_DATA.search(self._script, begin)
        self.data = (begin, end.start() if end else len(self._script))
        self.position = end.end() if end else len(self._script)

    def _take(self, kind: str, start: int, text: str) -> None:
        if self.start < 0:
            self.start = start
        self.end = self.position
        if not self._is_known:
            if kind == WORD and not self._parentheses:
                self._take_word(text)
            else:
                self._take_other(text if kind == SIGN else "")
        if self._is_known or self._parentheses:
            self.position, self.end = pass_over(self._script, self.position, self._is_known)

    def _take_word(self, word: str) -> None:
        word = word.upper() if word.isascii() else word
        if len(self._head) < _LONGEST_HEAD:
            self._head.append(word)
            if self._bodies and self._head == ["END"]:
                self._bodies -= 1
        if not self._bodies and len(self.words) < _MOST_WORDS:
            self.words.append(word)
            self._is_known = len(self.words) == _MOST_WORDS and not self._has_semicolons()
        if word == "ATOMIC" and self._previous == "BEGIN" and self._begins(_ROUTINE):
            self._bodies += 1
            self._begin_statement()
        else:
            self._previous = word

    def _take_other(self, sign: str) -> None:
        self._previous = ""
        self._head = self._head or [sign]
        if sign == "(":
            self._parentheses += 1
            self._is_known = self.words[:1] == ["INSERT"]
        elif sign == ")":
            self._parentheses = max(0, self._parentheses - 1)
        elif sign == ";" and not self._parentheses:
            self._begin_statement()
        if self._is_known:
            self._parentheses = 0

    def _begins(self, kind: re.Pattern[str]) -> bool:
        return kind.match(" ".join(self._head)) is not None

    def _has_semicolons(self) -> bool:
        return self._begins(_ROUTINE) or self._begins(_RULE)
