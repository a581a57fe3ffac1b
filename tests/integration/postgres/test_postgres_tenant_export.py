# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import fcntl
import hashlib
import json
import os
import stat

import pytest

from tests.integration.postgres.audit import OWNER, TENANT
from tests.integration.postgres.modules import held
from tests.integration.postgres.portable import ACTOR, as_tenant, export, fill, tenant_with_rows
from tests.support.platform import LAUNCH_NAMES

TABLES = ["app.projects", "app.tasks", "app.tenants", "audit.audit_log"]


@pytest.fixture
def tenant(launch):
    return tenant_with_rows(launch)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "export"


def test_every_row_of_the_tenant_is_in_it_and_no_other(launch, tenant, path):
    other = tenant_with_rows(launch)
    outcome = export(launch, tenant, path)
    found = json.loads((path / "manifest.json").read_bytes())
    assert [f"{table['schema']}.{table['name']}" for table in found["tables"]] == TABLES
    counts = {table["name"]: table["digest"]["rows"] for table in found["tables"]}
    assert (counts["projects"], counts["tasks"], counts["tenants"]) == (3, 9, 1) and counts["audit_log"] >= 13
    for table in found["tables"]:
        content = (path / table["file"]).read_bytes()
        assert content.count(b"\n") == table["digest"]["rows"] and hashlib.sha256(content).hexdigest() == table["digest"]["sha256"]
        assert tenant.encode() in content and other.encode() not in content
        assert table["restored"] is (table["schema"] == "app")
    assert [table["rows"] for table in outcome["export"]["tables"]] == [table["digest"]["rows"] for table in found["tables"]]
    assert {migration["script"] for migration in found["migrations"]} >= {"V1_0_4__tenants.sql", "R__create_tenant.sql"}
    assert found["exported_by"] == ACTOR


def test_it_says_from_when_on_there_is_a_log(sealed, tmp_path):
    sealed.write(1)
    sealed.past("2025-01", 5)
    sealed.past("2025-03", 2)
    sealed.make()
    sealed.target.execute(OWNER + "SELECT audit.set_retention(12)")
    sealed.archive()
    found = []
    for name, statement in (("before", "SELECT 1"), ("after", "SELECT audit.detach_month('2025-01-01')")):
        sealed.archiver.execute(statement)
        export(sealed.target, TENANT, tmp_path / name)
        manifest = json.loads((tmp_path / name / "manifest.json").read_bytes())
        found.append((manifest["log_from"], manifest["tables"][-1]["digest"]["rows"]))
    assert [day for day, _rows in found] == ["2025-01-01", "2025-03-01"] and found[0][1] - found[1][1] == 5


def test_it_is_for_nobody_else_to_read(launch, tenant, path):
    old = os.umask(0)
    try:
        export(launch, tenant, path)
    finally:
        os.umask(old)
    assert stat.S_IMODE(path.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in path.iterdir()} == {0o600}
    assert [each.name for each in path.parent.iterdir()] == ["export"]


def test_the_same_rows_are_the_same_bytes_whatever_the_login_has_set(launch, tenant, path, tmp_path):
    export(launch, tenant, path)
    odd = {
        "timezone": "'Asia/Kolkata'", "datestyle": "'German'", "intervalstyle": "sql_standard", "extra_float_digits": "-15", "bytea_output": "escape",
        "search_path": "app, public", "row_security": "off",
    }
    server, login = launch.database.server, launch.user
    try:
        for name, value in odd.items():
            server.psql(f"ALTER ROLE {login} SET {name} = {value}")
        export(launch, tenant, tmp_path / "again")
    finally:
        server.psql(f"ALTER ROLE {login} RESET ALL")
    for file in path.glob("*.copy"):
        assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes()


@pytest.mark.parametrize("status", ["suspended", "inactive"])
def test_a_tenant_that_is_not_active_is_exported_as_well(launch, tenant, path, status):
    launch.run("postgres_tenant", actor=ACTOR, tenants=[{"id": tenant, "name": "x", "status": status}])
    assert export(launch, tenant, path)["changed"]


