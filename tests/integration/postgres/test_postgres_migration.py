# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import threading
import time

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.migration.checksum import checksum
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.history import History
from tests.integration.postgres.modules import held, located

FILES = {
    "V1__people.sql": "CREATE TABLE people (id int);\nINSERT INTO people VALUES (1);\n",
    "V1_1__more.sql": "\ufeffINSERT INTO people VALUES (2);\r\n",
    "R__view.sql": "CREATE OR REPLACE VIEW everybody AS SELECT id FROM people;\n",
}
# Words that end a body where they are no names.
BODY = 'CREATE TABLE c ("case" int, "end" int);\nCREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT c.case + c.end AS end FROM c; END;\n'
HISTORY = "SELECT installed_rank, version, description, type, script, checksum, installed_by, success FROM flyway_schema_history ORDER BY 1"


def migrate(target, files, check=False, **options):
    return target.run("postgres_migration", check=check, **located({"sql": files}), **options)


def tables(target):
    return {name for (name,) in target.rows("SELECT relname FROM pg_class WHERE relkind IN ('r', 'v') AND relnamespace = 'public'::regnamespace")}


def test_scripts_and_history_are_as_flyway_would_have_left_them(target):
    outcome = migrate(target, FILES)
    assert outcome["applied"] == ["V1__people.sql", "V1_1__more.sql", "R__view.sql"]
    assert (outcome["current_version"], outcome["pending_scripts"]) == ("1.1", [])
    assert target.rows("SELECT id FROM everybody ORDER BY 1") == [(1,), (2,)]
    assert target.rows(HISTORY) == [
        (1, "1", "people", "SQL", "V1__people.sql", checksum(FILES["V1__people.sql"]), "launch_admin", True),
        (2, "1.1", "more", "SQL", "V1_1__more.sql", checksum("INSERT INTO people VALUES (2);"), "launch_admin", True),
        (3, None, "view", "SQL", "R__view.sql", checksum(FILES["R__view.sql"]), "launch_admin", True),
    ]


def test_the_history_table_is_flyways(target):
    migrate(target, FILES)
    columns = target.rows(
        "SELECT attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid) FROM pg_attribute"
        " LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum"
        " WHERE attrelid = 'flyway_schema_history'::regclass AND attnum > 0 ORDER BY attnum"
    )
    assert columns == [
        ("installed_rank", "integer", True, None),
        ("version", "character varying(50)", False, None),
        ("description", "character varying(200)", True, None),
        ("type", "character varying(20)", True, None),
        ("script", "character varying(1000)", True, None),
        ("checksum", "integer", False, None),
        ("installed_by", "character varying(100)", True, None),
        ("installed_on", "timestamp without time zone", True, "now()"),
        ("execution_time", "integer", True, None),
        ("success", "boolean", True, None),
    ]
    assert target.rows("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'flyway_schema_history' ORDER BY 1") == [
        ("flyway_schema_history_pk", "CREATE UNIQUE INDEX flyway_schema_history_pk ON public.flyway_schema_history USING btree (installed_rank)"),
        ("flyway_schema_history_s_idx", "CREATE INDEX flyway_schema_history_s_idx ON public.flyway_schema_history USING btree (success)"),
    ]


def test_only_what_is_new_is_run_and_a_changed_repeatable_one_again(target):
    migrate(target, FILES)
    files = {**FILES, "V2__x.sql": "INSERT INTO people VALUES (3);", "R__view.sql": "CREATE OR REPLACE VIEW everybody AS SELECT id FROM people WHERE id > 1;"}
    assert migrate(target, files)["applied"] == ["V2__x.sql", "R__view.sql"]
    assert target.rows("SELECT id FROM everybody ORDER BY 1") == [(2,), (3,)]


def test_the_time_of_a_row_is_in_utc_wherever_the_login_lives(target):
    target.execute(f"ALTER DATABASE {target.name} SET timezone = 'Pacific/Auckland'")
    migrate(target, {**FILES, "V2__x.sql": "SET TimeZone = 'America/Lima'"})
    assert target.rows("SELECT bool_and(abs(extract(epoch FROM installed_on - now() AT TIME ZONE 'UTC')) < 60) FROM flyway_schema_history") == [(True,)]


