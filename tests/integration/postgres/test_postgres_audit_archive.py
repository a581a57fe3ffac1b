# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A month goes when it is closed, exported, verified and old enough, and not before, whoever asks and wherever a run stops."""
from __future__ import annotations

import gzip
import os
import pathlib
import signal
import subprocess
import sys
import time

import psycopg2
import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.audit import store, verification
from tests.integration.postgres.audit import OWNER, WRITE
from tests.integration.postgres.modules import ROOT, held

MONTH, PARTITION = "2025-01", "audit_log_y2025m01"
LOG = "ansible_collections.launch.database.plugins.module_utils._postgres.audit."
TABLES = (
    "SELECT relname FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid WHERE relname = '{0}' UNION ALL SELECT 'table' FROM pg_class WHERE relname = '{0}'")


@pytest.fixture
def closed(sealed):
    """With a month that is over and closed, and a retention of a year."""
    sealed.write(2)
    sealed.past(MONTH, 5)
    assert sealed.make()["closed"] == [MONTH]
    retain(sealed, 12)
    return sealed


def retain(sealed, months):
    sealed.target.execute(f"SET LOCAL ROLE launch_audit_owner; SELECT audit.set_retention({months})")


def there(sealed, partition=PARTITION):
    """Whether there is the table, and whether it is part of the log."""
    found = [name for (name,) in sealed.target.rows(TABLES.format(partition))]
    return "table" in found, partition in found


def test_a_closed_month_is_exported_verified_detached_and_dropped(closed):
    planned = closed.archive(check=True, remove=True)
    assert [(change["action"], change["path"]) for change in planned["plan"]] == [("export", PARTITION)]
    outcome = closed.archive(remove=True)
    assert (outcome["exported"], outcome["detached"], outcome["dropped"]) == ([PARTITION],) * 3, outcome
    assert there(closed) == (False, False)
    (report,) = outcome["reports"]
    assert (report["verdict"], report["rows"], report["closed"]) == ("verified", 5, True)
    archive = outcome["archives"][MONTH]
    assert (archive["rows"], archive["detached"], archive["dropped"]) == (5, True, True)
    with gzip.open(archive["place"]) as lines:
        assert verification.verify(lines, closed.heads(), MONTH).verdict == "verified"
    assert closed.archive(remove=True)["changed"] is False
    assert closed.make()["number"] == 2, "heads go on without the month"


def test_the_program_verifies_what_was_exported_and_a_database_reads_it(closed, target):
    (place,) = [archive["place"] for archive in closed.archive()["archives"].values()]
    program = pathlib.Path(__file__).resolve().parents[3] / "playbooks" / "files" / "audit_verify.py"
    (folder,) = closed.folder.glob("*/heads/*")
    for only, code, words in (
        (["--month", MONTH], 0, f"verified: {MONTH} only, as --month says; heads cover rows of {closed.month} too"),
        ([], 3, f"partly: {MONTH}; {closed.month} is NOT LOOKED AT"),
    ):
        done = subprocess.run([sys.executable, "-I", str(program), "--heads", str(folder), *only, place], capture_output=True, text=True, check=False)
        assert (done.returncode, "5 rows; 5 are covered and as they were" in done.stdout, words in done.stdout) == (code, True, True), done.stdout
    # As docs/audit.md says.
    target.execute("CREATE TABLE old_log (line jsonb)")
    with psycopg2.connect(**{**connection(target)}) as session, session.cursor() as cursor, gzip.open(place) as lines:
        cursor.copy_expert(r"COPY old_log FROM STDIN WITH (FORMAT csv, DELIMITER E'\x01', QUOTE E'\x02')", lines)
    assert target.rows("SELECT count(*), min(line ->> 'performed_at') FROM old_log") == [(5, "2025-01-01T01:00:00+00:00")]


def connection(target):
    options = target.connection()
    return {"host": options["login_host"], "port": options["login_port"], "user": options["login_user"], "password": options["login_password"],
            "dbname": options["login_db"], "sslmode": "verify-full", "sslrootcert": options["ca_cert"]}


