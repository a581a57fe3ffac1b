# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is told of migrations before they run, on a real server: the plan, the dry run and the lint."""
from __future__ import annotations

import pathlib
import sys
import time

import pytest

from tests.integration.postgres.modules import held
from tests.integration.postgres.test_postgres_migration import FILES, HISTORY, migrate, tables

SQUAWK = str(pathlib.Path(sys.executable).with_name("squawk"))
NEXT = {
    **FILES,
    "V2__next.sql": "-- more\nALTER TABLE people ADD COLUMN note uuid DEFAULT gen_random_uuid();\nCREATE TABLE pets (id int);\n\nSELECT mine(1);\n",
}


def fed(target, count=1000):
    migrate(target, FILES)
    target.execute(f"INSERT INTO people SELECT generate_series(1, {count})")
    target.execute("ANALYZE people")


def told(outcome):
    return {each["script"]: each["statements"] for each in outcome["statements"]}


def test_check_mode_tells_what_each_statement_would_do_to_relations_as_they_are(target):
    fed(target)
    outcome = migrate(target, NEXT, check=True)
    (first, second, third) = told(outcome)["V2__next.sql"]
    (people,) = first["relations"]
    assert (first["number"], first["line"], first["kind"]) == (1, 2, "ALTER TABLE ADD COLUMN")
    assert (people["name"], people["lock"], people["work"]) == ("people", "ACCESS EXCLUSIVE", "rewrites the table")
    assert (people["exists"], people["rows"]) == (True, 1002)
    assert people["size"] == target.rows("SELECT pg_total_relation_size('people')")[0][0]
    assert (second["relations"][0]["new"], second["relations"][0]["size"]) == (True, None)
    assert third["unknown"] == "what it calls does: mine"
    assert outcome["diff"]["after"]["V2__next.sql"]["statements"] == [
        f"line 2: ALTER TABLE ADD COLUMN; people ({people['size'] // 1024} kB, about 1002 rows): ACCESS EXCLUSIVE, rewrites the table",
        "line 3: CREATE TABLE; pets, new",
        "line 5: SELECT; unknown: what it calls does: mine",
    ]
    assert "pets" not in tables(target)


def test_a_relation_that_is_locked_is_not_waited_for(target):
    fed(target)
    with held(target, "LOCK TABLE people"):
        started = time.monotonic()
        outcome = migrate(target, NEXT, check=True)
        assert time.monotonic() - started < 5
    people = told(outcome)["V2__next.sql"][0]["relations"][0]
    assert (people["exists"], people["size"]) == (True, None)
    assert "size unknown: it is locked" in outcome["diff"]["after"]["V2__next.sql"]["statements"][0]


def test_a_relation_in_a_schema_that_the_login_may_not_use_is_looked_up_all_the_same(target, names):
    migrate(target, FILES)
    target.execute("CREATE SCHEMA other; CREATE TABLE other.part (d int) PARTITION BY RANGE (d); CREATE TABLE other.p PARTITION OF other.part DEFAULT")
    target.execute("INSERT INTO other.part SELECT generate_series(1, 1000)")
    reader, group = names("reader"), names("group")
    target.execute(f"CREATE ROLE {group}; GRANT SELECT ON flyway_schema_history TO {group}")
    target.database.create_login(reader, group)
    outcome = migrate(target.as_user(reader), {**FILES, "V2__x.sql": "CREATE INDEX ON other.part (d)", "V3__y.sql": "DROP TABLE a.b.c.d"}, check=True)
    assert told(outcome)["V2__x.sql"][0]["relations"][0]["size"] > 8192, outcome


