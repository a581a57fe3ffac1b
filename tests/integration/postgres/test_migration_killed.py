# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that is ended at any statement of a script: the next one finishes it, and nothing is done twice."""
from __future__ import annotations

import multiprocessing
import os
import signal
import time

import pytest

from tests.integration.postgres.modules import held, located

STATEMENTS = range(1, 11)
WAITING = (
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'launch.database' AND state = 'active'"
    " AND wait_event_type = 'Lock' AND query ~ '^(INSERT|UPDATE|CREATE|DROP|VACUUM|REINDEX|ALTER)'"
)
SCRIPTS = "SELECT script, success FROM flyway_schema_history ORDER BY installed_rank"


def kill_the_process(target, process, pid):
    os.kill(process.pid, signal.SIGKILL)
    # The server notices within five seconds that nobody is there any more; nothing here depends on when.
    target.rows(f"SELECT pg_terminate_backend({pid}, 5000)")


def kill_the_server_process(target, process, pid):
    assert target.rows(f"SELECT pg_terminate_backend({pid}, 5000)") == [(True,)]


KILLS = [kill_the_process, kill_the_server_process]


def end_within(target, files, kill):
    """Start a run, and end it where it waits for somebody's lock."""
    arguments = {**located({"sql": files}), "lock_timeout": "60s"}
    process = multiprocessing.get_context("fork").Process(target=target.run, args=("postgres_migration",), kwargs=arguments)
    process.start()
    with held(target, "SELECT 1") as watching:
        watching.rollback()
        watching.autocommit = True
        pid = waiting(watching, process)
    kill(target, process, pid)
    process.join(20)
    assert not process.is_alive()


def waiting(watching, process):
    """The server process of the run, as soon as it waits."""
    until = time.monotonic() + 30
    with watching.cursor() as cursor:
        while True:
            cursor.execute(WAITING)
            if rows := cursor.fetchall():
                return rows[0][0]
            assert process.is_alive() and time.monotonic() < until, "it does not wait"
            time.sleep(0.05)


def run(target, files):
    outcome = target.run("postgres_migration", **located({"sql": files}))
    assert not outcome.get("failed"), outcome
    return outcome["applied"]


def in_the_way(number):
    """What keeps the statement with this number waiting."""
    return f"LOCK TABLE gate_{number} IN ACCESS EXCLUSIVE MODE"


GATES = "".join(f"CREATE TABLE gate_{number} (); " for number in STATEMENTS)


def inserts(script, gates):
    """Ten statements; those with these numbers go through a gate."""
    return ";\n".join(
        f"INSERT INTO done SELECT {script}, {number}" + (f" FROM (SELECT count(*) FROM gate_{number}) gate" if number in gates else "") for number in STATEMENTS
    )


@pytest.mark.parametrize("kill", KILLS)
def test_at_each_statement_of_a_transaction(target, kill):
    """The run after that finishes the script, and is itself ended in the next one; at the end one waits for the history."""
    files = {"V0__begin.sql": GATES + "CREATE TABLE done (script int, number int)"}
    run(target, files)
    for number in STATEMENTS:
        files[f"V{number}__ten.sql"] = inserts(number, [number])
        with held(target, in_the_way(number)):
            end_within(target, files, kill)
        assert target.rows("SELECT max(script), count(*) FROM done") == [(number - 1 or None, 10 * (number - 1))]
        assert len(target.rows(SCRIPTS)) == number
    files["V11__ten.sql"] = inserts(11, [])
    with held(target, "LOCK TABLE flyway_schema_history IN EXCLUSIVE MODE"):
        end_within(target, {name: text for name, text in files.items() if name != "V11__ten.sql"}, kill)
    assert run(target, files) == ["V10__ten.sql", "V11__ten.sql"]
    assert target.rows("SELECT script, number FROM done ORDER BY 1, 2") == [(script, number) for script in range(1, 12) for number in STATEMENTS]
    assert target.rows(SCRIPTS) == [("V0__begin.sql", True)] + [(f"V{number}__ten.sql", True) for number in range(1, 12)]


# By statement: what it works on, and the lock that stops it in its middle, or before it does anything.
MIDDLE, BEFORE = "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE"
OUTSIDE = [
    ("CREATE INDEX CONCURRENTLY a ON t1 (id)", MIDDLE), ("CREATE UNIQUE INDEX CONCURRENTLY b ON t2 (id)", MIDDLE),
    ("CREATE INDEX CONCURRENTLY IF NOT EXISTS c ON t3 (id)", MIDDLE), ("DROP INDEX CONCURRENTLY t4_old", MIDDLE),
    ("DROP INDEX CONCURRENTLY IF EXISTS t5_old", MIDDLE), ("VACUUM t6", BEFORE), ("REINDEX TABLE CONCURRENTLY t7", MIDDLE),
    ("ALTER TABLE t8 DETACH PARTITION t8_1 CONCURRENTLY", MIDDLE), ("REINDEX INDEX CONCURRENTLY t9_old", MIDDLE),
    ("CREATE INDEX CONCURRENTLY j ON t10 (id)", BEFORE),
]
TABLES = "".join(
    f"CREATE TABLE t{number} (id int){' PARTITION BY LIST (id)' if number == 8 else ''}; CREATE INDEX t{number}_old ON t{number} (id);" for number in STATEMENTS
) + "CREATE TABLE t8_1 PARTITION OF t8 FOR VALUES IN (1)"
INDEXES = (
    "SELECT c.relname, i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relnamespace = 'public'::regnamespace"
    " AND c.relname !~ '^(flyway|t8)' ORDER BY 1"
)


