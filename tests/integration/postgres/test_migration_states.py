# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the history of a real server says before, between and after migrations."""
from __future__ import annotations

import hashlib

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.migration.checksum import checksum
from tests.integration.postgres.modules import as_scripts, held, located
from tests.support.platform import AUDIT, LAUNCH_NAMES, PLATFORM, files

FILES = {"V1__one.sql": "CREATE TABLE one ();", "V2__two.sql": "CREATE TABLE two ();", "R__view.sql": "CREATE OR REPLACE VIEW v AS SELECT 1 AS a;"}
UNDO = {"U1__one.sql": "DROP TABLE one;", "U2__two.sql": "DROP TABLE two;"}
COLUMNS = 'installed_rank int, script text, sha256 text, "commit" text, controller text, job text, login text, written_at timestamptz'
HISTORY = "SELECT installed_rank, version, description, type, script, checksum, success FROM flyway_schema_history ORDER BY 1"


def migrate(target, files, /, check=False, **options):
    return target.run("postgres_migration", check=check, **located({"sql": files}), **options)


def undo(target, to, scripts, files=FILES, **options):
    handed = [{"location": "undo", **script} for script in as_scripts(scripts)]
    options = {"allow_destructive": True, **options}
    return migrate(target, files, state="undo", undo_to=to, undo_locations=["undo"], undo_scripts=handed, **options)


def tables(target):
    query = "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace AND relname <> 'flyway_schema_history'"
    return {name for (name,) in target.rows(query)}


def states(target, files=FILES, /, **options):
    outcome = migrate(target, files, state="status", **options)
    assert outcome["changed"] is False, outcome
    return [(row["script"], row["state"]) for row in outcome["migrations"]]


@pytest.mark.parametrize(("made", "words"), [
    ("CREATE TABLE a (id int GENERATED ALWAYS AS IDENTITY)", "public: 1 table)"),
    ("CREATE TABLE a (id serial)", "public: 1 sequence, 1 table)"),
    ("CREATE TABLE a (i int) PARTITION BY LIST (i)", "public: 1 partitioned table). Flyway takes that for empty"),
    ("CREATE MATERIALIZED VIEW a AS SELECT 1; CREATE MATERIALIZED VIEW b AS SELECT 1", "public: 2 materialized views). Flyway takes that for empty"),
    ("CREATE VIEW a AS SELECT 1", "public: 1 view)"),
    ("CREATE SEQUENCE a", "public: 1 sequence)"),
    ("CREATE FUNCTION a() RETURNS int LANGUAGE sql RETURN 1", "public: 1 function)"),
    ("CREATE PROCEDURE a() LANGUAGE sql BEGIN ATOMIC END", "public: 1 function)"),
    ("CREATE TYPE a AS ENUM ('x')", "public: 1 type)"),
    ("CREATE TYPE a AS RANGE (subtype = int)", "public: 1 type)"),
    ("CREATE DOMAIN a AS int", "public: 1 domain)"),
    ("CREATE TYPE a AS (x int)", "public: 1 composite type). Flyway takes that for empty"),
])
def test_objects_without_a_history_are_refused_before_anything_is_run(target, made, words):
    target.execute(made)
    for check in (True, False):
        outcome = migrate(target, FILES, check)
        assert outcome["failed"] and "found non-empty schema(s) public" in outcome["msg"] and words in outcome["msg"], outcome["msg"]
        assert "state=baseline" in outcome["msg"]
    assert target.rows("SELECT to_regclass('flyway_schema_history')") == [(None,)]


def test_what_extensions_and_empty_schemas_bring_is_nothing(target):
    target.execute("CREATE EXTENSION pg_trgm; CREATE SCHEMA app; CREATE SCHEMA other; CREATE TABLE other.a ()")
    assert migrate(target, FILES)["current_version"] == "2"


