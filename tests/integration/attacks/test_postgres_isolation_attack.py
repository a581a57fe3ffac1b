# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The attacks on a database that is given by its address, as the logins that are given."""
from __future__ import annotations

import contextlib
import json
import pathlib
import threading
import time
import typing as t

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.attack.attempts import (
    ARCHIVER,
    ATTEMPTS,
    AUDIT_OWNER,
    AUDITOR,
    BECOME,
    GATEWAY,
    KEY_KEEPER,
    OWNER,
    PLATFORM,
    RO,
    ROLES,
    RW,
    SIGNED,
    STRANGER,
)
from local.modules import run_module
from local.schema import MASTER
from tests.attacks.protections import PROTECTIONS
from tests.attacks.world import A, ACTOR, B, LOGINS, SUPERUSER, SUSPENDED, World
from tests.support.ansible import ROOT, run_playbook_file
from tests.support.postgres import Database

CANARIES = [
    {"table": "app.projects", "values": {"id": ACTOR, "name": "canary"}},
    {"table": "app.tasks", "values": {"project_id": ACTOR, "title": "canary"}},
]


def connection(attacked: World, database: Database) -> dict[str, t.Any]:
    server = attacked.server
    return {"login_host": server.address, "login_port": server.port, "login_db": database.name, "ca_cert": str(server.ca_file), "ssl_mode": "verify-full"}


def attack(attacked: World, database: Database, folder: pathlib.Path, roles: t.Sequence[str], **variables: t.Any) -> tuple[t.Any, dict[str, t.Any], str]:
    """Run the playbook; its outcome and the two reports."""
    logins = {role: LOGINS.get(role, MASTER) for role in roles}
    given = folder / "attack.json"
    given.write_text(json.dumps({
        **connection(attacked, database), "isolation_proof_names": attacked.system.names, "isolation_proof_report_folder": str(folder / "reports"),
        "isolation_proof_attackers": [{"role": role, "user": user, "password": database.passwords[user]} for role, user in logins.items()],
        "isolation_proof_tenants": [A, B], "isolation_proof_actor": ACTOR, "isolation_proof_suspended_tenant": SUSPENDED,
        "isolation_proof_canaries": CANARIES, "isolation_proof_context": {"strength": "signed", "key": attacked.key.text}, **variables,
    }), encoding="utf-8")
    done = run_playbook_file(ROOT / "playbooks" / "isolation_attack.yml", arguments=["-e", f"@{given}"])
    reports = folder / "reports"
    assert not [secret for secret in (attacked.key.text, *database.passwords.values()) if secret in done.output]
    return done, json.loads((reports / "attack.json").read_text(encoding="utf-8")), (reports / "attack.txt").read_text(encoding="utf-8")


def test_every_attempt_is_made_and_holds(attacked: World, tmp_path: pathlib.Path) -> None:
    done, report, text = attack(attacked, attacked.database, tmp_path, ROLES)
    made = sum(len(attempt.roles) for attempt in ATTEMPTS)
    assert done.returncode == 0 and done.stats["localhost"]["changed"] == 0, done.output
    assert (report["verdict"], len(report["attempts"]), report["not_tried"], report["roles_not_tried"]) == ("held", made, [], [])
    assert f"Verdict: held. {made} attempts were made as read_write" in text and f"{made} held." in text


def test_what_got_through_is_named_with_what_it_rests_on(attacked: World, tmp_path: pathlib.Path) -> None:
    with attacked.without(PROTECTIONS["one transaction, one tenant"]) as database:
        done, report, text = attack(attacked, database, tmp_path, [RW])
    assert done.returncode == 2 and report["verdict"] == "succeeded"
    assert "SUCCEEDED: forged context: a second tenant (as read_write)" in text and "it rests on: one transaction, one tenant" in text
    assert "none was made as read_only, auditor" in report["sentence"]


def options(attacked: World, role: str, **more: t.Any) -> dict[str, t.Any]:
    user = LOGINS.get(role, MASTER)
    return {
        **connection(attacked, attacked.database), "login_user": user, "login_password": attacked.database.passwords[user], "role": role, "tenants": [A, B],
        "actor": ACTOR, "canaries": CANARIES, "names": attacked.system.names, "strength": "signed", "key": attacked.key.text, **more,
    }