@pytest.mark.parametrize("kill", KILLS)
def test_at_each_statement_outside_of_a_transaction(target, kill):
    files = {"V1__begin.sql": TABLES}
    run(target, files)
    files["V2__ten.sql"] = ";\n".join(statement for statement, _mode in OUTSIDE)
    for number, (_statement, mode) in enumerate(OUTSIDE, 1):
        with held(target, f"LOCK TABLE t{number} IN {mode} MODE"):
            end_within(target, files, kill)
        assert target.rows(SCRIPTS) == [("V1__begin.sql", True), ("V2__ten.sql", False)]
    # Its row is there since the first run, so that only the row's last change waits.
    with held(target, "LOCK TABLE flyway_schema_history IN SHARE ROW EXCLUSIVE MODE"):
        end_within(target, files, kill)
    assert run(target, files) == ["V2__ten.sql"]
    assert target.rows(SCRIPTS) == [("V1__begin.sql", True), ("V2__ten.sql", True)]
    olds = {f"t{number}_old" for number in STATEMENTS} - {"t4_old", "t5_old", "t8_old"}
    assert target.rows(INDEXES) == [(name, True) for name in sorted({"a", "b", "c", "j"} | olds)]
    assert target.rows("SELECT count(*) FROM pg_inherits WHERE inhparent = 't8'::regclass") == [(0,)]


def test_what_can_not_be_run_twice_outside_of_a_transaction_is_left_to_a_person(target):
    """Each statement counts once: what stands is what came before, and no run goes on by itself."""
    files = {"V0__begin.sql": GATES + "CREATE TABLE done (script int, number int)"}
    run(target, files)
    files["V1__ten.sql"] = inserts(1, STATEMENTS)
    beside = {"V1__ten.sql.conf": "executeInTransaction=false\n"}
    for number in STATEMENTS:
        with held(target, in_the_way(number)):
            end_within(target, files | beside, KILLS[number % 2])
        again = target.run("postgres_migration", **located({"sql": files | beside}))
        assert "V1__ten.sql failed when it was run before" in again["msg"]
        assert target.rows("SELECT number FROM done ORDER BY 1") == [(before,) for before in range(1, number)]
        target.execute("DELETE FROM done")
        repaired = target.run("postgres_migration", state="repair", repairs=[{"version": "1", "fault": "failed"}], **located({"sql": files | beside}))
        assert not repaired.get("failed"), repaired
    assert run(target, files | beside) == ["V1__ten.sql"]
    assert target.rows("SELECT number FROM done ORDER BY 1") == [(number,) for number in STATEMENTS]


@pytest.mark.parametrize(("rebuild", "gate", "dropped"), [
    ("REINDEX TABLE CONCURRENTLY t", "t", "ti_ccnew"), ("REINDEX SCHEMA CONCURRENTLY public", "t", "ti_ccnew"),
    ("REINDEX INDEX CONCURRENTLY pi", "p1", "p1_name_idx_ccnew"),
])
def test_what_a_rebuild_left_beside_indexes_of_toast_tables_and_partitions_stops_no_run(target, rebuild, gate, dropped):
    files = {"V1__t.sql": "CREATE TABLE t (name text); CREATE INDEX ti ON t (name); CREATE TABLE p (name text) PARTITION BY LIST (name);"
                          " CREATE TABLE p1 PARTITION OF p FOR VALUES IN ('x'); CREATE INDEX pi ON p (name)"}
    run(target, files)
    files["V2__r.sql"] = f"VACUUM t; {rebuild}"
    with held(target, f"LOCK TABLE {gate} IN ROW EXCLUSIVE MODE"):
        end_within(target, files, kill_the_server_process)
    outcome = target.run("postgres_migration", **located({"sql": files}))
    assert outcome.get("applied") == ["V2__r.sql"], outcome
    said = [warning["event"]["msg"] for warning in outcome["warnings"]]
    assert f"V2__r.sql: the index public.{dropped} was left of a rebuild that was ended, and is dropped." in said
    left = target.rows("SELECT i.indexrelid::regclass::text FROM pg_index i WHERE NOT i.indisvalid")
    assert len(left) == (gate == "t"), left
    assert all(any(f"the index {name} was left" in words and "Let a superuser drop it." in words for words in said) for (name,) in left), said
