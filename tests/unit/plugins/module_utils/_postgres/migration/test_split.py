# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import collections
import time
import timeit

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.migration.split import portions, split


@pytest.mark.parametrize(("script", "texts"), [
    ("", []),
    (" -- nothing;\n /* ; */ ;;", []),
    ("SELECT 1; SELECT 2", ["SELECT 1", "SELECT 2"]),
    ("SELECT ';', 'it''s;'; SELECT 2;", ["SELECT ';', 'it''s;'", "SELECT 2"]),
    (r"SELECT E'\';'; SELECT '\'; SELECT 3", [r"SELECT E'\';'", r"SELECT '\'", "SELECT 3"]),
    ('SELECT ";"; SELECT 2', ['SELECT ";"', "SELECT 2"]),
    ("SELECT $$;$$; SELECT $a$ $$;$b$; $a$", ["SELECT $$;$$", "SELECT $a$ $$;$b$; $a$"]),
    ("SELECT a$b$c; SELECT $1; SELECT 2", ["SELECT a$b$c", "SELECT $1", "SELECT 2"]),
    ("SELECT 1 /* /* ; */ ; */; SELECT 2", ["SELECT 1", "SELECT 2"]),
    ("SELECT 1 -- ;\n; SELECT 2", ["SELECT 1", "SELECT 2"]),
    ("CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); SELECT 3", ["CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)", "SELECT 3"]),
    (
        "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END; SELECT 3",
        ["CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END", "SELECT 3"],
    ),
    ("SELECT $$open; SELECT 2", ["SELECT $$open; SELECT 2"]),
    ("SELECT 'open; SELECT 2 ", ["SELECT 'open; SELECT 2 "]),
    (r"SELECT E'open\'; SELECT 2 ", [r"SELECT E'open\'; SELECT 2 "]),
    ("/* open; SELECT 2", []),
    ("SELECT 1 /* open; SELECT 2", ["SELECT 1"]),
])
def test_a_script_is_cut_at_its_semicolons(script, texts):
    assert [statement.text for statement in split(script)] == texts


def test_a_statement_knows_its_line_and_the_words_outside_parentheses_and_quotes():
    (first, second) = split("-- head\n\nCREATE INDEX -- why\n concurrently ON t (lower(a));\n\n select 'commit', \"x\", b")
    assert (first.line, first.words) == (3, "CREATE INDEX CONCURRENTLY ON T")
    assert (second.line, second.words) == (6, "SELECT B")


@pytest.mark.parametrize(("script", "words"), [
    ("INSERT INTO app.t (a, b) SELECT c FROM d", "INSERT INTO APP T"),
    ("INSERT INTO t SELECT c FROM d", "INSERT INTO T SELECT C FROM D"),
    ("ALTER TABLE a DETACH PARTITION b CONCURRENTLY", "ALTER TABLE A DETACH PARTITION B CONCURRENTLY"),
    ("CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC COMMIT; END", "CREATE FUNCTION F RETURNS INT LANGUAGE SQL BEGIN ATOMIC END"),
    ("SELECT größe, comm\u0131t", "SELECT größe comm\u0131t"),
    ("SELECT" + " a," * 1000, "SELECT" + " A" * 63),
])
def test_its_words_are_those_that_tell_its_kind(script, words):
    (statement,) = split(script)
    assert statement.words == words


def test_the_next_statement_is_read_when_it_is_asked_for():
    statements = split("SELECT 1; SELECT 'open; SELECT 2")
    assert next(statements).text == "SELECT 1"


