# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scripts that PostgreSQL runs in no transaction: as a whole, ended in the middle, and gone on with."""
from __future__ import annotations

import time

import pytest

from tests.integration.postgres.modules import held, located

TABLE = "CREATE TABLE things (id int, day date); INSERT INTO things SELECT n, '2026-01-01' FROM generate_series(1, 1000) n;"
INDEX = "CREATE INDEX CONCURRENTLY things_id ON things (id)"
HISTORY = "SELECT script, success FROM flyway_schema_history ORDER BY installed_rank"
INDEXES = "SELECT c.relname, i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = 'things'::regclass ORDER BY 1"
BUILDING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'CREATE INDEX CONC%'"
DONE = [("V1__t.sql", True), ("V2__x.sql", True)]


def migrate(target, script, check=False, beside=None, **options):
    files = {"V1__t.sql": TABLE, "V2__x.sql": script, **({} if beside is None else {"V2__x.sql.conf": beside})}
    return target.run("postgres_migration", check=check, **located({"sql": files}), **options)


def said(outcome):
    return [warning["event"]["msg"] for warning in outcome.get("warnings", ())]


def wait_for(target, query):
    until = time.monotonic() + 30
    while not target.rows(query)[0][0]:
        assert time.monotonic() < until, query
        time.sleep(0.1)


def test_an_index_is_built_without_a_lock_and_a_second_run_does_nothing(target):
    planned = migrate(target, INDEX, check=True)
    assert planned["plan"][-1]["after"]["transaction"] is False and "transaction" not in planned["plan"][-2]["after"]
    outcome = migrate(target, INDEX)
    assert outcome["applied"] == ["V1__t.sql", "V2__x.sql"], outcome
    assert target.rows(HISTORY) == DONE and target.rows(INDEXES) == [("things_id", True)]
    assert not migrate(target, INDEX)["changed"]


def test_a_failed_build_is_named_dropped_and_built_again(target):
    unique = 'CREATE UNIQUE INDEX CONCURRENTLY "Order" ON public.things (day);'
    outcome = migrate(target, unique)
    assert "V2__x.sql" in outcome["msg"] and "SQLSTATE 23505" in outcome["msg"] and "rank 2 of the history says that it failed" in outcome["msg"]
    assert outcome["applied"] == ["V1__t.sql"] and target.rows(HISTORY) == [DONE[0], ("V2__x.sql", False)]
    target.execute("DELETE FROM things WHERE id > 1")
    planned = migrate(target, unique, check=True)
    assert planned["plan"][0]["before"]["success"] is False
    outcome = migrate(target, unique)
    assert outcome["applied"] == ["V2__x.sql"] and target.rows(HISTORY) == DONE and target.rows(INDEXES) == [("Order", True)]
    assert said(outcome) == ['V2__x.sql: the index public."Order" was half built, and is built again.']
    assert not migrate(target, unique)["changed"]


def test_a_run_that_was_killed_is_gone_on_with(target):
    files = {"V1__t.sql": TABLE, "V2__x.sql": f"VACUUM things; {INDEX}; CREATE INDEX CONCURRENTLY things_day ON things (day)"}
    target.run("postgres_migration", **located({"sql": {"V1__t.sql": TABLE}}))
    with held(target, "SELECT FROM things LIMIT 1; UPDATE things SET id = id WHERE id = 1"):
        process = target.start("postgres_migration", **located({"sql": files}))
        wait_for(target, f"{BUILDING} AND wait_event_type = 'Lock'")
        process.kill()
        process.wait(10)
        wait_for(target, BUILDING.replace("count(*)", "count(*) = 0"))
    assert target.rows(INDEXES) == [("things_id", False)] and target.rows(HISTORY)[1] == ("V2__x.sql", False)
    outcome = target.run("postgres_migration", **located({"sql": files}))
    assert outcome["applied"] == ["V2__x.sql"], outcome
    assert target.rows(INDEXES) == [("things_day", True), ("things_id", True)] and target.rows(HISTORY) == DONE


def test_what_stands_before_the_statement_that_failed_is_said_and_not_done_twice(target):
    script = f"{INDEX};\nCREATE UNIQUE INDEX CONCURRENTLY things_day ON things (day)"
    outcome = migrate(target, script)
    assert "line 2: SQLSTATE 23505" in outcome["msg"] and "Statement 1 before it stands" in outcome["msg"]
    target.execute("DELETE FROM things WHERE id > 1")
    assert migrate(target, script)["applied"] == ["V2__x.sql"]
    assert target.rows(INDEXES) == [("things_day", True), ("things_id", True)]


