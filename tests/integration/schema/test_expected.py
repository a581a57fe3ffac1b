# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was shipped is what runs: launch's expected catalog, the database that its migrations make, and a login that may only connect."""
from __future__ import annotations

import contextlib
import json
import re
import sys

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.schema import read as reading
from local.containers import podman
from local.endpoint.postgres import BIN
from local.schema import DATABASE, MASTER, expected_catalog
from tests.support.ansible import run_playbook
from tests.support.replayed import NOT_OURS, SUPERUSER, WATCHER, Replayed

UNPINNED = {
    "search_path": "app, audit", "TimeZone": "'Asia/Tokyo'", "DateStyle": "'SQL, DMY'", "IntervalStyle": "iso_8601", "quote_all_identifiers": "on",
    "bytea_output": "escape", "extra_float_digits": "-15", "standard_conforming_strings": "off", "client_encoding": "LATIN1", "row_security": "on",
}


def difference(answer, name):
    return [(each["attribute"], each["expected"], each["actual"]) for each in answer["differences"] if each["object"] == name]


def test_the_expected_catalog_is_what_the_migrations_make(launch: Replayed) -> None:
    """After a change of a migration: make schema, and read what it changed."""
    with launch.session() as session:
        session.execute(f"DROP ROLE {WATCHER}")
        try:
            live = reading.read(session)
        finally:
            session.execute(f"CREATE ROLE {WATCHER} LOGIN PASSWORD '{launch.passwords[WATCHER]}'")
    del live.catalogs.facts[f"role {SUPERUSER}"]
    assert expected_catalog(launch.system, live) == launch.files()["17.txt"].decode()


def test_a_login_that_may_only_connect_finds_nothing_else(launch: Replayed) -> None:
    answer = launch.compare()
    assert (answer["verdict"], answer["differences"], answer["unmodelled"], answer["reasons"], answer["changed"]) == ("clean", [], [], [], False)
    assert answer["compared"]["policy"] > 15 and answer["compared"]["function"] > 20 and answer["compared"]["column"] > 30
    assert launch.compare(SUPERUSER)["compared"] == answer["compared"]


@contextlib.contextmanager
def broken(launch: Replayed, statement: str, back: str):
    with launch.session() as session:
        session.execute(statement)
        try:
            yield
        finally:
            session.execute(back)


@pytest.mark.parametrize("check", [False, True])
def test_a_difference_is_a_failure_that_names_it(launch: Replayed, check: bool) -> None:
    with broken(launch, "ALTER TABLE app.tasks DISABLE TRIGGER row_audited", "ALTER TABLE app.tasks ENABLE ALWAYS TRIGGER row_audited"):
        answer = launch.compare(_ansible_check_mode=check)
        assert answer["failed"] and answer["verdict"] == "drift"
        assert answer["msg"] == "trigger app.tasks.row_audited: state: expected always, found disabled"
        assert "trigger app.tasks.row_audited | state | disabled" in answer["diff"]["before"]
        assert "trigger app.tasks.row_audited | state | always" in answer["diff"]["after"]
        never = launch.compare(fail_on="never")
        assert not never.get("failed") and never["verdict"] == "drift" and never["differences"] == answer["differences"]


def test_settings_of_the_login_change_nothing(launch: Replayed) -> None:
    with broken(
        launch, "; ".join(f"ALTER ROLE {WATCHER} SET {name} = {value}" for name, value in UNPINNED.items()), f"ALTER ROLE {WATCHER} RESET ALL",
    ):
        answer = launch.compare()
    assert (answer["verdict"], answer["differences"]) == ("clean", [])


def test_what_cant_be_read_is_unknown(launch: Replayed) -> None:
    """A lock stops PostgreSQL from writing out what is on the table."""
    with launch.session() as holder, launch.session(WATCHER) as session:
        with holder.transaction():
            holder.execute("LOCK TABLE app.tasks")
            live = reading.read(session, readings=1)
    assert live.catalogs is None and "55P03" in live.trouble


@pytest.mark.parametrize(("options", "reason"), [
    ({"locations": []}, ""),
    ({"scripts": []}, "was not made from these migrations: launch/V2_0_0__projects.sql"),
    ({"files": {"16.txt": b"# format: 1\n# server: 16\n# encoding: UTF8\n\nrole a | kind | group\n"}}, "no expected catalog for PostgreSQL 17, only for 16"),
    ({"files": {"17.txt": b"# format: 1\n# server: 17\n# encoding: LATIN1\n\nrole a | kind | group\n"}, "locations": []}, "for the encoding LATIN1"),
])
def test_a_header_that_does_not_fit_is_unknown(launch: Replayed, options, reason) -> None:
    answer = launch.compare(**options)
    assert not answer.get("failed") and answer["verdict"] == ("unknown" if reason else "clean")
    assert reason in "".join(answer["reasons"])


def test_kinds_that_are_not_compared_are_named(launch: Replayed) -> None:
    with broken(launch, "CREATE TEXT SEARCH DICTIONARY app.plain (TEMPLATE = simple)", "DROP TEXT SEARCH DICTIONARY app.plain"):
        answer = launch.compare()
        assert (answer["verdict"], answer["unmodelled"]) == ("unknown", ["text search dictionary app.plain"])
        allowed = [*NOT_OURS, {"pattern": "text search dictionary app.*", "reason": "the application's own"}]
        assert launch.compare(not_ours=allowed)["verdict"] == "clean"


