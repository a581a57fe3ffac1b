# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""postgres_context: strengths and keys, and that no key is left anywhere on its way."""
from __future__ import annotations

import contextlib
import dataclasses
import json
import secrets
import sys
import threading
import time

import psycopg2
import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.context.tokens import Issuer, Key
from local.endpoint.scram import verifier
from tests.integration.postgres.conftest import empty_database
from tests.integration.postgres.modules import located
from tests.support.ansible import run_playbook
from tests.support.platform import LAUNCH_NAMES, LOCATIONS, files

A, B = "01JAMZ0000CANARY0000000001", "01JAMZ0000CANARY0000000002"
ACTOR = "00000000P1AYB00K0000000000"
PROJECT = "01JAMZ0000CANARY00PR0JECT0"
CANARIES = [
    {"table": "app.projects", "values": {"id": PROJECT, "name": "canary"}},
    {"table": "app.tasks", "values": {"project_id": PROJECT, "title": "canary"}},
]
LOG = "/rds/log/postgresql.log"


def new_key():
    return secrets.token_hex(32)


@pytest.fixture(scope="module")
def base(launch):
    """Launch's schema in a database of its own, whose strength no other test minds."""
    password = launch.database.passwords["launch_app"]
    target = dataclasses.replace(empty_database(launch.database), names=LAUNCH_NAMES)
    application = {"name": "launch_app", "login": True, "password_verifier": verifier(password), "member_of": ["launch_rw"]}
    for outcome in (
        target.run("postgres_role", roles=[application]),
        target.run("postgres_migration", names=LAUNCH_NAMES, **located(files(*LOCATIONS))),
        target.run("postgres_tenant", actor=ACTOR, tenants=[{"id": A, "name": "A"}, {"id": B, "name": "B"}]),
    ):
        assert not outcome.get("failed"), outcome["msg"]
    return target


@pytest.fixture
def system(base):
    """The same, as the migrations left it."""
    base.execute(
        "SET ROLE launch_key_keeper; DELETE FROM seal.token_keys; DELETE FROM seal.uses; UPDATE seal.strength SET strength = 'transaction'"
    )
    return base


def keep(system, strength="signed", **options):
    outcome = system.run("postgres_context", strength=strength, **options)
    assert not outcome.get("failed"), outcome
    return outcome


def ids(outcome):
    return [key["id"] for key in outcome["keys"]]


def take(system, *context, query="SELECT DISTINCT tenant_id FROM app.projects", user="launch_app"):
    """What the application meets that sets a context: the reason of the refusal, or None."""
    there = dataclasses.replace(system.database, name=system.name)
    with contextlib.closing(there.connect(user)) as connection, connection.cursor() as cursor:
        try:
            cursor.execute(f"SELECT app.set_context({', '.join(['%s'] * len(context))})", context)
            cursor.execute(query)
        except psycopg2.Error as error:
            assert error.pgcode == "42501"
            return error.diag.constraint_name
        connection.commit()
    return None


def token(system, key, tenant=A):
    return Issuer(Key(key), system.name).token(tenant, ACTOR)


def test_a_key_is_added_once_and_tokens_of_it_are_taken(system):
    key = new_key()
    assert take(system, token(system, key)) == "context_refused"
    planned = keep(system, key=key, check=True)
    assert planned["changed"] and planned["keys"] == [] and planned["strength"] == "transaction"
    outcome = keep(system, key=key)
    assert [step["action"] for step in outcome["plan"]] == ["add", "set_strength"]
    assert (outcome["strength"], ids(outcome), outcome["pending"]) == ("signed", [Key(key).id], [])
    assert take(system, token(system, key)) is None
    again = keep(system, key=key)
    assert (again["changed"], again["plan"]) == (False, [])


def test_before_the_migrations_everything_is_planned(target, system):
    empty = dataclasses.replace(target, names=LAUNCH_NAMES)
    outcome = keep(empty, key=new_key(), check=True)
    assert (outcome["changed"], outcome["strength"], outcome["keys"]) == (True, None, [])


@pytest.mark.parametrize(("options", "words"), [
    ({"strength": "signed"}, "strength: 'signed': it takes nothing but tokens"),
    ({"key": "too short"}, "key: it is not a key"),
    ({"key_secret": "/key"}, "key_secret: '/key': it was not read"),
    ({"key": "0" * 64, "overlap": -1}, "overlap: -1: it is not a time"),
    ({"key_secret": "/key", "missing_secret": "/key"}, "there is no such secret"),
])
def test_what_can_not_work_is_refused(system, options, words):
    outcome = system.run("postgres_context", **options)
    assert outcome["failed"] and words in outcome["msg"], outcome


