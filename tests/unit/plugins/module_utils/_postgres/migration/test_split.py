# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.migration.split import split


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
    ("/* open; SELECT 2", []),
])
def test_a_script_is_cut_where_psql_cuts_it(script, texts):
    assert [statement.text for statement in split(script)] == texts


def test_a_statement_knows_its_line_and_the_words_outside_parentheses_and_quotes():
    (first, second) = split("-- head\n\nCREATE INDEX -- why\n concurrently ON t (lower(a));\n\n select 'commit', \"x\", b")
    assert (first.line, first.words) == (3, "CREATE INDEX CONCURRENTLY ON T")
    assert (second.line, second.words) == (6, "SELECT B")