def test_a_history_without_rows_knows_of_nothing_either(target):
    migrate(target, FILES)
    target.execute("DELETE FROM flyway_schema_history")
    for check in (True, False):
        outcome = migrate(target, FILES, check)
        assert outcome["failed"] and "it has no rows, but the database has objects already" in outcome["msg"], outcome["msg"]
        assert "(public: 2 tables, 1 view)" in outcome["msg"] and "There is a history called" not in outcome["msg"]
    target.execute("DROP TABLE one, two; DROP VIEW v")
    assert migrate(target, FILES)["current_version"] == "2"


def test_a_misspelt_table_or_schema_is_refused(target):
    migrate(target, FILES)
    for wrong in ({"table": "schema_version"}, {"history_schema": "pubic"}):
        outcome = migrate(target, FILES, **wrong)
        assert outcome["failed"] and "there is no such table, but public.flyway_schema_history has these migrations" in outcome["msg"]
    outcome = migrate(target, {"V1__other.sql": "SELECT 1"}, table="schema_version")
    assert "There is a history called public.flyway_schema_history" in outcome["msg"]


def test_the_schema_of_the_history_is_looked_at_wherever_scripts_put_their_objects(target):
    target.execute("CREATE SCHEMA app; CREATE SCHEMA history; CREATE TABLE history.a ()")
    assert "history: 1 table" in migrate(target, FILES, history_schema="history", search_path=["app"])["msg"]


def test_a_history_that_the_login_may_not_read_is_named_all_the_same(target, names):
    migrate(target, FILES, table="theirs")
    user, group = names("user"), names("group")
    target.execute(f"CREATE ROLE {group}; GRANT CREATE, USAGE ON SCHEMA public TO {group}")
    target.database.create_login(user, group)
    outcome = migrate(target.as_user(user), FILES)
    assert outcome["failed"] and "There is a history called public.theirs." in outcome["msg"], outcome["msg"]


@pytest.mark.parametrize("made", [False, True])
def test_no_baseline_begins_a_second_history_of_the_same_migrations(target, made):
    migrate(target, FILES)
    if made:
        target.execute("CREATE TABLE schema_version (LIKE flyway_schema_history INCLUDING ALL)")
    outcome = migrate(target, FILES, state="baseline", baseline_version="1", table="schema_version")
    assert outcome["failed"] and "but public.flyway_schema_history has these migrations" in outcome["msg"]


def test_the_schemas_of_the_search_path_are_looked_at(target):
    target.execute("CREATE SCHEMA app; CREATE TABLE app.a ()")
    assert "app: 1 table" in migrate(target, FILES, search_path=["app"])["msg"]


def test_a_baseline_is_flyways_row_and_what_it_skips_is_said(target):
    target.execute("CREATE TABLE one ()")
    planned = migrate(target, FILES, check=True, state="baseline", baseline_version="1.0.0")
    assert planned["plan"][1]["after"]["skipped_by_baseline"] == ["V1__one.sql"]
    outcome = migrate(target, FILES, state="baseline", baseline_version="1.0.0")
    assert outcome["changed"] and outcome["skipped_by_baseline"] == ["V1__one.sql"]
    assert target.rows(HISTORY) == [(1, "1.0.0", "<< Flyway Baseline >>", "BASELINE", "<< Flyway Baseline >>", None, True)]
    assert target.rows("SELECT installed_by, execution_time, abs(extract(epoch FROM installed_on - now() AT TIME ZONE 'UTC')) < 60"
                       " FROM flyway_schema_history") == [("launch_admin", 0, True)]
    assert migrate(target, FILES, state="baseline", baseline_version="1")["changed"] is False
    assert "has a baseline already" in migrate(target, FILES, state="baseline", baseline_version="2")["msg"]
    outcome = migrate(target, FILES)
    assert (outcome["applied"], outcome["skipped_by_baseline"]) == (["V2__two.sql", "R__view.sql"], ["V1__one.sql"])
    assert any("V1__one.sql" in str(warning) for warning in outcome["warnings"])
    assert states(target) == [
        ("<< Flyway Baseline >>", "Baseline"), ("V2__two.sql", "Success"), ("R__view.sql", "Success"), ("V1__one.sql", "Ignored (Baseline)"),
    ]


