# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a client of strength "signed" tries that runs SQL of its own choice: the rows of the table in sql/README.md.

What PostgreSQL offers no mechanism against is here as well, as a test that shows it: see the tests named "residual". What is one or two
statements and their refusal is in the table of attempts (docs/attacks.md), which shows as well that it succeeds without what refuses it.
"""

from __future__ import annotations

import collections
import contextlib
import hmac
import re
import time
import typing as t

import psycopg2
import pytest
from psycopg2 import errors

from local.endpoint.postgres import BIN
from tests.integration.sql.conftest import set_strength
from tests.integration.sql.sessions import Session, Tenant, refused

if t.TYPE_CHECKING:
    from ansible_collections.launch.database.plugins.module_utils._postgres.context.tokens import Issuer, Key
    from tests.integration.sql.conftest import Connect
    from tests.support.postgres import Database

pytestmark = pytest.mark.usefixtures("signed")

SET = "select app.set_context(%s)"
INJECTED = "select name::text from app.projects where name = '' union all select ({})::text union all select tenant_id::text from app.projects"


@pytest.fixture
def token(issuer: Issuer, alpha: Tenant) -> str:
    return issuer.token(alpha.id, alpha.actor)


@pytest.fixture
def beta_token(issuer: Issuer, beta: Tenant) -> str:
    return issuer.token(beta.id, beta.actor)


def halves(database: Database) -> list[str]:
    """The secret number, as nobody but a superuser and the owner of the seal can know it."""
    return [database.server.psql(f"select last_value from seal.{name}", database.name).strip() for name in ("cell", "cell_more")]


@pytest.fixture
def cells(database: Database) -> list[str]:
    return halves(database)


@pytest.fixture
def cell(cells: list[str]) -> str:
    return "".join(cells)


def seen(session: Session) -> set[str]:
    return {row[0] for row in session.run("select tenant_id from app.projects")}


INJECTIONS = {
    "the case file's": "set_config('launch.context', extract(epoch from now())::text || ' {beta.id} {beta.actor}', true)",
    "the settings without their number": "set_config('launch.context_tenant', '{beta.id}', true) || set_config('launch.context_actor', '{beta.id}', true)",
    "guessed numbers": "select count(set_config('launch.context_tenant' || n, '{beta.id}', true)) from generate_series(0, 9999) n",
    "every setting that is listed": "select count(set_config(name, '{beta.id}', true)) from pg_settings where name like 'launch%'",
    "the form without a token": "app.set_context('{beta.id}', '{beta.actor}')",
    "a token for another tenant by its own MAC": "app.set_context('{spliced}')",
    "a token without a key": "app.set_context(encode(sha256(''), 'hex') || '{unsigned}')",
    "the function of data migrations": "app.assume_context('{beta.id}', '{beta.actor}')",
    "the function behind it": "seal.write_context('{beta.id}', '{beta.actor}', true)",
    "the number by its name": "pg_sequence_last_value('seal.cell')",
    "its other half by its name": "pg_sequence_last_value('seal.cell_more')",
    "the number by its oid": "coalesce(pg_sequence_last_value({oid})::text, (select 1 / 0)::text)",
    "the number's next": "nextval({oid})",
    "another number": "setval({oid}, 1)",
    "the keys": "select string_agg(inner_pad::text, '') from seal.token_keys",
    "the keys' statistics": "select string_agg(most_common_vals::text, '') from pg_stats where schemaname = 'seal'",
    "a key of its own": "query_to_xml('copy seal.token_keys from program ''true''', true, true, '')",
    "the strength": "query_to_xml('update seal.strength set strength = ''transaction''', true, true, '')",
    "another role": "query_to_xml('set role launch_seal_owner', true, true, '')",
    "the role by its setting": "set_config('role', 'launch_seal_owner', true)",
    "another user": "set_config('session_authorization', 'launch_seal_owner', true)",
}


@pytest.mark.parametrize("in_context", [False, True], ids=["no context", "a context of alpha"])
@pytest.mark.parametrize("injection", INJECTIONS)
def test_injected_sql_reaches_no_other_tenant(
    app: Session, database: Database, alpha: Tenant, beta: Tenant, token: str, injection: str, in_context: bool
) -> None:
    """With an earlier transaction behind it, and with a token of alpha in its hands."""
    spliced = token.replace(f"{alpha.id} {alpha.actor}", f"{beta.id} {beta.actor}")
    oid = database.server.psql("select 'seal.cell'::regclass::oid", database.name).strip()
    expression = INJECTIONS[injection].format(beta=beta, spliced=spliced, unsigned=spliced[64:], oid=oid)
    with app.transaction(keep=True):
        app.run(SET, token)
    with app.transaction():
        if in_context:
            app.run(SET, token)
        met: set[str] = set()
        with contextlib.suppress(errors.InsufficientPrivilege, errors.DivisionByZero, errors.FeatureNotSupported):
            app.run("savepoint before")
            met = {row[0] for row in app.run(INJECTED.format(expression))}
            assert in_context, "without a context it is refused"
        if met:
            assert {alpha.id} <= met and beta.id not in {row[0] for row in app.run("select tenant_id from app.projects")}
        app.run("rollback to before")
        if in_context:
            assert seen(app) == {alpha.id}
        else:
            with refused("context_missing"):
                app.run("select from app.projects")


WHAT_SHOWS = (
    "select name || setting || coalesce(reset_val, '') from pg_settings",
    "show all",
    "select query from pg_stat_activity",
    "select statement || coalesce(generic_plans::text, '') from pg_prepared_statements",
    "select statement from pg_cursors",
    "select coalesce(virtualxid, '') || coalesce(objid::text, '') || coalesce(classid::text, '') from pg_locks",
    "select sequencename || coalesce(last_value::text, '') from pg_sequences",
    "select seqstart || ' ' || seqmin || ' ' || seqmax from pg_sequence",
    "select prosrc from pg_proc",
    "select setconfig::text from pg_db_role_setting",
    "select coalesce(array_to_string(proconfig, ' '), '') from pg_proc",
    "explain (analyze, verbose, settings) select * from app.projects",
    "explain (verbose, settings, format json) select app.current_tenant(), app.current_actor()",
)
TALKATIVE = (
    "debug_print_parse", "debug_print_rewritten", "debug_print_plan", "log_duration", "log_error_verbosity",
    "plpgsql.print_strict_params", "log_parser_stats", "log_planner_stats", "log_executor_stats", "log_statement_stats",
)


@contextlib.contextmanager
def listening(session: Session) -> t.Iterator[collections.deque[str]]:
    """All that the server can be made to say to this client."""
    heard: collections.deque[str] = collections.deque()
    session.connection.notices = heard  # of a list psycopg2 keeps the last fifty
    session.run("set client_min_messages = debug5")
    for name in TALKATIVE:
        session.run("savepoint talk")
        try:
            session.run(f"set {name} = {'verbose' if name == 'log_error_verbosity' else 'on'}")
        except errors.InsufficientPrivilege:
            session.run("rollback to talk")
    yield heard


def spellings(text: str) -> tuple[str, ...]:
    """A text, and how a plan that is printed shows it as a constant: byte by byte. A number as eight bytes as well."""
    number = int(text).to_bytes(8, "little") if text.isdecimal() else text.encode()
    return text, *(" ".join(str(byte - 256 * (byte > 127)) for byte in part) for part in (text.encode(), number))


def shows(text: str, said: t.Iterable[str]) -> bool:
    everything = " ".join(" ".join(said).split())  # the server breaks its lines anywhere
    return any(spelling in everything for spelling in spellings(text))


def test_the_number_shows_nowhere(app: Session, token: str, cells: list[str]) -> None:
    """The canary: a server that lists settings without a definition would give the context away."""
    with app.transaction(), listening(app) as heard:
        app.run("savepoint start")
        app.run(SET, token)
        shown = "\n".join(str(row) for query in WHAT_SHOWS for row in app.run(query))
        app.run("insert into app.projects (name) values ('heard')")
        app.run("set local debug_parallel_query = on")
        app.run("select count(*) from app.projects")
        app.run("select 'told', 4711471147114711")
    assert len(shown) > 10000 and shows("told", heard) and shows("4711471147114711", heard)
    assert not any(shows(half, [shown, *heard]) for half in cells)


@pytest.mark.parametrize("call", ["app.current_tenant()", "app.set_context('words')", "app.set_context('01ARZ3NDEKTSV4RRFFQ69G5FAV', 'x')"])
def test_an_expression_that_was_left_by_an_error_gives_nothing_away(app: Session, token: str, cells: list[str], call: str) -> None:
    """PL/pgSQL runs such an expression as a query from then on, whose plan shows what is bound to it."""
    with app.transaction(), listening(app) as heard:
        for attempt in (f"select {call}", "select app.set_context(null)"):
            app.run("savepoint try")
            with pytest.raises(errors.InsufficientPrivilege):
                app.run(attempt)
            app.run("rollback to try")
        app.run(SET, token)
        app.run("savepoint changed")
        with refused("context_refused"):
            app.run("select app.set_context('words')")
        app.run("rollback to changed")
        app.run(SET, token)
        app.run("select app.current_tenant(), app.current_actor() from app.projects")
    assert heard and not any(shows(half, heard) for half in cells)


def test_an_error_while_the_context_is_written_gives_nothing_away(app: Session, token: str, cells: list[str]) -> None:
    """As deep as the stack is, and in the middle of it."""
    with app.transaction(), listening(app) as heard:
        for depth in range(40, 400, 40):
            app.run("savepoint deep")
            nested = "select app.set_context(current_setting('x.token'))"
            for _ in range(min(depth, 8)):
                nested = f"select query_to_xml({psycopg2.extensions.QuotedString(nested)}, true, true, '')".replace("%", "%%")
            app.run("select set_config('x.token', %s, true)", token)
            with contextlib.suppress(psycopg2.Error):
                app.run(f"select {'(' * depth * 50}app.set_context(current_setting('x.token')){')' * depth * 50}")
            app.run("rollback to deep")
            with contextlib.suppress(psycopg2.Error):
                app.run(nested)
            app.run("rollback to deep")
    assert heard and not any(shows(half, heard) for half in cells)


def test_setting_the_context_is_never_done_by_a_parallel_worker(app: Session, token: str, alpha: Tenant) -> None:
    """The server's refusal of it there would name the setting."""
    with app.transaction():
        for mode in ("on", "regress"):
            app.run(f"set local debug_parallel_query = {mode}")
            assert app.run("select app.set_context(%s), count(*) from generate_series(1, 10)", token) == [(alpha.id, 10)]
            assert seen(app) == {alpha.id}