def test_a_secret_that_is_to_be_made_is_planned(system):
    outcome = keep(system, key_secret="/key", missing_secret="/key", check=True)
    assert outcome["changed"] and "the key of /key" in json.dumps(outcome["plan"])


def look(system, app, context, *, check=True, planned=False, source=None):
    """The part of rls.yml that looks at the context and proves it, as master and application; its tasks by name, and what was shown."""
    given = {
        "isolation_proof_names": LAUNCH_NAMES, "isolation_proof_context": context, "isolation_proof_key_planned": planned,
        "isolation_proof_tenants": [A, B], "isolation_proof_actor": ACTOR, "isolation_proof_canaries": CANARIES,
    }
    plays = [{
        "hosts": "localhost", "connection": "local", "gather_facts": False,
        "vars": {"ansible_python_interpreter": sys.executable, **given, **also},
        "module_defaults": {"group/launch.database.postgres": {**login, "login_secret_source": source or {}}},
        "tasks": [{"name": "Part", "ansible.builtin.import_role": {"name": "launch.database.isolation_proof", "tasks_from": part}}],
    } for part, login, also in (
        ("context", system.connection(), {}), ("main", app.connection(), {"isolation_proof_waits_for": "{{ isolation_proof_waiting | default([]) }}"}),
    )]
    return run_playbook(plays, check=check)


def sentence(run):
    """What was proved, in words."""
    (said,) = [task["ansible_facts"]["isolation_proof_sentence"] for task in run.tasks if "isolation_proof_sentence" in task.get("ansible_facts", {})]
    return said


@pytest.mark.parametrize(("there", "wanted", "waits"), [
    ("transaction", "signed", ["strength is to be signed", "is to be accepted"]),
    ("transaction", "both", ["strength is to be both", "is to be accepted"]),
    ("both", "signed", ["strength is to be signed"]),
    ("signed", "transaction", ["strength is to be transaction"]),
])
def test_check_mode_before_a_move_says_that_nothing_was_proved_and_afterwards_it_is(system, there, wanted, waits):
    app, key = system.as_user("launch_app"), new_key()
    keep(system, there, **({} if there == "transaction" else {"key": key}))
    context = {"strength": wanted, **({} if wanted == "transaction" else {"key": key})}
    checked = look(system, app, context)
    assert checked.returncode == 0, checked.output
    assert all(words in sentence(checked) for words in ["not looked at, since this has not been done yet: ", *waits]), sentence(checked)
    assert "Isolation was not looked at" in " ".join(checked.output.split()) and key not in checked.output
    keep(system, wanted, **({} if wanted == "transaction" else {"key": key}))
    assert look(system, app, context, check=False).returncode == 0
    checked = look(system, app, context)
    assert sentence(checked).startswith("each of 2 tenants sees its rows and only its rows"), checked.output


def test_a_run_that_nothing_was_done_for_fails_with_its_cause(system):
    run = look(system, system.as_user("launch_app"), {"strength": "signed", "key": new_key()}, check=False)
    assert run.returncode == 2 and "SQLSTATE 42501: tenant context refused" in run.output


def test_check_mode_names_a_key_secret_that_is_not_there_unless_this_run_makes_it(system, secrets_manager):
    app = system.as_user("launch_app")
    context = {"strength": "signed", "key_secret": "/typo"}
    for check in (True, False):
        refused = look(system, app, context, check=check, source=secrets_manager.source)
        assert refused.returncode == 2
        (failed,) = [task for task in refused.tasks if task.get("failed")]
        assert (failed["option"], failed["value"]) == ("key_secret", "/typo") and "check the name" in failed["remedy"]
    planned = look(system, app, context, planned=True, source=secrets_manager.source)
    assert planned.returncode == 0 and "keys is to be the key of /typo" in sentence(planned), planned.output


def test_a_rotation_overlaps_ends_and_names_who_holds_the_old_key(system):
    old, new = new_key(), new_key()
    keep(system, key=old)
    assert ids(keep(system, key=old, next_key=new)) == [Key(key).id for key in (old, new)]
    assert [take(system, token(system, key)) for key in (old, new)] == [None, None]

    ending = keep(system, key=new, overlap=2)
    assert [take(system, token(system, key)) for key in (old, new)] == [None, None]
    held = keep(system, key=new, overlap=2)
    assert [use["login"] for use in held["keys"][0]["used_by"]] == ["launch_app"]
    assert held["changed"] is False and held["pending"][0]["before"]["used_by"][0]["login"] == "launch_app"
    assert ending["pending"] and ending["keys"][1]["accepted_until"] is None

    time.sleep(2.1)
    assert [take(system, token(system, key)) for key in (old, new)] == ["context_refused", None]
    ended = keep(system, key=new, overlap=2)
    assert (ids(ended), ended["pending"], ended["changed"]) == ([Key(new).id], [], False)
    system.execute("SET ROLE launch_key_keeper; UPDATE seal.token_keys SET not_after = now() - interval '1 h' WHERE not_after < now()")
    assert "remove" in [step["action"] for step in keep(system, key=new, next_key=new_key())["plan"]]