def test_a_baseline_of_a_table_that_is_there_and_empty(target):
    migrate(target, FILES)
    assert "has migrations already" in migrate(target, FILES, state="baseline", baseline_version="1")["msg"]
    target.execute("DELETE FROM flyway_schema_history")
    outcome = migrate(target, FILES, state="baseline", baseline_version="2", baseline_description="as it was")
    assert outcome["current_version"] == "2"
    assert [row[2:5] for row in target.rows(HISTORY)] == [("as it was", "BASELINE", "as it was")]


def test_a_baseline_of_nothing_is_refused_and_tables_of_any_schema_are_something(target):
    target.execute("CREATE EXTENSION pg_trgm; CREATE SCHEMA shop")
    for check in (True, False):
        outcome = migrate(target, FILES, check, state="baseline", baseline_version="1")
        assert "there is nothing in this database that it could stand for" in outcome["msg"]
    target.execute("CREATE TABLE shop.orders ()")
    planned = migrate(target, FILES, True, state="baseline", baseline_version="1")
    assert (planned["pending_scripts"], planned["current_version"]) == (["V2__two.sql", "R__view.sql"], "1")
    assert migrate(target, FILES, state="baseline", baseline_version="1")["changed"]


def test_what_was_there_before_the_platform_is_adopted_below_its_versions(launch, target):
    """As sql/README.md says it."""
    target.execute("CREATE TABLE orders (id int)")
    own = {"V0_1__as_it_was.sql": "SELECT 1 / 0", "V2_0__orders.sql": "ALTER TABLE public.orders ADD n int"}
    options = {**located({**files(PLATFORM, AUDIT), "shop": own}), "names": LAUNCH_NAMES}

    def run(**more):
        return target.run("postgres_migration", **options, **more)

    assert "found non-empty schema(s) public (public: 1 table)" in run()["msg"]
    assert run(state="baseline", baseline_version="0.1")["skipped_by_baseline"] == ["V0_1__as_it_was.sql"]
    outcome = run()
    assert (outcome["applied"][0], outcome["current_version"], outcome["pending_scripts"]) == ("V1_0_0__schemas.sql", "2.0", []), outcome
    assert target.rows("SELECT count(n) FROM orders") == [(0,)]
    assert run(state="validate")["changed"] is False


def test_status_changes_nothing_and_needs_no_history(target):
    assert states(target) == [("V1__one.sql", "Pending"), ("V2__two.sql", "Pending"), ("R__view.sql", "Pending")]
    assert target.rows("SELECT to_regclass('flyway_schema_history')") == [(None,)]


def test_validate_names_everything_at_once(target):
    outcome = migrate(target, FILES, state="validate")
    assert outcome["failed"] and outcome["msg"].count("it is not applied") == 3
    migrate(target, FILES)
    assert migrate(target, FILES, state="validate")["changed"] is False
    outcome = migrate(target, {"V1__one.sql": "SELECT 1", "V1_5__late.sql": "SELECT 1", "V3__new.sql": "SELECT 1"}, state="validate")
    edited, gone, late = ("V1__one.sql': it was changed",), ("V2__two.sql was applied", "R__view.sql was applied"), ("V1_5__late.sql': it is older",)
    assert all(words in outcome["msg"] for words in (*edited, *gone, *late, "V3__new.sql': it is not applied"))


def test_versions_out_of_order_are_applied_on_the_users_word_and_status_says_so(target):
    migrate(target, FILES)
    files = {**FILES, "V1_5__late.sql": "CREATE TABLE late ();"}
    assert "it is older than version 2" in migrate(target, files)["msg"]
    assert ("V1_5__late.sql", "Ignored") in states(target, files)
    assert migrate(target, files, out_of_order=True)["applied"] == ["V1_5__late.sql"]
    assert ("V1_5__late.sql", "Out of Order") in states(target, files)
    assert migrate(target, files)["changed"] is False


