# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a script begins with, what a run says of a script that does not end well, and who is in its way."""
from __future__ import annotations

import re
import time

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.migration.history import History
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.script import Script
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.split import Statement
from ansible_collections.launch.database.plugins.module_utils._postgres.session import DatabaseError, Session
from local.endpoint.postgres import BIN
from tests.integration.postgres.conftest import empty_database
from tests.integration.postgres.modules import held, located

LOCK = History("public", "flyway_schema_history").lock_key


def migrate(target, files, **options):
    return target.run("postgres_migration", **located({"sql": files}), **options)


def tables(target):
    return {name for (name,) in target.rows("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")}


def scripts(target):
    return [name for (name,) in target.rows("SELECT script FROM flyway_schema_history ORDER BY installed_rank")]


@pytest.mark.parametrize("setting", [
    "standard_conforming_strings = off", "client_encoding = LATIN1", "statement_timeout = '200ms'", "row_security = off", "DateStyle = 'German'",
    "xmloption = document", "transform_null_equals = on",
])
def test_settings_of_the_database_mean_nothing_to_a_script(target, setting):
    target.execute(f"ALTER DATABASE {target.name} SET {setting}")
    text = r"CREATE TABLE t AS SELECT 'a\nb Zürich'::text AS s, NULL = 1 AS n, xmlserialize(content 'x'::xml AS text) AS x, now()::date::text AS d; SELECT pg_sleep(0.3)"
    outcome = migrate(target, {"V1__x.sql": text})
    assert outcome["applied"] == ["V1__x.sql"], outcome
    assert target.rows("SELECT encode(convert_to(s, 'UTF8'), 'hex'), n, d ~ '^[0-9]{4}-' FROM t") == [(r"a\nb Zürich".encode().hex(), None, True)]


def test_what_a_script_leaves_in_the_session_ends_with_it(target):
    files = {
        "V1__x.sql": "CREATE TEMP TABLE things (id int); PREPARE p AS SELECT 1; DECLARE c CURSOR WITH HOLD FOR SELECT 1; CREATE SEQUENCE s; SELECT nextval('s')",
        "V2__x.sql": "CREATE TABLE left_over AS SELECT (SELECT count(*) FROM pg_prepared_statements) + (SELECT count(*) FROM pg_cursors) AS n,"
                     " to_regclass('things') AS t",
        "V3__x.sql": "SELECT lastval()",
    }
    outcome = migrate(target, files)
    assert target.rows("SELECT n, t FROM left_over") == [(0, None)]
    assert "V3__x.sql" in outcome["msg"] and "SQLSTATE 55000" in outcome["msg"]


@pytest.mark.parametrize(("statement", "setting"), [
    ("SET client_encoding = 'LATIN1'", "client_encoding to LATIN1"),
    ("SELECT set_config('standard_conforming_strings', 'off', true)", "standard_conforming_strings to off"),
])
def test_a_script_that_changes_how_it_is_read_is_refused_and_leaves_nothing(target, statement, setting):
    outcome = migrate(target, {"V1__x.sql": f"CREATE TABLE t (s text);\n{statement};\nINSERT INTO t VALUES ('Zürich')"})
    assert f"'V1__x.sql': line 2: it set {setting}" in outcome["msg"] and "Nothing of this file was kept." in outcome["msg"]
    assert tables(target) == {"flyway_schema_history"}


def test_a_failed_run_says_what_it_applied_and_where_it_stopped(target):
    files = {"V1__good.sql": "CREATE TABLE good ()", "V2__bad.sql": "SELECT 1 / 0", "V3__later.sql": "CREATE TABLE later ()"}
    outcome = migrate(target, files)
    assert outcome["failed"] and outcome["changed"] is True
    assert (outcome["applied"], outcome["stopped_at"], outcome["pending_scripts"]) == (["V1__good.sql"], "V2__bad.sql", ["V2__bad.sql", "V3__later.sql"])


def test_a_failure_at_commit_names_the_file(target):
    text = (
        "CREATE TABLE t (id int PRIMARY KEY, other int REFERENCES t DEFERRABLE INITIALLY DEFERRED);\n"
        "INSERT INTO t VALUES (1, 2)"
    )
    outcome = migrate(target, {"V1__x.sql": text})
    assert "locations: 'V1__x.sql': at its COMMIT: SQLSTATE 23503" in outcome["msg"] and "Nothing of this file was kept." in outcome["msg"]
    assert tables(target) == {"flyway_schema_history"}


