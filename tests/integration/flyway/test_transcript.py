# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ours before, after and beside Flyway on the same database."""
from __future__ import annotations

import json
import pathlib
import subprocess
import typing as t

import pytest

from tests.integration.flyway.sides import HISTORY, SLEEPING, Side, agreed, clean, done, folder_of
from tests.integration.postgres.conftest import empty_database
from tests.integration.postgres.modules import Target
from tests.support.ansible import run_module
from tests.support.flyway import Flyway
from tests.support.postgres import Database

FILES = {
    "V1_0_0__people": "CREATE TABLE people (id int PRIMARY KEY, name text);\nINSERT INTO people VALUES (1, 'Ada');\n",
    "V1_1__more": b"\xef\xbb\xbfINSERT INTO people\r\nVALUES (2, 'Z\xc3\xbcrich');\r\n",
    "R__everybody": "CREATE OR REPLACE VIEW everybody AS SELECT name FROM people;\n",
}
PATHS = [f"{name}.sql" for name in FILES]
SLOW = "SELECT pg_sleep(4);\nCREATE TABLE slow ();\n"
# For as long as it takes Flyway to start.
UNTIL_RELEASED = "DO $$ BEGIN FOR n IN 1..1200 LOOP EXIT WHEN EXISTS (SELECT FROM pg_class WHERE relname = 'released'); PERFORM pg_sleep(0.1); END LOOP; END $$;"
MANY = {f"V{number}__step": f"SELECT pg_sleep(0.1); CREATE TABLE step_{number} ();\n" for number in range(1, 26)}


def outcome_of(process: subprocess.Popen[str]) -> dict[str, t.Any]:
    """What ours printed in a process of its own."""
    output = process.stdout.read()
    assert process.wait() in (0, 1) and output, process.stderr.read()
    return json.loads(output)


def test_ours_and_then_flyway(side: Side) -> None:
    """Flyway finds what it would have left, has nothing to do or to repair, and goes on."""
    side.write(**FILES)
    assert side.ours()["applied"] == PATHS
    states = side.theirs("info").states
    assert states == dict.fromkeys(PATHS, "Success")
    report = done(side.theirs("repair"))
    assert [report[kind] for kind in ("migrationsRemoved", "migrationsDeleted", "migrationsAligned")] == [[], [], []]
    assert agreed(side)
    side.write(V2__new="CREATE TABLE new ();")
    assert done(side.theirs("migrate"))["migrationsExecuted"] == 1
    assert agreed(side) and side.scripts() == [*PATHS, "V2__new.sql"]


def test_flyway_and_then_ours(side: Side) -> None:
    side.write(**FILES)
    assert done(side.theirs("migrate"))["migrationsExecuted"] == 3
    assert clean(side.ours(check=True)) and clean(side.ours())
    side.write(V2__new="CREATE TABLE new ();", R__everybody="CREATE OR REPLACE VIEW everybody AS SELECT name, id FROM people;")
    assert side.theirs("info").states["V2__new.sql"] == "Pending"
    assert side.ours(check=True)["pending_scripts"] == ["V2__new.sql", "R__everybody.sql"]
    assert side.ours()["applied"] == ["V2__new.sql", "R__everybody.sql"]
    assert agreed(side)


def test_a_task_of_ansible_and_then_both(target: Target, flyways: dict[str, Flyway], tmp_path: pathlib.Path) -> None:
    """The action plugin reads the files and hands them over, as it does for people."""
    folder = folder_of(tmp_path / "sql", {f"{name}.sql": content for name, content in FILES.items()})
    runs = [run_module("launch.database.postgres_migration", {**target.connection(), "locations": [str(folder)]}) for _time in range(2)]
    assert [outcome.get("changed") for outcome in runs] == [True, False], runs
    for flyway in flyways.values():
        assert agreed(Side(target, flyway, folder))