@pytest.mark.parametrize(("files", "words"), [
    ({"v9__x.sql": "SELECT 1"}, "'v9__x.sql': it is not a migration's name"),
    ({"V1_0__again.sql": "SELECT 1"}, "'sql/V1__people.sql': it has the same version 1 as sql/V1_0__again.sql"),
    ({"V9__x.sql": "SELECT 1;\n\nSELEC 2;"}, "'V9__x.sql': line 3: SQLSTATE 42601: syntax error at or near \"SELEC\""),
    ({"V9__x.sql": "SELECT 'open"}, "'V9__x.sql': line 1: SQLSTATE 42601: unterminated quoted string"),
    ({"V9__x.sql": "SELECT 1;\nCOMMIT;"}, "V9__x.sql line 2 says COMMIT"),
    ({"V9__x.sql": "\\i other.sql"}, "V9__x.sql line 1 is a command of psql"),
    ({"V9__x.sql": "SELECT 1; CREATE INDEX CONCURRENTLY i ON people (id)"}, "can't run inside a transaction"),
    ({"V9__x.sql": "SELECT '${unknown}'"}, "placeholder ${unknown}, which has no value"),
    ({"V9__x.sql": "SELECT 1;\n/* open"}, "'V9__x.sql': line 2: SQLSTATE 42601: unterminated /* comment"),
    ({"V9__x.sql": "SELECT 1;\n" * 300_000 + "SELEC 2;\n"}, "'V9__x.sql': line 300001: SQLSTATE 42601"),
    ({"V9__x.sql": BODY + "CREATE TABLE half ();\nCOMMIT;\nSELECT 1 / 0;"}, "V9__x.sql line 4 says COMMIT"),
    ({"V9__x.sql": b"SELECT 1;\nSELECT 'Z\xfcrich';"}, "'V9__x.sql': line 2: it is not UTF-8: byte 0xfc, number 20 of the file"),
    ({"V9__x.sql": "SELECT 1;\0COMMIT;"}, "'V9__x.sql': line 1: it has a NUL byte, number 10 of the file."),
])
def test_bad_input_is_refused_before_anything_is_run(target, files, words):
    outcome = migrate(target, {**FILES, **files})
    assert outcome["failed"]
    assert words in outcome["msg"]
    assert tables(target) == set()


@pytest.mark.parametrize(("files", "words"), [
    ({"V1__people.sql": "CREATE TABLE other ()"}, "'V1__people.sql': it was changed after it was applied"),
    ({"V1__people.sql": None, "V2__new.sql": "CREATE TABLE n ()"}, "V1__people.sql was applied (rank 1), but the file is missing"),
    ({"V1_0_1__late.sql": "CREATE TABLE late ()", "V2__new.sql": "CREATE TABLE n ()"}, "'V1_0_1__late.sql': it is older than version 1.1"),
])
def test_files_that_contradict_the_history_are_refused_before_anything_is_run(target, files, words):
    migrate(target, FILES)
    before = tables(target)
    outcome = migrate(target, {name: content for name, content in {**FILES, **files}.items() if content is not None})
    assert outcome["failed"]
    assert words in outcome["msg"]
    assert tables(target) == before


NOT_LOGGED = {"V1__x.sql": "CREATE TABLE {marker} (); SELECT '\n\\.\n\\ \t\r\n{marker}';", "V2__x.sql": "SELECT '{marker}';\n\n  SELEC '{marker}'"}


@pytest.mark.parametrize("settings", ["", "SET log_statement = 'all'", "SET log_statement = 'ddl'", "SET log_min_duration_statement = 0"])
def test_the_syntax_check_runs_nothing_and_leaves_nothing_of_a_script_in_the_servers_log(target, settings):
    marker = f"parsed_in_{target.name}"
    files = {name: content.replace("{marker}", marker) for name, content in NOT_LOGGED.items()}
    if settings:
        target.database.server.psql(f"ALTER DATABASE {target.name} {settings}")
    before = server_log(target)
    outcome = migrate(target, files, check=True)
    assert outcome["msg"] == f"locations: 'V2__x.sql': line 3: SQLSTATE 42601: syntax error at or near \"SELEC\"."
    assert tables(target) == set()
    assert marker not in server_log(target)[len(before):]


def test_a_session_that_may_not_write_checks_the_syntax_all_the_same(target):
    marker = f"parsed_in_{target.name}"
    target.execute(f"ALTER DATABASE {target.name} SET default_transaction_read_only = on")
    before = server_log(target)
    outcome = migrate(target, {"V0__x.sql": "SELECT 'ü'", "V1__x.sql": f"SELECT '{marker}';\nSELEC 1", "R__y.sql": "SELECT 1"}, check=True)
    assert outcome["msg"] == "locations: 'V1__x.sql': line 2: SQLSTATE 42601: syntax error at or near \"SELEC\"."
    assert marker not in server_log(target)[len(before):]


@pytest.mark.parametrize(("text", "line"), [
    ("SELECT 1;\n\nSELECT\n  1,\n  FROM x;\nSELECT 2;", 5),
    ("SELECT 'a\nb\nc';\nSELECT 'open\n\n", 4),
    ("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$\nSELECT 1\n$$;\nDROP TABL x;\nSELEC", 4),
    ("SELECT (1;", 1),
    ("SELECT (1\n\n", 3),
    ("CREATE TABLE t (a int) WITH (x);\n/* open\n", 2),
])
def test_the_line_of_a_syntax_error_is_the_parsers(target, text, line):
    assert f"line {line}: SQLSTATE 42601" in migrate(target, {"V1__x.sql": text}, check=True)["msg"]


