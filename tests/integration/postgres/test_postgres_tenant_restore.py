# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From one server to another."""
from __future__ import annotations

import dataclasses
import json
import time

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.export import manifest
from tests.integration.postgres.conftest import LOGINS, migrated
from tests.integration.postgres.modules import held
from tests.integration.postgres.portable import ACTOR, AUTHOR, ODD, as_tenant, done, export, fill, hashes, tenant_with_rows
from tests.support.postgres import another_database

STAMPS = "SELECT id, created_at, created_by, updated_at, updated_by, version FROM app.tasks ORDER BY id"


@pytest.fixture(scope="module")
def elsewhere(database):
    """Launch on another server, with a tenant of its own."""
    with another_database(database) as second:
        other = migrated(second, *LOGINS)
        tenant_with_rows(other)
        yield other


@pytest.fixture
def tenant(launch):
    return tenant_with_rows(launch)


@pytest.fixture
def path(launch, tenant, tmp_path):
    export(launch, tenant, tmp_path / "export")
    return tmp_path / "export"


def restore(where, path, check=False, **options):
    return where.run("postgres_tenant_restore", check=check, path=str(path), actor=ACTOR, **options)


def own(tenant):
    return f"tenant = '{tenant}'"


def not_own(tenant):
    return f"tenant <> '{tenant}'"


def test_a_tenant_is_the_same_on_another_server_and_nobody_else_notices(launch, elsewhere, tenant, path):
    time.sleep(0.01)
    others = hashes(elsewhere, not_own(tenant), log=True)
    outcome = done(restore(elsewhere, path))
    assert outcome["plan"][0]["after"]["rows"] == {"app.projects": 3, "app.tasks": 9, "app.tenants": 1}
    assert hashes(elsewhere, own(tenant)) == hashes(launch, own(tenant))
    assert hashes(elsewhere, not_own(tenant), log=True) == others
    stamps = [where.rows(f"{as_tenant(tenant)}; {STAMPS}") for where in (launch, elsewhere)]
    assert stamps[0] == stamps[1] and {row[2] for row in stamps[0]} == {AUTHOR} and {row[5] for row in stamps[0]} == {1, 2}
    assert (ODD,) in elsewhere.rows(f"{as_tenant(tenant)}; SELECT title FROM app.tasks")
    again = restore(elsewhere, path)
    assert (again["changed"], again["plan"]) == (False, [])


def test_an_export_of_what_was_restored_has_the_same_hashes(launch, elsewhere, tenant, path, tmp_path):
    done(restore(elsewhere, path))
    export(elsewhere, tenant, tmp_path / "back")
    first, second = (manifest.read((folder / "manifest.json").read_bytes(), "path", "x") for folder in (path, tmp_path / "back"))
    assert first.restored == second.restored and first.migrations == second.migrations


def test_the_restore_is_in_the_log_and_what_was_logged_before_is_in_the_file_only(elsewhere, tenant, path):
    done(restore(elsewhere, path))
    log = elsewhere.rows(f"{as_tenant(tenant)}; SELECT entity_type, action, performed_by, count(*) FROM audit.audit_log GROUP BY 1, 2, 3 ORDER BY 1")
    assert log == [("app.projects", "insert", ACTOR, 3), ("app.tasks", "insert", ACTOR, 9), ("app.tenants", "insert", ACTOR, 1)]
    assert AUTHOR in next(path.glob("*audit_log.copy")).read_text()


def test_it_goes_on_as_before_afterwards(elsewhere, tenant, path):
    """What keeps stamps ended with the restore, and who restores nothing can't keep any."""
    done(restore(elsewhere, path))
    fill(elsewhere, tenant, "later")
    elsewhere.execute(f"SET LOCAL launch.context_restores = 'on'; {as_tenant(tenant)}; INSERT INTO app.projects (name) VALUES ('stamped')")
    for role in ("launch_rw", "launch_migrator"):
        made = elsewhere.rows(
            f"SET LOCAL launch.context_restores = 'on'; {as_tenant(tenant, role)};"
            + (" INSERT INTO app.projects (name) VALUES ('x')" if role == "launch_rw" else
               f" INSERT INTO app.projects (tenant_id, name, version, created_by) VALUES ('{tenant}', 'y', 7, '{ACTOR}')") + " RETURNING version, created_by",
        )
        assert made == [(1, AUTHOR)]