@pytest.mark.parametrize("piece", [
    "INSERT INTO t VALUES (1, 'a''b', E'c\\'d', now());\n", "SELECT a$b, $x$ ; $x$ -- c\n;", "/* c /* d */ */", "e", "date'x' ", "E'a'\n", "$", "((", ")",
    "CREATE RULE r AS ON INSERT TO t DO (SELECT 1;", "CREATE FUNCTION f() BEGIN ATOMIC SELECT 1;", "\r", "\\'", "a$a$a", "'", "/*", "''", "\"",
    "$a", "$a$;$b$", "E'", "e'a' --\n", "--", "a ", "1.", "U&'", "/* ", "INSERT INTO t (", "BEGIN ATOMIC END;", "END; ", "\xa0",
])
def test_ten_times_the_script_takes_no_hundred_times_as_long(piece):
    """Whatever is written: the shortest of three in the processor's time, against noise."""
    def seconds(times):
        script = "SELECT 1;" + piece * times
        return min(timeit.repeat(lambda: collections.deque(split(script), maxlen=0), timer=time.process_time, number=1, repeat=3))

    assert seconds(20000) < 40 * seconds(2000) + 0.05


@pytest.mark.parametrize(("size", "parts"), [
    (1, [("-- a\nSELECT 1;", 1), ("\n\n SELECT ';\n';", 2), (" -- b\nSELECT 3;", 5), ("/* open", 6)]),
    (20, [("-- a\nSELECT 1;\n\n SELECT ';\n';", 1), (" -- b\nSELECT 3;/* open", 5)]),
    (1000, [("-- a\nSELECT 1;\n\n SELECT ';\n'; -- b\nSELECT 3;/* open", 1)]),
])
def test_a_long_script_has_parts_of_whole_statements_that_are_together_all_of_it(size, parts):
    script = "-- a\nSELECT 1;\n\n SELECT ';\n'; -- b\nSELECT 3;/* open"
    assert list(portions(script, split(script), size)) == parts


@pytest.mark.parametrize(("script", "expected"), [
    ("COPY t FROM STDIN;\n1;\t'\n\\.\nSELECT 1;", [("COPY t FROM STDIN", 1, "1;\t'\n"), ("SELECT 1", 4, None)]),
    ("copy t (a, b)\nfrom stdin with (format csv); -- so\r\n1,2\r\n\\.\r\nSELECT 1", [
        ("copy t (a, b)\nfrom stdin with (format csv)", 1, "1,2\r\n"), ("SELECT 1", 5, None)]),
    ('COPY "a b" FROM STDIN;\n\\.\n', [('COPY "a b" FROM STDIN', 1, "")]),
    ("COPY t FROM STDIN;\n1\n2", [("COPY t FROM STDIN", 1, "1\n2")]),
    ("COPY t FROM STDIN", [("COPY t FROM STDIN", 1, "")]),
    ("COPY t FROM STDIN;", [("COPY t FROM STDIN", 1, "")]),
    ("COPY t FROM STDIN;\n\\.x\na\\.\n\\.", [("COPY t FROM STDIN", 1, "\\.x\na\\.\n")]),
    ("COPY t TO STDOUT; COPY t FROM '/x'; COPY t FROM PROGRAM 'x'", [
        ("COPY t TO STDOUT", 1, None), ("COPY t FROM '/x'", 1, None), ("COPY t FROM PROGRAM 'x'", 1, None)]),
    ("COPY (SELECT 'FROM STDIN') TO STDOUT; SELECT 1", [("COPY (SELECT 'FROM STDIN') TO STDOUT", 1, None), ("SELECT 1", 1, None)]),
])
def test_what_copy_reads_is_from_the_next_line_to_the_one_that_ends_it(script, expected):
    assert [(statement.text, statement.line, statement.data) for statement in split(script)] == expected


@pytest.mark.parametrize("size", [1, 1000])
def test_parts_have_the_lines_of_what_copy_reads_and_nothing_of_it(size):
    script = "SELECT 1;\nCOPY t FROM STDIN;\n1\n2\n\\.\nSELECT 2;\n"
    parts = list(portions(script, split(script), size))
    text = "".join(part for part, _line in parts)
    assert text == "SELECT 1;\nCOPY t FROM STDIN;\n\n\n\nSELECT 2;\n"
    assert [line for _part, line in parts] == ([1, 1, 6, 6] if size == 1 else [1])