@pytest.mark.parametrize(("script", "unknown"), [
    ("INSERT INTO kept VALUES (1)", "what triggers, foreign keys and rules of kept do"),
    ("DELETE FROM held", "what triggers, foreign keys and rules of held do"),
    ("ALTER TABLE kept ADD COLUMN x int", ""),
    ("INSERT INTO ruled VALUES (1)", "what triggers, foreign keys and rules of ruled do"),
    ("INSERT INTO alone VALUES (1)", ""),
    ("LOCK TABLE seen", "the lock on what is behind the view seen"),
    ("ALTER VIEW seen RENAME TO x", ""),
    ("CREATE INDEX ON parent (d)", "which partitions or children of parent it locks as well (SHARE)"),
    ("TRUNCATE kin", "which partitions or children of kin it locks as well (ACCESS EXCLUSIVE)"),
    ("SET search_path = pg_temp; LOCK TABLE seen", ""),
])
def test_what_the_catalogs_know_to_be_behind_a_relation_is_said_to_be_unknown(target, script, unknown):
    migrate(target, FILES)
    target.execute(
        "CREATE TABLE held (id int PRIMARY KEY); CREATE TABLE kept (id int REFERENCES held); CREATE TABLE alone (id int); CREATE VIEW seen AS TABLE alone;"
        "CREATE TABLE ruled (id int); CREATE RULE r AS ON INSERT TO ruled DO INSTEAD NOTHING; CREATE TABLE kin (id int); CREATE TABLE heir () INHERITS (kin);"
        "CREATE TABLE parent (d int) PARTITION BY RANGE (d); CREATE TABLE part PARTITION OF parent DEFAULT",
    )
    outcome = migrate(target, {**FILES, "V2__x.sql": script}, check=True)
    assert told(outcome)["V2__x.sql"][-1]["unknown"] == unknown
    assert ("unknown: " in outcome["diff"]["after"]["V2__x.sql"]["statements"][-1]) == bool(unknown)


def test_many_statements_of_a_kind_are_one_line(target):
    inserts = "".join(f"INSERT INTO people VALUES ({number});\n" for number in range(20_000))
    started = time.monotonic()
    outcome = migrate(target, {**FILES, "V2__x.sql": inserts}, check=True)
    assert time.monotonic() - started < 60
    assert outcome["diff"]["after"]["V2__x.sql"]["statements"] == ["line 1: INSERT (20000 of them); people: ROW EXCLUSIVE"]


def test_a_dry_run_leaves_nothing_and_names_what_it_tried(target):
    migrate(target, FILES)
    files = {**FILES, "V2__a.sql": "SET search_path = pg_catalog; CREATE TABLE public.cats (id serial);", "V3__b.sql": "INSERT INTO cats DEFAULT VALUES"}
    outcome = migrate(target, files, check=True, dry_run="transaction")
    assert outcome["dry_run"]["tried"] == ["V2__a.sql", "V3__b.sql"] and outcome["dry_run"]["not_tried"] == [], outcome
    assert "sequences stay where the numbers that were drawn have moved them" in outcome["dry_run"]["stays"]
    assert "cats" not in tables(target)
    assert len(target.rows(HISTORY)) == len(FILES)
    assert migrate(target, files, dry_run="transaction")["applied"] == ["V2__a.sql", "V3__b.sql"]


@pytest.mark.parametrize("check", [True, False])
def test_a_dry_run_says_what_it_did_not_reach(target, check):
    fed(target)
    files = {**FILES, "V2__a.sql": "CREATE TABLE cats ()", "V3__b.sql": "CREATE INDEX CONCURRENTLY by_id ON people (id)", "V4__c.sql": "SELECT 1"}
    outcome = migrate(target, files, check=check, dry_run="transaction")
    assert (outcome["dry_run"]["tried"], outcome["dry_run"]["not_tried"]) == (["V2__a.sql"], ["V3__b.sql", "V4__c.sql"])
    assert "The dry run did not try V3__b.sql, V4__c.sql: V3__b.sql runs outside of a transaction" in str(outcome["warnings"])
    assert "The dry run" not in str(migrate(target, files, check=True).get("warnings"))