@pytest.mark.parametrize("role", [RW, OWNER])
@pytest.mark.parametrize("check", [False, True])
def test_the_module_changes_nothing(attacked: World, role: str, check: bool) -> None:
    answer = run_module("postgres_isolation_attack", options(attacked, role), check)
    assert not answer.get("failed") and (answer["changed"], answer["plan"], answer["role"]) == (False, [], role)
    assert sum(group["tried"] for group in answer["groups"].values()) == len(answer["attempts"]) > 4
    assert all(group["held"] == group["tried"] for group in answer["groups"].values())


def test_what_can_not_be_tried_is_told_with_the_reason(attacked: World) -> None:
    answer = run_module("postgres_isolation_attack", options(attacked, RW, canaries=CANARIES[:1]))
    reasons = {each["attempt"]: each["reason"] for each in answer["not_tried"]}
    assert reasons["forged context: a token for a suspended tenant"] == "no suspended tenant was named"
    assert reasons["reading: all rows of a child"] == "no second table that refers to the first is among the canaries"
    assert len(answer["attempts"]) + len(reasons) == sum(RW in attempt.roles for attempt in ATTEMPTS)


def test_what_only_signed_promises_is_not_tried_otherwise(attacked: World) -> None:
    """The database is signed, so that the others fail without a token: those that need a context of A."""
    answer = run_module("postgres_isolation_attack", options(attacked, RW, strength="transaction", suspended_tenant=SUSPENDED))
    assert {each["reason"] for each in answer["not_tried"]} == {f"only the strength {SIGNED} promises it"}
    assert len(answer["not_tried"]) == sum(attempt.signed and RW in attempt.roles for attempt in ATTEMPTS)


@pytest.mark.parametrize(("wrong", "said"), [
    ({"tenants": [A]}, "tenants: ['" + A + "']: it does not name two tenants."),
    ({"tenants": [A, A]}, "it does not name two tenants."),
    ({"suspended_tenant": "x"}, "suspended_tenant: 'x': it is not an id."),
    ({"canaries": [{"table": "app.tasks", "values": {"id": ACTOR}}]}, "canaries: it has no table with an id and a text."),
    ({"canaries": [{"table": "app.projects where true; --", "values": {"id": ACTOR, "name": "x"}}]},
     "canaries[0].table: 'projects where true; --': it is not a name that works without quotes."),
    ({"canaries": [{"table": "projects", "values": {"id": ACTOR, "name": "x"}}]}, "canaries[0].table: 'projects': it has no schema."),
    ({"canaries": [{"table": "app.projects", "values": {"id": ACTOR, "na me": "x"}}]}, "canaries[0].values: 'na me': it is not a name"),
    ({"key": None}, "strength: 'signed': it takes nothing but tokens"),
])
def test_options_that_make_no_sense_are_refused(attacked: World, wrong: dict[str, t.Any], said: str) -> None:
    answer = run_module("postgres_isolation_attack", options(attacked, RW, **wrong))
    assert answer["failed"] and said in answer["msg"]


@pytest.mark.parametrize(("role", "login", "said"), [
    *((role, LOGINS[STRANGER], "the login tester_nobody has not the rights of ") for role in (RW, RO, AUDITOR, ARCHIVER, PLATFORM, GATEWAY)),
    (RO, LOGINS[RW], "the login launch_app has not the rights of launch_ro."),
    (STRANGER, LOGINS[RW], "the login launch_app is a member of launch_rw."),
    (STRANGER, MASTER, " is a member of launch_"),
    *((role, LOGINS[RW], "the login can't become launch_") for role in (OWNER, AUDIT_OWNER, KEY_KEEPER)),
])
def test_a_login_that_is_not_what_it_is_said_to_be_tries_nothing(attacked: World, role: str, login: str, said: str) -> None:
    answer = run_module("postgres_isolation_attack", options(attacked, role, login_user=login, login_password=attacked.database.passwords[login]))
    assert answer.get("failed") and "attempts" not in answer, answer
    assert (answer["option"], answer["value"]) == ("role", role) and said in answer["problem"] and answer["remedy"]