@pytest.mark.parametrize("between", ["commit; begin", "commit and chain", "rollback and chain", "rollback; begin"])
def test_the_second_of_two_transactions_in_one_message_has_no_context(app: Session, token: str, between: str) -> None:
    """They have the same now(): a mark that is made of it would count in both."""
    app.connection.autocommit = True
    with refused("context_missing"):
        app.run(f"begin; {SET}; {between}; select from app.projects; commit", token)
    app.run("rollback")


@pytest.mark.parametrize("clearing", ["reset all", "discard plans; reset all"])
def test_a_cleared_context_is_none(app: Session, token: str, clearing: str) -> None:
    with app.transaction(), refused("context_missing"):
        app.run(SET, token)
        app.run(clearing)
        app.run("select from app.projects")


def test_residual_a_cleared_context_and_a_second_good_token(app: Session, token: str, beta_token: str, alpha: Tenant, beta: Tenant) -> None:
    """And a cursor that has begun as the first tenant goes on so."""
    with app.transaction():
        app.run(SET, token)
        app.run("insert into app.projects (name) values ('second')")
        app.run("declare first cursor for select tenant_id from app.projects")
        app.run("fetch first")
        app.run("reset all")
        app.run(SET, beta_token)
        assert seen(app) == {beta.id}
        assert app.run("fetch all from first") == [(alpha.id,)]