def test_the_platform_can_keep_no_stamps(elsewhere):
    made = elsewhere.rows(
        "SET LOCAL launch.context_restores = 'on'; SET LOCAL ROLE launch_platform;"
        f""" SELECT app.register_tenants('[{{"id": "01JAMZ000000STAMPS00000000", "name": "x", "version": 7}}]', '{ACTOR}');"""
        " SELECT version, created_at = now() FROM app.tenants WHERE id = '01JAMZ000000STAMPS00000000'",
    )
    assert made == [(1, True)]


def edited(path, change):
    """The manifest with a change, sealed again by who knows how."""
    found = manifest.read((path / "manifest.json").read_bytes(), "path", "x")
    (path / "manifest.json").write_bytes(manifest.write(change(found)))


def spoil(path, how):
    file = next(path.glob("*tasks.copy"))
    content = file.read_bytes()
    text = (path / "manifest.json").read_text()
    {
        "changed": lambda: file.write_bytes(content.replace(b"task 1", b"task 7", 1)),
        "cut": lambda: file.write_bytes(content[:-1]),
        "longer": lambda: file.write_bytes(content + content.splitlines(keepends=True)[0]),
        "missing": file.unlink,
        "link": lambda: (file.rename(path / "real"), file.symlink_to(path / "real")),
        "count": lambda: (path / "manifest.json").write_text(text.replace('"rows": 9', '"rows": 8')),
        "cut manifest": lambda: (path / "manifest.json").write_text(text[:-20]),
        "no manifest": (path / "manifest.json").unlink,
        "list": lambda: (path / "manifest.json").write_text("[]"),
        "format": lambda: (path / "manifest.json").write_text(text.replace('"format": 1', '"format": 2')),
    }[how]()


@pytest.mark.parametrize(("how", "words"), [
    ("changed", "is not as it was written"), ("cut", "is not as it was written"), ("longer", "is not as it was written"), ("missing", "can't be read"),
    ("link", "can't be read"), ("count", "was changed or damaged"), ("cut manifest", "its manifest.json is none"), ("no manifest", "has no manifest.json"),
    ("list", "its manifest.json is none"), ("format", "it has format 2"),
])
def test_a_broken_export_is_refused_before_anything_is_changed(elsewhere, path, how, words):
    spoil(path, how)
    before = hashes(elsewhere, log=True)
    for check in (True, False):
        outcome = restore(elsewhere, path, check)
        assert outcome["failed"] and words in outcome["msg"] and (outcome.get("option") or outcome["errors"][0]["option"]) == "path"
    assert hashes(elsewhere, log=True) == before


def test_a_registry_without_domains_is_no_tenants(elsewhere, path):
    def without(table):
        return dataclasses.replace(table, columns=tuple(("dom" if name == "domain" else name, kind) for name, kind in table.columns))

    edited(path, lambda found: dataclasses.replace(found, tables=tuple(map(without, found.tables))))
    outcome = restore(elsewhere, path, check=True)
    assert outcome["failed"] and (outcome["option"], outcome["problem"]) == ("path", "it has no tenant of this system.")


@pytest.mark.parametrize("place", ["../0001_app.projects.copy", "/etc/passwd", "0001_x", ""])
def test_a_manifest_names_no_file_elsewhere(elsewhere, path, place):
    text = (path / "manifest.json").read_text()
    content = {key: value for key, value in json.loads(text).items() if key != "sha256"}
    content["tables"][0]["file"] = place
    (path / "manifest.json").write_text(json.dumps({**content, "sha256": manifest._fingerprint(content)}))
    assert "lacks something or has too much" in restore(elsewhere, path)["msg"]


def test_rows_of_another_tenant_in_a_file_are_refused_even_if_the_hashes_are_right(launch, elsewhere, tenant, path):
    other = tenant_with_rows(elsewhere)
    file = next(path.glob("*projects.copy"))
    file.write_bytes(file.read_bytes().replace(tenant.encode(), other.encode(), 1))
    content = {key: value for key, value in json.loads((path / "manifest.json").read_text()).items() if key != "sha256"}
    import hashlib
    next(table for table in content["tables"] if table["name"] == "projects")["digest"]["sha256"] = hashlib.sha256(file.read_bytes()).hexdigest()
    (path / "manifest.json").write_text(json.dumps({**content, "sha256": manifest._fingerprint(content)}))
    before = hashes(elsewhere, log=True)
    assert "has 1 rows that are not this tenant's" in restore(elsewhere, path)["msg"]
    assert hashes(elsewhere, log=True) == before


