# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every database module promises, each against the same real server."""
from __future__ import annotations

import dataclasses
import pathlib
import secrets
import tempfile

import pytest
import yaml

from local.endpoint.scram import verifier
from tests.integration.postgres.conftest import migrated
from tests.integration.postgres.modules import ROOT, as_scripts, located
from tests.integration.postgres.portable import as_tenant, tenant_with_rows
from tests.support.plans import given_to_apply, without

CONVERGING = "ansible_collections.launch.database.plugins.module_utils._postgres.job"
PASSWORD = "kept-in-the-secret-2"
ACTOR = "00000000P1AYB00K0000000000"
EXPORTS = tempfile.TemporaryDirectory()


def new_tenant():
    return {"id": "01JAMZ" + "".join(secrets.choice("0123456789ABCDEFGHJKMNPQRSTVWXYZ") for _ in range(20)), "name": "Contract"}


def role(launch, names):
    app = {"name": names("app"), "login": True, "password": PASSWORD, "password_verifier": verifier(PASSWORD), "member_of": [names("rw")]}
    return launch, {"roles": [{"name": names("rw"), "comment": "x"}, {**app, "settings": {"jit": False}, "connection_limit": 3}]}


def migration(target, names):
    return target, located({"sql": {"V1__a.sql": "CREATE TABLE a ();", "R__v.sql": "CREATE OR REPLACE VIEW v AS SELECT 1;"}})


def extension(target, names):
    return target, {"extensions": [{"name": "hstore"}, {"name": "citext"}]}


def tenant(launch, names):
    return launch, {"tenants": [new_tenant(), {**new_tenant(), "status": "suspended"}], "actor": ACTOR}


def tenant_export(launch, names):
    return launch, {"tenant": tenant_with_rows(launch), "path": new_folder(), "actor": ACTOR}


def tenant_restore(launch, names):
    """Of a tenant that is not there any more."""
    target, arguments = tenant_export(launch, names)
    assert not target.run("postgres_tenant_export", **arguments).get("failed")
    tables = {"app.tasks": "tenant_id", "app.projects": "tenant_id", "app.tenants": "id"}
    gone = "; ".join(f"DELETE FROM {table} WHERE {column} = '{arguments['tenant']}'" for table, column in tables.items())
    target.execute(f"{as_tenant(arguments['tenant'], 'launch_owner')}; {gone}")
    return target, {"path": arguments["path"], "actor": ACTOR}


def new_folder():
    """A path for an export, which goes away when the tests end."""
    return str(pathlib.Path(EXPORTS.name, secrets.token_hex(4)))


def audit_partition(launch, names):
    (count,) = launch.rows("SELECT count(*) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhparent WHERE c.relname = 'audit_log'")[0]
    return launch, {"months_ahead": count}


def audit_head(launch, names):
    """Of a database whose heads are not in this folder, since each test has one of its own."""
    return launch, {"destination": {"folder": existing_folder()}, "new_chain": True, "settle": 0}


def audit_archive(launch, names):
    """With a month that is closed, in a database of its own: a month that is over would be one more for those that count them."""
    target, destination = migrated(launch.database), {"folder": existing_folder()}
    target.execute("SET LOCAL ROLE launch_audit_owner; SELECT audit.create_partition('2025-01-01')")
    outcome = target.run("postgres_audit_head", destination=destination)
    assert outcome["head"]["closed"] == ["2025-01"], outcome
    return target, {"destination": destination}


def existing_folder():
    folder = pathlib.Path(new_folder())
    folder.mkdir()
    return str(folder)


def context(launch, names):
    return launch, {"strength": "both", "key": secrets.token_hex(32), "overlap": 0}


def isolation_check(launch, names):
    tenants = [new_tenant(), new_tenant()]
    launch.run("postgres_tenant", tenants=tenants, actor=ACTOR)
    return launch.as_user("launch_app"), {
        "tenants": [tenant["id"] for tenant in tenants], "actor": ACTOR,
        "exempt_tables": [{"name": "app.tasks", "reason": "nothing is done here"}],
        "canaries": [{"table": "app.projects", "values": {"name": "contract"}}],
    }


def backfill(launch, names):
    """In a database of its own: what the others do with projects has rows for it too."""
    target = migrated(launch.database)
    tenants = [tenant_with_rows(target) for _ in range(2)]
    return target, {"table": "app.projects", "set": "name = name || '.'", "where": "name not like '%.'", "actor": ACTOR, "tenants": tenants}


def check(launch, names):
    return launch, {"path": "checks", "checks": as_scripts({"A.sql": "SELECT 'A' AS rule, 'warning' AS severity, 'o' AS object, 'd' AS detail, 'r' AS remedy"})}


def attack(launch, names):
    target, arguments = isolation_check(launch, names)
    target.run("postgres_isolation_check", **arguments)
    return target, {**{name: arguments[name] for name in ("tenants", "actor")}, "role": "read_write", "canaries": [
        {"table": "app.projects", "values": {"id": ACTOR, "name": "contract"}}]}


def schema(launch, names):
    catalog = "# format: 1\n# server: 17\n# encoding: UTF8\n\na o | kind | x\n"
    return launch, {"expected": "17.txt", "catalogs": as_scripts({"17.txt": catalog}), "fail_on": "never"}


def audit_report(launch, names):
    made = new_tenant()
    launch.run("postgres_tenant", tenants=[made], actor=ACTOR)
    return launch.as_user("launch_app"), {"tenant": made["id"], "actor": ACTOR, "starts": "2026-01-01", "ends": "2999-01-01"}


