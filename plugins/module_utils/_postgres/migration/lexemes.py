# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of one statement, and a reader that goes along them.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import re
import string
import typing as t

from ansible_collections.launch.database.plugins.module_utils._postgres.migration.tokens import COMMENT, DOLLAR, ESCAPES, NAME, STRING, WORD, tokens

_PLAIN = re.compile(r"[a-z_][a-z0-9_$]*")
# The server folds no other letters of UTF-8.
_FOLDED = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


class Lexeme(t.NamedTuple):
    """A word in lower case, a quoted name, a string without its quotes, a number or a sign.

    :arg kind: ``word``, ``name``, ``string``, ``number`` or ``sign``.
    """

    kind: str
    text: str


_END = Lexeme("end", "")


def lexemes(text: str) -> list[Lexeme]:
    """What is neither space nor comment; a body in dollars is one string."""
    return [
        Lexeme(_KINDS.get(kind, kind), _CONTENTS.get(kind, str)(text[start:end]))
        for kind, start, end in tokens(text) if kind != COMMENT
    ]


def _quoted(content: str, quote: str) -> str:
    return content.partition(quote)[2][:-1].replace(quote * 2, quote)


def _in_dollars(content: str) -> str:
    tag = content[:content.index("$", 1) + 1]
    return content[len(tag):].removesuffix(tag)


_KINDS = {ESCAPES: STRING, DOLLAR: STRING}
_CONTENTS: dict[str, t.Callable[[str], str]] = {
    WORD: lambda content: content.translate(_FOLDED),
    NAME: lambda content: _quoted(content, '"'),
    STRING: lambda content: _quoted(content, "'"),
    ESCAPES: lambda content: _quoted(content, "'"),
    DOLLAR: _in_dollars,
}


def written(name: str) -> str:
    """A name as SQL has it: in quotes only where it needs them."""
    return name if _PLAIN.fullmatch(name) else '"' + name.replace('"', '""') + '"'


class Reader:
    """A place in the words of a statement."""

    def __init__(self, words: t.Sequence[Lexeme]) -> None:
        self._words = words
        self._place = 0

    @property
    def rest(self) -> t.Sequence[Lexeme]:
        return self._words[self._place:]

    def peek(self) -> Lexeme:
        return self._words[self._place] if self._place < len(self._words) else _END

    def next(self) -> Lexeme:
        lexeme = self.peek()
        self._place += 1
        return lexeme

    def at(self, phrase: str) -> bool:
        """Whether the next words are these."""
        expected = phrase.split()
        return [each.text for each in self._words[self._place:self._place + len(expected)] if each.kind in ("word", "sign")] == expected

    def take(self, *phrases: str) -> str:
        """Go beyond the first of these phrases that comes next, and give it; empty if none does."""
        for phrase in phrases:
            if self.at(phrase):
                self._place += len(phrase.split())
                return phrase
        return ""

    def name(self) -> str:
        """A name with its schema, as SQL has it; empty where there is none."""
        parts = []
        while self.peek().kind in ("word", "name"):
            parts.append(written(self.next().text))
            if not self.take("."):
                break
        return ".".join(parts)

    def names(self) -> list[str]:
        """Names with commas between, each perhaps behind ONLY and before a star."""
        found = []
        while True:
            self.take("only")
            name = self.name()
            if name:
                found.append(name)
            self.take("*")
            if not self.take(","):
                return found

    def group(self) -> t.Sequence[Lexeme]:
        """What is inside of the parentheses that come next; nothing where there are none."""
        if not self.at("("):
            return ()
        start, depth = self._place + 1, 0
        while self._place < len(self._words):
            lexeme = self.next()
            depth += (lexeme == _OPEN) - (lexeme == _CLOSE)
            if not depth:
                break
        return self._words[start:self._place - 1]

    def find(self, phrase: str) -> bool:
        """Go beyond the next of this phrase outside of parentheses; to the end if there is none."""
        while self.peek() is not _END:
            if self.take(phrase):
                return True
            if self.at("("):
                self.group()
            else:
                self.next()
        return False


_OPEN, _CLOSE, _COMMA = Lexeme("sign", "("), Lexeme("sign", ")"), Lexeme("sign", ",")


def parts(words: t.Sequence[Lexeme]) -> list[t.Sequence[Lexeme]]:
    """What is between the commas outside of parentheses."""
    found: list[list[Lexeme]] = [[]]
    depth = 0
    for lexeme in words:
        depth += (lexeme in (_OPEN, Lexeme("sign", "["))) - (lexeme in (_CLOSE, Lexeme("sign", "]")))
        if lexeme == _COMMA and depth == 0:
            found.append([])
        else:
            found[-1].append(lexeme)
    return [part for part in found if part]


def has(words: t.Sequence[Lexeme], phrase: str) -> bool:
    """Whether a phrase is anywhere in the words, quoted names and strings aside."""
    expected = phrase.split()
    plain = [each.text if each.kind in ("word", "sign") else "" for each in words]
    return any(plain[start:start + len(expected)] == expected for start in range(len(plain) - len(expected) + 1))
