# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tokens of SQL as PostgreSQL 17 has them with standard_conforming_strings on.

Whatever is written, the time is in proportion to it. What is not closed runs to the end: the server complains of it.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import re
import typing as t

# Kinds. Of a literal and a name in quotes the letter before the quote is a part: B'1', U&"a".
WORD, NAME, STRING, ESCAPES, DOLLAR, NUMBER, SIGN, COMMENT = "word", "name", "string", "escapes", "dollar", "number", "sign", "comment"

Token = t.Tuple[str, int, int]
"""Its kind, where it starts, and where it ends."""

# The server's white space; whatever lies beyond ASCII, such as a no-break space, is a letter to it.
_SPACE = " \t\n\r\f\v"
# Written as what they are not, which is quicker: letters with the underscore and all beyond ASCII; those and digits; those and $.
_LETTER = r"[^\x00-@\[-^`\x7b-\x7f]"
_IN_TAG = r"[^\x00-/:-@\[-^`\x7b-\x7f]"
_IN_WORD = r"[^\x00-#%-/:-@\[-^`\x7b-\x7f]"
_TOKEN = re.compile(
    rf"""
    [ \t\n\r\f\v]*
    (?: (?P<word>(?![bBeEnNxX]'|[uU]&['"]){_LETTER}{_IN_WORD}*)
      | (?P<string>(?:[bBnNxX]|[uU]&)?')
      | (?P<name>(?:[uU]&)?")
      | (?P<comment>--[^\n\r]*|/\*)
      | (?P<escapes>[eE]')
      | (?P<dollar>\$(?:{_LETTER}{_IN_TAG}*)?\$)
      | (?P<number>[0-9]{_IN_TAG}*(?:\.[0-9]{_IN_TAG}*)?|\.[0-9]{_IN_TAG}*)
      | (?P<sign>::|:=|=>|\$[0-9]*|[^ \t\n\r\f\v])
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


def next_token(text: str, position: int) -> Token | None:
    """The first token from there on; None if nothing but space is left."""
    match = _TOKEN.match(text, position)
    if match is None:
        return None
    kind = match.lastgroup or ""
    start, end = match.span(kind)
    if kind in (STRING, NAME):
        end = _end_of_quoted(text, end)
    elif kind == DOLLAR:
        end = _end_of_dollars(text, start, end)
    elif kind == ESCAPES:
        end = _end_of_escapes(text, end)
    elif kind == COMMENT and text[start] == "/":
        end = _end_of_comment(text, end)
    return kind, start, end


def tokens(text: str) -> t.Iterator[Token]:
    """All of them, comments too."""
    position = 0
    while token := next_token(text, position):
        yield token
        position = token[2]


def pass_over(text: str, position: int, parentheses: bool) -> tuple[int, int]:
    """Go from a token's end beyond tokens whose kinds are no matter, quicker than one by one: up to a semicolon at most.

    Gives where the next token is to be looked for, and where the last one passed over ends.

    :arg parentheses: pass over them, too.
    """
    plain = _PLAIN_ANYWHERE if parentheses else _PLAIN_IN_PARENTHESES
    last = position
    while match := plain.match(text, position):
        end = match.end()
        if text[end:end + 1] in ("'", "$"):
            # Behind a letter it is part of a token that began before: E'...', a$b.
            while end > position and _WORDS_END.match(text[end - 1]):
                end -= 1
        if end == position:
            break
        position = end
        while text[end - 1] in _SPACE:
            end -= 1
        last = max(last, end)
    return position, last


def _end_of_comment(text: str, position: int) -> int:
    """Comments nest in PostgreSQL."""
    depth = 1
    while depth:
        edge = _COMMENT_EDGE.search(text, position)
        if edge is None:
            return len(text)
        depth += 1 if edge[0] == "/*" else -1
        position = edge.end()
    return position


def _end_of_quoted(text: str, position: int) -> int:
    """A quote that is written twice ends nothing."""
    quote = text[position - 1]
    while (closing := text.find(quote, position)) >= 0:
        position = closing + 1
        if not text.startswith(quote, position):
            return position
        position += 1
    return len(text)


def _end_of_dollars(text: str, start: int, position: int) -> int:
    tag = text[start:position]
    closing = text.find(tag, position)
    return len(text) if closing < 0 else closing + len(tag)


def _end_of_escapes(text: str, position: int) -> int:
    """Where E'...' ends. It goes on behind a line end, and a backslash is as special there."""
    while edge := _ESCAPES_EDGE.search(text, position):
        position = edge.end()
        if edge[0] == "'":
            continued = _continuation(text, position)
            if continued is None:
                return position
            position = continued
    return len(text)


def _continuation(text: str, position: int) -> int | None:
    """Behind the quote with which a literal goes on after white space with a line end in it; None if it does not."""
    on_a_new_line = False
    while gap := _GAP.match(text, position):
        position = gap.end()
        on_a_new_line = on_a_new_line or "\n" in gap[0] or "\r" in gap[0]
    return position + 1 if on_a_new_line and text.startswith("'", position) else None