def test_flyway_leaves_no_file_where_it_runs(side: Side, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = folder_of(tmp_path / "here", {})
    monkeypatch.chdir(here)
    side.write(V1__a="CREATE TABLE a ();")
    done(side.theirs("migrate"))
    assert not list(here.iterdir()) and not list(side.flyway.home.glob("report.*"))


def test_rows_are_equal_but_for_time(side: Side, database: Database) -> None:
    side.write(**FILES)
    by_flyway = Side(empty_database(database), side.flyway, side.folder)
    assert done(by_flyway.theirs("migrate"))["migrationsExecuted"] == 3 and side.ours()["changed"]
    assert side.history() == by_flyway.history()
    definition = (
        "SELECT attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid), (SELECT array_agg(pg_get_indexdef(indexrelid)"
        " ORDER BY 1) FROM pg_index WHERE indrelid = attrelid), (SELECT array_agg(conname || pg_get_constraintdef(oid)) FROM pg_constraint"
        " WHERE conrelid = attrelid), (SELECT relacl FROM pg_class WHERE oid = attrelid) FROM pg_attribute"
        " LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum WHERE attrelid = 'flyway_schema_history'::regclass AND attnum > 0 ORDER BY attnum"
    )
    assert side.target.rows(definition) == by_flyway.target.rows(definition)


@pytest.mark.parametrize("schema, table", [("app", "flyway_schema_history"), ("public", "schema_version")])
def test_any_history_is_the_same_for_both(side: Side, schema: str, table: str) -> None:
    side.write(V1__a="CREATE TABLE a ();", V2__b="CREATE TABLE b ();")
    ours = {"history_schema": schema, "table": table}
    theirs = {"defaultSchema": schema, "table": table}
    assert side.ours(**ours)["applied"] == ["V1__a.sql", "V2__b.sql"]
    assert done(side.theirs("validate", **theirs))["validationSuccessful"]
    side.write(V3__c="CREATE TABLE c ();")
    assert done(side.theirs("migrate", **theirs))["migrationsExecuted"] == 1
    assert clean(side.ours(**ours))


def test_where_scripts_came_from_is_nothing_to_flyway(side: Side) -> None:
    """The table beside its own: whoever runs first, it finds nothing to say, and what it ran itself is kept nowhere."""
    kept = {"provenance_table": "kept", "provenance": {"commit": "0123456789abcdef"}}
    side.write(**FILES, V1_2__at_once="CREATE INDEX CONCURRENTLY at_once ON people (name);")
    assert len(side.ours(**kept)["applied"]) == 4
    assert set(side.theirs("info").states.values()) == {"Success"}
    assert done(side.theirs("validate"))["validationSuccessful"]
    report = done(side.theirs("repair"))
    assert [report[kind] for kind in ("migrationsRemoved", "migrationsDeleted", "migrationsAligned")] == [[], [], []]
    side.write(V2__theirs="CREATE TABLE theirs ();")
    assert done(side.theirs("migrate"))["migrationsExecuted"] == 1
    side.write(V3__ours="CREATE TABLE ours ();")
    assert side.ours(**kept)["applied"] == ["V3__ours.sql"] and agreed(side)
    found = side.ours(state="status", **kept)["migrations"]
    assert [row["script"] for row in found if row["provenance"] is None] == ["V2__theirs.sql"]
    assert {row["provenance"]["same_file"] for row in found if row["provenance"]} == {True}


def test_a_file_that_was_changed(side: Side) -> None:
    """Both refuse it; what Flyway's repair makes of the history, ours takes."""
    side.write(**FILES)
    side.ours()
    side.write(V1_1__more="INSERT INTO people VALUES (2, 'Bern');\n")
    answer = side.theirs("validate")
    assert [one["errorDetails"]["errorCode"] for one in answer.report["invalidMigrations"]] == ["CHECKSUM_MISMATCH"]
    assert "it was changed after it was applied" in side.ours()["msg"]
    assert [one["version"] for one in done(side.theirs("repair"))["migrationsAligned"]] == ["1.1"]
    assert agreed(side)


def test_a_file_that_is_gone_and_comes_back(side: Side) -> None:
    """Flyway's repair marks it as deleted; then both run it anew."""
    side.write(**FILES, V2__gone="CREATE TABLE gone ();")
    side.ours()
    side.write(V2__gone=None, V3__last="CREATE TABLE last ();")
    assert "V2__gone.sql was applied (rank 3), but the file is missing" in side.ours()["msg"]
    assert [one["version"] for one in done(side.theirs("repair"))["migrationsDeleted"]] == ["2"]
    assert side.ours()["applied"] == ["V3__last.sql"]
    assert agreed(side)


def test_what_was_taken_out_of_the_history_makes_nothing_late(side: Side) -> None:
    """Both compare a version with those that are still in it."""
    side.write(V1__a="CREATE TABLE a ();", V3__c="CREATE TABLE c ();")
    side.ours()
    side.write(V3__c=None)
    side.ours(state="repair", repairs=[{"version": "3", "fault": "missing"}])
    side.write(V2__b="CREATE TABLE b ();")
    assert side.ours()["applied"] == ["V2__b.sql"]
    states = {row["script"]: row["state"] for row in side.ours(state="status")["migrations"] if row["state"] != "Deleted"}
    assert states == {"V1__a.sql": "Success", "V2__b.sql": "Success"}
    assert states == {script: state for script, state in side.theirs("info").states.items() if state != "Deleted"}


def test_what_failed_outside_of_a_transaction(side: Side) -> None:
    """Flyway keeps a row of it, if it may; ours goes on with that script, and with no other in its place."""
    index = "CREATE UNIQUE INDEX CONCURRENTLY b ON a (id);"
    side.write(V1__a="CREATE TABLE a (id int); INSERT INTO a VALUES (1), (1);", V2__b=index)
    assert side.theirs("migrate", postgresql_transactional_lock="false").code == 1
    assert side.history()[-1][-1] is False
    side.write(V2__b="CREATE UNIQUE INDEX b ON a (id);")
    assert "V2__b.sql failed when it was run before (rank 2 of the history)" in side.ours(check=True)["msg"]
    side.write(V2__b=index)
    side.target.execute("DELETE FROM a")
    assert side.ours()["applied"] == ["V2__b.sql"] and agreed(side)


def test_what_failed_in_a_transaction_leaves_nothing_for_the_other(side: Side) -> None:
    side.write(V1__a="CREATE TABLE a ();", V2__b="CREATE TABLE b (); SELECT 1/0;")
    assert side.ours()["failed"] and side.scripts() == ["V1__a.sql"]
    assert side.theirs("migrate").code == 1 and side.scripts() == ["V1__a.sql"]
    assert side.ours()["failed"]
    side.write(V2__b="CREATE TABLE b ();")
    assert done(side.theirs("migrate"))["migrationsExecuted"] == 1
    assert agreed(side)


def test_a_history_that_flyway_began_at_a_baseline(side: Side) -> None:
    side.target.execute("CREATE TABLE people (id int PRIMARY KEY, name text)")
    side.write(**FILES)
    assert done(side.theirs("baseline", baselineVersion="1.0.0"))["successfullyBaselined"]
    assert side.ours()["applied"] == PATHS[1:]
    assert agreed(side) and side.history()[0][1:5] == ("1.0.0", "<< Flyway Baseline >>", "BASELINE", "<< Flyway Baseline >>")


def test_a_schema_that_flyway_made(side: Side) -> None:
    """Its row of type SCHEMA has rank 0."""
    side.write(V1__a="CREATE TABLE a ();")
    assert done(side.theirs("migrate", defaultSchema="fresh"))["migrationsExecuted"] == 1
    assert clean(side.ours(history_schema="fresh"))
    side.write(V2__b="CREATE TABLE b ();")
    assert side.ours(history_schema="fresh")["applied"] == ["V2__b.sql"]
    assert done(side.theirs("validate", defaultSchema="fresh"))["validationSuccessful"]
    assert side.target.rows(HISTORY.replace("flyway_", "fresh.flyway_"))[0][3] == "SCHEMA"


def test_ours_waits_for_flyway(side: Side) -> None:
    side.write(V1__slow=SLOW, V2__next="CREATE TABLE next ();")
    theirs = side.start_theirs("migrate")
    side.wait_until(SLEEPING)
    assert "somebody else has been migrating" in side.ours(lock_wait=0)["msg"]
    outcome = side.ours()
    assert not outcome.get("failed") and "V1__slow.sql" not in outcome["applied"]
    # Between two scripts Flyway lets go of the lock, so that the rest may be anybody's.
    executed = done(side.flyway.answer(theirs))["migrationsExecuted"]
    assert executed + len(outcome["applied"]) == 2
    assert agreed(side)


def test_flyway_waits_for_ours(side: Side) -> None:
    side.write(V1__slow=UNTIL_RELEASED, V2__next="CREATE TABLE next ();")
    ours = side.start_ours()
    side.wait_until(SLEEPING)
    answer = side.theirs("migrate", lockRetryCount="0")
    side.target.execute("CREATE TABLE released ()")
    assert answer.code == 1 and "Number of retries exceeded while attempting to acquire PostgreSQL advisory lock" in answer.error
    assert done(side.theirs("migrate"))["migrationsExecuted"] == 0
    assert outcome_of(ours)["applied"] == ["V1__slow.sql", "V2__next.sql"]
    assert agreed(side)


@pytest.mark.parametrize("first", ["ours", "theirs", None])
def test_both_at_once(side: Side, first: str | None) -> None:
    """Whoever runs what, and whoever is first, or nobody: each script runs once, in order, and both end well."""
    side.write(**MANY)
    starts = {"ours": side.start_ours, "theirs": lambda: side.start_theirs("migrate")}
    running = {first: starts[first]()} if first else {}
    if first:
        side.wait_until(SLEEPING)
    running.update({name: start() for name, start in starts.items() if name != first})
    applied = outcome_of(running["ours"])["applied"]
    executed = done(side.flyway.answer(running["theirs"]))["migrationsExecuted"]
    assert len(applied) + executed == len(MANY)
    assert side.scripts() == [f"{name}.sql" for name in MANY] and [row[0] for row in side.history()] == list(range(1, len(MANY) + 1))
    assert agreed(side)