def test_without_being_told_so_nothing_is_removed(closed):
    outcome = closed.archive()
    assert (outcome["exported"], outcome["detached"], there(closed)) == ([PARTITION], [], (True, True))
    assert closed.archive()["changed"] is False


def test_a_month_that_is_younger_than_the_retention_stays(closed):
    retain(closed, 1200)
    assert closed.archive(remove=True)["detached"] == []
    for function in ("detach_month", "drop_month"):
        with pytest.raises(psycopg2.errors.CheckViolation, match="younger than the retention"):
            closed.archiver.execute(f"SELECT audit.{function}('{MONTH}-01')")


def test_without_a_retention_nothing_can_be_removed(closed):
    closed.target.execute(OWNER + "DELETE FROM audit.retention")
    outcome = closed.archive(remove=True)
    assert outcome["failed"] and "has no retention" in outcome["msg"]
    with pytest.raises(psycopg2.errors.CheckViolation, match="no retention is set"):
        closed.archiver.execute(f"SELECT audit.detach_month('{MONTH}-01')")


def test_a_retention_is_refused_that_would_be_over_for_what_is_open(sealed):
    sealed.write(1)
    sealed.past(MONTH)
    with pytest.raises(psycopg2.errors.CheckViolation, match=PARTITION):
        retain(sealed, 12)
    retain(sealed, 1200)
    sealed.make()
    retain(sealed, 12)


def this_month(sealed):
    return f"{sealed.month}-01"


# What somebody tries to lose what is in the log. Each is refused, for the reason that is given.
REFUSED = {
    "the archiver drops the open month": ("archiver", "SELECT audit.drop_month('{open}')", "younger than the retention"),
    "the archiver detaches the open month": ("archiver", "SELECT audit.detach_month('{open}')", "younger than the retention"),
    "the archiver closes the open month itself": (
        "archiver", "SELECT audit.record_head('{chain}', 2, repeat('a', 64), '{sha256}', now(), ARRAY['{open}']::date[])", "not over"),
    "the archiver detaches what was not exported": ("archiver", "SELECT audit.detach_month('{closed}')", "not exported"),
    "the archiver drops what is attached": ("archiver", "SELECT audit.drop_month('{closed}')", "not exported"),
    "the archiver claims an export of the open month": (
        "archiver", "SELECT audit.record_archive('{open}', '{chain}', 1, '{sha256}', 0, repeat('a', 64), 'x')", "not closed"),
    "the archiver claims an export by a head that there is not": (
        "archiver", "SELECT audit.record_archive('{closed}', '{chain}', 1, repeat('b', 64), 0, repeat('a', 64), 'x')", "is another"),
    "the archiver replaces a head": ("archiver", "SELECT audit.record_head('{chain}', 1, repeat('a', 64), NULL, now(), '{{}}')", "is another"),
    "the archiver skips a head": ("archiver", "SELECT audit.record_head('{chain}', 3, repeat('a', 64), '{sha256}', now(), '{{}}')", "does not follow"),
    "the archiver shortens the retention": ("archiver", "SELECT audit.set_retention(1)", "permission denied"),
    "the archiver writes what is known of heads": ("archiver", "DELETE FROM audit.known_heads", "permission denied"),
    "the archiver writes what is known of exports": ("archiver", "UPDATE audit.archives SET row_count = 0", "permission denied"),
    "the archiver drops the table": ("archiver", "DROP TABLE audit.audit_log_y2025m01", "must be owner"),
    "the archiver detaches the table": ("archiver", "ALTER TABLE audit.audit_log DETACH PARTITION audit.audit_log_y2025m01", "must be owner"),
    **{f"{login} calls {call}": (login, f"SELECT audit.{call}", "permission denied") for login in ("application", "platform", "auditor", "owner") for call in (
        "detach_month('{closed}')", "drop_month('{closed}')", "set_retention(1)",
        "record_head('{chain}', 2, repeat('a', 64), '{sha256}', now(), '{{}}')",
        "record_archive('{closed}', '{chain}', 1, '{sha256}', 0, repeat('a', 64), 'x')")},
    **{f"{login} reads {table}": (login, f"SELECT FROM audit.{table}", "permission denied")
       for login in ("application", "platform", "auditor", "owner") for table in ("known_heads", "archives", "retention")},
}
GROUPS = {"application": "launch_rw", "platform": "launch_platform", "auditor": "launch_auditor", "owner": "launch_owner"}


