# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import collections

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.script import checked, load


def no_placeholders(path):
    return {}


def one(content, **placeholders):
    (script,) = load({"sql": {"V1__a.sql": content.encode()}}, lambda path: placeholders)
    return script


def test_scripts_come_in_order_without_undo_scripts_and_other_files():
    files = {path: b"SELECT 1;" for path in ("R__a.sql", "V2__b.sql", "undo/U2__b.sql", "README.md", "V1_1__a.sql")}
    assert [script.name.path for script in load({"sql": files}, no_placeholders)] == ["V1_1__a.sql", "V2__b.sql", "R__a.sql"]


def test_the_checksum_of_a_repeatable_one_is_taken_after_its_placeholders():
    files = {"R__a.sql": b"SELECT '${x}';", "V1__a.sql": b"SELECT '${x}';"}
    versioned, repeatable = load({"sql": files}, lambda path: {"x": "1"})
    assert versioned.checksum == versioned.raw_checksum == repeatable.raw_checksum != repeatable.checksum


def test_two_descriptions_that_differ_by_normalisation_only_are_one():
    with pytest.raises(LaunchError, match="the same description as sql/R__cafe\u0301.sql, but for how letters with accents are written"):
        load({"sql": {"R__caf\u00e9.sql": b"", "R__cafe\u0301.sql": b""}}, no_placeholders)


def test_a_baseline_script_may_have_the_version_of_another_one_but_not_of_its_kind():
    assert len(load({"sql": {"B2__a.sql": b"", "V2__b.sql": b""}}, no_placeholders)) == 2
    with pytest.raises(LaunchError, match="it has the same version 2"):
        load({"sql": {"B2__a.sql": b"", "B2_0__b.sql": b""}}, no_placeholders)


def test_everything_that_is_wrong_with_the_files_is_said_at_once():
    files = {"V1__a.sql": b"", "V1_0__b.sql": b"", "R__a.sql": b"", "x/R__a.sql": b"", "v2__c.sql": b"", "V3__d.sql": b"\xff"}
    with pytest.raises(LaunchError) as refusal:
        load({"sql": files}, no_placeholders)
    message = refusal.value.message
    assert "'sql/V1_0__b.sql': it has the same version 1.0 as sql/V1__a.sql." in message
    assert "'sql/x/R__a.sql': it has the same description 'a' as sql/R__a.sql." in message
    assert "'v2__c.sql': it is not a migration's name" in message
    assert "'V3__d.sql': line 1: it is not UTF-8" in message


def test_several_locations_are_one_sequence():
    locations = {"platform": {"V1__a.sql": b"", "V3__c.sql": b"", "R__b.sql": b""}, "launch": {"V2__b.sql": b"", "R__a.sql": b""}}
    assert [script.file for script in load(locations, no_placeholders)] == [
        "platform/V1__a.sql", "launch/V2__b.sql", "platform/V3__c.sql", "launch/R__a.sql", "platform/R__b.sql",
    ]


def test_what_is_in_two_locations_is_refused_with_both_files():
    with pytest.raises(LaunchError) as refusal:
        load({"platform": {"V1__a.sql": b"", "R__x.sql": b""}, "launch/": {"V1_0__b.sql": b"", "sub/R__x.sql": b""}}, no_placeholders)
    assert "locations: 'launch/V1_0__b.sql': it has the same version 1.0 as platform/V1__a.sql." in refusal.value.message
    assert "locations: 'launch/sub/R__x.sql': it has the same description 'x' as platform/R__x.sql." in refusal.value.message


@pytest.mark.parametrize("files", [{}, {"README.md": b""}, {"U1__undo.sql": b""}])
def test_a_location_without_migrations_is_refused_beside_one_with_some(files):
    with pytest.raises(LaunchError, match="locations: 'empty': it holds no migration"):
        load({"sql": {"V1__a.sql": b""}, "empty": files}, no_placeholders)


@pytest.mark.parametrize("path", ["V1__a.sql", "R__a.sql"])
def test_a_placeholder_without_a_value_is_refused_before_there_is_a_server(path):
    with pytest.raises(LaunchError, match=rf"placeholders: {path} line 2 has the placeholder \$\{{owner\}}, which has no value. Give it one"):
        load({"sql": {path: b"SELECT 1;\nSELECT '${owner}'"}}, no_placeholders)


