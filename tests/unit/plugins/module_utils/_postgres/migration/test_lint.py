# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import dataclasses
import datetime

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.lint.lint import RULES, allowed_in_inventory, findings, lint
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.placeholders import replace
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.preview import Preview, Relation, steps
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.split import split
from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names
from tests.support.platform import LAUNCH_NAMES, LOCATIONS

FULL = Relation(1 << 20, 1000, empty=False, protected=False, filtered=False)
EMPTY = Relation(8192, 0, empty=True, protected=False, filtered=False)
GUARDED = Relation(1 << 20, 1000, empty=False, protected=True, filtered=True)
THERE = {"full": FULL, "app.full": FULL, "empty": EMPTY, "guarded": GUARDED}
NAMES = Names.from_options({})
TODAY = datetime.date(2026, 11, 27)


def preview(text, there=None):
    return Preview("V1__x.sql", steps(split(text)), THERE if there is None else there)


def found(text, names=None, there=None):
    return [(finding.rule, finding.object.rpartition(" ")[2]) for finding in findings(preview(text, there), names)]


@pytest.mark.parametrize(("text", "rule"), [
    ("GRANT SELECT ON full TO a, PUBLIC", "grant-to-public"),
    ('GRANT SELECT ON full TO "public"', "grant-to-public"),
    ("GRANT USAGE ON SCHEMA public TO a", None),
    ("GRANT SELECT ON full TO PUBLIC", "grant-to-public"),
    ("ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC", "grant-to-public"),
    ("REVOKE ALL ON full FROM PUBLIC", None),
    ("COMMENT ON TABLE full IS 'grant to public'", None),
    ("ALTER TABLE full DISABLE ROW LEVEL SECURITY", "rls-off"),
    ("ALTER TABLE full NO FORCE ROW LEVEL SECURITY", "rls-off"),
    ("ALTER TABLE full ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY", None),
    ("DROP POLICY p ON full", "policy-dropped"),
    ("DROP POLICY p ON full; CREATE POLICY p ON full USING (true)", None),
    ("DROP POLICY p ON full; CREATE POLICY p ON empty USING (true)", "policy-dropped"),
    ("CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'", "definer-search-path"),
    ("CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS 'SELECT 1'", None),
    ("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SECURITY DEFINER'", None),
    ("ALTER FUNCTION f() SECURITY DEFINER", "definer-search-path"),
    ("ALTER FUNCTION f() SECURITY DEFINER SET search_path = pg_catalog", None),
    ("ALTER FUNCTION f() SECURITY INVOKER", None),
    ("ALTER VIEW v SET (security_invoker = false)", "view-as-owner"),
    ("ALTER VIEW v RESET (security_invoker)", "view-as-owner"),
    ("ALTER VIEW v SET (security_invoker = true)", None),
    ("ALTER VIEW v SET (security_barrier = true)", None),
    ("CREATE VIEW v AS SELECT 1", "view-as-owner"),
    ("CREATE VIEW v WITH (security_invoker = false) AS SELECT 1", "view-as-owner"),
    ("CREATE VIEW v WITH (security_invoker = true, security_barrier) AS SELECT 1", None),
    ("CREATE VIEW v WITH (security_invoker) AS SELECT 1", None),
    ("UPDATE guarded SET a = 1", "filtered-data"),
    ("DELETE FROM guarded WHERE a = 1", "filtered-data"),
    ("INSERT INTO empty SELECT a FROM guarded", "filtered-data"),
    ("INSERT INTO empty TABLE guarded", "filtered-data"),
    ("INSERT INTO guarded VALUES (1)", None),
    ("CREATE TABLE kept AS SELECT a FROM guarded", "filtered-data"),
    ("SELECT a INTO TEMP kept FROM guarded", "filtered-data"),
    ("CREATE MATERIALIZED VIEW kept AS SELECT a FROM guarded", "filtered-data"),
    ("CREATE TABLE kept AS SELECT a FROM full", None),
    ("SELECT a FROM guarded", None),
    ("ALTER TABLE full ADD FOREIGN KEY (a) REFERENCES full NOT VALID", None),
    ("ALTER TABLE full VALIDATE CONSTRAINT x", None),
    ("UPDATE full SET a = 1", None),
    ("ALTER TABLE guarded ADD FOREIGN KEY (a) REFERENCES full NOT VALID", None),
    ("ALTER TABLE guarded VALIDATE CONSTRAINT x", "key-over-hidden-rows"),
    ("ALTER TABLE full OWNER TO x", "owner-changed"),
    ("REASSIGN OWNED BY x TO y", "owner-changed"),
    ("COMMENT ON TABLE full IS 'OWNER TO x'", None),
    ("SELECT set_config('search_path', 'app', true)", "search-path-set"),
    ("SELECT set_config('lock_timeout', '1s', true)", None),
    ("RESET search_path", "search-path-set"),
    ("SELECT set_config('search_path', 'app', true); DROP TABLE full", "search-path-set"),
    ("SET search_path = app", "search-path-set"),
    ("SET LOCAL search_path TO public, pg_temp", "search-path-set"),
    ("SET LOCAL search_path = pg_catalog, pg_temp", None),
    ("ALTER TABLE full ADD COLUMN a uuid DEFAULT gen_random_uuid()", "volatile-default"),
    ("ALTER TABLE empty ADD COLUMN a uuid DEFAULT gen_random_uuid()", None),
    ("CREATE INDEX ON full (a)", "index-blocks-writes"),
    ("CREATE INDEX ON empty (a)", None),
    ("CREATE INDEX ON new (a)", None),
    ("CREATE INDEX CONCURRENTLY ON full (a)", None),
    ("REINDEX TABLE full", "index-blocks-writes"),
    ("REINDEX TABLE CONCURRENTLY full", None),
    ("SET LOCAL search_path = pg_catalog; CREATE INDEX ON full (a)", None),
    ("SET LOCAL search_path = pg_catalog; CREATE INDEX ON app.full (a)", "index-blocks-writes"),
    ("ALTER TABLE full ALTER COLUMN a SET NOT NULL", "not-null-scan"),
    ("ALTER TABLE empty ALTER COLUMN a SET NOT NULL", None),
    ("ALTER TABLE full ALTER COLUMN a DROP NOT NULL", None),
    ("ALTER TABLE full ADD COLUMN a text DEFAULT lower('X')", None),
    ("ALTER TABLE full ADD COLUMN a text DEFAULT app.lower('X')", "table-rewrite"),
    ("ALTER TABLE full ADD CHECK (a > 0)", "constraint-scan"),
    ("ALTER TABLE full ADD CONSTRAINT x CHECK (a > 0) NOT VALID", None),
    ("ALTER TABLE full ADD CONSTRAINT x CHECK (a > 0) NOT VALID; ALTER TABLE full VALIDATE CONSTRAINT x", "constraint-scan"),
    ("ALTER TABLE full ADD FOREIGN KEY (a) REFERENCES empty NOT VALID; ALTER TABLE full VALIDATE CONSTRAINT x", "constraint-scan"),
    ("ALTER TABLE empty ADD CONSTRAINT x CHECK (a > 0) NOT VALID; ALTER TABLE full VALIDATE CONSTRAINT x", None),
    ("ALTER TABLE full ADD CONSTRAINT x UNIQUE USING INDEX y", None),
    ("ALTER TABLE full ALTER COLUMN a TYPE bigint", "table-rewrite"),
    ("LOCK TABLE full", "lock-table"),
    ("LOCK TABLE full IN ROW SHARE MODE", None),
    ("LOCK TABLE full IN EXCLUSIVE MODE", "lock-table"),
    ("LOCK TABLE full IN SHARE ROW EXCLUSIVE MODE", "lock-table"),
    ("DROP SCHEMA x CASCADE", "data-lost"),
    ("DROP SCHEMA x", None),
    ("DROP TYPE x CASCADE", "data-lost"),
    ("DROP VIEW full CASCADE", None),
    ("DROP OWNED BY x", "data-lost"),
    ("DELETE FROM full", "data-lost"),
    ("DELETE FROM full WHERE a = 1", None),
    ("DELETE FROM empty", None),
    ("ALTER TABLE full DROP CONSTRAINT a", None),
    ("ALTER INDEX full RENAME TO b", None),
    ("ALTER TABLE full SET SCHEMA other", "rename"),
    ("DROP TABLE full", "data-lost"),
    ("DROP TABLE new", None),
    ("TRUNCATE full", "data-lost"),
    ("ALTER TABLE full DROP COLUMN a", "data-lost"),
    ("ALTER TABLE full RENAME COLUMN a TO b", "rename"),
    ("ALTER TABLE full RENAME CONSTRAINT a TO b", None),
    ("DO $$ BEGIN DROP TABLE full; END $$", None),
])
def test_rules(text, rule):
    assert [name for name, _line in found(text)] == ([] if rule is None else [rule])