def test_what_is_kept_can_not_be_lost_by_who_should_not(closed):
    head = closed.heads()[0]
    values = {"open": this_month(closed), "closed": f"{MONTH}-01", "chain": head["chain"], "sha256": head["sha256"]}
    for name, (who, statement, words) in REFUSED.items():
        target, become = (closed.archiver, "") if who == "archiver" else (closed.target, f"SET LOCAL ROLE {GROUPS[who]}; ")
        with pytest.raises(psycopg2.Error, match=words):
            target.execute(become + statement.format(**values))
            pytest.fail(name)
    assert there(closed) == (True, True)


def test_what_has_other_rows_than_were_exported_is_not_dropped(closed):
    closed.archive()
    closed.archiver.execute(f"SELECT audit.detach_month('{MONTH}-01')")
    closed.target.execute(
        OWNER + f"ALTER TABLE audit.{PARTITION} NO FORCE ROW LEVEL SECURITY; DELETE FROM audit.{PARTITION} WHERE ctid = '(0,1)';"
        f" ALTER TABLE audit.{PARTITION} FORCE ROW LEVEL SECURITY")
    outcome = closed.archive(remove=True)
    assert outcome["failed"] and "has 4 rows, and 5 were exported" in outcome["msg"]
    assert there(closed) == (True, False)


def test_what_was_changed_is_not_exported_and_stays(closed):
    closed.target.execute(
        OWNER + f"ALTER TABLE audit.{PARTITION} NO FORCE ROW LEVEL SECURITY; UPDATE audit.{PARTITION} SET changes = '{{}}' WHERE ctid = '(0,1)';"
        f" ALTER TABLE audit.{PARTITION} FORCE ROW LEVEL SECURITY")
    outcome = closed.archive(remove=True)
    assert outcome["failed"] and "rows changed" in outcome["msg"] and there(closed) == (True, True)
    assert list(closed.folder.rglob("exports/*")) == []


def test_what_nobody_closed_is_not_exported(sealed):
    sealed.write(1)
    sealed.make()
    retain(sealed, 1)
    assert sealed.archive(remove=True)["changed"] is False


STOPS = {
    "before the export is kept": ("store.Folder.put_file", (True, True)),
    "before the export is remembered": ("log.Log.record_archive", (True, True)),
    "before it is detached": ("log.Log.detach", (True, True)),
    "before it is dropped": ("log.Log.drop", (True, False)),
}


@pytest.mark.parametrize("stop", STOPS)
def test_a_run_that_was_interrupted_is_finished_by_the_next(closed, monkeypatch, stop):
    target, left = STOPS[stop]
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(LOG + target, lambda *_given: (_ for _ in ()).throw(KeyboardInterrupt))
        closed.archive(remove=True)
    assert there(closed) == left
    outcome = closed.archive(remove=True)
    assert not outcome.get("failed") and outcome["dropped"] == [PARTITION], outcome
    assert there(closed) == (False, False)
    (export,) = closed.folder.rglob("*.jsonl.gz")
    assert verification.verify(gzip.open(export), closed.heads(), MONTH).verdict == "verified"
    assert closed.archive(remove=True)["changed"] is False


# A store that stops in the middle of what it keeps, and says so.
STOPPING = """
import pathlib, sys, time
from ansible_collections.launch.database.plugins.module_utils._postgres.audit.store import Folder
with Folder(sys.argv[1])._new(sys.argv[2]) as file:
    file.write(b"half")
    file.flush()
    print("writing", flush=True)
    time.sleep(60)
"""