def test_a_target_holds_back_what_is_above_it(target):
    outcome = migrate(target, FILES, target="1")
    assert outcome["applied"] == ["V1__one.sql", "R__view.sql"]
    assert ("V2__two.sql", "Above Target") in states(target, target="1")
    assert migrate(target, FILES)["applied"] == ["V2__two.sql"]


def test_a_baseline_script_begins_an_empty_history_and_is_left_alone_afterwards(target):
    files = {**FILES, "B1__old.sql": "SELECT 1 / 0", "B2__base.sql": "CREATE TABLE one (); CREATE TABLE two ();", "V3__three.sql": "CREATE TABLE three ();"}
    outcome = migrate(target, files)
    assert outcome["applied"] == ["B2__base.sql", "V3__three.sql", "R__view.sql"], outcome
    assert outcome["skipped_by_baseline"] == ["V1__one.sql", "V2__two.sql"]
    assert target.rows(HISTORY)[0] == (1, "2", "base", "SQL_BASELINE", "B2__base.sql", checksum(files["B2__base.sql"]), True)
    assert states(target, files)[0] == ("B2__base.sql", "Baseline")
    assert {state for _, state in states(target, files)[3:]} == {"Below Baseline", "Ignored (Baseline)"}
    assert migrate(target, {**files, "B3__newer.sql": "SELECT 1 / 0"})["changed"] is False


def test_repair_replaces_the_checksum_that_the_user_names(target):
    migrate(target, FILES)
    edited = {**FILES, "V1__one.sql": "CREATE TABLE one (); -- the first"}
    old, new = checksum(FILES["V1__one.sql"]), checksum(edited["V1__one.sql"])

    def repair(check=False, **entry):
        whole = {"version": "1.0", "fault": "changed", "old_checksum": old, "new_checksum": new, **entry}
        return migrate(target, edited, check, state="repair", repairs=[whole])

    assert f"the history's checksum is {old}, not 5" in repair(old_checksum=5)["msg"]
    assert f"the file's checksum is {new}, not 5" in repair(new_checksum=5)["msg"]
    assert repair(check=True)["diff"]["before"] == {"V1__one.sql": {"checksum": old, "description": "one"}}
    assert target.rows(HISTORY)[0][5] == old
    assert repair()["changed"] is True
    assert target.rows(HISTORY)[0][5] == new
    assert repair()["changed"] is False
    assert migrate(target, edited)["changed"] is False


def test_repair_deletes_the_failed_and_marks_the_missing_only_by_name(target):
    migrate(target, FILES)
    target.execute("INSERT INTO flyway_schema_history SELECT 4, '3', 'three', 'SQL', 'V3__three.sql', 1, 'x', now(), 0, false")
    left = {"V1__one.sql": FILES["V1__one.sql"]}
    wrong = migrate(target, left, state="repair", repairs=[{"version": "1", "fault": "missing"}, {"version": "2", "fault": "failed"}])
    assert "its file is there" in wrong["msg"] and "did not fail" in wrong["msg"]
    entries = [{"version": "3", "fault": "failed"}, {"version": "2", "fault": "missing"}, {"description": "view", "fault": "missing"}]
    outcome = migrate(target, left, state="repair", repairs=entries)
    assert outcome["changed"] and outcome["problems"] == []
    before = {row[4]: row for row in target.rows(HISTORY)[:3]}
    assert [row[1:] for row in target.rows(HISTORY)[3:]] == [
        (*before[script][1:3], "DELETE", *before[script][4:]) for script in ("V2__two.sql", "R__view.sql")
    ]
    assert migrate(target, left, state="repair", repairs=entries)["changed"] is False
    assert migrate(target, left)["changed"] is False
    assert ("V2__two.sql", "Deleted") in states(target, left)


