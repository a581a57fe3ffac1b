# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Migrations where the server, the disk, somebody's lock or the files are not as they should be."""
from __future__ import annotations

import contextlib
import re
import threading
import time

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.migration import execute, execute_outside
from tests.integration.postgres.conftest import empty_database
from tests.integration.postgres.modules import held, located
from tests.support.postgres import running_standby

FIRST = {"V1__t.sql": "CREATE TABLE t (id int PRIMARY KEY)"}
NEXT = {**FIRST, "V2__u.sql": "CREATE TABLE u (id int)"}
READ_ONLY = "its transactions are read-only: default_transaction_read_only is on "


def migrate(target, files, **options):
    return target.run("postgres_migration", **located({"sql": files}), **options)


def done(outcome):
    assert not outcome.get("failed"), outcome
    return outcome["applied"]


def scripts(target):
    return [name for (name,) in target.rows("SELECT script FROM flyway_schema_history ORDER BY installed_rank")]


def said(outcome):
    return [warning["event"]["msg"] for warning in outcome.get("warnings", ())]


# A server that takes no writes.


@pytest.mark.parametrize(("setting", "words"), [
    ("ALTER DATABASE {name} SET default_transaction_read_only = on", "for the database"),
    ("ALTER ROLE {user} IN DATABASE {name} SET default_transaction_read_only = on", "for the login in this database"),
])
def test_a_read_only_database_is_refused_with_its_cause_before_anything_is_run(target, setting, words):
    done(migrate(target, FIRST))
    target.database.server.psql(setting.format(name=target.name, user=target.user))
    refused = [
        migrate(target, NEXT), migrate(target, NEXT, dry_run="transaction"), migrate(target, NEXT, dry_run="transaction", check=True),
        migrate(target, NEXT, **UNDO), migrate(target, {"V2__u.sql": "SELECT 1"}, state="repair", repairs=[{"version": "1", "fault": "missing"}]),
    ]
    for outcome in refused:
        assert outcome["failed"] and f"login_db: {target.name!r}: {READ_ONLY}{words}." in outcome["msg"], outcome
    fresh = empty_database(target.database)
    target.database.server.psql(setting.format(name=fresh.name, user=fresh.user))
    assert READ_ONLY in migrate(fresh, FIRST, state="baseline", baseline_version="0")["msg"]
    assert fresh.rows("SELECT to_regclass('flyway_schema_history')") == [(None,)]
    looked_at(target)
    assert not migrate(target, FIRST)["changed"]


UNDO = {
    "state": "undo", "undo_to": "0", "allow_destructive": True, "undo_locations": ["undo"],
    "undo_scripts": [{"location": "undo", **script} for script in located({"undo": {"U1__t.sql": "DROP TABLE t"}})["scripts"]],
}


def looked_at(target, **options):
    """What reads works, and a plan says what a run would be told."""
    planned = migrate(target, NEXT, check=True, **options)
    assert planned["pending_scripts"] == ["V2__u.sql"] and planned["statements"][0]["statements"][0]["kind"] == "CREATE TABLE", planned
    assert [sentence for sentence in said(planned) if sentence.startswith("A run without check mode would be refused: login_")], planned
    status = migrate(target, NEXT, state="status", **options)
    assert [row["state"] for row in status["migrations"]] == ["Success", "Pending"] and status["problems"] == []
    assert said(status) == []
    assert "V2__u.sql" in migrate(target, NEXT, state="validate", **options)["msg"]
    assert not migrate(target, FIRST, state="validate", **options).get("failed")


def test_a_standby_is_refused_and_can_be_looked_at(database):
    """What check mode, status and validate ask, a standby answers."""
    target = empty_database(database)
    done(migrate(target, FIRST))
    with running_standby(database.server) as port:
        for options in ({}, {"dry_run": "transaction"}, UNDO):
            outcome = migrate(target, NEXT, login_port=port, **options)
            assert outcome["failed"] and "it is a standby, which takes no writes. Give the address of the primary." in outcome["msg"], outcome
        looked_at(target, login_port=port)
    assert done(migrate(target, NEXT)) == ["V2__u.sql"]


# Time limits that the database or the login has for its applications.


LIMITS = {
    "statement_timeout": "200ms", "lock_timeout": "50ms", "idle_in_transaction_session_timeout": "300ms", "transaction_timeout": "400ms",
    "idle_session_timeout": "400ms",
}
SLOW = "SELECT count(*) FROM t; SELECT pg_sleep(0.45)"