@pytest.mark.parametrize("role", [RW, RO])
@pytest.mark.parametrize("tenant", [A, B])
@pytest.mark.parametrize("tables", [["app.projects", "app.tasks"], ["app.tasks"]])
def test_a_tenant_without_rows_is_refused(attacked: World, role: str, tenant: str, tables: list[str]) -> None:
    with attacked.copy() as database:
        gone = "; ".join(f"delete from {table}" for table in reversed(tables))
        database.execute(f"select app.set_context('{attacked.issuer(database).token(tenant, ACTOR)}'); {gone}", LOGINS[RW])
        answer = run_module("postgres_isolation_attack", options(attacked, role, login_db=database.name))
    errors = answer.get("errors") or [answer]
    assert answer.get("failed") and "attempts" not in answer, answer
    assert [(each["option"], each["value"], each["problem"]) for each in errors] == [
        ("tenants", tenant, f"it has no row in {table}, so that nothing would be shown.") for table in tables]


@pytest.mark.parametrize("role", [RW, AUDITOR])
def test_a_log_without_an_entry_of_the_other_is_told(attacked: World, role: str) -> None:
    with attacked.copy() as database:
        database.execute(f"set local session_replication_role = replica; delete from audit.audit_log where tenant_id = '{B}'", SUPERUSER)
        answer = run_module("postgres_isolation_attack", options(attacked, role, login_db=database.name))
    assert not answer.get("failed"), answer
    told = {each["attempt"] for each in answer["not_tried"] if each["reason"].startswith("the second tenant has no entry in the log")}
    assert "log: all entries" in told and len(told) == 7


@pytest.mark.parametrize(("wrong", "option", "said"), [
    ({"tenants": [A, SUSPENDED]}, "tenants", "its rows can't be counted: No context for"),
    ({"key": "0" * 64}, "tenants", "its rows can't be counted: No context for"),
    ({"canaries": [{"table": "app.none", "values": {"id": ACTOR, "name": "x"}}]}, "canaries", "it is not a table with a column tenant_id"),
])
def test_what_shows_no_rows_is_refused(attacked: World, wrong: dict[str, t.Any], option: str, said: str) -> None:
    answer = run_module("postgres_isolation_attack", options(attacked, RW, **wrong))
    assert answer.get("failed") and answer["option"] == option and answer["problem"].startswith(said) and answer["remedy"], answer


def test_an_extension_is_tried_that_is_not_there(attacked: World) -> None:
    with attacked.copy() as database:
        database.execute("create extension pgcrypto", SUPERUSER)
        answer = run_module("postgres_isolation_attack", options(attacked, RW, login_db=database.name))
    assert not answer.get("failed"), answer
    assert "definitions: an extension" in {each["attempt"] for each in answer["attempts"]}


@contextlib.contextmanager
def working(attacked: World, database: Database) -> t.Iterator[t.Any]:
    """The cursor of somebody who works for the first tenant, in a transaction."""
    with contextlib.closing(attacked.connect(database, LOGINS[RW])) as connection, connection.cursor() as cursor:
        cursor.execute("begin")
        cursor.execute("select app.set_context(%s)", (attacked.issuer(database).token(A, ACTOR),))
        yield cursor


@contextlib.contextmanager
def writers(attacked: World, database: Database) -> t.Iterator[list[float]]:
    """How long each of many has waited that changes a row, one after the other."""
    waits: list[float] = []
    stopped = threading.Event()

    def write() -> None:
        while not stopped.is_set():
            with working(attacked, database) as cursor:
                began = time.monotonic()
                cursor.execute("update app.tasks set title = title where ctid = (select min(ctid) from app.tasks)")
                waits.append(time.monotonic() - began)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield waits
    finally:
        stopped.set()
        writer.join()


def test_what_somebody_has_locked_is_not_tried_and_nobody_waits_for_it(attacked: World) -> None:
    """An attempt that waits for the last row has all others, which somebody wants."""
    with attacked.copy() as database, working(attacked, database) as cursor, writers(attacked, database) as waits:
        cursor.execute("update app.tasks set title = title where ctid = (select max(ctid) from app.tasks)")
        answer = run_module("postgres_isolation_attack", options(attacked, RW, login_db=database.name, suspended_tenant=SUSPENDED))
    assert not answer.get("failed"), answer
    reasons = {each["attempt"]: each["reason"] for each in answer["not_tried"]}
    assert set(reasons.values()) == {"somebody holds a lock"} and "writing: a delete's returned rows" in reasons and len(reasons) < 10
    assert len(answer["attempts"]) + len(reasons) == sum(RW in attempt.roles for attempt in ATTEMPTS)
    assert len(waits) > 10 and max(waits) < 3, sorted(waits)[-5:]


def test_there_is_a_login_or_an_owner_for_each_role() -> None:
    assert set(ROLES) == {*LOGINS, *BECOME}