@pytest.mark.parametrize(("text", "words", "kept"), [
    ("CREATE TABLE half (); COMMIT; SELECT 1 / 0", "line 2: SQLSTATE 22012: division by zero. Before that, the script ended its transaction within statement 2. What stands, without a row in the history:"
     " statement 1, and what this one did until then.", {"first", "half"}),
    ("CREATE TABLE half (); COMMIT", "line 2: the script ended its transaction within statement 2. What stands, without a row in the history: statement 1, and what", {"first", "half"}),
    ("CREATE TABLE half (); COMMIT; BEGIN; CREATE TABLE lost ()", "the script ended its transaction somewhere and began another one. What ran before that stands", {"first", "half"}),
])
def test_a_transaction_that_ended_early_gets_no_row_and_the_truth_is_told(target, monkeypatch, text, words, kept):
    """Where our cut and the server's differ, or in whatever way a script gets hold of its transaction."""
    pieces = [Statement("CREATE TABLE first ()", 1, "CREATE TABLE", 0, 0), Statement(text, 2, "CREATE TABLE", 0, 0)]
    monkeypatch.setattr(Script, "statements", lambda script: iter(pieces))
    outcome = migrate(target, {"V1__x.sql": "CREATE TABLE first ();\nSELECT 1"})
    assert words in outcome["msg"] and "Nothing of this file" not in outcome["msg"]
    assert tables(target) - {"flyway_schema_history"} == kept
    assert scripts(target) == []


@pytest.mark.parametrize(("arrives", "words", "applied"), [
    (True, "The server says that it was committed: all that the script does stands", ["V1__x.sql"]),
    (False, "The server says that it was rolled back: nothing of this file was kept", []),
])
def test_the_outcome_of_a_commit_without_an_answer_is_asked_of_the_server(target, monkeypatch, arrives, words, applied):
    real = Session.execute

    def cut_off(self, query, values=None, doing="The database refused a statement"):
        if query != "COMMIT" or not scripts_begun(self):
            return real(self, query, values, doing)
        if arrives:
            real(self, query)
        self.connection.close()
        raise DatabaseError("the connection broke", None, None, "the connection broke.")

    def scripts_begun(session):
        return session.value("SELECT count(*) FROM flyway_schema_history") > 0

    monkeypatch.setattr(Session, "execute", cut_off)
    outcome = migrate(target, {"V1__x.sql": "CREATE TABLE t ()"})
    assert words in outcome["msg"]
    monkeypatch.undo()
    assert scripts(target) == applied
    assert migrate(target, {"V1__x.sql": "CREATE TABLE t ()"})["pending_scripts"] == []


def test_a_deadlock_is_tried_again_as_a_lock_is(target):
    text = "DO $$ BEGIN IF nextval('tries') < 3 THEN RAISE EXCEPTION USING ERRCODE = '40P01', MESSAGE = 'deadlock'; END IF; END $$"
    migrate(target, {"V0__history.sql": "SELECT 1"})
    target.execute("CREATE SEQUENCE tries")
    assert migrate(target, {"V0__history.sql": "SELECT 1", "V1__x.sql": text}, lock_retries=2)["applied"] == ["V1__x.sql"]


def test_who_was_in_the_way_is_named_with_the_tries(target):
    files = {"V1__t.sql": "CREATE TABLE t ()"}
    migrate(target, files)
    with held(target, "LOCK TABLE t") as other:
        pid = other.info.backend_pid
        outcome = migrate(target, {**files, "V2__x.sql": "ALTER TABLE t ADD n int"}, lock_timeout="700ms", lock_retries=1)
    assert "It was tried 2 times. In the way at the last try: pid" in outcome["msg"]
    assert f"pid {pid} of launch_admin (" in outcome["msg"] and "'LOCK TABLE t'" in outcome["msg"]


def test_what_the_server_said_is_returned_by_script_and_warnings_warn(target):
    files = {
        "V1__x.sql": "DO $$ BEGIN RAISE NOTICE 'twelve orders'; RAISE WARNING 'no dates'; END $$",
        "V2__x.sql": "CREATE TABLE IF NOT EXISTS flyway_schema_history ()",
    }
    outcome = migrate(target, files)
    assert [(notice["script"], notice["text"]) for notice in outcome["notices"]] == [
        ("V1__x.sql", "NOTICE: twelve orders"), ("V1__x.sql", "WARNING: no dates"),
        ("V2__x.sql", 'NOTICE: relation "flyway_schema_history" already exists, skipping'),
    ]
    assert [warning["event"]["msg"] for warning in outcome["warnings"]] == ["V1__x.sql: WARNING: no dates"]


