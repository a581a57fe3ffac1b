# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of a statement is measured: the locks that a server shows, the files of the tables, and how often they were read."""
from __future__ import annotations

import contextlib
import dataclasses

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.migration.effect.model import (
    ACCESS_SHARE,
    EMPTIES,
    LOCKS,
    MAY_REWRITE,
    NO_WORK,
    REWRITE,
    SCAN,
)
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.effect.statement import effect_of
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.lexemes import lexemes
from tests.integration.postgres.conftest import empty_database

MADE = """
CREATE TABLE a (id int PRIMARY KEY, n int, t varchar(10), note text, g int GENERATED ALWAYS AS (1) STORED);
ALTER TABLE a ADD CONSTRAINT a_n CHECK (n > 0) NOT VALID;
INSERT INTO a SELECT i, i, 'x', 'y' FROM generate_series(1, 100) i;
CREATE UNIQUE INDEX a_unique ON a (note, id);
CREATE UNIQUE INDEX a_ready ON a (id);
CREATE TABLE b (id int PRIMARY KEY, a_id int, c int REFERENCES a (id));
ALTER TABLE b ADD CONSTRAINT b_a FOREIGN KEY (a_id) REFERENCES a NOT VALID;
INSERT INTO b SELECT i, i, i FROM generate_series(1, 50) i;
CREATE TABLE "Mixed.Name" (id int);
CREATE TABLE child (id int, n int, t varchar(10));
CREATE TABLE kin (id int);
CREATE TABLE heir () INHERITS (kin);
CREATE TABLE part (id int, d int) PARTITION BY RANGE (d);
CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (1) TO (10);
CREATE TABLE loose (id int, d int);
INSERT INTO loose VALUES (1, 11);
CREATE VIEW v AS SELECT id FROM a;
CREATE MATERIALIZED VIEW m AS SELECT id FROM a;
CREATE UNIQUE INDEX m_id ON m (id);
CREATE SEQUENCE s;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER tr BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION f();
CREATE POLICY p ON a USING (true);
CREATE RULE r AS ON DELETE TO kin DO INSTEAD NOTHING;
CREATE STATISTICS st ON id, n FROM a;
CREATE DOMAIN checked AS int CHECK (VALUE > 0);
CREATE INDEX a_expression ON a ((id + 1));
CREATE SCHEMA app;
CREATE FUNCTION app.lower(text) RETURNS text VOLATILE LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION app.count() RETURNS int VOLATILE LANGUAGE plpgsql AS 'BEGIN LOCK TABLE public.a; RETURN 1; END';
CREATE DOMAIN app.int AS pg_catalog.int4 CHECK (VALUE > 0);
CREATE TYPE mood AS ENUM ('ok');
CREATE TYPE comp AS (x int);
CREATE TABLE typed OF comp;
INSERT INTO typed VALUES (1);
CREATE DOMAIN used AS int;
CREATE TABLE uses (d used);
INSERT INTO uses VALUES (5);
"""

# The text does not tell whether there is one, or which of the relations it means: more is said than is done.
MORE_SAID = """
SELECT x.id FROM a x JOIN b y USING (id) FOR UPDATE OF y
CREATE OR REPLACE VIEW new AS SELECT 1 AS one
DROP INDEX IF EXISTS nope
DROP TRIGGER IF EXISTS nope ON a
DROP POLICY IF EXISTS nope ON a
""".strip().splitlines()