def test_a_value_that_stays_in_the_session_is_not_to_be_had(app: Session, token: str, cell: str, beta: Tenant) -> None:
    """Who knew the number could: it is what everything rests on."""
    with app.transaction(keep=True):
        app.run(SET, token)
        app.run("select set_config(name, setting, false) from pg_settings where name like 'launch%'")
    with app.transaction(keep=True), refused("context_missing"):
        app.run("select from app.projects")
    with app.transaction():
        app.run("select set_config(%s, %s, true)", f"launch.context_tenant{cell}", beta.id)
        assert seen(app) == {beta.id}


def test_residual_a_token_counts_again_until_it_expires(app: Session, issuer_at: t.Callable[..., Issuer], alpha: Tenant) -> None:
    token = issuer_at(time.time).token(alpha.id, alpha.actor, 2)
    for _ in range(2):
        with app.transaction():
            app.run(SET, token)
            assert seen(app) == {alpha.id}
    time.sleep(2.1)
    with app.transaction(), refused("context_expired"):
        app.run(SET, token)


def test_residual_a_token_in_a_statements_text_shows_to_the_same_login(connect: Connect, token: str) -> None:
    one, other = connect("launch_app"), connect("launch_app")
    with one.transaction(), other.transaction():
        one.run(SET, token)
        assert token in "".join(str(row) for row in other.run("select query from pg_stat_activity"))
    stranger = connect("launch_report")
    with one.transaction(), stranger.transaction():
        one.run(SET, token)
        assert token not in "".join(str(row) for row in stranger.run("select query from pg_stat_activity"))