def test_an_export_that_is_no_longer_true_is_refused_and_left_as_it_is(launch, tenant, path):
    export(launch, tenant, path)
    before = {file.name: file.read_bytes() for file in path.iterdir()}
    fill(launch, tenant, "more")
    for check in (True, False):
        outcome = launch.run("postgres_tenant_export", check=check, tenant=tenant, path=str(path), actor=ACTOR)
        assert "other rows are there since, in app.projects, app.tasks, audit.audit_log" in outcome["msg"]
    assert {file.name: file.read_bytes() for file in path.iterdir()} == before


def test_another_tenants_export_is_refused(launch, tenant, path):
    export(launch, tenant_with_rows(launch), path)
    assert "it holds an export of" in launch.run("postgres_tenant_export", tenant=tenant, path=str(path), actor=ACTOR)["msg"]


@pytest.mark.parametrize("what", ["folder", "file", "link"])
def test_what_is_there_and_is_no_export_is_refused(launch, tenant, path, what):
    {"folder": path.mkdir, "file": path.touch, "link": lambda: path.symlink_to("nowhere")}[what]()
    outcome = launch.run("postgres_tenant_export", tenant=tenant, path=str(path), actor=ACTOR)
    assert outcome["option"] == "path" and outcome["remedy"]


def test_a_damaged_file_is_named(launch, tenant, path):
    export(launch, tenant, path)
    file = next(path.glob("*tasks.copy"))
    file.write_bytes(file.read_bytes().replace(b"task 1", b"task 7", 1))
    outcome = launch.run("postgres_tenant_export", tenant=tenant, path=str(path), actor=ACTOR)
    assert f"its file {file.name} is not as it was written" in outcome["msg"]


@pytest.mark.parametrize(("statements", "words"), [
    ("CREATE POLICY leak ON app.tasks FOR SELECT TO launch_ro USING (true)", "app.tasks: its policies show"),
    ("ALTER TABLE app.tasks NO FORCE ROW LEVEL SECURITY", "app.tasks has a column tenant_id and no forced row level security"),
    ("REVOKE SELECT ON app.tasks FROM launch_ro", "launch_ro can't read app.tasks"),
    ("CREATE TABLE app.copy AS SELECT * FROM app.tasks", "app.copy has a column tenant_id and no forced row level security"),
])
def test_what_no_policy_guards_is_not_exported(launch, tenant, path, statements, words):
    tenant_with_rows(launch)
    undo = {
        "CREATE POLICY": "DROP POLICY leak ON app.tasks", "ALTER TABLE a": "ALTER TABLE app.tasks FORCE ROW LEVEL SECURITY",
        "REVOKE SELECT": "GRANT SELECT ON app.tasks TO launch_ro", "CREATE TABLE ": "DROP TABLE app.copy",
    }[statements[:13]]
    launch.execute(f"SET LOCAL ROLE launch_owner; {statements}")
    try:
        outcome = launch.run("postgres_tenant_export", tenant=tenant, path=str(path), actor=ACTOR)
    finally:
        launch.execute(f"SET LOCAL ROLE launch_owner; {undo}")
    assert words in outcome["msg"] and not path.exists() and not list(path.parent.iterdir())


HIDING = "CREATE POLICY hiding ON {} AS RESTRICTIVE FOR SELECT TO {} USING ({})"


@pytest.mark.parametrize(("owner", "table", "policy", "words"), [
    ("launch_owner", "app.tasks", ("launch_rw, launch_ro", "is_active"), "app.tasks: launch_owner sees 9 rows of the tenant, and launch_ro sees 6"),
    ("launch_owner", "app.tasks", ("PUBLIC", "is_active"), "app.tasks: its restrictive policies hiding are for launch_owner too"),
    ("launch_audit_owner", "audit.audit_log", ("launch_ro", "action <> 'update'"), "audit.audit_log: launch_audit_owner sees"),
])
def test_rows_that_a_policy_keeps_from_who_reads_are_not_left_out_silently(launch, tenant, path, owner, table, policy, words):
    launch.execute(f"SET LOCAL ROLE {owner}; {HIDING.format(table, *policy)}")
    try:
        outcomes = [launch.run("postgres_tenant_export", check=check, tenant=tenant, path=str(path), actor=ACTOR) for check in (True, False)]
    finally:
        launch.execute(f"SET LOCAL ROLE {owner}; DROP POLICY hiding ON {table}")
    for outcome in outcomes:
        assert outcome["failed"] and words in outcome["msg"], outcome
    assert not list(path.parent.iterdir())