def server_log(target):
    return target.database.server.psql("SELECT pg_read_file('/rds/log/postgresql.log')")


def test_several_locations_are_one_sequence_in_one_history(target):
    locations = {"platform": {"V1__a.sql": "CREATE TABLE a ()", "V3__c.sql": "CREATE TABLE c ()"}, "launch": {"V2__b.sql": "CREATE TABLE b ()"}}
    outcome = target.run("postgres_migration", **located(locations))
    assert outcome["applied"] == ["V1__a.sql", "V2__b.sql", "V3__c.sql"]
    assert [row[4] for row in target.rows(HISTORY)] == outcome["applied"]
    assert target.run("postgres_migration", **located(locations))["changed"] is False


def test_a_version_in_two_locations_is_refused_before_anything_is_run(target):
    outcome = target.run("postgres_migration", **located({"platform": {"V1__a.sql": "CREATE TABLE a ()"}, "launch": {"V1__b.sql": "CREATE TABLE b ()"}}))
    assert outcome["failed"] and "'launch/V1__b.sql': it has the same version 1 as platform/V1__a.sql." in outcome["msg"]
    assert tables(target) == set()


def test_names_of_the_platform_are_placeholders_with_their_defaults_where_they_are_given(target):
    files = {"V1__x.sql": "CREATE TABLE t AS SELECT '${owner} ${read_write} ${id_generator}' AS own"}
    assert "placeholder ${owner}, which has no value" in migrate(target, files)["msg"]
    assert "placeholders.Owner: it is a name of the platform" in migrate(target, files, names={}, placeholders={"Owner": "x"})["msg"]
    migrate(target, files, names={"owner": "somebody", "app_schema": "notes"})
    assert target.rows("SELECT own FROM t") == [("somebody app_rw notes.new_ulid()",)]


def test_a_comment_ends_where_the_servers_does_and_flyways_checksum_of_it_is_the_same(target):
    files = {"V1__cr.sql": "-- old\rCREATE TABLE cr1();\nCREATE TABLE cr2();\n", "V2__only_cr.sql": "CREATE TABLE cr3();\r-- old\rCREATE TABLE cr4();\r"}
    outcome = migrate(target, files)
    assert outcome["applied"] == list(files), outcome
    assert {"cr1", "cr2", "cr3", "cr4"} < tables(target)
    # To Flyway, too, a CR alone ends a line, and the ends are no part of the sum.
    assert [row[5] for row in target.rows(HISTORY)] == [checksum(sql.replace("\r", "\n")) for sql in files.values()]


def test_a_script_is_parsed_as_it_will_be_run_whatever_the_database_has_set(target):
    target.execute(f"ALTER DATABASE {target.name} SET standard_conforming_strings = off; ALTER DATABASE {target.name} SET backslash_quote = off")
    files = {"V1__x.sql": "CREATE TABLE t AS SELECT '\\' AS a, ';' AS b, E'\\'' AS c;"}
    assert migrate(target, files, check=True)["pending_scripts"] == list(files)
    migrate(target, files)
    assert target.rows("SELECT a, b, c FROM t") == [("\\", ";", "'")]


def test_a_body_in_sql_ends_at_its_own_end_whatever_its_columns_are_called(target):
    outcome = migrate(target, {"V1__x.sql": BODY + "INSERT INTO c VALUES (1, 2);\nCREATE TABLE result AS SELECT f();"})
    assert outcome["applied"] == ["V1__x.sql"], outcome
    assert target.rows("SELECT f FROM result") == [(3,)]


def test_an_empty_folder_is_refused(target):
    outcome = migrate(target, {"README.md": ""})
    assert outcome["failed"] and "it holds no migration" in outcome["msg"]


def test_a_failing_script_leaves_nothing_and_its_predecessors_stay(target):
    bad = "CREATE TABLE half (id int);\n\nINSERT INTO half\nVALUES (1 / 0);\n"
    outcome = migrate(target, {**FILES, "V2__bad.sql": bad})
    assert outcome["failed"]
    assert outcome["msg"] == "locations: 'V2__bad.sql': line 3: SQLSTATE 22012: division by zero. Nothing of this file was kept."
    assert "half" not in tables(target)
    assert [row[1] for row in target.rows(HISTORY)] == ["1", "1.1"]
    assert migrate(target, {**FILES, "V2__bad.sql": bad.replace("0", "1")})["applied"] == ["V2__bad.sql", "R__view.sql"]


def test_the_line_of_an_error_that_the_server_points_at_is_exact(target):
    outcome = migrate(target, {"V1__x.sql": "-- first\nSELECT 1;\nSELECT 1,\n  2,\n  missing;\n"})
    assert "line 5: SQLSTATE 42703" in outcome["msg"]