@pytest.mark.parametrize("check", [True, False])
def test_a_database_with_other_migrations_is_refused(elsewhere, path, check):
    change = "UPDATE flyway_schema_history SET checksum = checksum + {} WHERE script = 'V2_0_1__tasks.sql'"
    elsewhere.execute(change.format(1))
    try:
        outcome = restore(elsewhere, path, check)
    finally:
        elsewhere.execute(change.format(-1))
    assert "other migrations were applied here than where it was made: V2_0_1__tasks.sql." in outcome["msg"]


@pytest.mark.parametrize("check", [True, False])
def test_other_columns_are_refused(elsewhere, path, check):
    elsewhere.execute("SET LOCAL ROLE launch_owner; ALTER TABLE app.tasks ADD COLUMN more text")
    try:
        outcome = restore(elsewhere, path, check)
    finally:
        elsewhere.execute("SET LOCAL ROLE launch_owner; ALTER TABLE app.tasks DROP COLUMN more")
    assert "there are other tables here, or with other columns: app.tasks." in outcome["msg"]


@pytest.mark.parametrize("check", [True, False])
def test_a_tenant_that_is_there_with_other_rows_is_refused(launch, elsewhere, tenant, path, check):
    done(restore(elsewhere, path))
    fill(elsewhere, tenant, "more")
    before = hashes(elsewhere, log=True)
    assert f"its tenant {tenant} is there already, with other rows in app.projects, app.tasks." in restore(elsewhere, path, check)["msg"]
    assert hashes(elsewhere, log=True) == before


@pytest.mark.parametrize("check", [True, False])
def test_a_domain_of_another_tenant_is_refused(elsewhere, tenant, path, check):
    holder = tenant_with_rows(elsewhere, domain="")
    done(elsewhere.run("postgres_tenant", actor=ACTOR, tenants=[{"id": holder, "name": "x", "domain": f"{tenant.lower()}.example"}]))
    assert f"is that of {holder} here" in restore(elsewhere, path, check)["msg"]


@pytest.fixture
def sold(launch, elsewhere, tenant, tmp_path):
    """Plans of a currency each, which every tenant reads, numbered otherwise elsewhere; and an export of a tenant that has the first of them."""
    made = """
        SET LOCAL ROLE launch_owner;
        CREATE TABLE app.currencies (id integer PRIMARY KEY, code text NOT NULL);
        CREATE TABLE app.plans (id integer PRIMARY KEY, name text NOT NULL, "currency id" integer REFERENCES app.currencies);
        SELECT app.share_table('app.currencies'), app.share_table('app.plans');
        SELECT app.create_tenant_table('app.subscriptions', 'plan_id integer REFERENCES app.plans (id)');
        SET LOCAL ROLE launch_migrator;
        INSERT INTO app.currencies VALUES (1, 'EUR'), (2, 'CHF');
        INSERT INTO app.plans VALUES {}"""
    launch.execute(made.format("(1, 'basic', 1), (2, 'pro', 2), (3, 'free', null)"))
    elsewhere.execute(made.format("(1, 'pro', 2), (2, 'basic', 1), (3, 'free', null)"))
    try:
        launch.execute(f"{as_tenant(tenant)}; INSERT INTO app.subscriptions (plan_id) VALUES (1), (1), (null), (3)")
        export(launch, tenant, tmp_path / "sold")
        yield tmp_path / "sold"
    finally:
        for where in (launch, elsewhere):
            where.execute("SET LOCAL ROLE launch_owner; DROP TABLE app.subscriptions, app.plans, app.currencies")


@pytest.mark.parametrize(("state", "words"), [
    ("SELECT", "app.subscriptions refers by plan_id to rows of app.plans that are not the same here: id = 1 is another."),
    ("DELETE FROM app.plans WHERE id = 1", "id = 1 is missing."),
    ("UPDATE app.plans SET name = 'basic', \"currency id\" = 1 WHERE id = 1; UPDATE app.currencies SET code = 'XXX' WHERE id = 1",
     "app.plans refers by currency id to rows of app.currencies that are not the same here: id = 1 is another."),
])
def test_rows_that_are_no_tenants_have_to_be_the_same_where_it_refers_to_them(elsewhere, sold, state, words):
    elsewhere.execute(f"SET LOCAL ROLE launch_migrator; {state}")
    before = hashes(elsewhere, log=True)
    for check in (True, False):
        outcome = restore(elsewhere, sold, check)
        assert outcome["failed"] and words in outcome["msg"] and outcome["option"] == "path", outcome
    assert hashes(elsewhere, log=True) == before


