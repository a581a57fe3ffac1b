# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scripts of all kinds that Flyway and postgres_migration run alike. differences.py has the others."""
from __future__ import annotations

BOM = b"\xef\xbb\xbf"
PLACEHOLDERS = {"env": "staging", "Owner": "nobody", "empty": "", "lines": "one\ntwo", "odd": "it''s $1 \\ %s ${env}"}

# In the order in which both run them. What differs from run to run, such as a time, is in none of their rows.
RUN: dict[str, str | bytes] = {
    # Names.
    "V001__leading_zeros.sql": "CREATE TABLE notes (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text text);",
    "V1_0_1__underscores.sql": "INSERT INTO notes (text) VALUES ('1.0.1');",
    "V1.1__dots.sql": "INSERT INTO notes (text) VALUES ('1.1');",
    "V1.2__two.sql": "INSERT INTO notes (text) VALUES ('two');",
    "V1.10__ten_is_more_than_two.sql": "INSERT INTO notes (text) VALUES ('ten');",
    "V1.11.0.0__zeros_at_the_end.sql": "INSERT INTO notes (text) VALUES ('zeros');",
    "V2__a__b.sql": "INSERT INTO notes (text) VALUES ('a  b');",
    "V3___begins_with_a_space.sql": "INSERT INTO notes (text) VALUES ('space');",
    "V4.sql": "INSERT INTO notes (text) VALUES ('no separator');",
    "V5__.sql": "INSERT INTO notes (text) VALUES ('no description');",
    "V6__dashes-and spaces (v6), 100%.sql": "INSERT INTO notes (text) VALUES ('signs');",
    "V7__CAPITALS.SQL": "INSERT INTO notes (text) VALUES ('capitals');",
    "V8__Zürich_名前_🚀.sql": "INSERT INTO notes (text) VALUES ('Zürich 名前 🚀');",
    "V9__cafe\u0301.sql": "INSERT INTO notes (text) VALUES ('cafe\u0301');",
    "one/V10__in_a_folder.sql": "INSERT INTO notes (text) VALUES ('folder');",
    "one/two three/Vier/V11__deep.sql": "INSERT INTO notes (text) VALUES ('deep');",
    f"V12__{'long_' * 39}name.sql": "INSERT INTO notes (text) VALUES ('long');",
    # Next to nothing.
    "V20__empty.sql": "",
    "V20.1__line_end.sql": "\n",
    "V20.2__byte_order_mark.sql": BOM,
    "V20.3__comments.sql": "-- nothing; here\n/* nor 'here; /* nor there */ */\n",
    "V20.4__semicolons.sql": ";;\n;",
    # Bytes and line ends.
    "V21__byte_order_mark_and_crlf.sql": BOM + b"CREATE TABLE crlf (\r\n  id int\r\n);\r\nINSERT INTO crlf\r\nVALUES (1);\r\n",
    "V21.1__crlf_in_a_string.sql": b"INSERT INTO notes (text) VALUES ('one\r\ntwo');\r\n",
    "V21.2__lone_cr.sql": b"CREATE TABLE lone_1 ();\rCREATE TABLE lone_2 ();\r",
    "V21.2.1__comment_that_cr_ends.sql": b"-- old\rCREATE TABLE cr_1 ();\nCREATE TABLE cr_2 ();\n",
    "V21.2.2__nothing_but_cr.sql": b"-- old\rCREATE TABLE cr_3 ();\rCREATE TABLE cr_4 ();\r",
    "V21.3__open_end.sql": "CREATE TABLE open_end ()",
    "V21.4__comment_at_the_end.sql": "CREATE TABLE comment_end (); -- that's it",
    "V21.5__odd_spaces.sql": "\t CREATE\fTABLE\vodd_spaces\t() ;  \t\n \n",
    "V21.6__line_separators.sql": "INSERT INTO notes (text) VALUES ('a\u2028b\u0085c\u00a0d');\n",
    "V21.7__long_line.sql": "INSERT INTO notes (text) VALUES ('" + "x" * 100_000 + "');",
    "V21.8__many.sql": "".join(f"INSERT INTO notes (text) VALUES ('{number}');\n" for number in range(1000)),
    # Strings, names and comments in which a semicolon ends nothing.
    "V22__strings.sql": "INSERT INTO notes (text) VALUES ('it''s; here'), (E'it\\'s; there\\\\'), (U&'d\\0061t; a'), ('C:\\'), ('a' -- ;\n 'b');",
    "V22.1__names.sql": 'CREATE TABLE "semi;colon" ("it""s;" int, "Größe" int, größe int, a$b int);',
    "V22.2__comments.sql": "SELECT /* ; /* ' */ $$ ; */ 1; -- ; ' $$ /*\nCREATE TABLE between_comments (a int /* ; */, b int -- ;\n);",
    "V22.3__signs.sql": "INSERT INTO notes (text) SELECT format('%s %I %%', 'x', 'y') WHERE 'abc' LIKE '%b%' AND 10 % 3 = 1 AND '{\"a\": 1}'::jsonb ? 'a';",
    "V22.4__bits.sql": "CREATE TABLE bits AS SELECT B'101' AS b, X'1F' AS x, 1e3 AS e, 0x1F AS h, 1_000 AS u, '\\xdeadbeef'::bytea AS y;",
    # Bodies.
    "V23__dollars.sql": "CREATE FUNCTION dollars() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN 'a;b'; END; $$;\nINSERT INTO notes (text) SELECT dollars();",
    "V23.1__tags.sql": "CREATE FUNCTION tags() RETURNS text LANGUAGE sql AS $body$ SELECT $$;'$$ || $inner$ $body; $inner$; $body$;",
    "V23.2__string_body.sql": "CREATE FUNCTION stringed(a int) RETURNS int LANGUAGE sql AS 'SELECT a; SELECT a + 1;';",
    "V23.3__return.sql": "CREATE FUNCTION plain(a int, b text DEFAULT ';') RETURNS text LANGUAGE sql IMMUTABLE RETURN b || a;",
    "V23.5__procedure.sql": "CREATE PROCEDURE proceed(INOUT a int) LANGUAGE plpgsql AS $$ BEGIN a := a + 1; END $$;\nCALL proceed(1);",
    "V23.6__do.sql": "DO $do$ DECLARE n int; BEGIN FOR n IN 1..3 LOOP EXECUTE format('CREATE TABLE made_%s ()', n); END LOOP; END $do$;",
    "V23.7__trigger.sql": (
        "CREATE FUNCTION capitals() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  NEW.text := upper(NEW.text); -- ;\n  RETURN NEW;\nEND\n$$;\n"
        "CREATE TRIGGER capitals BEFORE INSERT ON notes FOR EACH ROW WHEN (NEW.text <> ';') EXECUTE FUNCTION capitals();\n"
        "INSERT INTO notes (text) VALUES ('shouted');\nALTER TABLE notes DISABLE TRIGGER capitals;"
    ),
    "V23.8__rule.sql": "CREATE VIEW ruled AS SELECT id FROM notes;\nCREATE RULE twice AS ON UPDATE TO ruled DO INSTEAD (SELECT 1; SELECT 2);",
    # Objects.
    "V24__types.sql": (
        "CREATE TYPE mood AS ENUM ('sad', 'ok');\nCREATE TYPE pair AS (a int, b text);\nCREATE DOMAIN small AS int CHECK (VALUE < 10);\n"
        "CREATE TYPE span AS RANGE (subtype = float8);\nALTER TYPE mood ADD VALUE 'happy' AFTER 'ok';"
    ),
    "V24.1__tables.sql": (
        "CREATE TABLE parents (id int PRIMARY KEY, mood mood DEFAULT 'ok', twice int GENERATED ALWAYS AS (id * 2) STORED, UNIQUE (id, mood));\n"
        "CREATE TABLE children (parent int REFERENCES parents DEFERRABLE INITIALLY DEFERRED, many pair[], EXCLUDE (parent WITH =)) WITH (fillfactor = 70);\n"
        "INSERT INTO children VALUES (1, '{}');\nINSERT INTO parents VALUES (1);"
    ),
    "V24.2__partitions.sql": (
        "CREATE TABLE parted (day date, n int) PARTITION BY RANGE (day);\nCREATE TABLE parted_2026 PARTITION OF parted FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');\n"
        "CREATE TABLE parted_rest PARTITION OF parted DEFAULT;\nCREATE INDEX ON parted (n);\nINSERT INTO parted VALUES ('2026-05-05', 1), ('1999-01-01', 2);"
    ),
    "V24.3__indexes.sql": "CREATE UNIQUE INDEX lowered ON notes (lower(left(text, 9)), id) WHERE id > 5;\nCREATE STATISTICS related ON id, text FROM notes;",
    "V24.4__views.sql": "CREATE VIEW few WITH (security_invoker = true) AS SELECT id FROM notes WHERE id < 3;\nCREATE MATERIALIZED VIEW kept AS SELECT count(*) FROM notes;",
    "V24.5__schemas.sql": 'CREATE SCHEMA "Other one" CREATE TABLE inside (id int);\nCREATE SEQUENCE "Other one".counter START 7;',
    "V24.6__operators.sql": (
        "CREATE FUNCTION near(int, int) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT abs($1 - $2) < 2';\n"
        "CREATE OPERATOR <~> (LEFTARG = int, RIGHTARG = int, FUNCTION = near);\nCREATE AGGREGATE total (int) (SFUNC = int4pl, STYPE = int, INITCOND = '0');\n"
        "CREATE CAST (pair AS text) WITH INOUT;"
    ),
    "V24.7__extension.sql": "CREATE EXTENSION pgcrypto;\nINSERT INTO notes (text) SELECT encode(digest('a;b', 'sha1'), 'hex');",
    # Rights.
    "V25__grants.sql": "GRANT SELECT (id), INSERT ON notes TO pg_monitor;\nREVOKE ALL ON parents FROM PUBLIC;\nALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO pg_monitor;",
    "V25.1__policies.sql": (
        "ALTER TABLE parted ENABLE ROW LEVEL SECURITY;\nALTER TABLE parted FORCE ROW LEVEL SECURITY;\n"
        "CREATE POLICY own ON parted AS RESTRICTIVE FOR SELECT TO PUBLIC USING (n = current_setting('a.b', true)::int);"
    ),
    "V25.2__comments_on.sql": "COMMENT ON TABLE notes IS 'it''s; a comment';\nCOMMENT ON COLUMN notes.text IS $$and $ another$$;",
    # Rows.
    "V26__with.sql": "WITH gone AS (DELETE FROM crlf RETURNING id) INSERT INTO notes (text) SELECT 'gone ' || id FROM gone;",
    "V26.1__merge.sql": (
        "MERGE INTO parents p USING (VALUES (1), (2)) v (id) ON p.id = v.id WHEN MATCHED THEN UPDATE SET mood = 'happy' WHEN NOT MATCHED THEN INSERT (id) VALUES (v.id);\n"
        "INSERT INTO parents (id) VALUES (2) ON CONFLICT (id) DO UPDATE SET mood = 'sad';\nTRUNCATE crlf;"
    ),
    "V26.1.1__copied.sql": "COPY crlf (id) FROM STDIN;\n1\n\\N\n\\.\nCREATE TABLE after_copy ();",
    "V26.1.2__copied_csv.sql": "COPY crlf FROM STDIN WITH (FORMAT csv);\n7\n\n\\.\n",
    "V26.2__cursors.sql": "DECLARE c CURSOR FOR SELECT id FROM notes;\nFETCH 2 FROM c;\nPREPARE p AS SELECT $1::int;\nEXECUTE p(1);\nDEALLOCATE p;\nEXPLAIN SELECT 1;",
    "V26.3__temporary.sql": "CREATE TEMPORARY TABLE passing ON COMMIT DROP AS SELECT 1 AS n;\nSELECT n INTO kept_rows FROM passing;\nANALYZE kept_rows;\nNOTIFY news, 'a;b';",
    "V26.4__lock.sql": "LOCK TABLE notes IN SHARE ROW EXCLUSIVE MODE;\nALTER TABLE notes ADD COLUMN extra int DEFAULT 7, ALTER COLUMN text SET NOT NULL;\nALTER TABLE crlf RENAME TO lf;",
    # Settings: of one script, for one script.
    "V27__settings.sql": "SET LOCAL statement_timeout = '1min';\nSET search_path TO \"Other one\";\nCREATE TABLE by_search_path ();\nSET CONSTRAINTS ALL IMMEDIATE;",
    "V27.1__as_before.sql": "CREATE TABLE in_public_again ();",
    # Placeholders.
    "V28__placeholders.sql": "INSERT INTO notes (text) VALUES ('${env} ${ENV} ${owner} [${empty}] ${lines} ${odd}'); -- ${env}",
    "V28.1__in_bodies.sql": "CREATE FUNCTION env() RETURNS text LANGUAGE sql AS $$ SELECT '${env}' $$;\nCREATE TABLE ${env}_things (\"${env}\" int);",
    "V28.2__not_one.sql": "INSERT INTO notes (text) VALUES ('$${env} $ {env} {env} $$ $e$'), ($e$${env}$e$), ($$ {env} $$);",
    "V28.3__flyways_own.sql": (
        "INSERT INTO notes (text) SELECT '${flyway:defaultSchema} ${flyway:table} ${flyway:filename} ${flyway:user}' WHERE '${flyway:database}' = current_database();"
    ),
    # Numbers that no machine's integer holds.
    "V20260131093000__a_time.sql": "INSERT INTO notes (text) VALUES ('a time');",
    "V99999999999999999999999__large.sql": "INSERT INTO notes (text) VALUES ('large');",
    # Again whenever they change, by description.
    "R__A_view.sql": "CREATE OR REPLACE VIEW a_view AS SELECT count(*) FROM notes;",
    "one/R__b_placeholder.sql": "-- ${env}\nCREATE OR REPLACE VIEW b_view AS SELECT '${env}'::text AS env;",
    "R__c_bytes.sql": BOM + "CREATE OR REPLACE FUNCTION c() RETURNS text LANGUAGE sql AS $$ SELECT 'Zürich;' $$;\r\n".encode(),
    "R__ä.sql": "",
    # Nobody runs these.
    "U28__undo.sql": "DROP TABLE notes;",
    ".hidden/V29__hidden.sql": "DROP TABLE notes;",
    "README.md": "Not a script.",
}
ORDER = [path for path in RUN if path.rpartition("/")[2][0] in "VR" and not path.startswith((".hidden", "README"))]
