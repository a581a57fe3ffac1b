# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that the database has not, and a login that may not, are one refusal with option, value and remedy, before anything is changed."""
from __future__ import annotations

import json

import pytest

from tests.integration.postgres.audit import ACTOR, TENANT
from tests.support.platform import LAUNCH_NAMES

TENANTS = [{"id": "01JAMZ0000STAND1NG00000001", "name": "Standing"}]
PERIOD = {"tenant": TENANT, "actor": ACTOR, "starts": "2026-11-01", "ends": "2026-11-02"}
# By module: what it is asked for, and the names of roles and schemas that it needs.
MODULES = {
    "postgres_audit_head": ({"destination": {"folder": "{folder}"}}, ("archiver", "audit_schema")),
    "postgres_audit_archive": ({"destination": {"folder": "{folder}"}}, ("archiver", "audit_schema")),
    "postgres_audit_partition": ({"months_ahead": 30}, ("platform", "audit_schema")),
    "postgres_audit_report": (PERIOD, ("app_schema", "audit_schema")),
    "postgres_tenant": ({"actor": ACTOR, "tenants": TENANTS}, ("platform", "app_schema", "tenants_table")),
    "postgres_tenant_export": ({"actor": ACTOR, "tenant": TENANT, "path": "{folder}/export"}, ("owner", "migrator", "read_only", "app_schema")),
    "postgres_tenant_restore": ({"actor": ACTOR, "path": "{folder}/kept"}, ("owner", "migrator", "read_only", "platform", "app_schema")),
}
MISNAMED = [(module, key) for module, (_options, keys) in MODULES.items() for key in keys]


def asked(sealed, module, **names):
    """Run a module as the database's owner, or as an auditor where it is the report."""
    options = json.loads(json.dumps(MODULES[module][0]).replace("{folder}", str(sealed.folder)))
    return sealed.target.run(module, **{**options, "names": {**LAUNCH_NAMES, **names}})


def kept(sealed):
    """All that a module could have changed: tenants, partitions, heads that are remembered, files."""
    queries = ("app.tenants", "audit.known_heads", "audit.archives")
    rows = [sealed.target.rows(f"SET LOCAL ROLE {role}; SELECT count(*) FROM {table}") for role, table in zip(
        ("launch_platform", "launch_archiver", "launch_archiver"), queries, strict=True)]
    partitions = sealed.target.rows("SELECT count(*) FROM pg_inherits WHERE inhparent = 'audit.audit_log'::regclass")
    return rows, partitions, sorted(path.name for path in sealed.folder.rglob("*"))


@pytest.fixture
def exported(sealed):
    """With an export of its tenant, for the restore."""
    outcome = sealed.target.run("postgres_tenant_export", actor=ACTOR, tenant=TENANT, path=str(sealed.folder / "kept"))
    assert not outcome.get("failed"), outcome
    # The database's owner as one who may read the log, so that the report gets as far as what is misnamed.
    sealed.target.execute("GRANT launch_auditor TO CURRENT_USER WITH INHERIT TRUE")
    yield sealed
    sealed.target.execute("GRANT launch_auditor TO CURRENT_USER WITH INHERIT FALSE")


@pytest.mark.parametrize(("module", "key"), MISNAMED)
def test_a_name_that_the_database_has_not(exported, module, key):
    before = kept(exported)
    outcome = asked(exported, module, **{key: "nowhere"})
    option = "names.app_schema" if key == "tenants_table" else f"names.{key}"
    value = "app" if key == "tenants_table" else "nowhere"
    problem = {"app_schema": "there is no such schema.", "audit_schema": "there is no such schema.", "tenants_table": "it has no table nowhere."}
    assert outcome["failed"] and outcome["msg"].startswith(f"{option}: '{value}': {problem.get(key, 'there is no such role.')}"), outcome
    assert "Give the names that the migrations were run with" in outcome["remedy"] and "SQLSTATE" not in outcome["msg"]
    assert kept(exported) == before