STATEMENTS = """
CREATE TABLE new (id int)
CREATE TABLE new (id int REFERENCES a, b_id int, FOREIGN KEY (b_id) REFERENCES public.b (id))
CREATE TABLE new (LIKE a INCLUDING ALL)
CREATE TABLE new () INHERITS (kin)
CREATE TABLE new AS SELECT a.id FROM a JOIN b ON a.id = b.a_id
SELECT a.id INTO new FROM a
WITH x AS (SELECT id FROM a) SELECT id INTO UNLOGGED new FROM x
CREATE TABLE part_2 PARTITION OF part FOR VALUES FROM (10) TO (20)
CREATE UNIQUE INDEX ON a (id, n)
CREATE INDEX new ON ONLY "Mixed.Name" (id)
CREATE VIEW new AS SELECT a.id FROM a, b WHERE a.id = b.id
CREATE OR REPLACE VIEW v AS SELECT id FROM a WHERE id > 1
CREATE MATERIALIZED VIEW new AS SELECT id FROM b
CREATE TRIGGER new BEFORE UPDATE OF n OR DELETE ON a FOR EACH ROW EXECUTE FUNCTION f()
CREATE POLICY new ON a FOR SELECT USING (EXISTS (SELECT FROM b WHERE b.id = a.id))
ALTER POLICY p ON a RENAME TO q
ALTER TRIGGER tr ON a RENAME TO q
CREATE OR REPLACE RULE r AS ON DELETE TO kin DO INSTEAD NOTHING
CREATE STATISTICS new ON id, t FROM a
CREATE SEQUENCE new
CREATE FUNCTION new() RETURNS int LANGUAGE sql AS 'SELECT 1'
ALTER TABLE a ADD COLUMN x int
ALTER TABLE a ADD x text DEFAULT 'constant' NOT NULL
ALTER TABLE a ADD COLUMN IF NOT EXISTS x timestamptz NOT NULL DEFAULT now()
ALTER TABLE a ADD COLUMN x uuid DEFAULT gen_random_uuid()
ALTER TABLE a ADD COLUMN x double precision DEFAULT random() * (1 + 2)
ALTER TABLE a ADD COLUMN x serial
ALTER TABLE a ADD COLUMN x int GENERATED ALWAYS AS IDENTITY
ALTER TABLE a ADD COLUMN x int GENERATED ALWAYS AS (n + 1) STORED
ALTER TABLE a ADD COLUMN x checked
ALTER TABLE a ADD COLUMN x int REFERENCES b
ALTER TABLE a ADD COLUMN x int DEFAULT 1 REFERENCES b
ALTER TABLE a ADD COLUMN x int CHECK (x > 0)
ALTER TABLE a ADD COLUMN x int UNIQUE
ALTER TABLE "Mixed.Name" ADD COLUMN x int NOT NULL
ALTER TABLE a DROP COLUMN n
ALTER TABLE b DROP c
ALTER TABLE b ALTER COLUMN c TYPE bigint
ALTER TABLE a DROP COLUMN n, ADD COLUMN x int
ALTER TABLE a DROP CONSTRAINT a_n
ALTER TABLE b DROP CONSTRAINT b_a
ALTER TABLE a ALTER COLUMN n TYPE bigint
ALTER TABLE a ALTER t SET DATA TYPE text
ALTER TABLE a ALTER COLUMN n SET DEFAULT 5
ALTER TABLE a ALTER COLUMN n DROP DEFAULT
ALTER TABLE a ALTER COLUMN n SET NOT NULL
ALTER TABLE a ALTER COLUMN id DROP IDENTITY IF EXISTS
ALTER TABLE a ALTER COLUMN n DROP NOT NULL
ALTER TABLE a ALTER COLUMN g SET EXPRESSION AS (n + 2)
ALTER TABLE a ALTER COLUMN g DROP EXPRESSION
ALTER TABLE a ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY
ALTER TABLE a ALTER COLUMN n SET STATISTICS 100
ALTER TABLE a ALTER COLUMN n SET (n_distinct = 5)
ALTER TABLE a ALTER COLUMN note SET STORAGE EXTERNAL
ALTER TABLE a ALTER COLUMN note SET COMPRESSION pglz
ALTER TABLE a ADD CONSTRAINT x CHECK (id > 0)
ALTER TABLE a ADD CONSTRAINT x CHECK (id > 0) NOT VALID
ALTER TABLE b ADD CONSTRAINT x FOREIGN KEY (a_id) REFERENCES a (id)
ALTER TABLE b ADD FOREIGN KEY (a_id) REFERENCES a NOT VALID
ALTER TABLE a ADD UNIQUE (n)
ALTER TABLE "Mixed.Name" ADD PRIMARY KEY (id)
ALTER TABLE a ADD CONSTRAINT x UNIQUE USING INDEX a_ready
ALTER TABLE a VALIDATE CONSTRAINT a_n
ALTER TABLE b VALIDATE CONSTRAINT b_a
ALTER TABLE b ALTER CONSTRAINT b_a DEFERRABLE
ALTER TABLE a RENAME COLUMN n TO x
ALTER TABLE a RENAME n TO x
ALTER TABLE a RENAME CONSTRAINT a_n TO x
ALTER TABLE a RENAME TO x
ALTER TABLE a DISABLE TRIGGER tr
ALTER TABLE a ENABLE ALWAYS TRIGGER tr
ALTER TABLE kin DISABLE RULE r
ALTER TABLE a ENABLE ROW LEVEL SECURITY
ALTER TABLE a DISABLE ROW LEVEL SECURITY
ALTER TABLE a FORCE ROW LEVEL SECURITY
ALTER TABLE a NO FORCE ROW LEVEL SECURITY
ALTER TABLE a CLUSTER ON a_unique
ALTER TABLE a SET WITHOUT CLUSTER
ALTER TABLE b SET UNLOGGED
ALTER TABLE a SET (fillfactor = 90, autovacuum_enabled = false)
ALTER TABLE a SET (user_catalog_table = true)
ALTER TABLE a RESET (fillfactor)
ALTER TABLE child INHERIT kin
ALTER TABLE heir NO INHERIT kin
ALTER TABLE a OWNER TO CURRENT_USER
ALTER TABLE a REPLICA IDENTITY FULL
ALTER TABLE a SET SCHEMA other
ALTER TABLE part ATTACH PARTITION loose FOR VALUES FROM (10) TO (20)
ALTER TABLE part DETACH PARTITION part_1
ALTER VIEW v SET (security_invoker = true)
ALTER VIEW v RENAME TO x
ALTER INDEX a_unique RENAME TO x
ALTER INDEX a_unique SET (fillfactor = 50)
ALTER SEQUENCE s INCREMENT 2
ALTER SEQUENCE s OWNER TO CURRENT_USER
DROP TABLE b
DROP TABLE IF EXISTS kin, heir
DROP VIEW v
DROP MATERIALIZED VIEW m
DROP SEQUENCE s
DROP INDEX a_unique
DROP TRIGGER tr ON a
DROP POLICY p ON a
DROP RULE r ON kin
DROP STATISTICS st
DROP DOMAIN checked
TRUNCATE TABLE b
TRUNCATE loose, child
LOCK TABLE a
LOCK a, b IN SHARE ROW EXCLUSIVE MODE
LOCK TABLE ONLY a IN ROW SHARE MODE NOWAIT
REFRESH MATERIALIZED VIEW m
REFRESH MATERIALIZED VIEW CONCURRENTLY m
CLUSTER a USING a_unique
ANALYZE a
ANALYZE (VERBOSE) a (id), b
REINDEX TABLE a
REINDEX INDEX a_unique
INSERT INTO child VALUES (1, 2, 'FROM a')
INSERT INTO child (id) SELECT id FROM a WHERE n IS DISTINCT FROM 3
UPDATE child SET n = b.id FROM b WHERE b.id = child.id
DELETE FROM child USING b WHERE b.id = child.id
MERGE INTO child USING b ON b.id = child.id WHEN MATCHED THEN UPDATE SET n = 1
WITH gone AS (DELETE FROM child RETURNING id) INSERT INTO kin SELECT id FROM gone
INSERT INTO child (id) VALUES (1) ON CONFLICT DO NOTHING
SELECT extract(day FROM now()), count(*) FROM a LEFT JOIN (SELECT id FROM b) x USING (id)
SELECT id FROM a FOR UPDATE
(SELECT id FROM a) UNION ALL (SELECT id FROM b)
TABLE a
COPY a TO '/dev/null'
COMMENT ON TABLE a IS 'x'
COMMENT ON COLUMN public.a.n IS 'x'
COMMENT ON VIEW v IS 'x'
COMMENT ON INDEX a_unique IS 'x'
COMMENT ON CONSTRAINT a_n ON a IS 'x'
COMMENT ON TRIGGER tr ON a IS 'x'
COMMENT ON POLICY p ON a IS 'x'
COMMENT ON FUNCTION f() IS 'x'
GRANT SELECT ON a TO PUBLIC
REVOKE ALL ON TABLE a FROM PUBLIC
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC
SET LOCAL search_path = public
CREATE TYPE new AS (x int)
DROP FUNCTION f() CASCADE
DO $$ BEGIN LOCK TABLE a; END $$
ALTER INDEX a_expression ALTER COLUMN 1 SET STATISTICS 5
CREATE SCHEMA fresh CREATE TABLE t (id int REFERENCES a)
CREATE SCHEMA fresh CREATE TABLE t (id int) CREATE INDEX ON t (id)
CREATE SEQUENCE new OWNED BY a.id
ALTER SEQUENCE s OWNED BY a.n
DECLARE c CURSOR FOR SELECT id FROM a FOR UPDATE
PREPARE q AS DELETE FROM a
CREATE TABLE new AS TABLE a
INSERT INTO child (id) TABLE kin
SELECT 1 FROM (a JOIN b USING (id)) FOR UPDATE
SELECT x.id FROM ((a x JOIN b y ON x.id = y.id)) FOR SHARE
UPDATE ONLY child AS x SET n = 1 WHERE id IN (SELECT id FROM ONLY b)
DELETE FROM kin
DELETE FROM ONLY kin
WITH x AS MATERIALIZED (TABLE b), y AS (UPDATE child SET n = 1 RETURNING id) SELECT * FROM x, y
SELECT id INTO new FROM a
EXPLAIN ANALYZE DELETE FROM child
EXPLAIN (ANALYZE, COSTS off) UPDATE child SET n = 2
UPDATE a SET n = n + 1
INSERT INTO part VALUES (1, 2)
LOCK TABLE part
ALTER TYPE comp ADD ATTRIBUTE y int CASCADE
ALTER TYPE comp RENAME ATTRIBUTE x TO y CASCADE
ALTER TYPE mood ADD VALUE 'sad'
ALTER DOMAIN used ADD CONSTRAINT k CHECK (VALUE > 1)
ALTER TABLE typed NOT OF
CREATE TABLE new OF comp
SET CONSTRAINTS ALL IMMEDIATE
ALTER TABLE a ADD COLUMN x text DEFAULT app.lower('x')
ALTER TABLE a ADD COLUMN x text DEFAULT pg_catalog.lower('x')
ALTER TABLE a ADD COLUMN x double precision DEFAULT "random"()
ALTER TABLE a ADD COLUMN x int[] NOT NULL DEFAULT '{}'
ALTER TABLE a ADD COLUMN x timestamptz DEFAULT CURRENT_TIMESTAMP
ALTER TABLE a ADD COLUMN x int DEFAULT nextval('s')
ALTER TABLE a ADD COLUMN x int DEFAULT 1 NOT NULL CHECK (x > 0)
ALTER TABLE a ADD COLUMN x mood DEFAULT 'ok'
ALTER TABLE a ADD COLUMN x public.checked
ALTER TABLE a ADD COLUMN x app.int
ALTER TABLE a ADD EXCLUDE USING btree (n WITH =)
ALTER TABLE a ADD CONSTRAINT x UNIQUE NULLS NOT DISTINCT (n)
ALTER TABLE a ALTER COLUMN t TYPE varchar(20)
ALTER TABLE a ALTER COLUMN t TYPE varchar(5)
ALTER TABLE a SET TABLESPACE pg_default
ALTER TABLE a SET ACCESS METHOD heap
ALTER TABLE a ENABLE TRIGGER USER
ALTER TABLE a REPLICA IDENTITY USING INDEX a_ready
ALTER TABLE IF EXISTS ONLY a DROP COLUMN IF EXISTS nope
ALTER TABLE a RESET (autovacuum_enabled), ALTER n SET STATISTICS 5
ALTER TABLE a SET (fillfactor = 90), ADD COLUMN x int
ALTER TABLE part ADD COLUMN x int
ALTER TABLE part ADD PRIMARY KEY (d)
ALTER TABLE part DROP COLUMN id
ALTER TABLE a DROP COLUMN id CASCADE
ALTER TABLE a DROP CONSTRAINT IF EXISTS nope
ALTER TABLE b DROP CONSTRAINT b_c_fkey
ALTER TABLE child INHERIT public.kin
ALTER INDEX a_ready RESET (fillfactor)
ALTER VIEW v ALTER COLUMN id SET DEFAULT 5
ALTER VIEW v RENAME COLUMN id TO x
ALTER VIEW v OWNER TO CURRENT_USER
ALTER VIEW v SET SCHEMA other
ALTER MATERIALIZED VIEW m SET SCHEMA other
ALTER MATERIALIZED VIEW m RENAME TO x
ALTER MATERIALIZED VIEW m SET (fillfactor = 50)
ALTER SEQUENCE s RESTART WITH 5
ALTER SEQUENCE s RENAME TO x
ALTER STATISTICS st SET STATISTICS 5
ALTER RULE r ON kin RENAME TO x
ALTER POLICY p ON a USING (EXISTS (SELECT FROM b))
CREATE CONSTRAINT TRIGGER new AFTER INSERT ON a FROM b DEFERRABLE FOR EACH ROW EXECUTE FUNCTION f()
CREATE OR REPLACE TRIGGER tr BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION f()
CREATE RULE new AS ON INSERT TO kin DO ALSO DELETE FROM child
CREATE MATERIALIZED VIEW new AS SELECT id FROM b WITH NO DATA
CREATE INDEX new ON m (id)
CREATE INDEX new ON part (id)
CREATE INDEX IF NOT EXISTS new ON a USING hash (n) WHERE n > 5
CREATE STATISTICS new ON (n + 1), id FROM a
CREATE TABLE new PARTITION OF part DEFAULT
CREATE TABLE IF NOT EXISTS a (id int)
CREATE UNLOGGED TABLE new (x int PRIMARY KEY REFERENCES b)
CREATE TEMP TABLE new ON COMMIT DROP AS SELECT id FROM a
CREATE TABLE new (x int, LIKE a)
CREATE TABLE new (x int REFERENCES new, y int PRIMARY KEY)
CREATE PUBLICATION new FOR TABLE a
DROP TYPE comp CASCADE
DROP TYPE mood
DROP SCHEMA app CASCADE
DROP FUNCTION app.lower(text)
DROP TABLE child
DROP TABLE a CASCADE
DROP VIEW IF EXISTS v
DROP OWNED BY CURRENT_USER
TRUNCATE a CASCADE
TRUNCATE ONLY kin
TRUNCATE TABLE child RESTART IDENTITY
TRUNCATE kin
CLUSTER (VERBOSE) a USING a_unique
REINDEX (VERBOSE) TABLE a
REFRESH MATERIALIZED VIEW m WITH NO DATA
COMMENT ON MATERIALIZED VIEW m IS 'x'
COMMENT ON RULE r ON kin IS 'x'
COMMENT ON STATISTICS st IS 'x'
COMMENT ON COLUMN v.id IS 'x'
COMMENT ON CONSTRAINT checked_check ON DOMAIN checked IS 'x'
COMMENT ON SEQUENCE s IS 'x'
GRANT SELECT (id), UPDATE (n) ON a TO PUBLIC
GRANT SELECT ON ALL TABLES IN SCHEMA public TO PUBLIC
CREATE FUNCTION new() RETURNS SETOF a LANGUAGE sql BEGIN ATOMIC SELECT * FROM a; END
SELECT app.count()
SELECT count(*) FROM v
SELECT pg_catalog.setval('s', 5)
SELECT lo_create(0)
MERGE INTO child USING (SELECT id FROM b) x ON x.id = child.id WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (1)
""".strip().splitlines()