def test_somebody_elses_objects_may_be_there(launch: Replayed) -> None:
    with broken(launch, "CREATE SCHEMA reports CREATE TABLE reports.t (x integer PRIMARY KEY)", "DROP SCHEMA reports CASCADE"):
        answer = launch.compare()
        assert [each["object"] for each in answer["differences"]] == ["schema reports", "table reports.t"]
        allowed = [*NOT_OURS, *({"pattern": pattern, "reason": "the analysts'"} for pattern in ("schema reports", "table reports.*"))]
        assert launch.compare(not_ours=allowed)["verdict"] == "clean"


def test_a_master_of_another_name(launch: Replayed) -> None:
    answer = launch.compare(placeholders={"master": "db_admin"}, fail_on="never")
    assert difference(answer, "database this") == [("owner", "db_admin", "replayed_master")]


def compared(launch: Replayed, tmp_path, *, check=False, **variables):
    """The role's tasks by the real Ansible, and the report of a drift check."""
    role = {"name": "Catalog", "ansible.builtin.import_role": {"name": "launch.database.isolation_proof", "tasks_from": "catalog"}, "vars": {
        "isolation_proof_expected_catalog": str(launch.system.folder), "isolation_proof_names": launch.system.names, "isolation_proof_master": MASTER,
        "isolation_proof_not_ours": NOT_OURS, "isolation_proof_locations": list(launch.system.migrations), **variables,
    }}
    play = {
        "name": "What was shipped", "hosts": "localhost", "connection": "local", "gather_facts": False,
        "vars": {"ansible_python_interpreter": sys.executable},
        "module_defaults": {"group/launch.database.postgres": {
            **launch.connection, "login_user": WATCHER, "login_password": launch.passwords[WATCHER],
        }},
        "tasks": [role],
    }
    report = tmp_path / "drift.json"
    verdict = {"name": "Verdict", "hosts": "localhost", "gather_facts": False, "tags": ["drift_verdict"]}
    env = {"ANSIBLE_CALLBACKS_ENABLED": "launch.database.drift_report", "LAUNCH_DRIFT_REPORT": str(report)}
    done = run_playbook([play, verdict], check=check, env=env)
    return done, json.loads(report.read_text(encoding="utf-8")) if report.exists() else None


@pytest.mark.parametrize("check", [False, True])
def test_the_role_says_that_it_is_what_was_shipped(launch: Replayed, tmp_path, check: bool) -> None:
    done, report = compared(launch, tmp_path, check=check)
    assert done.returncode == 0 and done.stats["localhost"]["changed"] == 0, done.output
    left_out = ", ".join(each["pattern"] for each in NOT_OURS)
    sentence = done.tasks[-2]["isolation_proof_catalog_sentence"]
    assert re.fullmatch(rf"\d{{3}} objects are as the expected catalog has them; left out: {re.escape(left_out)}", sentence)
    assert report is None or report["verdict"] == "clean"


def test_the_role_says_that_nothing_was_compared(launch: Replayed, tmp_path) -> None:
    done, _none = compared(launch, tmp_path, isolation_proof_expected_catalog="")
    assert done.returncode == 0
    assert "not compared with an expected catalog" in done.output


def test_a_difference_ends_the_play_and_is_in_the_report_of_a_drift_check(launch: Replayed, tmp_path) -> None:
    with broken(launch, "ALTER TABLE app.tasks NO FORCE ROW LEVEL SECURITY", "ALTER TABLE app.tasks FORCE ROW LEVEL SECURITY"):
        done, _none = compared(launch, tmp_path)
        checked, report = compared(launch, tmp_path, check=True)
    said = "table app.tasks: row_security_forced: expected yes, found nothing"
    assert done.returncode == 2 and done.tasks[-1]["msg"] == said
    assert checked.returncode == 0, "and the rest is looked at"
    assert (report["verdict"], [item["reason"] for item in report["items"]]) == ("drift", [said])


def test_what_cant_be_compared_ends_the_play_as_unknown(launch: Replayed, tmp_path) -> None:
    checked, report = compared(launch, tmp_path, check=True, isolation_proof_locations=[str(launch.system.folder.parents[1] / "launch")])
    assert checked.returncode == 2 and "unknown whether it is what was shipped" in " ".join(checked.output.split())
    assert report["verdict"] == "unknown"


@pytest.fixture
def copy(launch: Replayed):
    """Make an empty database, or a copy of the replayed one, by PostgreSQL's own programs."""
    made = []

    def make(name: str, commands: str) -> str:
        made.append(name)
        podman("exec", "--user=postgres", launch.server.name, "bash", "-euc", f"export PGUSER=rdsadmin PATH={BIN}:$PATH; {commands.format(name)}")
        return name

    yield make
    for name in made:
        launch.server.psql(f"DROP DATABASE {name}")


TEMPORARY = ("database this", "acl PUBLIC", "CONNECT", "CONNECT, TEMPORARY")
OWNERS = [(f"extension {name}", "owner", MASTER, "rdsadmin") for name in ("pg_stat_statements", "pgaudit")]


@pytest.mark.parametrize(("name", "commands", "lost"), [
    ("copied", f"createdb -O {MASTER} -T {DATABASE} {{}}", [TEMPORARY]),
    ("restored", f"createdb -O {MASTER} {{0}}; pg_dump {DATABASE} | psql -qX -v ON_ERROR_STOP=1 {{0}} >/dev/null", [TEMPORARY, *OWNERS]),
])
def test_a_copy_and_a_restored_dump_differ_by_what_they_lose_only(launch: Replayed, copy, name: str, commands: str, lost) -> None:
    """Privileges of the database are in neither, so that everybody may make temporary tables again; a dump has no owners of extensions."""
    answer = launch.compare(login_db=copy(name, commands))
    assert [(each["object"], each["attribute"], each["expected"], each["actual"]) for each in answer["differences"]] == lost