def test_undo_goes_back_to_a_version_and_forth_again_over_two_cycles(target):
    migrate(target, FILES)
    for cycle in (1, 2):
        assert "destructive: undo V2__two.sql" in undo(target, "1", UNDO, allow_destructive=False)["msg"]
        assert undo(target, "1", UNDO, check=True)["changed"] and tables(target) == {"one", "two"}
        assert undo(target, "1", UNDO)["undone"] == ["V2__two.sql"]
        assert tables(target) == {"one"}
        assert undo(target, "1", UNDO)["changed"] is False
        assert [row[3] for row in target.rows(HISTORY)].count("DELETE") == cycle
        assert states(target)[1] == ("V2__two.sql", "Deleted") and ("V2__two.sql", "Pending") in states(target)
        assert migrate(target, FILES)["applied"] == ["V2__two.sql"]
    assert undo(target, "0", UNDO)["undone"] == ["V2__two.sql", "V1__one.sql"]
    assert tables(target) == set()


def test_an_undo_without_its_script_is_refused_before_anything_is_run(target):
    migrate(target, FILES)
    outcome = undo(target, "0", {"U2__two.sql": UNDO["U2__two.sql"]})
    assert "there is no undo script for version 1 (V1__one.sql)" in outcome["msg"]
    assert "no such version is applied" in undo(target, "9", UNDO)["msg"]
    assert "'V7__x.sql': it is no undo script" in undo(target, "0", {"V7__x.sql": "SELECT 1"})["msg"]
    assert "undo_locations: 'U1__one.sql': line 1: SQLSTATE 42601: syntax error" in undo(target, "0", {**UNDO, "U1__one.sql": "DROB TABLE one"})["msg"]
    assert "undo_locations: 'U1__one.sql': it is empty" in undo(target, "0", {**UNDO, "U1__one.sql": "\n"})["msg"]
    assert "undo_locations: 'U1__one.sql': line 1: it is not UTF-8" in undo(target, "0", {**UNDO, "U1__one.sql": b"\xff"})["msg"]
    assert "'V1__one.sql': it is no undo script" in undo(target, "0", {"V1__one.sql": "SELECT 1", "U2__two.sql": b"\xff"})["msg"]
    assert tables(target) == {"one", "two"}


def test_an_undo_that_fails_keeps_what_was_undone_before_it_and_nothing_of_itself(target):
    migrate(target, FILES)
    files = {**UNDO, "U2__two.sql": "DROP TABLE two; DO $$ BEGIN RAISE WARNING 'two is gone'; END $$;", "U1__one.sql": "DROP TABLE one; SELECT 1 / 0;"}
    outcome = undo(target, "0", files)
    assert outcome["failed"] and "undo_locations: 'U1__one.sql': line 1: SQLSTATE 22012" in outcome["msg"] and outcome["option"] == "undo_locations"
    assert (outcome["changed"], outcome["undone"], outcome["stopped_at"]) == (True, ["V2__two.sql"], "U1__one.sql")
    assert outcome["notices"] == [{"script": "U2__two.sql", "text": "WARNING: two is gone"}]
    assert tables(target) == {"one"}
    assert [row[3:5] for row in target.rows(HISTORY)][3:] == [("DELETE", "V2__two.sql")]
    assert undo(target, "0", UNDO)["undone"] == ["V1__one.sql"]


def test_an_undo_whose_row_can_not_be_kept_leaves_everything(target):
    migrate(target, FILES)
    target.execute("ALTER TABLE flyway_schema_history ADD CHECK (type <> 'DELETE')")
    assert "The history could not keep V2__two.sql" in undo(target, "1", UNDO)["msg"]
    assert tables(target) == {"one", "two"}