def test_a_procedure_that_commits_is_stopped_by_the_server(target):
    outcome = migrate(target, {"V1__x.sql": "CREATE TABLE half ();\nDO $$ BEGIN COMMIT; END $$;"})
    assert outcome["failed"] and "2D000" in outcome["msg"]
    assert "half" not in tables(target)


def test_placeholders_and_flyways_own_are_replaced(target):
    files = {"V1__x.sql": "CREATE TABLE ${Name} AS SELECT '${flyway:table} ${flyway:defaultSchema} ${flyway:filename} ${flyway:user}' AS own"}
    migrate(target, files, placeholders={"name": "placed"})
    assert target.rows("SELECT own FROM placed") == [("flyway_schema_history public V1__x.sql launch_admin",)]


@pytest.mark.parametrize("check", [True, False])
def test_a_role_that_the_login_can_not_become_is_refused_before_anything_is_made(target, names, check):
    for role in (names("nobody"), "pg_write_server_files"):
        outcome = migrate(target, FILES, check=check, role=role)
        assert (outcome.get("option"), outcome.get("value")) == ("role", role) and "this login can't become it: SQLSTATE" in outcome["msg"], outcome
    assert tables(target) == set()


def test_scripts_run_as_the_role_and_the_history_names_the_login(target, names):
    target.run("postgres_role", roles=[{"name": names("owner"), "database_privileges": ["CREATE"]}])
    files = {"V1__x.sql": "CREATE SCHEMA own; CREATE TABLE own.thing ();"}
    outcome = migrate(target, files, role=names("owner"))
    assert outcome["applied"] == ["V1__x.sql"], outcome
    assert target.rows("SELECT relowner::regrole::text FROM pg_class WHERE relname = 'thing'") == [(names("owner"),)]
    assert target.rows(HISTORY)[0][6] == "launch_admin"


def test_history_schema_and_search_path_are_the_users_choice(target):
    files = {"V1__x.sql": "CREATE SCHEMA own;", "V2__x.sql": "CREATE TABLE thing ();"}
    outcome = migrate(target, files, history_schema="flyway", table="history", search_path=["own", "public"])
    assert outcome["current_version"] == "2", outcome
    assert target.rows("SELECT relnamespace::regnamespace::text FROM pg_class WHERE relname = 'thing'") == [("own",)]
    assert target.rows("SELECT count(*) FROM flyway.history") == [(2,)]


def test_what_a_script_sets_for_the_session_ends_with_it(target):
    files = {"V1__x.sql": "SET search_path = pg_catalog; SET work_mem = '1MB';", "V2__x.sql": "CREATE TABLE t AS SELECT current_setting('work_mem') AS m"}
    migrate(target, files)
    assert target.rows("SELECT m FROM public.t") == [("4MB",)]


def test_a_script_that_waits_for_a_lock_is_tried_again(target):
    migrate(target, FILES)
    with held(target, "LOCK TABLE people") as other:
        threading.Timer(0.8, other.rollback).start()
        outcome = migrate(target, {**FILES, "V2__x.sql": "ALTER TABLE people ADD name text"}, lock_timeout="200ms", lock_retries=4)
    assert outcome["applied"] == ["V2__x.sql"]


def test_it_gives_up_after_so_many_tries(target):
    migrate(target, FILES)
    with held(target, "LOCK TABLE people"):
        outcome = migrate(target, {**FILES, "V2__x.sql": "ALTER TABLE people ADD name text"}, lock_timeout="100ms", lock_retries=0)
    assert outcome["failed"] and "SQLSTATE 55P03" in outcome["msg"]


def test_two_runs_take_turns_by_flyways_lock(target):
    key = History("public", "flyway_schema_history").lock_key
    with held(target, f"SELECT pg_try_advisory_xact_lock({key})"):
        started = time.monotonic()
        outcome = migrate(target, FILES, lock_wait=1)
        assert outcome["failed"] and "lock_wait: 1: somebody else has been migrating" in outcome["msg"]
        assert 1 <= time.monotonic() - started < 5
    assert tables(target) == set()


def test_two_runs_at_once_apply_everything_once(target):
    files = {**FILES, "V0__slow.sql": "SELECT pg_sleep(0.5)"}
    processes = [target.start("postgres_migration", **located({"sql": files})) for _ in range(2)]
    outputs = [process.stdout.read() for process in processes]
    assert [process.wait() for process in processes] == [0, 0], outputs
    assert len(target.rows(HISTORY)) == len(files)


def test_the_lock_is_free_afterwards(target):
    migrate(target, FILES)
    assert target.rows(f"SELECT pg_try_advisory_xact_lock({History('public', 'flyway_schema_history').lock_key})") == [(True,)]