@pytest.mark.parametrize(("sql", "words"), [
    ("BEGIN; SELECT 1", "says BEGIN"),
    ("SELECT 1;\ncommit", "line 2 says COMMIT"),
    ("start transaction", "says START"),
    ("ROLLBACK", "says ROLLBACK"),
    ("SAVEPOINT a", "says SAVEPOINT"),
    ("\\i other.sql", "is a command of psql"),
    ("SELECT 1;\n\\connect x", "line 2 is a command of psql"),
    ("SELECT 1;\nCREATE INDEX CONCURRENTLY i ON t (a)", "line 2 (CREATE INDEX CONCURRENTLY) can't run inside a transaction"),
    ("SELECT 1; DROP INDEX CONCURRENTLY i", "can't run inside"),
    ("SELECT 1; REINDEX TABLE CONCURRENTLY t", "can't run inside"),
    ("SELECT 1; REINDEX (VERBOSE) SCHEMA app", "can't run inside"),
    ("SELECT 1; ALTER TABLE a DETACH PARTITION b CONCURRENTLY", "can't run inside"),
    ("SELECT 1; VACUUM t", "can't run inside"),
    ("SELECT 1; CREATE DATABASE x", "can't run inside"),
    ("VACUUM t;\nCREATE TABLE x ()", "line 2 (CREATE TABLE X) is in a script that begins with what runs outside"),
    ("CREATE INDEX CONCURRENTLY ON t (a)", "builds an index without a name"),
    ("ALTER SYSTEM SET a = 1", "is not about this database"),
    ("DISCARD ALL", "is not about this database"),
    ("SELECT '${x}'", "has no value"),
    ("SELECT 1;\nCOPY t FROM STDIN; INSERT INTO t VALUES (2);\n1\n\\.\n", "line 2 has more behind the semicolon of COPY"),
    ("COPY t FROM STDIN; /* a */ SELECT 1;\n1\n\\.\n", "has more behind"),
    ("COPY t FROM STDIN; COPY t FROM STDIN;\n1\n\\.\n2\n\\.\n", "has more behind"),
    ("COPY t FROM STDIN; /* begun\n1\n\\.\n*/", "has more behind"),
    ("COPY t TO STDOUT", "copies rows to where nobody reads them"),
    ("COPY t FROM STDIN (ENCODING 'LATIN1');\n1\tZ\u00fcrich\n\\.\n", "says that its data are LATIN1, and a script is UTF-8"),
    ("COPY t FROM STDIN ENCODING 'win1252';\n\u20ac\n\\.\n", "says that its data are win1252"),
])
def test_what_can_not_be_one_transaction_is_refused_with_file_and_line(sql, words):
    with pytest.raises(LaunchError) as refusal:
        collections.deque(checked(one(sql)), maxlen=0)
    assert "V1__a.sql line" in refusal.value.message
    assert words in refusal.value.message
    assert refusal.value.remedy


@pytest.mark.parametrize("sql", [
    "DO $$ BEGIN COMMIT; END $$",
    "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$",
    "SELECT 'COMMIT; VACUUM'",
    "CREATE TABLE vacuum_log (concurrently int)",
    "CREATE INDEX ON t (a)",
    "COPY t FROM PROGRAM 'x'",
    "COPY t FROM STDIN; -- one; two\r\n1\r\n\\.\r\n",
    "COPY t FROM STDIN; /* a */ \n1\n\\.\n",
    "COPY t FROM STDIN;",
    "COPY t FROM STDIN (ENCODING 'utf-8');\n\u20ac\n\\.\n",
    "COPY t FROM STDIN (ENCODING 'LATIN1');\n1\n\\.\n",
])
def test_what_only_looks_like_it_is_not_refused(sql):
    assert len(list(checked(one(sql)))) == 1


@pytest.mark.parametrize(("sql", "outside", "resumable", "portable"), [
    ("CREATE TABLE t ()", False, False, True),
    ("-- nothing", False, False, True),
    ("CREATE INDEX CONCURRENTLY i ON t (a); VACUUM t", True, True, True),
    ("REINDEX TABLE CONCURRENTLY t", True, True, False),
    ("ALTER TABLE a DETACH PARTITION b CONCURRENTLY", True, True, False),
    ("CREATE DATABASE x", True, False, True),
])
def test_what_runs_outside_of_a_transaction_is_known_by_its_first_statement(sql, outside, resumable, portable):
    script = one(sql)
    assert (script.outside, script.resumable, script.is_portable) == (outside, resumable, portable)
    collections.deque(checked(script), maxlen=0)


def test_flyways_file_beside_a_script_says_how_it_runs():
    sql = {"V1__a.sql": b"CALL p()", "V1__a.sql.conf": b"# so\nexecuteInTransaction = false\n", "V2__b.sql": b"REINDEX TABLE CONCURRENTLY t",
           "V2__b.sql.conf": b"executeInTransaction=false"}
    first, second = load({"sql": sql}, no_placeholders)
    assert (first.outside, first.resumable, second.is_portable) == (True, False, True)
    assert len(list(checked(first))) == first.count == 1


@pytest.mark.parametrize("content", [b"encoding=ISO-8859-1", b"executeInTransaction=perhaps", b"nonsense"])
def test_what_else_it_says_is_refused(content):
    with pytest.raises(LaunchError, match="locations: 'V1__a.sql.conf': it says "):
        load({"sql": {"V1__a.sql": b"SELECT 1", "V1__a.sql.conf": content}}, no_placeholders)


def test_one_beside_nothing_is_refused():
    with pytest.raises(LaunchError, match="V2__b.sql.conf"):
        load({"sql": {"V1__a.sql": b"SELECT 1", "V2__b.sql.conf": b"executeInTransaction=false"}}, no_placeholders)


def test_what_is_wrong_with_both_is_said_at_once():
    with pytest.raises(LaunchError) as refusal:
        load({"sql": {"V1__a.sql": b"SELECT '${x}'", "V1__a.sql.conf": b"nonsense"}}, no_placeholders)
    assert "it says 'nonsense'." in refusal.value.message and "has no value" in refusal.value.message