def test_a_key_that_others_have_seen_ends_at_once(system):
    old, new = new_key(), new_key()
    keep(system, key=old)
    keep(system, key=new, overlap=0)
    assert [take(system, token(system, key)) for key in (old, new)] == ["context_refused", None]


def test_strengths_are_a_way_there_and_back(system):
    key = new_key()
    for strength, unsigned in (("transaction", None), ("both", None), ("signed", "context_unsigned"), ("both", None), ("transaction", None)):
        keep(system, strength, key=key)
        assert (take(system, A, ACTOR), take(system, token(system, key))) == (unsigned, None), strength


def test_who_sets_contexts_without_a_token_is_noted_and_named(system):
    key = new_key()
    keep(system, "both", key=key)
    assert take(system, token(system, key)) is None
    assert keep(system, "both", key=key)["unsigned_used_by"] == []
    for how in ("SET TRANSACTION READ ONLY", "SELECT 1"):
        assert take(system, A, ACTOR, query=how) is None
    (use,) = keep(system, "both", key=key)["unsigned_used_by"]
    assert use["login"] == "launch_app"
    assert "launch_app recently set contexts without a token" in json.dumps(keep(system, "signed", key=key))
    assert keep(system, "both", key=key)["unsigned_used_by"] == []


@pytest.mark.parametrize("transaction", ["READ ONLY", "ISOLATION LEVEL REPEATABLE READ", "ISOLATION LEVEL SERIALIZABLE"])
def test_what_leaves_no_note_is_taken_all_the_same(system, transaction):
    keep(system, "both", key=new_key())
    system.as_user("launch_app").execute(f"SET TRANSACTION {transaction}; SELECT app.set_context('{A}', '{ACTOR}'); SELECT FROM app.projects")
    assert keep(system, "both")["unsigned_used_by"] == []


def test_a_note_has_the_hour_of_the_clock_and_one_login_keeps_no_other_from_a_note(system):
    keep(system, "both", key=new_key())
    password = system.database.passwords["launch_other"] = system.database.passwords["launch_app"]
    other = {"name": "launch_other", "login": True, "password_verifier": verifier(password), "member_of": ["launch_rw"]}
    assert not system.run("postgres_role", roles=[other]).get("failed")
    there = dataclasses.replace(system.database, name=system.name)
    with contextlib.closing(there.connect("launch_app")) as first, first.cursor() as cursor:
        cursor.execute("SET timezone = '<x>-00:59'")
        cursor.execute("SELECT app.set_context(%s, %s)", (A, ACTOR))
        assert take(system, A, ACTOR, user="launch_other") is None
        first.commit()
    uses = system.database.server.psql("select login, extract(epoch from hour)::bigint % 3600 from seal.uses order by 1", system.name)
    assert uses.split() == ["launch_app|0", "launch_other|0"]
    assert not system.run("postgres_role", roles=[{"name": "launch_other", "login": True, "state": "absent"}]).get("failed")


def test_notes_keep_nobody_waiting(system):
    """One that is not committed yet, and nobody else's in the same hour."""
    keep(system, "both", key=new_key())
    there = dataclasses.replace(system.database, name=system.name)
    with contextlib.closing(there.connect("launch_app")) as first, first.cursor() as cursor:
        cursor.execute("SELECT app.set_context(%s, %s)", (A, ACTOR))
        system.as_user("launch_app").execute(f"SET LOCAL lock_timeout = '100ms'; SELECT app.set_context('{B}', '{ACTOR}')")
        first.commit()


def load(system, make_context, stop, outcomes):
    """An application that sets contexts as long as it may, in connections that stay."""
    there = dataclasses.replace(system.database, name=system.name)
    with contextlib.closing(there.connect("launch_app")) as connection, connection.cursor() as cursor:
        while not stop.is_set():
            context = make_context()
            try:
                cursor.execute(f"SELECT app.set_context({', '.join(['%s'] * len(context))})", context)
                cursor.execute("INSERT INTO app.projects (name) VALUES (%s)", (secrets.token_hex(8),))
                cursor.execute("SELECT count(DISTINCT tenant_id) FROM app.projects")
                outcomes.append(cursor.fetchone()[0])
                connection.commit()
            except psycopg2.Error as error:
                outcomes.append(f"{error.pgcode} {error.diag.constraint_name}")
                connection.rollback()


