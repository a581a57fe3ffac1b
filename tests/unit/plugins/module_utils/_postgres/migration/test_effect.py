# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What no transaction can do, so that it is not measured, and what the text does not tell."""
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.migration.effect.model import (
    ACCESS,
    ACCESS_SHARE,
    MAY_REWRITE,
    NO_WORK,
    REWRITE,
    ROW_EXCLUSIVE,
    SCAN,
    SHARE_UPDATE,
    Touch,
)
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.effect.statement import effect_of
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.lexemes import lexemes


@pytest.mark.parametrize(("text", "kind", "touches"), [
    ("CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON app.a (x)", "CREATE UNIQUE INDEX CONCURRENTLY", [Touch("app.a", SHARE_UPDATE, SCAN)]),
    ("VACUUM (FULL, ANALYZE) a", "VACUUM FULL", [Touch("a", ACCESS, REWRITE)]),
    ("vacuum full verbose a", "VACUUM FULL", [Touch("a", ACCESS, REWRITE)]),
    ("VACUUM a", "VACUUM", [Touch("a", SHARE_UPDATE, SCAN)]),
    ("REINDEX TABLE CONCURRENTLY a", "REINDEX TABLE CONCURRENTLY", [Touch("a", SHARE_UPDATE, SCAN)]),
    ("ALTER TABLE p DETACH PARTITION q CONCURRENTLY", "ALTER TABLE DETACH PARTITION CONCURRENTLY", [Touch("p", SHARE_UPDATE), Touch("q", ACCESS)]),
    ("ALTER TABLE a /* x */ SET LOGGED -- y", "ALTER TABLE SET LOGGED", [Touch("a", ACCESS, REWRITE)]),
    ("ALTER TABLE a SET TABLESPACE fast", "ALTER TABLE SET TABLESPACE", [Touch("a", ACCESS, MAY_REWRITE)]),
    ('COPY "A b" (x) FROM STDIN', "COPY FROM", [Touch('"A b"', ROW_EXCLUSIVE)]),
    ("ALTER TABLE a ADD x text DEFAULT mine()", "ALTER TABLE ADD COLUMN", [Touch("a", ACCESS, MAY_REWRITE)]),
    ("ALTER TABLE a ADD x shop.state", "ALTER TABLE ADD COLUMN", [Touch("a", ACCESS, MAY_REWRITE)]),
    ("ALTER TABLE a ADD x text DEFAULT app.lower('x')", "ALTER TABLE ADD COLUMN", [Touch("a", ACCESS, MAY_REWRITE)]),
    ("ALTER TABLE a ADD x text DEFAULT pg_catalog.lower('x')", "ALTER TABLE ADD COLUMN", [Touch("a", ACCESS, NO_WORK)]),
    ("SELECT 1 FROM ((a x JOIN b USING (id)))", "SELECT", [Touch("a", ACCESS_SHARE), Touch("b", ACCESS_SHARE)]),
    ("PREPARE q (int) AS DELETE FROM a", "PREPARE", [Touch("a", ROW_EXCLUSIVE)]),
    ("CREATE SCHEMA IF NOT EXISTS x AUTHORIZATION y", "CREATE SCHEMA", []),
    ("ALTER TABLE a ADD x int, DROP y", "ALTER TABLE ADD COLUMN, DROP COLUMN", [Touch("a", ACCESS, NO_WORK)]),
])
def test_what_is_not_measured(text, kind, touches):
    said = effect_of(lexemes(text))
    assert (said.kind, list(said.touches)) == (kind, touches)


@pytest.mark.parametrize("text", [
    "DO $$ BEGIN END $$", "CALL p()", "EXECUTE x", "SELECT app.create_tenant_table('x')", "CREATE EXTENSION x", "DROP SCHEMA x CASCADE",
    "CREATE TABLE a AS SELECT f()",
    "ALTER TABLE a DROP CONSTRAINT b", "ALTER TABLE a FLY", "FLY", "INSERT INTO a SELECT f(x) FROM b", "REINDEX SCHEMA x",
    "VACUUM", "ALTER DOMAIN d SET NOT NULL",
    "CREATE SCHEMA x CREATE TABLE y (z int REFERENCES a)", "ALTER TYPE t ADD ATTRIBUTE x int CASCADE", "SET CONSTRAINTS ALL IMMEDIATE", "FETCH c", "MOVE c",
    "SECURITY LABEL ON TABLE a IS 'x'", "SELECT app.count()", "INSERT INTO a SELECT mine.lower(x) FROM b",
    "DROP INDEX i", "REFRESH MATERIALIZED VIEW v", "DROP OWNED BY x", "CLUSTER", "ALTER TABLE ALL IN TABLESPACE x SET TABLESPACE y",
])
def test_what_the_text_does_not_tell_is_unknown_and_never_nothing(text):
    assert effect_of(lexemes(text)).unknown


@pytest.mark.parametrize("text", [
    "", "(", "'open", "$$open", "ALTER TABLE", "CREATE INDEX", "/* open", "WITH", "LOCK", "COMMENT ON COLUMN", "COPY", "ALTER TABLE a ADD",
])
def test_what_is_no_statement_ends(text):
    effect_of(lexemes(text))


def test_strings_and_comments_are_no_words():
    said = effect_of(lexemes("INSERT INTO a VALUES ('FROM b', $x$ JOIN c $x$, E'it\\'s FROM d') /* FROM e /* nested */ FROM f */ -- FROM g"))
    assert said.touches == (Touch("a", ROW_EXCLUSIVE),) and not said.unknown
