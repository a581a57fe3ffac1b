# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Migrations on a server whose disk is full: a real one, with file systems of their own for a tablespace and for the log of writes."""
from __future__ import annotations

import collections.abc
import contextlib
import dataclasses

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.migration import transaction
from local.containers import podman
from tests.integration.postgres.conftest import empty_database
from tests.integration.postgres.modules import Target, located
from tests.support.postgres import Database, another_database

HISTORY = "SELECT script, success FROM flyway_schema_history ORDER BY installed_rank"


@dataclasses.dataclass(frozen=True)
class Disk:
    """A server with two small file systems, its own."""

    database: Database

    def resize(self, path: str, size: str) -> None:
        self.as_root(f"mount -o remount,size={size} {path}")

    def as_root(self, command: str) -> str:
        return podman("exec", "--privileged", "--user=root", self.database.server.name, "sh", "-ec", command)


@pytest.fixture(scope="module")
def disk(database: Database) -> collections.abc.Iterator[Disk]:
    with another_database(database) as other:
        disk = Disk(other)
        for name in ("small", "wal"):
            disk.as_root(f"mkdir /rds/{name}; mount -t tmpfs -o size=256m,mode=700,uid=$(id -u postgres),gid=$(id -g postgres) tmpfs /rds/{name}")
        other.server.psql("CREATE TABLESPACE small LOCATION '/rds/small'; GRANT CREATE ON TABLESPACE small TO PUBLIC")
        other.server.halt()
        disk.as_root("cp -a /rds/data/pg_wal /rds/wal/ && rm -r /rds/data/pg_wal && ln -s /rds/wal/pg_wal /rds/data/pg_wal")
        # Nothing is written ahead of a COMMIT, and no file of the log is made ahead of its time.
        other.server.configure({"wal_writer_delay": "10s", "wal_buffers": "1024", "wal_recycle": "off", "min_wal_size": "32", "autovacuum": "off"})
        other.server.restart()
        yield disk


@pytest.fixture
def target(disk: Disk) -> Target:
    return empty_database(disk.database)


def migrate(target: Target, files: dict[str, str]) -> dict:
    return target.run("postgres_migration", **located({"sql": files}))


BEGIN = {"V1__t.sql": "CREATE TABLE t (s text) TABLESPACE small"}
FILL = "-- much\nCREATE TABLE u ();\nINSERT INTO t SELECT md5(n::text) FROM generate_series(1, 200000) n"
INDEX = "VACUUM t;\nCREATE INDEX CONCURRENTLY i ON t (s) TABLESPACE small"


@pytest.mark.parametrize(("script", "kept", "before", "remedy"), [
    (FILL, "line 3: SQLSTATE 53100: could not extend file", "Nothing of this file was kept.", "Make room on the server's disk, and run it again."),
    (INDEX, "line 2: SQLSTATE 53100: could not", "Statement 1 before it stands.",
     "Make room on the server's disk, and run it again. The next run goes on with it."),
], ids=["in-a-transaction", "outside-of-one"])
def test_a_disk_that_is_full_while_a_script_writes(disk, target, script, kept, before, remedy):
    done = {**BEGIN, **({"V2__fill.sql": FILL} if script == INDEX else {})}
    disk.resize("/rds/small", "64m")
    assert migrate(target, done)["applied"] == list(done)
    used = int(disk.as_root("df -k --output=used /rds/small | tail -1"))
    disk.resize("/rds/small", f"{used + 1024}k")
    files = {**done, "V3__full.sql": script.replace(" u ", " w "), "V4__v.sql": "CREATE TABLE v ()"}
    outcome = migrate(target, files)
    assert f"locations: 'V3__full.sql': {kept}" in outcome["msg"] and before in outcome["msg"] and outcome["msg"].endswith(remedy), outcome
    assert "No space left on device" in outcome["msg"]
    assert (outcome["stopped_at"], outcome["pending_scripts"]) == ("V3__full.sql", ["V3__full.sql", "V4__v.sql"])
    # The server serves on, what needs no room of this disk too.
    target.execute("CREATE TABLE elsewhere ()")
    assert target.rows(HISTORY)[:len(done)] == [(name, True) for name in done]
    assert target.rows("SELECT to_regclass('w'), to_regclass('v')") == [(None, None)]
    disk.resize("/rds/small", "128m")
    assert migrate(target, files)["applied"] == ["V3__full.sql", "V4__v.sql"]
    assert target.rows("SELECT count(*) FROM t") == [(200000,)]
    assert target.rows(HISTORY) == [(name, True) for name in files]
    assert target.rows("SELECT count(*) FROM pg_index WHERE indrelid = 't'::regclass AND NOT indisvalid") == [(0,)]
    target.execute("DROP TABLE t")


# So that what a script writes reaches into the next file of the log, with the script's COMMIT only or while it runs.
@pytest.mark.parametrize(("script", "words", "kept"), [
    ("SELECT pg_logical_emit_message(true, 'x', repeat('x', 3500000))", "at its COMMIT: the connection broke: ", "Whether it was committed can't be found out"),
    ("SELECT pg_logical_emit_message(true, 'x', repeat('x', 3500000)) FROM generate_series(1, 8)",
     "line 2: the connection broke: ", "Nothing of this file was kept."),
], ids=["at-commit", "while-it-runs"])
def test_a_disk_that_is_full_for_the_log_of_writes(disk, target, monkeypatch, script, words, kept):
    """The whole server stops then, and starts when there is room; nothing of the script is there, and the run says no more than it knows."""
    assert migrate(target, {"V1__t.sql": "CREATE TABLE t ()"})["applied"] == ["V1__t.sql"]
    disk.database.server.psql("CHECKPOINT; SELECT pg_switch_wal(); CHECKPOINT")
    files = {"V1__t.sql": "CREATE TABLE t ()", "V2__x.sql": f"CREATE TABLE u ();\n{script}", "V3__v.sql": "CREATE TABLE v ()"}
    disk.database.server.psql(FILL_THE_FILE)
    used = int(disk.as_root("df -k --output=used /rds/wal | tail -1"))
    disk.resize("/rds/wal", f"{used}k")
    monkeypatch.setattr(transaction, "_PATIENCE", 1.0)
    outcome = migrate(target, files)
    disk.resize("/rds/wal", "256m")
    disk.database.server.restart()
    assert f"locations: 'V2__x.sql': {words}" in outcome["msg"] and kept in outcome["msg"], outcome
    assert outcome["applied"] == [] and outcome["stopped_at"] == "V2__x.sql"
    assert target.rows(HISTORY) == [("V1__t.sql", True)] and target.rows("SELECT to_regclass('u')") == [(None,)]
    assert migrate(target, files)["applied"] == ["V2__x.sql", "V3__v.sql"]


FILL_THE_FILE = """\
DO $$ BEGIN
  WHILE (SELECT file_offset FROM pg_walfile_name_offset(pg_current_wal_insert_lsn())) < 13500000 LOOP
    PERFORM pg_logical_emit_message(false, 'x', repeat('x', 100000));
  END LOOP;
END $$"""