def stopping(folder, name):
    """A run in the middle of keeping a file."""
    process = subprocess.Popen([sys.executable, "-c", STOPPING, str(folder), name], env={**os.environ, "PYTHONPATH": str(ROOT / ".collections")},
                               stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "writing\n"
    return process


def hidden(folder):
    return {path for path in folder.rglob(".*") if path.is_file()}


def test_what_a_killed_run_began_goes_with_the_next_and_nothing_else(closed):
    """What a run leaves that was killed while it kept an export, and one that was killed between a file's name and the end of its other one."""
    base = f"{closed.target.name}/exports/{PARTITION}.x.00000001"
    dead, alive = stopping(closed.folder, f"{base}.jsonl.gz"), stopping(closed.folder, f"{base}.report.json")
    try:
        dead.kill()
        dead.wait(20)
        exports, begun = closed.folder / closed.target.name / "exports", hidden(closed.folder)
        assert len(begun) == 2
        (kept,) = [path for path in begun if ".report." in path.name]
        others = [exports / ".note.partial", exports / ".notes.jsonl.gz.abc.partial", exports / "visible.jsonl.gz.abcdefgh.partial",
                  closed.folder / "another" / ".a.json.abcdefgh.partial"]
        for path in others:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(b"mine")
        (exports / ".link.json.abcdefgh.partial").symlink_to(others[0])
        os.mkfifo(exports / ".pipe.json.abcdefgh.partial")
        stranger = exports / ".stranger.json.abcdefgh.partial"
        stranger.write_bytes(b"theirs")
        os.chown(stranger, 65534, 65534)
        assert closed.archive(check=True)["changed"] and hidden(closed.folder) >= begun, "a look removes nothing"
        assert closed.archive()["exported"] == [PARTITION]
        assert hidden(closed.folder) == {kept, stranger, exports / ".link.json.abcdefgh.partial", *(path for path in others if path.name.startswith("."))}
        assert others[0].read_bytes() == b"mine" and others[2].exists() and (exports / ".pipe.json.abcdefgh.partial").exists()
    finally:
        alive.kill()
        alive.wait(20)
    closed.make()
    assert kept not in hidden(closed.folder), "a head that is made clears as well"


@pytest.mark.parametrize("function", ["fsync", "link", "unlink"])
def test_a_module_that_is_killed_while_it_keeps_an_export_is_followed_by_one_that_clears(closed, function, tmp_path_factory):
    """Killed at the first call that is about an export: before it has its name, and after."""
    site = tmp_path_factory.mktemp("site")
    (site / "sitecustomize.py").write_text(f"""
import os, signal
called = os.{function}
def killed(what, *more, **options):
    where = os.readlink(f"/proc/self/fd/{{what}}") if isinstance(what, int) else str(what)
    if ".jsonl.gz." in where:
        os.kill(os.getpid(), signal.SIGKILL)
    return called(what, *more, **options)
os.{function} = killed
""", encoding="utf-8")
    process = closed.archiver.start("postgres_audit_archive", python_path=str(site), destination={"folder": str(closed.folder)})
    assert process.wait(60) == -signal.SIGKILL
    assert len(hidden(closed.folder)) == 1
    assert closed.archive()["exported"] == [PARTITION] and hidden(closed.folder) == set()
    (export,) = closed.folder.rglob("*.jsonl.gz")
    assert verification.verify(gzip.open(export), closed.heads(), MONTH).verdict == "verified"


def test_a_run_that_dies_leaves_no_rows_in_the_spool(closed, monkeypatch, tmp_path):
    """What it writes there has no name, so that nothing has to be tidied up."""
    spool, seen = tmp_path / "spool", []
    spool.mkdir()
    keep = store.Folder.put_file

    def looking(self, name, source):
        seen.append(list(spool.iterdir()))
        keep(self, name, source)

    monkeypatch.setattr(store.Folder, "put_file", looking)
    assert closed.archive(spool=str(spool))["exported"] == [PARTITION]
    assert seen == [[]]


@pytest.mark.parametrize("spool", ["/nowhere", "/etc/passwd", "a\0b"])
def test_a_spool_that_takes_no_file_is_refused(closed, spool):
    outcome = closed.archive(spool=spool)
    assert outcome["failed"] and (outcome["option"], there(closed)) == ("spool", (True, True))


def waiting(sealed, words):
    until = time.monotonic() + 20
    query = f"SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%{words}%' AND pid <> pg_backend_pid()"
    while not (found := sealed.target.rows(query)):
        assert time.monotonic() < until, f"nothing ran {words}"
        time.sleep(0.02)
    return found[0][0]


@pytest.mark.parametrize("function", ["detach_month", "drop_month"])
@pytest.mark.parametrize("whom", ["the module", "its server process"])
def test_a_run_that_is_killed_in_a_function_is_finished_by_the_next(closed, function, whom):
    """The table is locked, so that the function is met while it waits; after that the lock is gone and so is the function."""
    closed.archive()
    if function == "drop_month":
        closed.archiver.execute(f"SELECT audit.detach_month('{MONTH}-01')")
    with held(closed.target, OWNER + f"LOCK TABLE audit.{PARTITION} IN ACCESS SHARE MODE"):
        process = closed.archiver.start("postgres_audit_archive", destination={"folder": str(closed.folder)}, remove=True)
        pid = waiting(closed, function)
        if whom == "the module":
            process.kill()
            process.wait(20)
        closed.target.rows(f"SELECT pg_terminate_backend({pid})")
        assert process.wait(30) != 0
    assert there(closed)[0]
    assert closed.archive(remove=True)["dropped"] == [PARTITION]
    assert there(closed) == (False, False)


def test_a_month_is_detached_while_others_write_and_nobody_waits_for_long(closed):
    """A transaction that has written holds the log; detaching gives up after half a second, and goes on when it can."""
    closed.archive()
    with held(closed.target, WRITE % 1) as connection:
        process = closed.archiver.start("postgres_audit_archive", destination={"folder": str(closed.folder)}, remove=True)
        waiting(closed, "detach_month")
        began = time.monotonic()
        closed.write(1)
        waited = time.monotonic() - began
        connection.commit()
    assert process.wait(60) == 0, process.stdout.read()
    assert waited < 2 and there(closed) == (False, False)


def test_detaching_that_is_never_possible_ends(closed, monkeypatch):
    closed.archive()
    monkeypatch.setattr(LOG + "log.TRIES", 2)
    monkeypatch.setattr(LOG + "log.PAUSE_SECONDS", 0.1)
    with held(closed.target, WRITE % 1):
        outcome = closed.archive(remove=True)
    assert outcome["failed"] and "55P03" in outcome["msg"] and there(closed) == (True, True)


def test_a_late_row_makes_another_export_necessary(closed):
    closed.archive()
    columns = "tenant_id, kind, entity_id, entity_type, action, changes, performed_by"
    closed.target.execute(OWNER + (
        f"ALTER TABLE audit.{PARTITION} NO FORCE ROW LEVEL SECURITY; INSERT INTO audit.{PARTITION} (performed_at, {columns}) SELECT performed_at, {columns}"
        f" FROM audit.{PARTITION} LIMIT 1; ALTER TABLE audit.{PARTITION} FORCE ROW LEVEL SECURITY"))
    outcome = closed.archive(remove=True)
    assert outcome["failed"] and "covered by no head" in outcome["msg"] and there(closed) == (True, True)
    closed.make()
    outcome = closed.archive(remove=True)
    assert outcome["failed"] and "after the month was closed" in outcome["msg"], "who added it has to be found first"
    outcome = closed.archive(remove=True, late_months=[MONTH])
    assert (outcome["archives"][MONTH]["rows"], outcome["dropped"]) == (6, [PARTITION]), outcome
    assert {finding["kind"] for finding in outcome["reports"][0]["findings"]} == {verification.LATE}


def test_a_month_that_somebody_detached_is_told_and_not_removed(closed):
    closed.target.execute(OWNER + f"ALTER TABLE audit.audit_log DETACH PARTITION audit.{PARTITION}")
    outcome = closed.archive(remove=True)
    assert PARTITION in str(outcome.get("warnings")) and there(closed) == (True, False), outcome


def program(sealed, *files, chain=None):
    """The verifier, with the heads of a chain; its exit code and what it says."""
    (folder,) = sealed.folder.glob(f"*/heads/{chain or '*'}")
    command = [sys.executable, "-I", str(ROOT / "playbooks" / "files" / "audit_verify.py"), "--heads", str(folder), *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_the_month_that_goes_on_is_copied_and_compared_up_to_the_last_head(sealed, tmp_path):
    copies = tmp_path / "open"
    sealed.write(3)
    sealed.write(4)
    head = sealed.make()
    sealed.write(2)
    planned = sealed.archive(check=True, open_folder=str(copies))
    assert [(change["action"], change["path"]) for change in planned["plan"]] == [("copy", sealed.partition)]
    assert (planned["open_months"], copies.exists()) == ({}, False)
    outcome = sealed.archive(open_folder=str(copies))
    found = outcome["open_months"][sealed.month]
    assert (outcome["changed"], outcome["exported"], outcome["archives"], outcome["reports"]) == (True, [], {}, [])
    assert (found["verdict"], found["rows"], found["covered"], found["uncovered"], found["closed"]) == ("partly", 9 + 1, 7 + 1, 2, False), found
    assert head["made_at"] == found["last_made_at"] < found["uncovered_from"] <= found["uncovered_to"]
    place = pathlib.Path(found["place"])
    assert place.parent == copies / sealed.target.name and place.stat().st_mode & 0o777 == 0o440
    code, text = program(sealed, place)
    assert code == 3 and f"{sealed.month} is compared up to head 1, made {head['made_at']}: it is not closed, and 2 rows are covered by no head" in text, text
    assert list(sealed.folder.rglob("exports")) == [] and sealed.archive()["changed"] is False, "it is no export"
    sealed.make()
    assert program(sealed, place)[0] == 0, "with the head after it, the same copy is covered"
    assert sealed.archive(open_folder=str(copies))["open_months"][sealed.month]["verdict"] == "verified"
    assert len(list(copies.rglob("*.open.jsonl.gz"))) == 2


def test_a_month_that_goes_on_and_was_changed_fails_and_its_copy_stays(sealed, tmp_path):
    sealed.write(3)
    sealed.make()
    sealed.as_owner("UPDATE audit.{partition} SET changes = '{{}}' WHERE ctid = (SELECT min(ctid) FROM audit.{partition})")
    outcome = sealed.archive(open_folder=str(tmp_path / "open"))
    (place,) = (tmp_path / "open").rglob("*.open.jsonl.gz")
    assert outcome["failed"] and (outcome["option"], outcome["value"]) == ("month", sealed.month), outcome
    assert "rows changed" in outcome["msg"] and str(place) in outcome["remedy"] and program(sealed, place)[0] == 1


def test_a_month_that_is_over_and_not_closed_goes_on_as_well(closed, tmp_path):
    closed.past("2025-02", 2)
    outcome = closed.archive(open_folder=str(tmp_path / "open"))
    assert (outcome["exported"], set(outcome["open_months"])) == ([PARTITION], {"2025-02", closed.month})
    assert outcome["open_months"]["2025-02"]["verdict"] == "partly"


@pytest.mark.parametrize(("folder", "words"), [("open", "relative path"), ("/proc/none/open", "it can't be used"), ("/etc/passwd/open", "it can't be used")])
def test_a_folder_that_takes_no_copy_is_refused(sealed, folder, words):
    sealed.write(1)
    sealed.make()
    outcome = sealed.archive(open_folder=folder)
    assert outcome["failed"] and outcome["option"] == "open_folder" and words in outcome["msg"], outcome


def test_without_a_head_there_is_nothing_to_compare_with(sealed, tmp_path):
    assert sealed.archive(check=True, open_folder=str(tmp_path / "open"))["option"] == "destination", "a look says so too"
    outcome = sealed.archive(open_folder=str(tmp_path / "open"))
    assert outcome["failed"] and "there is no head" in outcome["msg"] and not (tmp_path / "open").exists()