@pytest.mark.parametrize("where", ["DATABASE {name}", "ROLE {user} IN DATABASE {name}"])
def test_time_limits_of_the_database_or_the_login_end_no_script(target, where, monkeypatch):
    """Nor a pause between two statements, in which a long script is read, nor a wait for a lock that is within lock_timeout."""
    done(migrate(target, FIRST))
    for name, value in LIMITS.items():
        target.database.server.psql(f"ALTER {where.format(name=target.name, user=target.user)} SET {name} = '{value}'")
    monkeypatch.setattr(execute, "send", paused(execute.send))
    monkeypatch.setattr(execute_outside, "send", paused(execute_outside.send))
    files = {
        **FIRST, "V2__slow.sql": SLOW, "V3__slow.sql": SLOW, "V3__slow.sql.conf": "executeInTransaction=false",
        "V4__i.sql": "CREATE INDEX CONCURRENTLY i ON t (id)",
    }
    with another_session(target) as other:
        threading.Timer(0.5, other.rollback).start()
        assert done(migrate(target, files)) == ["V2__slow.sql", "V3__slow.sql", "V4__i.sql"]


def paused(send):
    def late(session, statement):
        time.sleep(0.4)
        send(session, statement)
    return late


@contextlib.contextmanager
def another_session(target):
    """It holds a lock, and no limit ends it."""
    limits = "; ".join(f"SET {name} = 0" for name in LIMITS)
    with held(target, f"{limits}; LOCK TABLE t") as other:
        yield other


# A lock that somebody holds.


@pytest.mark.parametrize("script", ["ALTER TABLE t ADD n int", "VACUUM t"])
def test_a_lock_that_is_held_names_who_holds_it_and_when_it_goes_the_run_finishes(target, script):
    done(migrate(target, FIRST))
    files = {**FIRST, "V2__x.sql": script, "V3__u.sql": "CREATE TABLE u ()"}
    with held(target, "LOCK TABLE t") as other:
        time.sleep(1.1)
        outcome = migrate(target, files, lock_timeout="500ms", lock_retries=1)
        pid = other.info.backend_pid
        assert "'V2__x.sql': line 1: SQLSTATE 55P03" in outcome["msg"] and "It was tried 2 times." in outcome["msg"], outcome
        found = re.search(rf"In the way at the last try: pid {pid} of {target.user} \((\d+) s, idle in transaction, 'LOCK TABLE t'\)\.", outcome["msg"])
        assert found and 1 <= int(found[1]) <= 30, outcome["msg"]
        assert (outcome["applied"], outcome["stopped_at"], outcome["pending_scripts"]) == ([], "V2__x.sql", ["V2__x.sql", "V3__u.sql"])
        threading.Timer(1.2, other.rollback).start()
        assert done(migrate(target, files, lock_timeout="300ms", lock_retries=5)) == ["V2__x.sql", "V3__u.sql"]


# Files that are not what they were.


EVERY = {
    "V1__a.sql": "CREATE TABLE a ()", "V2__b.sql": "CREATE TABLE b ()", "V3__c.sql": "CREATE TABLE c ()", "R__first.sql": "SELECT 1", "R__last.sql": "SELECT 2",
}


@pytest.mark.parametrize("old", ["V1__a.sql", "V2__b.sql", "V3__c.sql"])
@pytest.mark.parametrize(("new", "words"), [
    (lambda name: {name: "CREATE TABLE other ()"}, "it was changed after it was applied: checksum"),
    (lambda name: {}, "was applied (rank {rank}), but the file is missing."),
    (lambda name: {f"{name[:4]}renamed.sql": EVERY[name]}, "it was renamed after it was applied: the history calls it"),
    (lambda name: {f"V{name[1]}_1{name[2:]}": EVERY[name]}, "was applied (rank {rank}), but the file is missing."),
], ids=["edited", "deleted", "renamed", "another-version"])
def test_a_versioned_script_is_not_what_was_applied(target, old, new, words):
    """The first, one in the middle or the last one: nothing is run, neither what is new."""
    done(migrate(target, EVERY))
    files = {name: text for name, text in EVERY.items() if name != old} | new(old) | {"V4__new.sql": "CREATE TABLE d ()"}
    rank = list(EVERY).index(old) + 1
    outcome = migrate(target, files)
    assert words.format(rank=rank) in outcome["msg"] and old[:2] in outcome["msg"], outcome
    assert scripts(target) == list(EVERY)
    assert words.format(rank=rank) in migrate(target, files, state="validate")["msg"]


@pytest.mark.parametrize("old", ["R__first.sql", "R__last.sql"])
def test_a_repeatable_script_is_run_again_where_it_was_edited_and_missed_where_it_is_gone(target, old):
    done(migrate(target, EVERY))
    new = {"V4__new.sql": "CREATE TABLE d ()"}
    gone = {name: text for name, text in EVERY.items() if name != old} | new
    for files in (gone, gone | {"R__renamed.sql": EVERY[old]}):
        assert f"{old} was applied (rank {list(EVERY).index(old) + 1}), but the file is missing." in migrate(target, files)["msg"]
    assert scripts(target) == list(EVERY)
    assert done(migrate(target, EVERY | new | {old: "SELECT 3"})) == ["V4__new.sql", old]
    assert done(migrate(target, EVERY | new | {old: "SELECT 3"})) == []
