# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PostgreSQL's own scanner and grammar, as pglast has them, say where a script's statements are."""
from __future__ import annotations

import itertools

import pglast
from pglast.parser import ParseError, Token, scan

__all__ = ["ParseError", "by_grammar", "by_scanner", "is_empty"]


def is_empty(script: str) -> bool:
    """Whether there is nothing to run in it. What can't be read is something."""
    try:
        return all(_is_semicolon(script, token) for token in _tokens(script))
    except ParseError:
        return False


def by_scanner(script: str) -> list[str] | None:
    """The statements, if a semicolon ends one wherever it is. None for a script with parentheses or a body, where it doesn't."""
    tokens = _tokens(script)
    if any(_text(script, token).upper() in ("(", ")", "ATOMIC") for token in tokens):
        return None
    groups = itertools.groupby(tokens, key=lambda token: _is_semicolon(script, token))
    return [_joined(script, list(group)) for ends, group in groups if not ends]


def by_grammar(script: str) -> list[str]:
    """The statements. ParseError if it isn't SQL."""
    if is_empty(script):
        return []
    tokens = _tokens(script)
    # Only where each begins: pglast takes away what is space to Python, and leaves comments.
    starts = [part.start for part in pglast.split(script, only_slices=True)]
    found = []
    for start, end in itertools.pairwise([*starts, len(script)]):
        inside = [token for token in tokens if start <= token.start < end]
        while inside and _is_semicolon(script, inside[-1]):
            inside.pop()
        found.append(_joined(script, inside))
    return found


def _tokens(script: str) -> list[Token]:
    return [token for token in scan(script) if token.name not in ("SQL_COMMENT", "C_COMMENT")]


def _text(script: str, token: Token) -> str:
    return script[token.start:token.end + 1]


def _is_semicolon(script: str, token: Token) -> bool:
    return _text(script, token) == ";"


def _joined(script: str, tokens: list[Token]) -> str:
    return script[tokens[0].start:tokens[-1].end + 1]