@pytest.mark.parametrize(
    ("steps", "reason"),
    [
        (["savepoint a", "{set}", "rollback to a"], "context_missing"),
        (["{set}", "savepoint a", "rollback to a"], None),
        (["savepoint a", "{set}", "release a"], None),
        (["{set}", "savepoint a", "reset all", "rollback to a"], None),
        (["savepoint a", "{set}", "rollback to a", "{beta}"], "beta"),
    ],
)
def test_savepoints_take_the_context_with_them(
    app: Session, token: str, beta_token: str, alpha: Tenant, beta: Tenant, steps: list[str], reason: str | None
) -> None:
    with app.transaction():
        for step in steps:
            app.run(step.format(set=f"select app.set_context('{token}')", beta=f"select app.set_context('{beta_token}')"))
        if reason == "context_missing":
            with refused(reason):
                app.run("select from app.projects")
        else:
            assert seen(app) == {beta.id if reason == "beta" else alpha.id}


def test_residual_a_cursor_that_is_held_shows_its_rows_to_the_next(app: Session, token: str, beta_token: str, alpha: Tenant) -> None:
    with app.transaction(keep=True):
        app.run(SET, token)
        app.run("declare kept cursor with hold for select tenant_id from app.projects")
    with app.transaction():
        app.run(SET, beta_token)
        assert app.run("fetch all from kept") == [(alpha.id,)]


@pytest.mark.parametrize("mode", ["force_generic_plan", "force_custom_plan"])
def test_a_prepared_statement_asks_for_the_tenant_each_time(
    app: Session, token: str, beta_token: str, alpha: Tenant, beta: Tenant, mode: str
) -> None:
    app.run(f"set plan_cache_mode = {mode}")
    app.run("prepare p as select distinct tenant_id from app.projects")
    app.connection.commit()
    for one, tenant in ((token, alpha), (beta_token, beta)):
        with app.transaction():
            app.run(SET, one)
            assert app.run("execute p") == [(tenant.id,)]


def test_residual_the_owner_of_the_schema_drops_a_function_and_has_its_own(master: Session) -> None:
    with master.transaction():
        master.run("set local role launch_owner")
        master.run("drop function app.set_context(text)")
        master.run("create function app.set_context(token text) returns text return token")
        assert master.value("select app.set_context('heard')") == "heard"


