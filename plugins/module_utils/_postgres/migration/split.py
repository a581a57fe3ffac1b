# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cut a script into its statements where PostgreSQL does, and say what kind each one is.

The tokens are those of PostgreSQL 17 with standard_conforming_strings on, the semicolons inside of a statement those of
its grammar. PostgreSQL's own parser judges the syntax; this file only has to be right about scripts that it accepts.
One pass, and nothing is kept of the statements before.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import re
import typing as t

# The server's white space; whatever lies beyond ASCII, such as a no-break space, is a letter to it.
_SPACE = " \t\n\r\f\v"
# Written as what they are not, which is quicker: letters with the underscore and all beyond ASCII; those and digits; those and $.
_LETTER = r"[^\x00-@\[-^`\x7b-\x7f]"
_IN_TAG = r"[^\x00-/:-@\[-^`\x7b-\x7f]"
_IN_WORD = r"[^\x00-#%-/:-@\[-^`\x7b-\x7f]"
# Two quotes inside of a literal end one literal and begin the next here, which comes to the same.
_TOKEN = re.compile(
    rf"""
    [ \t\n\r\f\v]*
    (?: (?P<word>(?![eE]'){_LETTER}{_IN_WORD}*)
      | (?P<sign>[();])
      | (?P<literal>'[^']*'?|"[^"]*"?)
      | (?P<line>--[^\n\r]*)
      | (?P<comment>/\*)
      | (?P<escapes>[eE]')
      | (?P<dollar>\$(?:{_LETTER}{_IN_TAG}*)?\$)
      | (?P<other>[0-9]{_IN_TAG}*|\$[0-9]*|[^ \t\n\r\f\v])
    )
    """,
    re.VERBOSE,
)
# What can be passed over where neither words nor parentheses matter, and where only the latter do. A quote behind an E
# may begin a literal of another kind. The number of pieces keeps the memory small that re takes for them.
_PLAIN = r"(?:[^'\"$;/\-%s]+|(?<![eE])'[^']*'|\"[^\"]*\"|-(?!-)|/(?!\*)){1,200}"
_PLAIN_ANYWHERE = re.compile(_PLAIN % "")
_PLAIN_IN_PARENTHESES = re.compile(_PLAIN % "()")
_WORDS_END = re.compile(_IN_WORD)
_COMMENT_EDGE = re.compile(r"/\*|\*/")
_ESCAPES_EDGE = re.compile(r"\\.|''|'", re.DOTALL)
_GAP = re.compile(r"[ \t\n\r\f\v]+|--[^\n\r]*")
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
        line += script.count("\n", counted, reader.start)
        counted, position = reader.start, reader.position
        yield Statement(script[reader.start:reader.end], line, " ".join(reader.words))


def portions(script: str, size: int) -> t.Iterator[tuple[str, int]]:
    """The whole script in order, each part with the line on which it begins. A part ends with a statement.

    :arg size: characters; a part is longer only where its last statement is.
    """
    begin, line = 0, 1
    reader = _Reader(script, 0)
    while reader.read():
        if reader.position - begin >= size:
            yield script[begin:reader.position], line
            line += script.count("\n", begin, reader.position)
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
        while match := _TOKEN.match(self._script, self.position):
            kind = t.cast(str, match.lastgroup)
            start, self.position = match.span(kind)
            if kind == "comment":
                self.position = _end_of_comment(self._script, self.position)
            elif kind == "sign" and match[kind] == ";" and not self._parentheses and not self._bodies:
                if self.start >= 0:
                    return True
            elif kind != "line":
                self._take(kind, start)
        return self.start >= 0

    def _take(self, kind: str, start: int) -> None:
        if self.start < 0:
            self.start = start
        if kind == "escapes":
            self.position = _end_of_escapes(self._script, self.position)
        elif kind == "dollar":
            self.position = _end_of_dollars(self._script, start, self.position)
        self.end = self.position
        if not self._is_known:
            if kind == "word" and not self._parentheses:
                self._take_word(self._script[start:self.end])
            else:
                self._take_other(self._script[start] if kind == "sign" else "")
        if self._is_known:
            self._skip(_PLAIN_ANYWHERE)
        elif self._parentheses:
            self._skip(_PLAIN_IN_PARENTHESES)

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

    def _skip(self, plain: re.Pattern[str]) -> None:
        script = self._script
        while match := plain.match(script, self.position):
            end = match.end()
            if script[end:end + 1] in ("'", "$"):
                # Behind a letter it is part of a token that began before: E'...', a$b.
                while end > self.position and _WORDS_END.match(script[end - 1]):
                    end -= 1
            if end == self.position:
                return
            self.position = end
            while script[end - 1] in _SPACE:
                end -= 1
            self.end = max(self.end, end)


def _end_of_comment(script: str, position: int) -> int:
    """Comments nest in PostgreSQL. One that is not closed runs to the end: the server complains of it."""
    depth = 1
    while depth:
        edge = _COMMENT_EDGE.search(script, position)
        if edge is None:
            return len(script)
        depth += 1 if edge[0] == "/*" else -1
        position = edge.end()
    return position


def _end_of_dollars(script: str, start: int, position: int) -> int:
    tag = script[start:position]
    closing = script.find(tag, position)
    return len(script) if closing < 0 else closing + len(tag)


def _end_of_escapes(script: str, position: int) -> int:
    """Where E'...' ends. It goes on behind a line end, and a backslash is as special there."""
    while edge := _ESCAPES_EDGE.search(script, position):
        position = edge.end()
        if edge[0] == "'":
            continued = _continuation(script, position)
            if continued is None:
                return position
            position = continued
    return len(script)


def _continuation(script: str, position: int) -> int | None:
    """Behind the quote with which a literal goes on after white space with a line end in it; None if it does not."""
    on_a_new_line = False
    while gap := _GAP.match(script, position):
        position = gap.end()
        on_a_new_line = on_a_new_line or "\n" in gap[0] or "\r" in gap[0]
    return position + 1 if on_a_new_line and script.startswith("'", position) else None
