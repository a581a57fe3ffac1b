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
_LONGEST_HEAD = 4    # words, as of these
_MOST_WORDS = 64     # enough to tell apart the kinds that matter


@dataclasses.dataclass(frozen=True)
class Statement:
    """One statement.

    :arg text: from its first token, without the semicolon.
    :arg line: of its first token, counted from 1.
    :arg words: its first unquoted words outside parentheses in capitals, with a space between; of INSERT only
        those before its first parenthesis, of a routine none in its body.
    """

    text: str
    line: int
    words: str


def split(script: str) -> t.Iterator[Statement]:
    """The statements of a script in order; comments alone are none."""
    position, counted, line = 0, 0, 1
    while (reader := _Reader(script, position)).read():
        line += line_ends(script, counted, reader.start)
        counted, position = reader.start, reader.position
        yield Statement(script[reader.start:reader.end], line, " ".join(reader.words))


def portions(script: str, size: int) -> t.Iterator[tuple[str, int]]:
    """The whole script in order, each part with the line on which it begins. A part ends with a statement.

    :arg size: characters; a part is longer only where its last statement is.
    """
    begin, line = 0, 1
    reader = _Reader(script, 0)
    while len(script) - begin > size and reader.read():
        if reader.position - begin >= size:
            yield script[begin:reader.position], line
            line += line_ends(script, begin, reader.position)
            begin = reader.position
        reader = _Reader(script, reader.position)
    yield script[begin:], line


class _Reader:
    """Reads one statement: where its first token starts, where its last one ends, and which words it begins with.

    Inside of a statement there are semicolons in the parentheses of CREATE RULE and in BEGIN ATOMIC ... END of a routine.
    Such a body is statements with a semicolon each, and none of them can start with END: where one seems to, it is the
    body's end. Elsewhere the word is anything, as the end of CASE or the name of a column.
    """

    def __init__(self, script: str, position: int) -> None:
        self.position, self.start, self.end = position, -1, position
        self.words: list[str] = []
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
                    return True
            else:
                self._take(kind, start, text)
        return self.start >= 0

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