def test_an_undo_waits_for_locks_says_who_has_them_and_keeps_to_its_time(target):
    migrate(target, FILES)
    with held(target, "LOCK TABLE two") as other:
        pid = other.info.backend_pid
        outcome = undo(target, "0", UNDO, lock_timeout="700ms", lock_retries=0)
    assert f"pid {pid} of" in outcome["msg"] and outcome["stopped_at"] == "U2__two.sql"
    outcome = undo(target, "0", UNDO, time_budget=0)
    assert "it is used up after 0 s, and U2__two.sql was not begun" in outcome["msg"]
    assert (outcome["changed"], outcome["undone"]) == (False, [])


def test_nothing_is_undone_or_repaired_in_a_history_that_is_not_there(target):
    migrate(target, FILES)
    outcome = undo(target, "1", UNDO, table="history")
    assert outcome["failed"] and "there is no such table, but public.flyway_schema_history" in outcome["msg"]
    assert "there is no such table" in migrate(target, FILES, state="repair", repairs=[{"version": "1", "fault": "failed"}], table="history")["msg"]


def test_rows_at_which_flyway_community_stops_are_refused_with_the_reason(target):
    migrate(target, FILES)
    target.execute("INSERT INTO flyway_schema_history SELECT 4, '2', 'two', 'UNDO_SQL', 'U2__two.sql', 1, 'x', now(), 0, true")
    assert "No enum constant" in migrate(target, FILES)["msg"]
    target.execute("UPDATE flyway_schema_history SET type = 'DELETE' WHERE installed_rank = 4")
    target.execute("INSERT INTO flyway_schema_history SELECT 5, '2', 'two', 'DELETE', 'V2__two.sql', 1, 'x', now(), 0, true")
    assert "multiple delete entries for version" in migrate(target, FILES)["msg"]


@pytest.mark.parametrize(("options", "words"), [
    ({"state": "baseline"}, "baseline_version: it is missing"),
    ({"state": "baseline", "baseline_version": "x"}, "baseline_version: 'x': it is no version"),
    ({"baseline_version": "1"}, "baseline_version: it means something with state=baseline only"),
    ({"state": "undo"}, "undo_to: it is missing"),
    ({"state": "repair"}, "repairs: it names nothing"),
    ({"target": "latest"}, "target: 'latest': it is no version"),
    *(
        ({"state": state, **options}, f"with state={state} no script is looked at")
        for state in ("status", "validate", "baseline", "repair") for options in ({"lint": "fail"}, {"squawk": "squawk"}, {"dry_run": "transaction"})
    ),
    ({"state": "undo", "lint": "fail"}, "lint: 'fail': with state=undo no script is looked at"),
])
def test_options_that_make_no_sense_are_refused(target, options, words):
    assert words in migrate(target, FILES, **options)["msg"]


def test_where_a_script_came_from_is_kept_with_its_row_or_not_at_all(target):
    kept = {"provenance_table": "kept", "provenance": {"commit": "abc", "controller": "", "job": None}}
    files = {"V1__a.sql": "CREATE TABLE a (id int);", "V2__b.sql": "SELECT 1 / 0;"}
    checked = migrate(target, files, check=True, **kept)
    assert checked.get("pending_scripts") == [*files] and "kept" not in tables(target), checked
    assert migrate(target, files, **kept)["applied"] == ["V1__a.sql"]
    rows = 'SELECT installed_rank, script, "commit", controller, job, sha256 FROM "kept" ORDER BY 1'
    sha256 = hashlib.sha256(files["V1__a.sql"].encode()).hexdigest()
    assert target.rows(rows) == [(1, "V1__a.sql", "abc", None, None, sha256)]
    files["V2__b.sql"] = "CREATE INDEX CONCURRENTLY b ON a (id);"
    assert migrate(target, files, **kept)["applied"] == ["V2__b.sql"] and [row[0] for row in target.rows(rows)] == [1, 2]
    target.execute("ALTER TABLE kept ADD CHECK (script <> 'V3__c.sql')")
    refused = migrate(target, {**files, "V3__c.sql": "CREATE TABLE c ();"}, **kept)
    assert refused["failed"] and "could not keep where V3__c.sql came from" in refused["msg"] and "c" not in tables(target)
    status = migrate(target, files, state="status", provenance_table="missing")
    assert [row["provenance"] for row in status["migrations"]] == [None, None]


