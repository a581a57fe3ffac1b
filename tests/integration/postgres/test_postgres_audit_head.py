# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Heads are made beside writers, follow each other, and show whatever was done to the log since."""
from __future__ import annotations

import contextlib
import dataclasses
import datetime
import json
import os
import threading
import time

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.audit import verification
from tests.integration.postgres.audit import ACTOR, OWNER, TENANT, WRITE, kinds
from tests.integration.postgres.modules import held


def test_a_head_is_made_when_the_last_one_is_too_old(sealed):
    planned = sealed.head(check=True)
    assert (planned["changed"], planned["head"], planned["plan"][0]["path"]) == (True, None, "head 1")
    first = sealed.head()
    assert (first["changed"], first["head"]["number"], first["head"]["from"]) == (True, 1, 0)
    assert sealed.head()["changed"] is False
    sealed.write(3)
    assert sealed.head(check=True, max_age=0)["plan"][0]["path"] == "head 2"
    second = sealed.make()
    assert (second["number"], second["from"], second["previous"]) == (2, first["head"]["to"], first["head"]["sha256"])
    assert second["months"] == [{**second["months"][0], "month": sealed.month, "rows": 3}]
    assert verification.check_chain(sealed.heads(), dict(sealed.target.rows("SET ROLE launch_archiver; SELECT number, sha256 FROM audit.known_heads"))) == []


def test_what_is_as_it_was_is_verified_and_what_came_later_is_said_to_be_uncovered(sealed):
    for rows in (1, 20, 5):
        sealed.write(rows)
        sealed.make()
    report = sealed.verify()
    assert (report.verdict, report.rows, report.covered, report.uncovered) == ("verified", 27, 27, 0), report
    sealed.write(2)
    report = sealed.verify()
    assert (report.verdict, report.covered, report.uncovered) == ("partly", 27, 2), report
    assert report.uncovered_from <= report.uncovered_to


def test_an_empty_hour_has_a_head_as_well(sealed):
    sealed.make()
    head = sealed.make()
    assert head["months"] == [] and sealed.verify().verdict == "verified"


SETTINGS = {"TimeZone": "'America/New_York'", "DateStyle": "'SQL, DMY'", "extra_float_digits": "-15", "bytea_output": "escape", "IntervalStyle": "sql_standard"}


def test_what_a_row_looks_like_does_not_depend_on_the_login(sealed):
    sealed.target.execute(
        OWNER + "ALTER TABLE audit.audit_log ADD seen bytea DEFAULT '\\x00ff', ADD ratio float8 DEFAULT 1.0 / 3, ADD span interval DEFAULT '1 day 2 h'")
    sealed.write(3)
    sealed.make()
    before = sealed.export()
    for name, value in SETTINGS.items():
        sealed.target.execute(f"ALTER ROLE launch_archive IN DATABASE {sealed.target.name} SET {name} = {value}")
    assert sealed.export() == before
    assert sealed.verify().verdict == "verified"
    row = json.loads(before[-1])
    assert (row["seen"], row["ratio"], row["span"]) == ("\\x00ff", 1 / 3, "1 day 02:00:00") and row["performed_at"].endswith("+00:00")


def test_text_of_every_kind_stays_one_line(sealed):
    sealed.target.execute(f"""
        SET LOCAL ROLE launch_rw; SELECT app.set_context('{TENANT}', '{ACTOR}');
        INSERT INTO app.projects (name) VALUES (E'a\\nb\\r\\x01\\x02\\t"\\\\ \\u2028 \U0001f600')""")
    sealed.make()
    assert len(sealed.export()) == 2 and sealed.verify().verdict == "verified"


EDIT = "UPDATE audit.{{partition}} SET {} WHERE ctid = (SELECT min(ctid) FROM audit.{{partition}})"
COPY = (
    "INSERT INTO audit.{{partition}} (id, performed_at, transaction_id, {columns})"
    " SELECT {id}, performed_at, {transaction}, {columns} FROM audit.{{partition}} LIMIT 1")
OTHERS = "tenant_id, kind, entity_id, entity_type, action, changes, performed_by, database_user, application_name"
NEW = "gen_random_uuid()"

