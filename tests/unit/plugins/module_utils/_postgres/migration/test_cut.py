# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our cut beside that of PostgreSQL's own scanner and grammar."""
from __future__ import annotations

import random

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.migration.split import split
from tests.support.hard_scripts import CONTINUED_BEHIND_COMMENTS, HARD_SCRIPTS
from tests.support.pglast_cut import ParseError, by_grammar, by_scanner

PIECES = (
    "SELECT 1", "a", "e", "E", "u&", "'", "''", "'a'", "e'a\\'b'", "E'",
    "\\", "\\'", '"', '"a;b"', "$", "$$", "$a$", "$é$", "$1", "1", "1e5", "1.", "0x1F", "1_0",
    "a$b$", "é", "\xa0", "\ufeff", "\r", "\n", "\t", "\v", "\f", "--", "-- x", "/*", "*/", "*", "/", "-", "+", "[", "]", ";", ";", ";", ",", ".", "::", "=>",
    "<", "@", "?", "~", "`", "^", "|", "#", "!", "%", "&", ":", "END", "CASE", "begin", "b'1'", "x'f'", "n'a'", "N'", "date'x'", "INSERT INTO t VALUES",
    "from t",
    " a," * 70,
)
BETWEEN = (";", " ; ", ";\n", ";\r", "; -- it's\n", "; -- ;\r", ";;", "; /* ' ; /* \" */ $$ */ ", "\n;\n-- e'\n")
NAMES = ("f", "begin", "atomic", '"end"', "s.end", "s.case", "x.begin", "a AS end", "a AS case", "CASE a WHEN 1 THEN b END", "END", "/* END; */ f", "e")


def cut(script):
    return [statement.text for statement in split(script)]


@pytest.mark.parametrize(("script", "count"), HARD_SCRIPTS)
def test_the_grammar_has_the_same_statements_in_a_hard_script(script, count):
    assert cut(script) == by_grammar(script)
    assert len(cut(script)) == count


@pytest.mark.parametrize(("script", "count"), CONTINUED_BEHIND_COMMENTS)
def test_a_literal_goes_on_behind_a_comment(script, count):
    assert len(cut(script)) == count


@pytest.mark.parametrize("seed", range(8))
def test_the_scanner_has_the_same_statements_in_pieces_joined_at_random(seed):
    """What the scanner refuses, the server refuses as well; half of them are that."""
    chance, looked_at = random.Random(seed), 0
    for _number in range(2500):
        script = "".join(chance.choice(PIECES) + chance.choice(("", "", " ", "\n")) for _piece in range(chance.randint(1, 14)))
        try:
            expected = by_scanner(script)
        except ParseError:
            continue
        if expected is not None:
            looked_at += 1
            assert cut(script) == expected, script
    assert looked_at > 800


@pytest.mark.parametrize("seed", range(8))
def test_the_grammar_has_the_same_statements_in_hard_scripts_joined_at_random(seed):
    chance = random.Random(seed)
    texts = [script for script, _count in HARD_SCRIPTS]
    for _number in range(150):
        script = ""
        for text in chance.sample(texts, chance.randint(2, 6)):
            # A comment that the script ends with would take what follows for itself.
            script += text + "\n" + chance.choice(BETWEEN)
        assert cut(script) == by_grammar(script), script


@pytest.mark.parametrize("seed", range(8))
def test_the_grammar_has_the_same_statements_where_hard_ones_are_the_body_of_a_routine(seed):
    """In a body there is any statement, another routine too. What the pieces between make of it need not be SQL."""
    chance, looked_at = random.Random(seed), 0
    texts = [text for script, _count in HARD_SCRIPTS for text in cut(script)]
    for _number in range(400):
        body = "".join(f"{text}\n{chance.choice(BETWEEN)}\n" for text in chance.sample(texts, chance.randint(1, 4)))
        words = body.split(" ")
        for _number in range(chance.randint(0, 2)):
            words[chance.randrange(len(words))] = chance.choice(NAMES)
        script = f"CREATE FUNCTION {chance.choice(NAMES)}() RETURNS int BEGIN ATOMIC {' '.join(words)} END; SELECT 2"
        try:
            expected = by_grammar(script)
        except ParseError:
            continue
        looked_at += 1
        assert cut(script) == expected, script
    assert looked_at > 80