def test_a_policy_for_the_application_only_takes_nothing_from_an_export(launch, tenant, path):
    launch.execute(f"SET LOCAL ROLE launch_owner; {HIDING.format('app.tasks', 'launch_rw', 'is_active')}")
    try:
        outcome = export(launch, tenant, path)
    finally:
        launch.execute("SET LOCAL ROLE launch_owner; DROP POLICY hiding ON app.tasks")
    assert {table["name"]: table["rows"] for table in outcome["export"]["tables"]}["app.tasks"] == 9


@pytest.mark.parametrize(("options", "option"), [
    ({"tenant": "01JAMZ0000N0SVCHTENANT0000"}, "tenant"), ({"tenant": "x"}, "tenant"), ({"actor": "x"}, "actor"), ({"path": "/no/such/folder/export"}, "path"),
    ({"table": "no_such_history"}, "table"),
])
def test_what_makes_no_sense_is_refused(launch, tenant, path, options, option):
    outcome = launch.run("postgres_tenant_export", **{"tenant": tenant, "path": str(path), "actor": ACTOR, **options})
    assert outcome["failed"] and outcome["option"] == option and outcome["remedy"]
    assert not path.exists()


def test_a_run_that_dies_leaves_no_export_and_the_next_one_makes_it(launch, tenant, path):
    partial = path.parent / ".export.partial"
    partial.mkdir(mode=0o700)
    (partial / "0001_app.projects.copy").write_text("half of it")
    export(launch, tenant, path)
    assert sorted(each.name for each in path.parent.iterdir()) == ["export"]


def test_two_runs_do_not_write_one_export(launch, tenant, path):
    partial = path.parent / ".export.partial"
    partial.mkdir(mode=0o700)
    other = os.open(partial, os.O_RDONLY)
    try:
        fcntl.flock(other, fcntl.LOCK_EX)
        outcome = launch.run("postgres_tenant_export", tenant=tenant, path=str(path), actor=ACTOR)
    finally:
        os.close(other)
    assert "another run is writing it" in outcome["msg"] and partial.exists() and not path.exists()


def test_it_is_of_one_moment(launch, tenant, path):
    """Rows that another session has not committed are in no table of it."""
    with held(launch, f"{as_tenant(tenant)}; INSERT INTO app.projects (name) VALUES ('not yet')"):
        outcome = export(launch, tenant, path)
    assert {table["name"]: table["rows"] for table in outcome["export"]["tables"]}["app.projects"] == 3


def test_a_tenant_column_that_the_tables_do_not_have_is_refused(launch, tenant, path):
    outcome = launch.run("postgres_tenant_export", check=True, tenant=tenant, path=str(path), actor=ACTOR, names={**LAUNCH_NAMES, "tenant_column": "org"})
    assert outcome["failed"] and not path.exists()
    assert {(each["option"], each["value"]) for each in outcome["errors"]} == {("names.tenant_column", "org")}
    assert [each["problem"].split(" refers to ")[0] for each in outcome["errors"]] == ["app.projects", "app.tasks"], outcome


@pytest.mark.parametrize("check", [True, False])
def test_a_folder_that_is_not_there_is_refused_in_check_mode_too(launch, tenant, path, check):
    outcome = launch.run("postgres_tenant_export", check=check, tenant=tenant, path=str(path / "deeper"), actor=ACTOR)
    assert outcome["failed"] and (outcome["option"], outcome["problem"]) == ("path", "it can't be used: No such file or directory.")


def test_a_table_that_refers_to_the_tenants_rows_and_has_no_tenant_is_refused(launch, tenant, path):
    launch.execute("SET LOCAL ROLE launch_owner; CREATE TABLE app.notes (project_id app.entity_id CONSTRAINT of_project REFERENCES app.tenants)")
    try:
        outcome = launch.run("postgres_tenant_export", tenant=tenant, path=str(path), actor=ACTOR)
    finally:
        launch.execute("SET LOCAL ROLE launch_owner; DROP TABLE app.notes")
    assert outcome["failed"] and "app.notes refers to app.tenants by of_project" in outcome["msg"] and not path.exists()