def test_a_system_moves_to_signed_and_back_under_load_without_a_failure(system):
    """Applications change from one form to the other while both are taken; the key is rotated as well."""
    old, new = new_key(), new_key()
    now = {"context": lambda tenant: (tenant, ACTOR)}
    stop, outcomes = threading.Event(), []
    clients = [
        threading.Thread(target=load, args=(system, lambda tenant=tenant: now["context"](tenant), stop, outcomes)) for tenant in (A, B, A, B)
    ]

    def settle():
        """Long enough for who holds a context of the earlier form to use it."""
        time.sleep(0.5)

    for client in clients:
        client.start()
    try:
        for strength, options, context in (
            ("both", {"key": old}, lambda tenant: (token(system, old, tenant),)),
            ("signed", {"key": old}, None),
            ("signed", {"key": old, "next_key": new}, lambda tenant: (token(system, new, tenant),)),
            ("signed", {"key": new, "overlap": 0}, None),
            ("both", {"key": new}, lambda tenant: (tenant, ACTOR)),
            ("transaction", {}, None),
        ):
            keep(system, strength, **options)
            settle()
            now["context"] = context or now["context"]
            settle()
    finally:
        stop.set()
        for client in clients:
            client.join()
    assert len(outcomes) > 200 and set(outcomes) == {1}, {outcome: outcomes.count(outcome) for outcome in set(outcomes)}


def everything_logged(system):
    """All that the server writes of this database's statements, and all that it keeps of them."""
    server = system.database.server
    server.psql("CREATE EXTENSION IF NOT EXISTS pg_stat_statements", system.name)
    return "\n".join((
        server._shell(f"cat {LOG}"), server.psql("SELECT query FROM pg_stat_statements", system.name),
        server.psql("SELECT query FROM pg_stat_activity"), server.psql("SELECT most_common_vals::text || histogram_bounds::text FROM pg_stats", system.name),
    ))


def traces(key):
    """A key, and what the database keeps of it, in the spellings of a log."""
    inner, outer = Key(key).pads
    return [key, *(text for pad in (inner, outer) for text in (pad.hex()[:32], pad.decode("latin-1")[:16]))]


def test_no_key_is_left_in_a_log_a_result_or_a_difference(system):
    """Where the server logs everything it can, failures too."""
    server, key, other = system.database.server, new_key(), new_key()
    loud = {"log_statement": "all", "log_min_duration_statement": 0, "log_parameter_max_length": -1, "log_parameter_max_length_on_error": -1,
            "log_error_verbosity": "verbose", "pg_stat_statements.track": "all", "debug_print_plan": "on", "debug_print_parse": "on"}
    for name, value in loud.items():
        server.psql(f"ALTER ROLE launch_admin SET {name} = '{value}'")
    try:
        outcomes = [keep(system, key=key), keep(system, key=key, next_key=other), keep(system, key=other, overlap=0)]
        system.execute("SET ROLE launch_key_keeper; UPDATE seal.token_keys SET not_after = 'infinity'")
        with pytest.raises(psycopg2.Error, match="duplicate key"):
            intake_again(system, other)
        server.psql("ANALYZE seal.token_keys", system.name)
        said = everything_logged(system)
    finally:
        for name in loud:
            server.psql(f"ALTER ROLE launch_admin RESET {name}")
    assert "COPY \"seal\".token_keys" in said and "duplicate key" in said
    assert [trace for one in (key, other) for trace in traces(one) if trace in said or trace in json.dumps(outcomes)] == []
    stored = server.psql("SELECT encode(inner_pad, 'hex') FROM seal.token_keys", system.name)
    assert all(Key(one).pads[0].hex() in stored for one in (key, other))


def intake_again(system, key):
    from ansible_collections.launch.database.plugins.module_utils._postgres.context import intake

    there = dataclasses.replace(system.database, name=system.name)
    with contextlib.closing(there.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE launch_key_keeper")
        cursor.copy_expert(intake.statement("seal"), intake.rows([Key(key)]))


def test_a_copy_under_another_name_takes_no_token_of_the_original_and_one_under_the_same_gets_keys_of_its_own(system):
    key = new_key()
    keep(system, key=key)
    copy = f"{system.name}_copy"
    system.database.server.psql(f"CREATE DATABASE {copy} TEMPLATE {system.name} OWNER launch_admin")
    restored = dataclasses.replace(system, name=copy)
    assert take(restored, token(system, key)) == "context_refused"
    assert take(restored, token(restored, key)) is None
    keep(restored, key=new_key(), overlap=0)
    assert take(restored, token(restored, key)) == "context_refused"
    assert take(system, token(system, key)) is None