@pytest.mark.parametrize("query", ["select from app.projects where false", "select from app.tasks where 1 = 0"])
def test_residual_what_can_have_no_row_answers_empty_without_a_context(app: Session, query: str) -> None:
    with app.transaction():
        assert app.run(query) == []


@pytest.mark.parametrize("statement", [
    "select pg_advisory_xact_lock(4711)", "listen heard", "notify heard, 'anything'", "select lo_create(0)",
    "lock table app.projects in access share mode", "select count(*) from pg_stat_activity",
])
def test_residual_what_knows_no_tenants_asks_for_none(app: Session, statement: str) -> None:
    with app.transaction():
        app.run(statement)


def test_residual_a_login_changes_itself(app: Session) -> None:
    """For whomever it works next. What it may not change is what it was given: attributes and memberships."""
    with app.transaction():
        app.run("alter role current_user set statement_timeout = '1ms'")
        app.run("alter role current_user password null")
    for refused in ("alter role current_user createdb", "grant launch_ro to current_user"):
        with app.transaction(), pytest.raises(errors.InsufficientPrivilege):
            app.run(refused)


def test_residual_a_login_ends_its_own_sessions(connect: Connect, app: Session) -> None:
    other = connect("launch_app")
    with other.transaction():
        pid = other.value("select pg_backend_pid()")
    with app.transaction():
        assert app.value("select pg_terminate_backend(%s, 5000)", pid)
    with pytest.raises(psycopg2.OperationalError):
        other.run("select 1")


def test_residual_a_function_that_its_owner_marks_immutable_shows_the_tenant_before(master: Session, alpha: Tenant, beta: Tenant) -> None:
    with master.transaction():
        master.run("set local role launch_seal_owner")
        master.run("alter function app.current_tenant() immutable")
        master.run("set local plan_cache_mode = force_generic_plan")
        met = []
        for tenant in (alpha, beta):
            master.run("set local role launch_migrator")
            master.run("select app.assume_context(%s, %s)", tenant.id, tenant.actor)
            master.run("set local role launch_rw")
            if not met:
                master.run("prepare p as select distinct tenant_id from app.projects")
            met.append(master.value("execute p"))
        master.run("deallocate p")
    assert met == [alpha.id, alpha.id]


def test_parallel_workers_know_the_context(app: Session, token: str, alpha: Tenant) -> None:
    with app.transaction():
        app.run(SET, token)
        app.run("set local debug_parallel_query = regress")
        app.run("set local parallel_setup_cost = 0")
        app.run("set local min_parallel_table_scan_size = 0")
        assert app.run("select tenant_id, app.current_actor() from app.projects") == [(alpha.id, alpha.actor)]


def test_a_new_number_ends_what_runs_and_no_more(connect: Connect, master: Session, token: str, alpha: Tenant, cells: list[str], database: Database) -> None:
    """What an operator does whose restored copy was in other hands."""
    running = connect("launch_app")
    with running.transaction(), refused("context_missing"):
        running.run(SET, token)
        with master.transaction(keep=True):
            master.run("set local role launch_key_keeper")
            master.run("select seal.renew_cell()")
        running.run("select from app.projects")
    with running.transaction():
        running.run(SET, token)
        assert seen(running) == {alpha.id}
    assert not set(halves(database)) & set(cells)


@pytest.mark.parametrize(("options", "holds"), [("", True), ("--exclude-table-data='seal.*'", False)])
def test_residual_a_dump_holds_the_number_and_the_keys_unless_they_are_left_out(
    database: Database, key: Key, cells: list[str], options: str, holds: bool
) -> None:
    dump = database.server._shell(f"{BIN}/pg_dump -U rdsadmin -p {database.server.port} --schema=seal {options} {database.name}")
    assert "CREATE TABLE seal.token_keys" in dump
    assert [part in dump for part in (*cells, key.pads[0].hex())] == [holds, holds, holds]


@pytest.fixture
def both(database: Database) -> t.Iterator[None]:
    set_strength(database, "both")
    yield
    set_strength(database, "signed")