def test_a_dry_run_shows_the_objects_that_change(target):
    migrate(target, {**FILES, "V1_2__b.sql": "CREATE TABLE gone (); CREATE TABLE people_too (id int)"})
    files = {
        **FILES, "V1_2__b.sql": "CREATE TABLE gone (); CREATE TABLE people_too (id int)", "V2__a.sql": "DROP TABLE gone; ALTER TABLE people_too ADD n text",
        "V3__b.sql": "SET TimeZone = 'Asia/Tokyo'; CREATE VIEW v AS SELECT n FROM people_too; CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = simple)",
        "V4__c.sql": "INSERT INTO people_too VALUES (1)",
    }
    outcome = migrate(target, files, check=True, dry_run="transaction")
    assert outcome.get("dry_run"), outcome
    assert outcome["dry_run"]["objects"] == {
        "V2__a.sql": {"added": ["column public.people_too.n"], "changed": ["table public.people_too"], "dropped": ["table public.gone"]},
        "V3__b.sql": {"added": ["column public.v.n", "text search dictionary public.d", "view public.v"], "changed": [], "dropped": []},
        "V4__c.sql": {"added": [], "changed": [], "dropped": []},
    }
    before, after = (outcome["diff"][side]["V2__a.sql"]["objects"] for side in ("before", "after"))
    assert any(line.startswith("table public.gone | ") for line in before) and "column public.people_too.n | type | text" in after
    assert any("SELECT n" in line for line in outcome["diff"]["after"]["V3__b.sql"]["objects"])
    assert "objects" not in outcome["diff"]["after"]["V4__c.sql"] and outcome["diff"]["before"]["V4__c.sql"] is None


def test_objects_that_can_not_be_read_are_unknown_and_the_dry_run_goes_on(target):
    migrate(target, FILES)
    target.execute("CREATE VIEW seen AS TABLE people")
    with held(target, "LOCK TABLE people"):
        outcome = migrate(target, {**FILES, "V2__a.sql": "CREATE TABLE good ()"}, check=True, dry_run="transaction")
    assert (outcome["dry_run"]["tried"], outcome["dry_run"]["objects"]) == (["V2__a.sql"], {"V2__a.sql": None})


@pytest.mark.parametrize(("script", "words"), [
    ("CREATE TABLE c (id int);\nINSERT INTO c\nVALUES (1 / 0);", "'V3__bad.sql': line 2: SQLSTATE 22012: division by zero."),
    ("SELECT 1;\nSELECT\n missing;", "'V3__bad.sql': line 3: SQLSTATE 42703"),
    (
        "CREATE TABLE c (id int PRIMARY KEY, c int REFERENCES c DEFERRABLE INITIALLY DEFERRED);\nINSERT INTO c VALUES (1, 2);",
        "'V3__bad.sql': it would fail at COMMIT: SQLSTATE 23503",
    ),
])
@pytest.mark.parametrize("check", [True, False])
def test_what_fails_in_a_dry_run_is_located_and_no_script_is_applied(target, script, words, check):
    migrate(target, FILES)
    outcome = migrate(target, {**FILES, "V2__good.sql": "CREATE TABLE good ()", "V3__bad.sql": script}, check=check, dry_run="transaction")
    assert outcome["failed"] and words in outcome["msg"], outcome["msg"]
    assert "good" not in tables(target)
    assert len(target.rows(HISTORY)) == len(FILES)


def test_a_deferred_constraint_stays_deferred_for_the_next_script_of_a_dry_run(target):
    files = {
        "V1__a.sql": "CREATE TABLE c (id int PRIMARY KEY, c int REFERENCES c DEFERRABLE INITIALLY DEFERRED)",
        "V2__b.sql": "INSERT INTO c VALUES (1, 2); INSERT INTO c VALUES (2, 1)",
    }
    assert migrate(target, files, check=True, dry_run="transaction")["dry_run"]["tried"] == ["V1__a.sql", "V2__b.sql"]