def test_if_not_exists_is_not_content_with_half_an_index(target):
    target.run("postgres_migration", **located({"sql": {"V1__t.sql": TABLE}}))
    with held(target, "UPDATE things SET id = id WHERE id = 1"), held(target, "SET statement_timeout = '500ms'") as builder:
        builder.rollback()
        builder.autocommit = True
        with builder.cursor() as cursor, pytest.raises(Exception, match="statement timeout"):
            cursor.execute("SET statement_timeout = '500ms'")
            cursor.execute(INDEX)
    assert target.rows(INDEXES) == [("things_id", False)]
    outcome = migrate(target, INDEX.replace("things_id", "IF NOT EXISTS things_id", 1))
    assert outcome["applied"] == ["V2__x.sql"] and target.rows(INDEXES) == [("things_id", True)]


def test_a_script_that_was_changed_since_it_failed_is_refused(target):
    unique = "CREATE UNIQUE INDEX CONCURRENTLY things_day ON things (day)"
    migrate(target, unique)
    outcome = migrate(target, unique + ";")
    assert "V2__x.sql failed when it was run before" in outcome["msg"]


def test_a_procedure_that_commits_runs_by_flyways_file_and_is_not_run_twice_by_itself(target):
    script = (
        "CREATE PROCEDURE fill() LANGUAGE plpgsql AS $$"
        " BEGIN INSERT INTO things VALUES (2000); COMMIT; PERFORM 1 / (SELECT count(*) FROM things WHERE id < 1); END $$;"
        "\nCALL fill()"
    )
    outcome = migrate(target, script, beside="executeInTransaction=false\n")
    assert "line 2: SQLSTATE 22012" in outcome["msg"] and "let state=repair delete that row" in outcome["msg"]
    assert target.rows("SELECT count(*) FROM things WHERE id = 2000") == [(1,)]
    assert "failed when it was run before" in migrate(target, script, beside="executeInTransaction=false\n")["msg"]


def test_what_flyway_would_run_in_a_transaction_is_said(target):
    script = "REINDEX TABLE CONCURRENTLY things"
    assert any("unless V2__x.sql.conf beside it says executeInTransaction=false" in sentence for sentence in said(migrate(target, script, check=True)))
    assert said(migrate(target, script, check=True, beside="executeInTransaction=false\n")) == []
    assert migrate(target, script)["applied"] == ["V1__t.sql", "V2__x.sql"]


def test_a_partition_is_detached_without_a_lock_and_a_half_detached_one_to_its_end(target):
    tables = "CREATE TABLE p (d int) PARTITION BY LIST (d); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2);"
    files = {"V1__t.sql": tables, "V2__x.sql": "ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY; ALTER TABLE p DETACH PARTITION p2 CONCURRENTLY"}
    target.run("postgres_migration", **located({"sql": {"V1__t.sql": tables}}))
    with held(target, "SELECT count(*) FROM p"):
        process = target.start("postgres_migration", **located({"sql": files}))
        wait_for(target, "SELECT count(*) FROM pg_inherits WHERE inhdetachpending")
        process.kill()
        process.wait(10)
        wait_for(target, "SELECT count(*) = 0 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'ALTER TABLE p DETACH%'")
    assert target.rows("SELECT count(*) FROM pg_inherits WHERE inhdetachpending") == [(1,)]
    outcome = target.run("postgres_migration", **located({"sql": files}))
    assert outcome["applied"] == ["V2__x.sql"], outcome
    assert target.rows("SELECT count(*) FROM pg_inherits WHERE inhparent = 'p'::regclass") == [(0,)]
    assert said(outcome) == ["V2__x.sql: the partition p1 was half detached, and is detached now."]


def test_it_is_made_as_the_role_and_the_next_script_begins_as_ever(target, names):
    role = names("owner")
    target.run("postgres_role", roles=[{"name": role}])
    target.execute(f"GRANT CREATE ON SCHEMA public TO {role}")
    files = {"V1__t.sql": TABLE, "V2__x.sql": INDEX, "V3__u.sql": "CREATE TABLE u AS SELECT current_setting('lock_timeout') AS t, current_user::text AS r"}
    outcome = target.run("postgres_migration", role=role, lock_timeout="3s", **located({"sql": files}))
    assert outcome["applied"][1:] == ["V2__x.sql", "V3__u.sql"], outcome
    assert target.rows(f"SET LOCAL ROLE {role}; SELECT t, r FROM u") == [("3s", role)]
    assert target.rows("SELECT DISTINCT installed_by FROM flyway_schema_history") == [(target.user,)]


def test_a_dry_run_stops_before_it_and_says_so(target):
    files = {"V1__t.sql": TABLE, "V2__x.sql": INDEX, "V3__u.sql": "CREATE TABLE u ()"}
    outcome = target.run("postgres_migration", check=True, dry_run="transaction", **located({"sql": files}))
    assert outcome["dry_run"]["tried"] == ["V1__t.sql"] and outcome["dry_run"]["not_tried"] == ["V2__x.sql", "V3__u.sql"]