def test_what_it_does_not_refer_to_may_differ(elsewhere, sold, tenant):
    elsewhere.execute("""
        SET LOCAL ROLE launch_migrator; DELETE FROM app.plans WHERE id = 2;
        UPDATE app.plans SET name = 'basic', "currency id" = 1 WHERE id = 1; UPDATE app.currencies SET code = 'XXX' WHERE id = 2""")
    assert done(restore(elsewhere, sold))["changed"]
    elsewhere.execute("SET LOCAL ROLE launch_migrator; UPDATE app.plans SET name = 'starter' WHERE id = 1")
    assert not done(restore(elsewhere, sold))["changed"]


def test_an_export_from_before_references_were_kept_is_restored(elsewhere, sold):
    edited(sold, lambda found: dataclasses.replace(found, references=()))
    assert done(restore(elsewhere, sold))["changed"]


def test_what_comes_out_otherwise_is_not_kept(elsewhere, tenant, path):
    """A trigger that nobody told the restore of."""
    elsewhere.execute("""
        SET LOCAL ROLE launch_owner;
        CREATE FUNCTION app.shout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN new.name := upper(new.name); RETURN new; END $$;
        CREATE TRIGGER shouts BEFORE INSERT ON app.projects FOR EACH ROW EXECUTE FUNCTION app.shout()""")
    before = hashes(elsewhere, log=True)
    try:
        outcome = restore(elsewhere, path)
    finally:
        elsewhere.execute("SET LOCAL ROLE launch_owner; DROP FUNCTION app.shout() CASCADE")
    assert "what was restored is not what was exported, in app.projects." in outcome["msg"]
    assert hashes(elsewhere, log=True) == before


@pytest.mark.parametrize(("condition", "count"), [
    ("true", 3), ("current_setting('launch.context_restores', true) IS DISTINCT FROM 'on'", 0),
])
def test_triggers_of_your_own_fire_unless_they_leave_out_what_is_restored(elsewhere, path, condition, count):
    elsewhere.execute(f"""
        SET LOCAL ROLE launch_owner;
        CREATE TABLE app.outbox (mail text);
        CREATE FUNCTION app.announce() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN IF {condition} THEN INSERT INTO app.outbox VALUES ('welcome ' || new.name); END IF; RETURN null; END $$;
        CREATE TRIGGER announces AFTER INSERT ON app.projects FOR EACH ROW EXECUTE FUNCTION app.announce()""")
    try:
        done(restore(elsewhere, path))
        sent = elsewhere.database.server.psql("SELECT count(*) FROM app.outbox", elsewhere.name).strip()
    finally:
        elsewhere.execute("SET LOCAL ROLE launch_owner; DROP FUNCTION app.announce() CASCADE; DROP TABLE app.outbox")
    assert int(sent) == count


def test_a_run_that_dies_leaves_nothing_and_the_next_one_finishes(elsewhere, tenant, path):
    """It is killed while it waits for a lock in its only statement."""
    before = hashes(elsewhere, log=True)
    with held(elsewhere, "SET LOCAL ROLE launch_owner; LOCK TABLE app.tasks IN SHARE MODE"):
        run = elsewhere.start("postgres_tenant_restore", path=str(path), actor=ACTOR)
        waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%tenant_restore_%'"
        until = time.monotonic() + 20
        while elsewhere.database.server.psql(waits).strip() != "1":
            assert time.monotonic() < until
            time.sleep(0.05)
        run.kill()
        run.wait()
        elsewhere.database.server.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    assert hashes(elsewhere, log=True) == before
    assert done(restore(elsewhere, path))["changed"]


@pytest.mark.parametrize(("options", "option"), [({"actor": "x"}, "actor"), ({"path": "/no/such/export"}, "path"), ({"table": "none"}, "table")])
def test_what_makes_no_sense_is_refused(elsewhere, path, options, option):
    outcome = elsewhere.run("postgres_tenant_restore", **{"path": str(path), "actor": ACTOR, **options})
    assert outcome["failed"] and outcome["option"] == option and outcome["remedy"]