def test_the_holder_of_the_lock_is_named_and_ended_by_its_number_only(target):
    files = {"V1__x.sql": "CREATE TABLE t ()"}
    with held(target, f"SELECT pg_advisory_xact_lock({LOCK})") as other, held(target, "SELECT 'somebody else'") as third:
        pid, bystander = other.info.backend_pid, third.info.backend_pid
        outcome = migrate(target, files, lock_wait=0)
        assert f"pid {pid} of launch_admin" in outcome["msg"] and f"end_holder: {pid}" in outcome["msg"]
        assert migrate(target, files, lock_wait=0, end_holder=bystander)["failed"]
        assert third.closed == 0 and target.rows(f"SELECT count(*) FROM pg_stat_activity WHERE pid = {bystander}") == [(1,)]
        assert migrate(target, files, lock_wait=5, end_holder=pid)["applied"] == ["V1__x.sql"]


def test_no_script_is_begun_after_the_time_budget(target):
    files = {"V1__slow.sql": "SELECT pg_sleep(1.1)", "V2__x.sql": "CREATE TABLE t ()"}
    outcome = migrate(target, files, time_budget=1)
    assert re.search("time_budget: 1: it is used up after [0-9]+ s, and V2__x.sql was not begun[.]", outcome["msg"])
    assert outcome["applied"] == ["V1__slow.sql"] and tables(target) == {"flyway_schema_history"}
    assert migrate(target, files, time_budget=1)["applied"] == ["V2__x.sql"]


def test_the_statement_of_a_killed_run_is_ended_by_the_server(target):
    process = target.start("postgres_migration", **located({"sql": {"V1__slow.sql": "SELECT pg_sleep(61)"}}))
    running = f"SELECT pid FROM pg_stat_activity WHERE datname = '{target.name}' AND query LIKE '%pg_sleep(61)%' AND pid <> pg_backend_pid() AND query NOT LIKE '%guard%'"
    until = time.monotonic() + 20
    while not target.rows(running):
        assert time.monotonic() < until
        time.sleep(0.1)
    process.kill()
    process.wait(10)
    until = time.monotonic() + 15
    while target.rows(running):
        assert time.monotonic() < until, "the server goes on with it for nobody"
        time.sleep(0.2)


def test_rows_behind_a_copy_are_copied(target):
    files = {"V1__x.sql": "CREATE TABLE t (id int, name text);\nCOPY t FROM STDIN;\n1\tone; it's\n2\t\\N\n\\.\nCREATE TABLE u AS SELECT count(*) AS n FROM t;"}
    checked = migrate(target, files, check=True)
    assert checked["pending_scripts"] == ["V1__x.sql"], checked
    assert migrate(target, files)["applied"] == ["V1__x.sql"]
    assert target.rows("SELECT id, name, n FROM t, u ORDER BY id") == [(1, "one; it's", 2), (2, None, 2)]


def test_a_row_that_can_not_be_copied_is_named_by_its_line(target):
    outcome = migrate(target, {"V1__x.sql": "CREATE TABLE t (id int);\nCOPY t\nFROM STDIN;\n1\n2\nthree\n\\.\n"})
    assert "locations: 'V1__x.sql': line 6: SQLSTATE 22P02" in outcome["msg"] and "Nothing of this file was kept." in outcome["msg"]
    assert tables(target) == {"flyway_schema_history"}


def test_the_output_of_pg_dump_is_a_migration_without_its_two_lines_for_psql(database, target):
    """Rows, identities, functions and rights with it."""
    target.execute(
        "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text); INSERT INTO t (name) VALUES ('a;b'), (NULL);"
        " CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT count(*)::int FROM t; END; GRANT SELECT ON t TO PUBLIC; CREATE INDEX ON t (name)")
    dump = database.server._shell(f"{BIN}/pg_dump -U rdsadmin -p {database.server.port} {target.name}")
    refused = migrate(empty_database(database), {"V1__x.sql": dump})["msg"]
    assert "is a command of psql" in refused and "take both out" in refused
    other = empty_database(database)
    lines = [line for line in dump.splitlines(keepends=True) if not line.startswith(("\\restrict", "\\unrestrict"))]
    assert migrate(other, {"V1__x.sql": "".join(lines)})["applied"] == ["V1__x.sql"]
    assert other.rows("SELECT id, name, f() FROM t ORDER BY id") == [(1, "a;b", 2), (2, None, 2)]