CASES = {
    "postgres_backfill": backfill,
    "postgres_context": context,
    "postgres_extension": extension,
    "postgres_role": role,
    "postgres_migration": migration,
    "postgres_tenant": tenant,
    "postgres_tenant_export": tenant_export,
    "postgres_tenant_restore": tenant_restore,
    "postgres_audit_archive": audit_archive,
    "postgres_audit_head": audit_head,
    "postgres_audit_partition": audit_partition,
    "postgres_isolation_check": isolation_check,
}
# Those that never have anything to do.
READERS = {"postgres_audit_report": audit_report, "postgres_check": check, "postgres_isolation_attack": attack, "postgres_schema": schema}
# What they find: a list of their result, and a value of its first element.
FOUND = {
    "postgres_audit_report": ("counts", "entity_type", "app.tenants"), "postgres_check": ("findings", "object", "o"),
    "postgres_isolation_attack": ("attempts", "attempt", "reading: all rows"), "postgres_schema": ("differences", "object", "a o"),
}
# Those that begin with an empty database.
ALONE = {"postgres_extension", "postgres_migration"}
ALL = {**CASES, **READERS}


@pytest.fixture(params=sorted(CASES))
def case(request, launch, target, names):
    """A module, where it runs, and arguments with which it has something to do."""
    return made(request.param, launch, target, names)


@pytest.fixture(params=sorted(READERS))
def reader(request, launch, target, names):
    """A module that only reads, where it runs, and arguments with which it finds something."""
    return made(request.param, launch, target, names)


@pytest.fixture(params=sorted(ALL))
def any_case(request, launch, target, names):
    return made(request.param, launch, target, names)


def made(module, launch, target, names):
    where, arguments = ALL[module](target if module in ALONE else launch, names)
    return module, where, arguments


def test_every_module_is_here_and_in_the_action_group():
    modules = {path.stem for path in (ROOT / "plugins" / "modules").glob("postgres_*.py")}
    groups = yaml.safe_load(pathlib.Path(ROOT, "meta", "runtime.yml").read_text(encoding="utf-8"))["action_groups"]
    assert set(ALL) == modules == set(groups["postgres"])
    assert groups["postgres"] == sorted(groups["postgres"])
    tested = {path.stem.removeprefix("test_") for path in pathlib.Path(__file__).parents[1].glob("*/test_postgres_*.py")}
    assert modules == tested


def test_check_mode_only_reads(case):
    """The server itself refuses everything else to this login while it looks on."""
    module, where, arguments = case
    server = where.database.server
    server.psql(f"ALTER ROLE {where.user} SET default_transaction_read_only = on")
    try:
        outcome = where.run(module, check=True, **arguments)
    finally:
        server.psql(f"ALTER ROLE {where.user} RESET default_transaction_read_only")
    assert outcome["changed"] is True, outcome
    assert outcome["plan"] and outcome["diff"]


def test_a_reader_finds_the_same_in_check_mode_and_without_and_changes_nothing(reader):
    module, where, arguments = reader
    checked, done = ({**where.run(module, check, **arguments), "read_at": None} for check in (True, False))
    assert checked == done, "but for when it was read"
    found, name, value = FOUND[module]
    assert (done["changed"], done["plan"], done[found][0][name]) == (False, [], value)


def test_a_run_does_what_check_mode_said_and_a_second_run_plans_nothing(case):
    module, where, arguments = case
    planned = where.run(module, check=True, **arguments)
    done = where.run(module, **arguments)
    again = where.run(module, **arguments)
    assert (planned["changed"], planned["plan"], planned["diff"]) == (done["changed"], done["plan"], done["diff"])
    assert done["changed"] is True and set(done["diff"]["before"]) == {change["path"] for change in done["plan"]}
    assert (again["changed"], again["plan"]) == (False, [])
    assert "diff" not in again
    checked = where.run(module, check=True, **arguments)
    assert (checked["changed"], checked["plan"]) == (False, [])


def test_what_is_reported_is_what_is_handed_to_apply(case, monkeypatch):
    module, where, arguments = case
    handed = given_to_apply(CONVERGING, monkeypatch)
    assert where.run(module, **arguments)["plan"] == handed[0].as_result()


def test_an_empty_plan_is_carried_out_by_doing_nothing(case, monkeypatch):
    module, where, arguments = case
    planned = where.run(module, check=True, **arguments)["plan"]
    with monkeypatch.context() as patched:
        given_to_apply(CONVERGING, patched, lambda plan: dataclasses.replace(plan, changes=()))
        assert "still differs" in where.run(module, **arguments)["msg"]
    assert where.run(module, check=True, **arguments)["plan"] == planned


def test_a_change_that_is_taken_out_of_the_plan_is_not_made(case, monkeypatch):
    """An apply that looks for itself what is missing would make it all the same. What is read again shows it."""
    module, where, arguments = case
    path = where.run(module, check=True, **arguments)["plan"][-1]["path"]
    given_to_apply(CONVERGING, monkeypatch, lambda plan: without(plan, path))
    message = where.run(module, **arguments)["msg"]
    assert f"still differs: {path} is " in message
    assert message.count(", not ") == 1


def test_no_password_is_in_anything_that_is_returned(any_case):
    module, where, arguments = any_case
    outcome = str(where.run(module, check=True, **arguments))
    assert where.database.passwords[where.user] not in outcome
    assert PASSWORD not in outcome


def test_a_wrong_password_is_one_error_without_it(any_case):
    module, where, arguments = any_case
    outcome = where.run(module, **{**arguments, "login_password": "wrong-and-secret"})
    assert outcome["failed"] and outcome["option"] == "login_host" and outcome["remedy"]
    assert "password authentication failed" in outcome["msg"] and "wrong-and-secret" not in str(outcome)
