# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scripts that are hard to cut into statements. PostgreSQL's parser takes each; most would fail where they ran."""
from __future__ import annotations

_BODY = "CREATE FUNCTION f({}) RETURNS int{} BEGIN ATOMIC {} END; SELECT 2"

# The script, and how many statements it has.
HARD_SCRIPTS: tuple[tuple[str, int], ...] = (
    # Nothing, and next to nothing.
    ("", 0), (";", 0), (" ; ;; \n;", 0), ("-- only;", 0), ("/* only; */", 0), ("-- a\n/* b */ ; -- c", 0), ("\n\n\t", 0), ("SELECT 1", 1),
    ("SELECT 1;", 1), ("SELECT 1;;", 1), (";SELECT 1", 1), ("SELECT 1;SELECT 2", 2), ("SELECT 1;-- end", 1), ("SELECT 1;/* end */", 1), ("SELECT", 1),
    ("SELECT;SELECT;", 2), ("TABLE t; VALUES (1)", 2), ("(SELECT 1); (SELECT 2)", 2), ("((SELECT 1) UNION (SELECT 2)); SELECT 3", 2),
    # Where a line ends, and what space is.
    ("-- old\rSELECT 1;\nSELECT 2;\n", 2), ("-- old\rSELECT 1;\rSELECT 2;\r", 2), ("-- old\r\nSELECT 1;\r\nSELECT 2;\r\n", 2),
    ("SELECT 1 --;\r, 2; SELECT 3", 2), ("-- \u2028SELECT 0;\nSELECT 1", 1), ("-- \x85SELECT 0;\nSELECT 1", 1), ("-- \x0bSELECT 0;\nSELECT 1", 1),
    ("-- \x0cSELECT 0;\nSELECT 1", 1), ("-- \x1cSELECT 0;\nSELECT 1", 1), ("SELECT\x0b1\x0c;\x0bSELECT\x0c2", 2), ("SELECT\t1\t;\tSELECT\t2", 2),
    ("SELECT 1 AS \u00a0; SELECT 2", 2), ("SELECT 1 AS \u2003x; SELECT 2", 2), ("SELECT 1 AS \u2028; SELECT 2", 2),
    ("SELECT 1 AS \ufeff; SELECT 2", 2), ("SELECT 1 AS \x85; SELECT 2", 2), ("SELECT 1 --\n; SELECT 2", 2), ("SELECT 1 --;\n--;\n; SELECT 2", 2),
    ("--\r--\r\n--\nSELECT 1", 1), ("SELECT 1 ---- ;\n; SELECT 2", 2),
    # Comments in comments, and beside operators.
    ("SELECT 1 /* /* ; */ ; */; SELECT 2", 2), ("SELECT /**/1/***/;/****/SELECT 2", 2), ("/*/ ; */ SELECT 1; SELECT 2", 2),
    ("/*/*/ ; */ ; */ SELECT 1", 1), ("/* -- */ SELECT 1; -- /*\nSELECT 2 -- */", 2), ("/* ' */ SELECT 1; /* \" */ SELECT 2; /* $$ */ SELECT 3", 3),
    ("/* \\ */ SELECT 1; SELECT 2", 2), ("-- it's\nSELECT 1; -- \"\nSELECT 2; -- $$\nSELECT 3", 3), ("SELECT 1 +-- ;\n2; SELECT 3", 2),
    ("SELECT 2*/* ; */3; SELECT 4", 2), ("SELECT 2 */* ; */ 3; SELECT 4", 2), ("SELECT 1 @-- ;'\n 2; SELECT 3", 2),
    ("SELECT 1 +/*;*/ 2; SELECT 3", 2), ("SELECT 1 <--;\n 2; SELECT 3", 2), ("SELECT 1 - -1; SELECT 1 -/*;*/- 1", 2),
    ("SELECT 1 //*;*/ 2; SELECT 3", 2), ("SELECT 1 ~~/*;*/ 2; SELECT 3", 2), ("SELECT a|/*;*/b; SELECT 3", 2),
    ("SELECT 1 - - 1; SELECT 1 / 2; SELECT 3 * 4", 3), ("SELECT 1 /* */-- ;\n; SELECT 2", 2), ("SELECT 5 %-- /* ;\n 3; SELECT 4 /* */", 2),
    ("/***/SELECT 1;/* *//* ; */SELECT 2", 2), ("/* /* /* ; */ ; */ ; */SELECT 1", 1), ("/* **/ SELECT 1; /** ; **/ SELECT 2", 2),
    ("CREATE OPERATOR @#@ (PROCEDURE = f, LEFTARG = int); SELECT 1 @#@ 2", 2), ("SELECT 1 ?-| 2; SELECT 1 <-> 2; SELECT 1 #- 2", 3),
    # Literals.
    ("SELECT ';', 'it''s;', ''; SELECT 2", 2), ("SELECT ''';'; SELECT ';'''; SELECT ''''", 3), (r"SELECT '\'; SELECT '\\'; SELECT '\;'", 3),
    (r"SELECT E'\';'; SELECT e'\\'; SELECT E'\\\';'", 3), (r"SELECT E'a''\';'; SELECT E''''; SELECT E'\''''", 3), ("SELECT E'\\\n;'; SELECT 2", 2),
    (r"SELECT E'\047;'; SELECT E'\x27;'; SELECT E'\u0027;'", 3), ("SELECT 'a'\n'b;'; SELECT 2", 2), ("SELECT E'a'\n'b\\';'; SELECT 2", 2),
    ("SELECT E'a'\r'\\';'; SELECT 2", 2), ("SELECT E'a'\x0b\n\x0c'\\';'; SELECT 2", 2), ("SELECT E'a' AS b; SELECT '\\' AS c", 2),
    ("SELECT E'a', '\\'; SELECT 2", 2), ("SELECT E'a'; SELECT '\\'; SELECT 3", 3), ("SELECT E'a' --\n, '\\'; SELECT 2", 2),
    ("SELECT E'a'\n; SELECT '\\'", 2), ("SELECT E'a'\n\n- -1; SELECT '\\'", 2),
    ("SELECT U&'d\\0061t;\\+000061'; SELECT U&\"d\\0061;t\"; SELECT 3", 3), ("SELECT U&'\\\\'; SELECT 2", 2),
    ("SELECT u&'!0061;' UESCAPE '!'; SELECT u&\"!0061;\" UESCAPE '!'", 2), ("SELECT U&';'\n'\\0061;'; SELECT 2", 2),
    ("SELECT u & '1'; SELECT u&1; SELECT 3", 3), ("SELECT B'01'; SELECT b'1;'; SELECT X'1F'; SELECT x'a;'", 4),
    ("SELECT B'0'\n'1'; SELECT X'0'\r'1'", 2), ("SELECT N'a;'; SELECT n'\\'; SELECT N'a'\n';'", 3),
    ("SELECT date'2026-01-01'; SELECT time '1:00;'; SELECT type'\\'; SELECT 4", 4),
    ("SELECT nee'\\'; SELECT _e'\\'; SELECT \u00e9e'\\'; SELECT x1e'\\'", 4), ("SELECT e'\\';'; SELECT e.e, e; SELECT \"e\"'\\'; SELECT 4", 4),
    ("SELECT 'e''\\'; SELECT 'E', E'\\''; SELECT 3", 3), ("SELECT interval'1' day; SELECT e", 2), ("SELECT date E'2026\\';'; SELECT a.date'\\'", 2),
    ("SELECT 'a;\nb;\r;c'; SELECT ';\x0b;'", 2), ("SELECT '--'; SELECT '/*'; SELECT '$$'; SELECT '\"'", 4),
    ("SELECT '${x}'; SELECT '$1'; SELECT ':x'", 3), ("SELECT e'' e; SELECT 2", 2),
    # Names in quotes.
    ('SELECT ";"; SELECT "a"";"; SELECT """"', 3), ('SELECT "it\'s"; SELECT "--"; SELECT "/*"; SELECT "$$"', 4), ('SELECT "\\"; SELECT 2', 2),
    ('SELECT "a"."b;"."c"; SELECT 2', 2), ('SELECT 1 AS "e"; SELECT \'\\\'; SELECT 3', 3), ('SELECT "BEGIN" "ATOMIC"; SELECT "a\n;b"', 2),
    # The dollar.
    ("SELECT $$;$$; SELECT $a$ $$;$b$; $a$; SELECT $_$;$_$", 3), ("SELECT $a$;$A$;$a$; SELECT 2", 2),
    ("SELECT $$'$$; SELECT $$\"$$; SELECT $$--$$", 3), ("SELECT $a1_$;$a1$;$a1_$; SELECT 2", 2), ("SELECT $\u00e9$;$e$;$\u00e9$; SELECT 2", 2),
    ("SELECT $\u00a0$;$\u00a0$; SELECT 2", 2), ("SELECT $a\u2028$;$a\u2028$; SELECT 2", 2), ("SELECT $a$;$$a$; SELECT 2", 2),
    ("SELECT $a$$b$a$; SELECT 2", 2), ("SELECT $a$;$b$a$; SELECT 2", 2), ("SELECT $$ $; $$; SELECT 2", 2),
    ("SELECT a$b$c; SELECT a$$b; SELECT a$; SELECT 4", 4), ("SELECT a$b$, c$b$; SELECT 2", 2), ("SELECT a$$ ; SELECT b$$ ; SELECT 3", 3),
    ("SELECT \u00e9$x$; SELECT \u00e9$x$", 2), ("SELECT $1; SELECT $2 + $1; SELECT $10", 3), ("SELECT ($1),$$;$$; SELECT $1/$2", 2),
    ("SELECT 1,$$;$$; SELECT 'a',$$;$$; SELECT \"a\",$$;$$", 3), ("SELECT t1$a$; SELECT _$a$; SELECT t.a$b$", 3),
    ("INSERT INTO t VALUES (a$b$, 1); INSERT INTO t VALUES (b$b$)", 2), ("SELECT 1 +$$1;$$::int; SELECT 2", 2),
    ("DO $$ BEGIN NULL; END $$; DO $do$ BEGIN PERFORM $$;$$; END; $do$; SELECT 3", 3),
    ("DO LANGUAGE plpgsql $body$ BEGIN RAISE NOTICE ';'; END; $body$; SELECT 2", 2),
    ("CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END; $$; SELECT 2", 2),
    ("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS ';;'; SELECT 2", 2),
    # Numbers.
    ("SELECT 1e5; SELECT 1.5e-3; SELECT .5; SELECT 5.; SELECT 1e+5", 5),
    ("SELECT 0x1F; SELECT 0o17; SELECT 0b11; SELECT 1_000; SELECT 0xDEAD_BEEF", 5), ("SELECT 1-1;SELECT 1--1;\n;SELECT 3", 3),
    ("SELECT 1.e5; SELECT a[1:2]; SELECT a[:]", 3), ("SELECT 1::int;SELECT 2::int--;\n;SELECT 3", 3),
    # Parentheses and brackets.
    ("SELECT (((1))); SELECT ARRAY[1,(2)]; SELECT ROW()", 3), ("SELECT '(' ; SELECT ')'; SELECT 3", 3),
    ('SELECT "("; SELECT $$($$; SELECT /* ( */ 3; SELECT 4 -- (', 4), ("INSERT INTO t (a) VALUES ('('), (')'), (E'\\'('); SELECT 2", 2),
    ("INSERT INTO t VALUES (1 -- );\n); SELECT 2", 2), ("INSERT INTO t VALUES (1 /* ); */); SELECT 2", 2),
    ("INSERT INTO t VALUES (date'2026-01-01', e'\\';', x'1'); SELECT 2", 2),
    ("INSERT INTO t VALUES ($$;$$, $a$;$a$) ON CONFLICT DO NOTHING; SELECT 2", 2),
    ("INSERT INTO t VALUES (1 - 1, 2 / 3, -1) RETURNING *; SELECT 2", 2), ("INSERT INTO t (a) VALUES ('a'';'), ('\\'); SELECT 2", 2),
    ("INSERT INTO t (a) VALUES (type'\\'), (E'\\';'); SELECT 2", 2), ("INSERT INTO t (a) VALUES (U&'\\0061;'), (\"e\"), (e); SELECT 2", 2),
    # Rules.
    ("CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); SELECT 3", 2),
    ("CREATE OR REPLACE RULE r AS ON UPDATE TO t DO INSTEAD (DELETE FROM a; NOTIFY b;); SELECT 3", 2),
    ("CREATE RULE r AS ON DELETE TO t WHERE (a = ';') DO ALSO (INSERT INTO l VALUES (1); ; UPDATE l SET a = (2);); SELECT 3", 2),
    ("CREATE RULE r AS ON INSERT TO t DO NOTHING; SELECT 2", 2), ("create rule \"a;\" as on insert to t do (select ');'; select (1)); select 3", 2),
    ("CREATE RULE r AS ON INSERT TO t DO (); SELECT 2", 2),
    ("CREATE RULE r AS ON INSERT TO t DO (INSERT INTO l SELECT " + ", ".join(["new.a"] * 80) + "; SELECT 2); SELECT 3", 2),
    # Bodies in SQL.
    (_BODY.format("", "", "SELECT 1;"), 2), (_BODY.format("", "", ""), 2), (_BODY.format("", "", ";;"), 2),
    (_BODY.format("", "", "SELECT 1; SELECT 2; SELECT 3;"), 2), (_BODY.format("", "", "SELECT CASE WHEN true THEN 1 END;"), 2),
    (_BODY.format("", "", "SELECT CASE WHEN a THEN CASE b WHEN 1 THEN 2 END END; RETURN 1;"), 2), (_BODY.format("", "", "SELECT c.case FROM c;"), 2),
    (_BODY.format("", "", "SELECT c.end FROM c;"), 2), (_BODY.format("", "", "SELECT 1 AS end; SELECT 1 AS case;"), 2),
    (_BODY.format("", "", 'SELECT "end", "case", "END" FROM c;'), 2), (_BODY.format("", "", "SELECT c.begin, c.atomic FROM c;"), 2),
    (_BODY.format("", "", "SELECT begin atomic FROM c;"), 2),
    (_BODY.format("", "", "SELECT c.end, CASE WHEN true THEN c.case ELSE c.end END FROM c;"), 2),
    (_BODY.format("", "", "SELECT 'END;'; SELECT $$END;$$; -- END;\n/* END; */"), 2), (_BODY.format("", "", "SELECT (1); SELECT (SELECT 2);"), 2),
    (_BODY.format("", "", "INSERT INTO t VALUES (1); UPDATE t SET a = 2; DELETE FROM t;"), 2),
    (_BODY.format("begin int, atomic int DEFAULT 1", "", "SELECT 1;"), 2), (_BODY.format("a text DEFAULT 'BEGIN ATOMIC'", "", "SELECT 1;"), 2),
    (_BODY.format("", " LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 5", "SELECT 1;"), 2),
    (_BODY.format("", " SECURITY DEFINER SET search_path = '' SET work_mem TO '1MB'", "SELECT 1;"), 2),
    (_BODY.format("", " SET search_path TO begin, atomic", "SELECT 1;"), 2), (_BODY.format("", " SET a.b = begin", "SELECT 1;"), 2),
    (_BODY.format("", "[] WINDOW SUPPORT s TRANSFORM FOR TYPE x", "SELECT 1;"), 2),
    ("CREATE FUNCTION f() RETURNS TABLE (a int, b int) /* x */ BEGIN -- y\n ATOMIC SELECT 1; END; SELECT 2", 2),
    ("create or replace function f() returns int begin atomic select 1; end; select 2", 2),
    ("CREATE PROCEDURE p() BEGIN ATOMIC INSERT INTO t VALUES (1); END; CALL p()", 2),
    ("CREATE OR REPLACE PROCEDURE p() LANGUAGE sql BEGIN ATOMIC SELECT 1; END; CALL p()", 2),
    ('CREATE FUNCTION "begin"() RETURNS int BEGIN ATOMIC SELECT 1; END; SELECT 2', 2), ("CREATE FUNCTION begin() RETURNS int RETURN 1; SELECT 2", 2),
    ("CREATE FUNCTION s.begin() RETURNS begin BEGIN ATOMIC SELECT 1; END; SELECT 2", 2),
    ("CREATE FUNCTION atomic() RETURNS atomic RETURN 1; SELECT 2", 2),
    ("CREATE FUNCTION f() RETURNS int RETURN CASE WHEN true THEN 1 END; SELECT 2", 2),
    ("CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN (SELECT 1); SELECT 2", 2),
    ("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC CREATE FUNCTION g() RETURNS int BEGIN ATOMIC SELECT 1; END; END; SELECT 2", 2),
    ("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); END; SELECT 2", 2),
    ("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC CREATE TABLE begin (atomic int); END; SELECT 2", 2),
    ("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC COMMIT; END; SELECT 2", 2),
    ("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END /* ; */ ; CREATE FUNCTION g() RETURNS int BEGIN ATOMIC SELECT 1; END", 2),
    # BEGIN, ATOMIC, CASE and END elsewhere.
    ("BEGIN; SELECT 1; END", 3), ("BEGIN; SELECT CASE WHEN true THEN 1 END; COMMIT", 3), ("SELECT begin atomic FROM t; SELECT 2; SELECT 3", 3),
    ("SELECT c.case, c.end FROM c; SELECT 2", 2),
    ("CREATE TABLE function (begin int, atomic int, \"end\" int); SELECT begin atomic FROM function; SELECT 3", 3),
    ("CREATE TRIGGER t AFTER INSERT ON a EXECUTE FUNCTION begin(); SELECT 2", 2), ("CREATE VIEW begin AS SELECT begin atomic FROM t; SELECT 2", 2),
    ("ALTER FUNCTION begin() RENAME TO atomic; SELECT 2", 2), ("DROP FUNCTION begin, atomic; SELECT 2", 2),
    ("CREATE AGGREGATE begin (int) (sfunc = f, stype = int); SELECT 2", 2), ("PREPARE begin AS SELECT 1; EXECUTE begin; DEALLOCATE begin", 3),
    ("CREATE SCHEMA s CREATE TABLE a (b int) CREATE VIEW v AS SELECT 1; SELECT 2", 2), ("EXPLAIN SELECT 1; COPY t TO '/x;'; SELECT 3", 3),
    ("COMMENT ON TABLE t IS 'a;''b;'; SELECT 2", 2), ("SET x = 'a;b'; RESET x; SHOW x", 3), ("LISTEN a; NOTIFY a, ';'; UNLISTEN a", 3),
    ("CREATE TABLE größe (\u00fc int); SELECT ß FROM größe", 2),
    ("SELECT " + ", ".join(f"a{number}" for number in range(100)) + ", 'x;', E'\\';', a$b$, $$;$$, date'\\' FROM t -- ;\n; SELECT 2", 2),
)

# The same. A literal goes on behind a comment, too; libpg_query takes comments out earlier than the server and refuses these.
CONTINUED_BEHIND_COMMENTS: tuple[tuple[str, int], ...] = (
    ("SELECT 'a' -- it's\n'b;'; SELECT 2", 2), ("SELECT E'a' -- ;'\n '\\';'; SELECT 2", 2), ("SELECT E'a' -- ;\r'\\';'; SELECT 2", 2),
    ("SELECT E'a'\n--;\n  --\n'\\';'\n'\\';'; SELECT 2", 2), ("SELECT B'0'\n'1'; SELECT X'0' -- '\n'1'", 2),
)