def test_a_script_outside_of_a_transaction_keeps_no_lock_for_the_next_statement():
    script = "ALTER TABLE full ADD CONSTRAINT x CHECK (a > 0) NOT VALID; ALTER TABLE full VALIDATE CONSTRAINT x"
    assert findings(preview(script), None)
    assert not findings(dataclasses.replace(preview(script), outside=True), None)


@pytest.mark.parametrize(("text", "rules"), [
    ("CREATE TABLE app.a (id int)", ["table-unprotected"]),
    ("CREATE TABLE a (id int)", ["table-unprotected"]),
    ("CREATE TABLE other.a (id int)", []),
    ("CREATE TEMP TABLE a (id int)", []),
    ("SELECT id INTO app.a FROM other.b", ["table-unprotected"]),
    ("WITH x AS (SELECT 1) SELECT * INTO UNLOGGED TABLE app.a FROM x", ["table-unprotected"]),
    ("SELECT 1 INTO TEMP a", []),
    ("SELECT (SELECT 'into' FROM other.b), x.into FROM x", []),
    ("CREATE TABLE app.a PARTITION OF app.b DEFAULT", []),
    ("CREATE TABLE app.a (id int); SELECT app.protect_tenant_table('app.a')", []),
    ("CREATE TABLE app.a (id int); SELECT app.share_table('app.b')", ["table-unprotected"]),
    ("CREATE TABLE app.a (); CREATE TABLE app.b (); SELECT app.protect_tenant_table('app.a'); SELECT app.protect_tenant_table('app.b')", []),
    ("CREATE TABLE app.a (id int); ALTER TABLE app.a ENABLE ROW LEVEL SECURITY", []),
    ("SET LOCAL ROLE app_migrator; UPDATE guarded SET a = 1", []),
    ("SET LOCAL ROLE app_migrator; RESET ROLE; UPDATE guarded SET a = 1", ["filtered-data"]),
    ("SET LOCAL ROLE app_migrator; SET ROLE other; UPDATE guarded SET a = 1", ["filtered-data"]),
    ("SET ROLE other; SET LOCAL ROLE app_migrator; UPDATE guarded SET a = 1", []),
    ("SELECT app.assume_context('x', 'y'); UPDATE guarded SET a = 1", []),
])
def test_rules_where_there_is_the_platform(text, rules):
    assert [name for name, _line in found(text, NAMES)] == rules