@pytest.mark.parametrize("made", [
    "CREATE TABLE kept (x int)",
    "CREATE VIEW kept AS SELECT 1",
    "CREATE TABLE a (id int); CREATE INDEX kept ON a (id)",
    f"CREATE TABLE kept ({COLUMNS}); REVOKE INSERT ON kept FROM CURRENT_USER",
    f"CREATE TABLE kept ({COLUMNS.replace('sha256 text', 'sha256 int[]')})",
])
def test_a_table_that_could_not_keep_it_is_refused_before_anything_is_run(target, made):
    """A script without a transaction would have run by then, and one that can't run twice would be left to be repaired by hand."""
    migrate(target, FILES)
    target.execute(made)
    files = {**FILES, "V3__vacuum.sql": "VACUUM one;"}
    for check in (True, False):
        refused = migrate(target, files, check, provenance_table="kept")
        assert refused["failed"] and "provenance_table: 'kept': it can't keep where scripts come from" in refused["msg"], refused
        assert [row[-1] for row in target.rows(HISTORY)] == [True] * 3
    assert migrate(target, FILES, provenance_table="kept")["changed"] is False


def test_who_may_not_make_the_table_is_told_before_anything_is_run(target):
    migrate(target, FILES, history_schema="kept_here")
    target.execute("REVOKE CREATE ON SCHEMA kept_here FROM CURRENT_USER")
    files = {**FILES, "V3__vacuum.sql": "VACUUM one;"}
    for check in (True, False):
        refused = migrate(target, files, check, history_schema="kept_here", provenance_table="kept")
        assert refused["failed"] and "it is not there, and the login may not make it" in refused["msg"], refused


def test_nobody_else_has_rights_on_where_scripts_came_from(target):
    target.execute("ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC")
    migrate(target, FILES, provenance_table="kept")
    rights = "SELECT c.relname, bool_or(a.grantee = 0) FROM pg_class c, aclexplode(c.relacl) a WHERE c.relname IN ('kept', 'one') GROUP BY 1 ORDER BY 1"
    assert target.rows(rights) == [("kept", False), ("one", True)]


def test_a_file_is_compared_with_what_stands_of_it_only(target):
    """A repeatable one that ran again differs from its earlier row, and that says nothing."""
    kept = {"provenance_table": "kept"}
    migrate(target, FILES, **kept)
    files = {**FILES, "R__view.sql": "CREATE OR REPLACE VIEW v AS SELECT 2 AS a;", "V1__one.sql": "CREATE TABLE one ();\r\n"}
    assert migrate(target, files, **kept)["applied"] == ["R__view.sql"]
    found = migrate(target, files, state="status", **kept)["migrations"]
    assert [(row["script"], row["state"], row["provenance"]["same_file"]) for row in found] == [
        ("V1__one.sql", "Success", False), ("V2__two.sql", "Success", True), ("R__view.sql", "Superseded", None), ("R__view.sql", "Success", True),
    ]


@pytest.mark.parametrize(("options", "words"), [
    ({"provenance_table": "flyway_schema_history"}, "provenance_table: 'flyway_schema_history': it is the history itself."),
    ({"provenance_table": "p", "provenance": {"commit": "x" * 201}}, "provenance.commit: it has a NUL character, or more than 200 characters."),
    ({"provenance_table": ""}, "provenance_table"),
    ({"provenance": {"commit": "abc"}}, "provenance: it means something with provenance_table only."),
])
def test_a_provenance_that_makes_no_sense_is_refused(target, options, words):
    refused = migrate(target, {"V1__a.sql": "CREATE TABLE a ();"}, **options)
    assert refused["failed"] and words in refused["msg"] and tables(target) == set()