def test_residual_a_snapshot_goes_by_the_strength_of_its_time(both: None, app: Session, database: Database, beta: Tenant) -> None:
    """Strength, keys and the tenant's status are rows, and a transaction of REPEATABLE READ sees those of its beginning."""
    with app.transaction():
        app.run("set transaction isolation level repeatable read")
        app.run("select 1")
        set_strength(database, "signed")
        app.run("select app.set_context(%s, %s)", beta.id, beta.actor)
        assert seen(app) == {beta.id}
    with app.transaction(), refused("context_unsigned"):
        app.run("select app.set_context(%s, %s)", beta.id, beta.actor)


def test_residual_a_prepared_statement_is_left_to_the_next_and_can_be_another(app: Session, beta_token: str, beta: Tenant) -> None:
    """Poolers and drivers prepare statements under names that can be guessed."""
    app.run("prepare names as select name from app.projects")
    app.connection.commit()
    app.run("deallocate names")
    app.run("prepare names as select tenant_id from app.projects where pg_notify('heard', tenant_id) is not null")
    app.connection.commit()
    app.run("listen heard")
    app.connection.commit()
    app.connection.notifies.clear()
    with app.transaction(keep=True):
        app.run(SET, beta_token)
        app.run("execute names")
    app.run("deallocate names")
    app.run("unlisten *")
    app.connection.commit()
    app.connection.poll()
    assert {notice.payload for notice in app.connection.notifies} == {beta.id}


@pytest.mark.parametrize(("shift", "rows"), [("", "1"), ("x", None)])
def test_residual_explain_tells_whether_another_tenant_has_a_value(
    app: Session, token: str, beta: Tenant, database: Database, shift: str, rows: str | None
) -> None:
    """Comparing text is leakproof, so that the index is asked before the policy, and what the policy takes away is counted."""
    domain = database.server.psql(f"select domain from app.tenants where id = '{beta.id}'", database.name).strip() + shift
    with app.transaction():
        app.run(SET, token)
        app.run("set local enable_seqscan = off")
        app.run("set local enable_bitmapscan = off")
        plan = app.run("explain (analyze, timing off) select from app.tenants where domain >= %s and domain <= %s order by domain", domain, domain)
    removed = re.search(r"Rows Removed by Filter: (\d+)", str(plan))
    assert (removed and removed.group(1)) == rows


@pytest.mark.parametrize("size", [2000, 100_000_000])
def test_a_text_without_end_is_refused_at_once(both: None, app: Session, alpha: Tenant, size: int) -> None:
    long = f"repeat('x', {size})"
    for statement in (f"app.set_context({long})", f"app.set_context({long}, '{alpha.actor}')", f"app.set_context('{alpha.id}', {long})"):
        with app.transaction(), refused("context_refused"):
            app.run(f"select {statement}")


@pytest.mark.parametrize("expiry", ["1e30800000", "nan       ", "          ", "0b1111    ", "+123456789", "１234567890"])
def test_an_expiry_that_is_no_number_of_seconds_is_refused(app: Session, key: Key, alpha: Tenant, database: Database, expiry: str) -> None:
    """Only who has the key can write it."""
    claim = f"{key.id}{expiry}{alpha.id} {alpha.actor}"
    mac = hmac.digest(key.text.encode(), f"{claim} {database.name}".encode(), "sha256").hex()
    with app.transaction(), refused("context_refused"):
        app.run(SET, mac + claim)


@pytest.mark.parametrize("claim", ["{0.id} {0.actor} x", "{0.id} {0.actor} ", " {0.id} {0.actor}", "{0.id}  {0.actor}", "{0.id} ", "{0.id}"])
def test_a_token_says_a_tenant_and_an_actor_and_nothing_else(app: Session, key: Key, alpha: Tenant, database: Database, claim: str) -> None:
    """Only who has the key can write it."""
    signed = f"{key.id}{int(time.time()) + 30:010}{claim.format(alpha)}"
    mac = hmac.digest(key.text.encode(), f"{signed} {database.name}".encode(), "sha256").hex()
    with app.transaction(), refused("context_refused"):
        app.run(SET, mac + signed)