def test_each_rule_is_tried_with_what_it_finds_and_what_it_has_to_leave_alone():
    tried = [mark.args[1] for test in (test_rules, test_rules_where_there_is_the_platform) for mark in test.pytestmark]
    seen = {name for rows in tried for _text, rules in rows for name in ([rules] if isinstance(rules, str) else rules or ())}
    assert seen == {rule.name for rule in RULES}


def test_each_rule_has_a_name_of_its_own():
    assert len({rule.name for rule in RULES}) == len(RULES)


SCRIPT = "CREATE TABLE a ();\n-- lint: allow data-lost, nobody reads it, until 2026-11-27\nDROP TABLE full;\nDROP TABLE empty;\n"


@pytest.mark.parametrize(("day", "left", "allowed"), [
    (TODAY, [("data-lost", "V1__x.sql line 4")], 1),
    (TODAY + datetime.timedelta(days=1), [("data-lost", "V1__x.sql line 3"), ("data-lost", "V1__x.sql line 4"), ("exceptions", "V1__x.sql line 3")], 0),
])
def test_a_comment_allows_one_rule_for_the_statement_behind_it_until_its_day(day, left, allowed):
    linted = lint(preview(SCRIPT), SCRIPT, None, [], day)
    shown = [("exceptions" if finding.check == "exceptions" else finding.rule, finding.object) for finding in linted.findings]
    assert (sorted(shown), len(linted.allowed)) == (sorted(left), allowed)


def given(**fields):
    return {"rule": "data-lost", "script": "V1__x.sql", "owner": "data", "reason": "exported", "expires": "2026-11-27", **fields}


def test_the_inventory_allows_a_rule_for_a_script():
    linted = lint(preview(SCRIPT), SCRIPT, None, allowed_in_inventory([given()]), TODAY)
    assert (linted.findings, len(linted.allowed), linted.unused) == ((), 2, ())
    assert {excuse.owner for _finding, excuse in linted.allowed} == {"the script itself", "data"}
    assert lint(preview("SELECT 1"), "", None, allowed_in_inventory([given()]), TODAY).unused
    assert len(lint(preview(SCRIPT), SCRIPT, None, allowed_in_inventory([given(script="V2__y.sql")]), TODAY).findings) == 1


@pytest.mark.parametrize("comment", [
    "-- lint: allow data-lost", "-- lint: allow data-lost, x, until tomorrow", "-- lint: allow typo, x, until 2027-01-01", "--lint: off",
])
def test_a_comment_that_can_not_be_read_is_refused(comment):
    with pytest.raises(LaunchError, match="the comment in line 2 can't be read"):
        lint(preview("SELECT 1"), f"SELECT 1;\n{comment}\n", None, [], TODAY)


@pytest.mark.parametrize("fields", [{"rule": "typo"}, {"reason": " "}, {"expires": "soon"}])
def test_allowances_that_make_no_sense_are_refused(fields):
    with pytest.raises(LaunchError, match="lint_allowed"):
        allowed_in_inventory([given(**fields)])


def test_the_shipped_migrations_are_clean_or_say_why():
    names = Names.from_options(LAUNCH_NAMES)
    for path in (path for location in LOCATIONS for path in sorted(location.glob("*.sql"))):
        text = replace(path.read_text(), {**names.as_placeholders()}, path.name)
        linted = lint(Preview(path.name, steps(split(text)), {}), text, names, [], TODAY)
        assert [(path.name, finding.rule, finding.object) for finding in linted.findings] == []