def test_a_dry_run_waits_for_a_lock_no_longer_than_it_may(target):
    migrate(target, FILES)
    with held(target, "LOCK TABLE people IN ACCESS SHARE MODE"):
        outcome = migrate(target, {**FILES, "V2__x.sql": "ALTER TABLE people ADD name text"}, check=True, dry_run="transaction", lock_timeout="100ms")
    assert "'V2__x.sql': line 1: SQLSTATE 55P03" in outcome["msg"]


RISKY = {**FILES, "V2__x.sql": "CREATE INDEX ON people (id);\nGRANT SELECT ON people TO PUBLIC;"}


def test_findings_of_the_lint_are_warnings_failures_or_not_looked_for(target):
    fed(target)
    outcome = migrate(target, RISKY, check=True)
    assert [(each["rule"], each["place"]) for each in outcome["lint"]] == [("index-blocks-writes", "V2__x.sql line 1"), ("grant-to-public", "V2__x.sql line 2")]
    assert len(outcome["warnings"]) == 2
    assert migrate(target, RISKY, check=True, lint="off")["lint"] == []
    outcome = migrate(target, RISKY, lint="fail")
    assert outcome["failed"] and "grant-to-public: 'V2__x.sql line 2': it gives a right to PUBLIC" in outcome["msg"]
    assert len(target.rows(HISTORY)) == len(FILES)
    allowed = [
        {"rule": rule, "script": "V2__x.sql", "owner": "data", "reason": "small", "expires": "2999-01-01"}
        for rule in ("index-blocks-writes", "grant-to-public")
    ]
    outcome = migrate(target, RISKY, lint="fail", lint_allowed=allowed)
    assert outcome["applied"] == ["V2__x.sql"] and len(outcome["lint_allowed"]) == 2, outcome


def test_rows_that_row_level_security_hides_from_who_migrates_are_found(target):
    migrate(target, FILES)
    target.execute("INSERT INTO people VALUES (5); ALTER TABLE people ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
    outcome = migrate(target, {**FILES, "V2__x.sql": "UPDATE people SET id = 6"}, check=True)
    assert [each["rule"] for each in outcome["lint"]] == ["filtered-data"]


def test_squawk_says_what_it_knows_of_each_pending_script(target):
    """The real one, with the values of placeholders in what it reads."""
    migrate(target, FILES)
    files = {**FILES, "V2__a.sql": "ALTER TABLE people\n  RENAME id TO ${name};", "V3__b.sql": (
        "-- lint: allow squawk-prefer-bigint-over-int, few rows, until 2099-12-31\nCREATE TABLE b (id int);")}
    asked = {"squawk": SQUAWK, "placeholders": {"name": "number"}}
    outcome = migrate(target, files, check=True, **asked)
    assert {(found["rule"], found["place"]) for found in outcome["lint"]} == {("rename", "V2__a.sql line 1"), ("squawk-renaming-column", "V2__a.sql line 1")}
    assert [found["rule"] for found in outcome["lint_allowed"]] == ["squawk-prefer-bigint-over-int"]
    assert {found["rule"] for found in migrate(target, files, check=True, squawk_excluded=["renaming-column"], **asked)["lint"]} == {"rename"}
    refused = migrate(target, files, lint="fail", **asked)
    assert refused["failed"] and "squawk-renaming-column" in refused["msg"] and tables(target) >= {"people"}
    missing = migrate(target, files, **{**asked, "squawk": "/nowhere"})
    assert missing["failed"] and "it can't be run" in missing["msg"]
    assert len(target.rows(HISTORY)) == len(FILES)


def test_squawk_is_told_of_a_script_without_a_transaction(target):
    migrate(target, FILES)
    assert migrate(target, {**FILES, "V2__a.sql": "CREATE INDEX CONCURRENTLY i ON people (id)"}, check=True, squawk=SQUAWK)["lint"] == []