# What the log's owner does to rows that a head covers, and what the verifier calls it.
TAMPERINGS = {
    "what was changed is changed": (EDIT.format("changes = '{{}}'"), {verification.EDITED}),
    "who did it is changed": (EDIT.format("performed_by = '01JAMZ0000HARB0RPAPERC0MPZ'"), {verification.EDITED}),
    "the tenant is changed": (EDIT.format("tenant_id = '01JAMZ0000HARB0RPAPERC0MPZ'"), {verification.EDITED}),
    "the time is changed": (EDIT.format("performed_at = performed_at - interval '1 microsecond'"), {verification.EDITED}),
    "the login is changed": (EDIT.format("database_user = 'nobody'"), {verification.EDITED}),
    "the id is changed": (EDIT.format("id = " + NEW), {verification.EDITED}),
    "a row goes to another transaction": (EDIT.format("transaction_id = (SELECT max(transaction_id) FROM audit.{partition})"), {
        verification.DELETED, verification.INSERTED}),
    "a row goes beyond the last head": (EDIT.format("transaction_id = '999999'"), {verification.DELETED}),
    "two rows change places": (
        "UPDATE audit.{partition} l SET changes = o.changes FROM audit.{partition} o WHERE l.id <> o.id AND l.transaction_id = o.transaction_id", {
            verification.EDITED}),
    "a row is deleted": ("DELETE FROM audit.{partition} WHERE ctid = (SELECT min(ctid) FROM audit.{partition})", {verification.DELETED}),
    "the tail is deleted": ("DELETE FROM audit.{partition} WHERE transaction_id = (SELECT max(transaction_id) FROM audit.{partition})", {verification.DELETED}),
    "all rows are deleted": ("ALTER TABLE audit.{partition} DISABLE TRIGGER truncate_refused; TRUNCATE audit.{partition}", {verification.DELETED}),
    "a row is added to a transaction": (COPY.format(id=NEW, transaction="transaction_id", columns=OTHERS), {verification.INSERTED}),
    "a row is there twice, once later": (COPY.format(id="id", transaction="(SELECT max(transaction_id) FROM audit.{partition})", columns=OTHERS).replace(
        "performed_at, (", "performed_at - interval '1 s', ("), {verification.INSERTED}),
    "a column is dropped": ("ALTER TABLE audit.audit_log DROP COLUMN application_name", {verification.GONE, verification.EDITED}),
    "the partition is another one": (
        "ALTER TABLE audit.audit_log DETACH PARTITION audit.{partition}; ALTER TABLE audit.{partition} RENAME TO kept;"
        " DO $$ BEGIN PERFORM audit.create_partition(date_trunc('month', now() at time zone 'UTC')); END $$", {verification.DELETED}),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_what_the_owner_does_to_covered_rows_is_found(sealed, name):
    statement, expected = TAMPERINGS[name]
    sealed.write(2)
    sealed.write(2)
    sealed.make()
    sealed.write(2)
    sealed.make()
    assert sealed.verify().verdict == "verified"
    sealed.as_owner(statement)
    report = sealed.verify()
    assert (report.verdict, kinds(report)) == ("tampered", expected), report
    # And so it stays, however many heads are made afterwards.
    outcome = sealed.head(max_age=0)
    assert outcome.get("failed") or not expected <= kinds(sealed.verify()) or sealed.verify().verdict == "tampered"


def test_a_log_sealed_anew_by_its_owner_is_found(sealed):
    """The owner changes a row and what the database remembers of the head; outside there is the first."""
    sealed.write(2)
    head = sealed.make()
    sealed.as_owner(EDIT.format("changes = '{{}}'") + f"; UPDATE audit.known_heads SET sha256 = '{'0' * 64}'")
    report = sealed.verify(recorded=dict(sealed.target.rows("SET ROLE launch_archiver; SELECT number, sha256 FROM audit.known_heads")))
    assert {verification.EDITED, verification.RESEALED} == kinds(report), report
    outcome = sealed.head(max_age=0)
    assert outcome["failed"] and f"{head['chain']}/1" in outcome["msg"] and "remembers another one" in outcome["msg"]


def test_a_log_with_other_rows_begun_anew_is_found_by_the_chain_before(sealed):
    sealed.write(2)
    head = sealed.make()
    sealed.as_owner("TRUNCATE audit.known_heads CASCADE; " + EDIT.format("changes = '{{}}'"))
    assert "no head" in sealed.head(max_age=0)["msg"]
    again = sealed.make(new_chain=True)
    assert again["previous_chain"] == {"chain": head["chain"], "number": 1, "sha256": head["sha256"]} and again["previous"] == head["sha256"]
    former = [each for each in sealed.heads() if each["chain"] == head["chain"]]
    assert kinds(sealed.verify(heads=former)) == {verification.EDITED}


OTHER_CHAIN = (
    "INSERT INTO audit.known_heads (chain, number, sha256, made_at, closed, recorded_at)"
    " SELECT '20250101T000000000000Z', 4, repeat('0', 64), now(), '{{}}', now()")


def removed(sealed, number):
    (path,) = sealed.folder.rglob(f"{number:08d}.json")
    path.unlink()


def rewritten(sealed, number, **changes):
    (path,) = sealed.folder.rglob(f"{number:08d}.json")
    os.chmod(path, 0o600)
    path.write_bytes(verification.as_text({**json.loads(path.read_bytes()), **changes}))


HEADS = {
    "the first one is removed": (lambda sealed: removed(sealed, 1), "head 1 of chain {chain} is missing outside, and the database remembers it. Somebody"),
    "one in between is removed": (lambda sealed: removed(sealed, 2), "head 2 of chain {chain} is missing outside, and the database remembers it. Somebody"),
    "the last one is removed": (lambda sealed: removed(sealed, 3), "head 3 of chain {chain} is missing outside, and the database remembers it. Somebody"),
    "one is removed and forgotten": (
        lambda sealed: (removed(sealed, 2), sealed.as_owner("DELETE FROM audit.known_heads WHERE number = 2")),
        "head 2 of chain {chain} is missing outside, and later ones are there"),
    "one is forgotten": (
        lambda sealed: sealed.as_owner("DELETE FROM audit.known_heads WHERE number = 2"), "remembers head 3 of its chain and not head 2, so it was changed"),
    "another chain is remembered": (
        lambda sealed: sealed.as_owner(OTHER_CHAIN), "head 4 of chain 20250101T000000000000Z is missing outside, and the database remembers it; the last"),
    "all are removed": (lambda sealed: [removed(sealed, number) for number in (1, 2, 3)], "there is none, and the database remembers head 3"),
    "the last one is changed": (lambda sealed: rewritten(sealed, 3, to=1), "another hash than it says"),
    "the last one is not a head": (lambda sealed: rewritten(sealed, 3, version=7), "can't be read as a head"),
    "the last one is another one": (lambda sealed: rewritten(sealed, 3, chain="other"), "heads/other/00000003.json"),
}
UNREADABLE = {"the last one is not a head", "the last one is another one"}


@pytest.mark.parametrize("name", HEADS)
def test_no_head_is_made_where_those_outside_were_changed(sealed, name):
    change, words = HEADS[name]
    chain = [sealed.make() for _number in range(3)][0]["chain"]
    change(sealed)
    # Whether or not one is due, and in check mode: the check that looks for a missed head must not call this right.
    for options in ({"max_age": 0}, {}, {"check": True}, {"check": True, "max_age": 0}):
        outcome = sealed.head(**options)
        assert outcome.get("failed") and words.format(chain=chain) in outcome["msg"], (options, outcome)


@pytest.mark.parametrize("name", sorted(set(HEADS) - UNREADABLE))
def test_another_chain_begins_where_heads_outside_were_changed(sealed, name):
    """Once, and it goes on by itself."""
    chain = [sealed.make() for _number in range(3)][0]["chain"]
    HEADS[name][0](sealed)
    assert sealed.head(check=True, new_chain=True)["plan"][0]["action"] == "begin"
    first = sealed.make(new_chain=True)
    assert first["number"] == 1 and first["chain"] > chain
    assert sealed.head(check=True)["changed"] is False
    sealed.write(1)
    assert (sealed.make()["number"], sealed.make(new_chain=True)["number"]) == (2, 3)


def test_a_folder_that_can_not_be_read_is_no_answer(sealed):
    outcome = sealed.head(check=True, destination={"folder": str(sealed.folder / "missing")})
    assert outcome["failed"] and "there is no such folder" in outcome["msg"]


def test_heads_of_another_database_are_refused(sealed, launch):
    sealed.make()
    foreign = sealed.folder / launch.name
    (sealed.folder / sealed.target.name).rename(foreign)
    outcome = launch.as_user("launch_archive").run("postgres_audit_head", destination={"folder": str(sealed.folder)})
    assert outcome["failed"] and "it is of the database" in outcome["msg"]


def test_nothing_is_written_over(sealed):
    sealed.make()
    (path,) = sealed.folder.rglob("00000001.json")
    path.with_name("00000002.json").write_bytes(path.read_bytes())
    outcome = sealed.head(max_age=0)
    assert outcome["failed"], outcome
    assert path.with_name("00000002.json").read_bytes() == path.read_bytes()


def test_a_transaction_that_stays_open_holds_rows_back_and_is_told(sealed):
    sealed.make()
    with held(sealed.target, WRITE % 1):
        sealed.write(4)
        head = sealed.make(settle=0)
        assert (head["months"], head["waiting"]["rows"], head["waiting"]["beyond"]) == ([], 4, 0)
        assert head["waiting"]["transactions"] >= 2
        time.sleep(1.1)
        (warning,) = sealed.head(max_age=0, settle=0, warn_after=0)["warnings"]
        assert "does not cover 4 rows" in str(warning)
        assert sealed.verify().uncovered == 4
    assert sealed.make()["months"][0]["rows"] == 4
    assert sealed.verify().verdict == "verified"


def test_rows_of_subtransactions_count_with_their_transaction(sealed):
    sealed.make()
    with held(sealed.target, WRITE % 1 + "; SAVEPOINT inner_one; INSERT INTO app.projects (name) VALUES ('s')") as connection:
        sealed.write(1)
        assert sealed.make(settle=0)["months"] == []
        connection.commit()
    assert sealed.make()["months"][0]["rows"] == 3


def test_a_month_that_is_over_is_closed_once_nobody_can_write_into_it(sealed, launch):
    """A transaction writes into the month in which it began, and may have written nothing yet. One of another database can't."""
    sealed.write(1)
    sealed.past("2025-01")
    with held(sealed.target, "SELECT"):
        assert sealed.make(settle=0)["closed"] == []
    with held(launch, "SELECT"):
        head = sealed.make(settle=5)
    assert head["closed"] == ["2025-01"]
    assert sealed.make()["closed"] == ["2025-01"]
    assert sealed.target.rows("SET ROLE launch_archiver; SELECT number, closed FROM audit.known_heads ORDER BY 1") == [
        (1, []), (2, [datetime.date(2025, 1, 1)]), (3, [])]


def test_a_row_that_comes_after_its_month_was_closed_is_covered_and_found(sealed):
    sealed.write(1)
    partition = sealed.past("2025-01")
    sealed.make()
    sealed.target.execute(OWNER + (
        f"ALTER TABLE audit.{partition} NO FORCE ROW LEVEL SECURITY; INSERT INTO audit.{partition} (id, performed_at, {OTHERS}) SELECT {NEW},"
        f" performed_at, {OTHERS} FROM audit.{partition} LIMIT 1; ALTER TABLE audit.{partition} FORCE ROW LEVEL SECURITY"))
    sealed.make()
    report = verification.verify(sealed.export("2025-01"), sealed.heads(), "2025-01")
    assert (report.rows, report.covered, kinds(report)) == (4, 4, {verification.LATE})


def test_a_row_of_a_transaction_that_there_was_not_is_told(sealed):
    sealed.make()
    sealed.write(1)
    sealed.as_owner(EDIT.format("transaction_id = '999999999'"))
    outcome = sealed.head(max_age=0)
    assert "transactions that this server has not had yet" in str(outcome["warnings"])
    assert outcome["head"]["waiting"]["beyond"] == 1


def test_rows_that_came_with_a_copy_are_adopted_by_the_first_head(sealed):
    """As after a logical restore or a blue/green upgrade: the rows' transactions are another server's, and ahead of this one's."""
    sealed.write(5)
    sealed.as_owner("UPDATE audit.{partition} SET transaction_id = (transaction_id::text::bigint + 30)::text::xid8")
    first = sealed.make()
    assert first["adopted_from"] and first["adopted"][0]["rows"] == 6
    # The server comes to these numbers by and by, and its own rows are told from the others.
    for _round in range(40):
        sealed.write(1)
    last = sealed.make()
    assert last["to"] > first["adopted_from"] + 36
    report = sealed.verify()
    assert (report.verdict, report.rows) == ("verified", 46), report
    sealed.as_owner(EDIT.format("changes = '{{}}'"))
    assert kinds(sealed.verify()) == {verification.EDITED}


def test_a_copy_is_adopted_only_when_nobody_is_in_between(sealed):
    sealed.write(1)
    sealed.as_owner("UPDATE audit.{partition} SET transaction_id = '999999999'")
    with held(sealed.target, "SELECT"):
        outcome = sealed.head(settle=0)
    assert outcome["failed"] and "transactions that began before the chain are still open" in outcome["msg"]
    assert sealed.head()["head"]["adopted"][0]["rows"] == 2


def test_a_column_that_is_added_later_changes_no_head_that_is_there(sealed):
    sealed.write(2)
    sealed.make()
    sealed.target.execute(OWNER + "ALTER TABLE audit.audit_log ADD reason text DEFAULT 'none'")
    sealed.write(2)
    assert "reason" in sealed.make()["columns"]
    assert sealed.verify().verdict == "verified"
    sealed.as_owner("UPDATE audit.{partition} SET reason = 'other' WHERE transaction_id = (SELECT max(transaction_id) FROM audit.{partition})")
    assert kinds(sealed.verify()) == {verification.EDITED}


@pytest.mark.parametrize("step", ["before it is kept", "before it is remembered"])
def test_a_run_that_was_interrupted_is_finished_by_the_next(sealed, monkeypatch, step):
    sealed.write(1)
    sealed.make()
    sealed.write(2)
    target = "ansible_collections.launch.database.plugins.module_utils._postgres.audit." + (
        "heads.Heads.put" if step == "before it is kept" else "log.Log.record")
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(target, lambda *_given: (_ for _ in ()).throw(KeyboardInterrupt))
        sealed.head(max_age=0)
    kept = len(sealed.heads())
    outcome = sealed.head(max_age=0 if step == "before it is kept" else 60)
    assert not outcome.get("failed") and outcome["head"]["number"] == 2, outcome
    assert [change["action"] for change in outcome["plan"]] == (["create"] if kept == 1 else ["record"])
    assert sealed.verify().verdict == "verified"
    assert sealed.head()["changed"] is False


def test_a_database_that_was_restored_to_a_time_before_is_not_sealed_on(sealed):
    """The head that it does not remember covers rows that it does not have."""
    sealed.write(1)
    sealed.make()
    sealed.write(2)
    sealed.make()
    sealed.as_owner("DELETE FROM audit.known_heads WHERE number = 2; DELETE FROM audit.{partition} WHERE transaction_id ="
                    " (SELECT max(transaction_id) FROM audit.{partition})")
    outcome = sealed.head(max_age=0)
    assert outcome["failed"] and "restored to a time before, or changed" in outcome["msg"]
    assert sealed.head(max_age=0, new_chain=True)["failed"], "this one needs a person who removes nothing and begins anew knowingly"


def test_an_hour_is_read_by_range_and_not_the_month(sealed):
    """Once autovacuum was there, which runs by itself when a fifth of the rows are new."""
    sealed.write(3000)
    head = sealed.make()
    sealed.target.database.server.psql(f"VACUUM (ANALYZE) audit.{sealed.partition}", sealed.target.name)
    sealed.write(20)
    plan = sealed.archiver.rows(
        f"EXPLAIN SELECT to_jsonb(l) FROM audit.audit_log l WHERE performed_at >= '{sealed.month}-01 00:00+00' AND transaction_id::text::bigint >= {head['to']}")
    assert "audit_log_" in str(plan) and "transaction_id_idx" in str(plan), plan


BLOCKED = """
SELECT a.usename, b.usename FROM pg_stat_activity a CROSS JOIN LATERAL unnest(pg_blocking_pids(a.pid)) AS by (pid) JOIN pg_stat_activity b ON b.pid = by.pid
WHERE 'launch_archive' IN (a.usename, b.usename)"""


def test_writers_do_not_wait_for_a_head(sealed):
    """Twenty write while heads are made, one after the other. All the time the server is asked whether one of them waits for the archiver, or it for them."""
    done, waits, looks, written = threading.Event(), [], [], []
    there = dataclasses.replace(sealed.target.database, name=sealed.target.name)

    def write():
        with contextlib.closing(there.connect(sealed.target.user)) as connection, connection.cursor() as cursor:
            while not done.is_set():
                cursor.execute(WRITE % 5)
                connection.commit()
                written.append(5)

    def watch():
        with contextlib.closing(there.connect(sealed.target.user)) as connection, connection.cursor() as cursor:
            while not done.is_set():
                cursor.execute(BLOCKED)
                waits.extend(cursor.fetchall())
                looks.append(1)

    threads = [threading.Thread(target=write) for _writer in range(20)] + [threading.Thread(target=watch)]
    for thread in threads:
        thread.start()
    try:
        heads = [sealed.make(settle=1) for _round in range(5)]
    finally:
        done.set()
        for thread in threads:
            thread.join()
    heads.append(sealed.make())
    assert waits == [] and len(looks) > 20, (waits, len(looks))
    report = sealed.verify()
    assert (report.verdict, report.rows) == ("verified", sum(written) + 1), report
    assert all(head["months"] for head in heads[1:5]), "writers went on while each of the heads was made"