_MODES = {"".join(word.capitalize() for word in lock.split()) + "Lock": lock for lock in LOCKS}


@pytest.fixture(scope="module")
def made(database):
    target = empty_database(database)
    target.execute(MADE + "CREATE SCHEMA other;")
    return target


@dataclasses.dataclass
class Measured:
    locks: dict
    rewritten: set
    read: set


def measure(target, statement):
    """Each relation that existed before, by its name then: the strongest lock, whether its file is another, whether it was read."""
    with contextlib.closing(dataclasses.replace(target.database, name=target.name).connect(target.user)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT oid, oid::regclass::text, relkind, pg_relation_filenode(oid) FROM pg_class WHERE relnamespace = 'public'::regnamespace")
        before = {oid: (name, kind, file) for oid, name, kind, file in cursor.fetchall()}
        connection.rollback()
        cursor.execute(statement)
        cursor.execute("SELECT relation, mode FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation' AND relation = ANY (%s)", ([*before],))
        locks = {}
        for oid, mode in cursor.fetchall():
            name = before[oid][0]
            locks[name] = max(locks.get(name, ACCESS_SHARE), _MODES[mode], key=LOCKS.index)
        cursor.execute("SELECT relid, seq_scan + coalesce(idx_scan, 0) FROM pg_stat_xact_all_tables WHERE relid = ANY (%s)", ([*before],))
        read = {before[oid][0] for oid, reads in cursor.fetchall() if reads}
        cursor.execute("SELECT oid, pg_relation_filenode(oid) FROM pg_class WHERE oid = ANY (%s)", ([*before],))
        rewritten = {before[oid][0] for oid, file in cursor.fetchall() if file != before[oid][2]}
        kinds = {name: kind for name, kind, _file in before.values()}
        connection.rollback()
    return Measured(locks, rewritten, read), kinds


@pytest.mark.parametrize("statement", STATEMENTS)
def test_what_is_said_of_a_statement_is_what_the_server_does(made, statement):
    if statement.startswith("COPY"):
        statement = statement.replace("'/dev/null'", "STDOUT")
    said = effect_of(lexemes(statement))
    touches = {touch.relation.removeprefix("public."): touch for touch in said.touches if not touch.new}
    if statement.startswith("COPY"):
        assert touches["a"].lock == ACCESS_SHARE
        return
    real, kinds = measure(made, statement)
    assert {name: touch.lock for name, touch in touches.items()} == {name: real.locks.get(name) for name in touches}
    if not said.unknown:
        unsaid = {name: lock for name, lock in real.locks.items() if lock != ACCESS_SHARE and name not in touches and kinds[name] not in "iI"}
        unsaid = {name: lock for name, lock in unsaid.items() if not (kinds[name] == "S" or name in CHILDREN)}
        assert unsaid == {}
    for name, touch in touches.items():
        if touch.work in (REWRITE, EMPTIES):
            assert name in real.rewritten
        elif touch.work != MAY_REWRITE and kinds[name] != "S":
            assert name not in real.rewritten
        if kinds[name] in "rm" and touch.lock not in LOCKS[:3]:
            if touch.work == SCAN and not said.kind.startswith("ANALYZE") and "CONCURRENTLY" not in said.kind:
                assert name in real.read or touch.relation == "Mixed.Name"
            elif touch.work == NO_WORK:
                assert name not in real.read


@pytest.mark.parametrize("statement", MORE_SAID)
def test_where_the_text_leaves_it_open_the_most_is_said(made, statement):
    real, _kinds = measure(made, statement)
    said = effect_of(lexemes(statement)).touches
    assert said and all(LOCKS.index(real.locks.get(touch.relation, ACCESS_SHARE)) <= LOCKS.index(touch.lock) for touch in said)


# They are locked with their parents, and nothing that is said of those names them.
CHILDREN = ("part_1", "heir")


def test_enough_is_measured():
    assert len(STATEMENTS) > 230