# Whom the application's login can't be, or what it may not read.
WANTING = {
    "postgres_audit_head": ("may not read audit.known_heads.", "launch_archiver (names.archiver)"),
    "postgres_audit_archive": ("may not read audit.known_heads.", "launch_archiver (names.archiver)"),
    "postgres_audit_partition": ("can't become launch_platform.", "migrations are run with"),
    "postgres_tenant": ("can't become launch_platform.", "migrations are run with"),
    "postgres_tenant_export": ("can't become launch_owner, launch_migrator, launch_ro.", "migrations are run with"),
    "postgres_tenant_restore": ("can't become launch_owner, launch_migrator, launch_ro, launch_platform.", "migrations are run with"),
}


@pytest.mark.parametrize("module", WANTING)
@pytest.mark.parametrize("check", [False, True])
def test_a_login_that_may_not(exported, module, check):
    before = kept(exported)
    options = json.loads(json.dumps(MODULES[module][0]).replace("{folder}", str(exported.folder)))
    outcome = exported.target.as_user("launch_app").run(module, check, **options)
    problem, remedy = WANTING[module]
    assert outcome["failed"] and (outcome["option"], outcome["value"]) == ("login_user", "launch_app"), outcome
    assert problem in outcome["problem"] and remedy in outcome["remedy"] and "SQLSTATE" not in outcome["msg"], outcome
    assert kept(exported) == before


def test_the_database_s_owner_is_no_auditor(sealed):
    outcome = sealed.target.run("postgres_audit_report", **PERIOD)
    assert outcome["msg"] == (
        f"login_user: '{sealed.target.user}': this login may not read audit.audit_log. Take one that is a member of launch_auditor (names.auditor)."
        " Nothing was changed.")


def test_names_left_out_are_refused_all_at_once(exported):
    """The names of another system, which the defaults are."""
    outcome = exported.target.run("postgres_tenant_restore", actor=ACTOR, path=str(exported.folder / "kept"), names={})
    assert [(error["option"], error["value"]) for error in outcome["errors"]] == [
        ("names.owner", "app_owner"), ("names.migrator", "app_migrator"), ("names.read_only", "app_ro"), ("names.platform", "app_platform")], outcome


def test_where_nothing_holds_tenants_check_mode_says_what_its_plan_is_worth(exported):
    options = {"actor": ACTOR, "tenants": TENANTS, "names": {**LAUNCH_NAMES, "app_schema": "nowhere"}}
    outcome = exported.target.run("postgres_tenant", True, **options)
    assert outcome["changed"] and "There is no table nowhere.tenants, so that all tenants are planned as new" in str(outcome["warnings"])


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize(("module", "options", "option", "problem"), [
    ("postgres_audit_report", {**PERIOD, "names": {"tenant_column": "nowhere"}}, "names.tenant_column", "audit.audit_log has no such column."),
    ("postgres_tenant", {"actor": "someone", "tenants": [{"id": "something", "name": "a"}], "names": {"id_pattern": "^.+$"}}, "names.id_pattern",
     "ids of the database look otherwise."),
    ("postgres_tenant_export", {"actor": ACTOR, "tenant": TENANT, "path": "{folder}/new", "table": "nowhere"}, "table", "there is no such history"),
    ("postgres_audit_head", {"destination": {"folder": "{folder}/kept/manifest.json"}}, "destination.folder", "it is not a folder."),
])
def test_what_only_the_server_knows_or_the_host(exported, module, options, option, problem, check):
    before = kept(exported)
    given = json.loads(json.dumps(options).replace("{folder}", str(exported.folder)))
    outcome = exported.target.run(module, check, **{**given, "names": {**LAUNCH_NAMES, **given.get("names", {})}})
    assert outcome["failed"] and outcome["option"] == option and problem in outcome["problem"] and outcome["remedy"], outcome
    assert kept(exported) == before
