# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where postgres_migration and Flyway differ: what one of them runs and the other doesn't, with the words of who refuses it.

And what neither runs, where only the words differ.

What postgres_migration learns to run moves to corpus.py.
"""
from __future__ import annotations

import dataclasses
import typing as t

from tests.support.flyway import ARCHIVES

BOTH = tuple(ARCHIVES)
BEFORE = "CREATE TABLE before (id int);\nINSERT INTO before VALUES (1);\n"
_CONF = "executeInTransaction=false\n"
_MIXED = "can't run inside a transaction, and the statements before it do."
_SAYS = "says {}: how a migration begins and ends is not its own business."
_NO_NAME = "it is not a migration's name: it starts with neither V, R, B nor U (in capitals)."
_NOT_SQL = "it looks like a migration, but does not end in .sql."


@dataclasses.dataclass(frozen=True)
class Refused:
    """What Flyway runs, or leaves alone, and ours refuses before it runs anything.

    :arg files: by path, where `{n}` stands for a version.
    :arg words: ours.
    :arg settings: of Flyway, where it needs some.
    :arg executed: how many scripts Flyway runs of it.
    :arg versions: those that run it.
    """

    files: t.Mapping[str, str | bytes]
    words: str
    settings: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    executed: int = 1
    versions: t.Sequence[str] = BOTH

    def numbered(self, number: int) -> dict[str, str | bytes]:
        return {path.replace("{n}", str(number)): content for path, content in self.files.items()}


def _script(statements: str | bytes, words: str, **options: t.Any) -> Refused:
    return Refused({"V{n}__it.sql": statements}, words, **options)


def _beside(path: str, words: str) -> Refused:
    """A file that Flyway takes for none of its own."""
    return Refused({path: "SELECT 1;"}, words, executed=0)


REFUSED = {
    # Both kinds in one.
    "mixed with others": _script(
        "CREATE TABLE mixed ();\nCREATE INDEX CONCURRENTLY mixed_i ON before (id);", _MIXED, settings={"mixed": "true"},
    ),
    "an index without a name": _script("CREATE INDEX CONCURRENTLY ON before (id);", "builds an index without a name"),
    # Transactions of one's own.
    "a transaction": _script("BEGIN;\nCREATE TABLE own ();\nCOMMIT;", _SAYS.format("BEGIN")),
    "another transaction": _script("START TRANSACTION;\nCREATE TABLE own_2 ();\nEND;", _SAYS.format("START")),
    "a rollback": _script("CREATE TABLE gone ();\nROLLBACK;", _SAYS.format("ROLLBACK")),
    "a savepoint": _script("SAVEPOINT a;\nCREATE TABLE gone ();\nROLLBACK TO SAVEPOINT a;\nRELEASE a;", _SAYS.format("SAVEPOINT")),
    # Files beside a script that change how Flyway runs it, and others.
    "an encoding of its own": Refused(
        {"V{n}__it.sql": "CREATE TABLE latin AS SELECT 'Zürich' AS name;".encode("latin-1"), "V{n}__it.sql.conf": "encoding=ISO-8859-1\n"}, "it is not UTF-8",
    ),
    "no placeholders in one": Refused({"V{n}__it.sql": "SELECT '${x}';", "V{n}__it.sql.conf": "placeholderReplacement=false\n"}, "it says 'placeholderReplacement=false'."),
    "callbacks": Refused({
        "beforeMigrate.sql": "SELECT 1;", "afterMigrate__x.sql": "SELECT 2;", "afterEachMigrate.sql": "SELECT 3;",
    }, _NO_NAME, executed=0),
    # Settings of Flyway that ours doesn't have.
    "another encoding": _script(
        "CREATE TABLE latin AS SELECT 'Zürich' AS name;".encode("latin-1"), "it is not UTF-8", settings={"encoding": "ISO-8859-1"},
    ),
    "no placeholders": _script("SELECT '${x}';", "has the placeholder ${x}, which has no value.", settings={"placeholderReplacement": "false"}),
    # Placeholders that differ from run to run, or from machine to machine.
    "a time": _script("SELECT '${flyway:timestamp}';", "has the placeholder ${flyway:timestamp}, whose value differs from run to run."),
    "a folder": _script("SELECT '${flyway:workingDirectory}';", "has the placeholder ${flyway:workingDirectory}, whose value differs from run to run."),
    "an environment": _script("SELECT '${flyway:environment}';", "has the placeholder ${flyway:environment}, which has no value.", versions=["11.8.0"]),
    # Names that the history can't hold: Flyway shortens them.
    "a long description": Refused({f"V{{n}}__{'long_' * 41}x.sql": "SELECT 1;"}, "it is too long: its description has 206 characters of at most 200."),
    "a long path": Refused({f"{'/'.join(['folder' * 10] * 17)}/V{{n}}__x.sql": "SELECT 1;"}, "it is too long: its script has "),
    # Names that Flyway takes for none, without a word.
    "a small letter": _beside("v9__x.sql", _NO_NAME),
    "a hidden file": _beside(".V9__x.sql", _NO_NAME),
    "other SQL": _beside("notes.sql", _NO_NAME),
    "no separator": _beside("V9_nodescsep.sql", "it has no valid version: '9_nodescsep'"),
    "a version with letters": _beside("V9-rc1__x.sql", "it has no valid version: '9-rc1'"),
    "a repeatable one with a version": _beside("R1__x.sql", "it is a repeatable migration, and those have no version."),
    "another suffix": _beside("V9__x.sql.txt", _NOT_SQL),
}

# What both run in no transaction, with its names for a version; Flyway needs its lock to be of another kind for some.
OUTSIDE: dict[str, str] = {
    "V10__index.sql": "CREATE INDEX CONCURRENTLY slow ON before (id);",
    "V11__unique.sql": "-- a comment first\nCREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS slow_unique ON before (id);\nDROP INDEX CONCURRENTLY slow;",
    "V12__vacuum.sql": "VACUUM (ANALYZE) before;",
    "V13__reindex.sql": "REINDEX SCHEMA public;",
    "V14__database.sql": "CREATE DATABASE ${flyway:database}_2;",
    "V15__reindex_without_a_lock.sql": "REINDEX TABLE CONCURRENTLY before;", "V15__reindex_without_a_lock.sql.conf": _CONF,
    "V16__a_procedure_that_commits.sql": "CREATE PROCEDURE commits() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$;\nCALL commits();",
    "V16__a_procedure_that_commits.sql.conf": _CONF,
    "R__again.sql": "VACUUM before;",
}

# What ours runs, and the words of the Flyways that don't.
ONLY_OURS = {
    "a body of SQL": ("CREATE FUNCTION a() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT 2; END;", {"9.22.3": "syntax error at end of input"}),
    "a body with CASE": (
        "CREATE FUNCTION a(n int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN n > 1 THEN 1 END; END;\nCREATE TABLE b ();",
        {"9.22.3": "syntax error at end of input"},
    ),
    "a small e before a string": ("CREATE TABLE a AS SELECT e'it\\'s;' AS t;", dict.fromkeys(BOTH, "unterminated quoted string")),
}


@dataclasses.dataclass(frozen=True)
class Neither:
    """What Flyway's community edition refuses with its own defaults, and ours as well.

    :arg files: by path, beside V1__before.sql.
    :arg theirs: words of Flyway, by version.
    :arg ours: words of ours.
    :arg before: statements that run in the database first, where `{database}` is its name.
    """

    files: t.Mapping[str, str | bytes]
    theirs: t.Mapping[str, str]
    ours: str
    before: str = "SELECT 1"


def _both(words: str) -> dict[str, str]:
    return dict.fromkeys(BOTH, words)


NEITHER = {
    "both kinds in one": Neither(
        {"V2__it.sql": "CREATE TABLE it ();\nVACUUM before;"},
        _both("Detected both transactional and non-transactional statements within the same migration"), _MIXED,
    ),
    "a procedure that commits": Neither(
        {"V2__it.sql": "CREATE PROCEDURE commits() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$;\nCALL commits();"},
        _both("invalid transaction termination"), "invalid transaction termination",
    ),
    "a command of psql": Neither({"V2__it.sql": "\\echo hello\n"}, _both("syntax error at or near"), "is a command of psql, not SQL."),
    "bytes that are no UTF-8": Neither({"V2__it.sql": b"SELECT '\xff';"}, _both("Unable to calculate checksum of V2__it.sql"), "it is not UTF-8"),
    "an unknown placeholder": Neither(
        {"V2__it.sql": "SELECT '${nobody}';"}, _both("No value provided for placeholder: ${nobody}"), "has the placeholder ${nobody}, which has no value.",
    ),
    "one version twice": Neither(
        {"V2__it.sql": "SELECT 1;", "V2.0__same.sql": "SELECT 2;"}, _both("Found more than one migration with version 2.0"), "it has the same version 2.0 as ",
    ),
    "one description twice": Neither(
        {"R__it.sql": "SELECT 1;", "one/R__it.sql": "SELECT 2;"}, _both("Found more than one repeatable migration with description it"),
        "it has the same description 'it' as ",
    ),
    "a condition": Neither(
        {"V2__it.sql": "SELECT 1;", "V2__it.sql.conf": "shouldExecute=false\n"},
        {"9.22.3": "shouldExecute is not supported by Flyway Community Edition", "11.8.0": "shouldExecute is not supported by OSS"}, "it says 'shouldExecute=false'.",
    ),
    "an unknown setting of a script": Neither(
        {"V2__it.sql": "SELECT 1;", "V2__it.sql.conf": "nonsense=false\n"}, _both("Unknown configuration property: nonsense"), "it says 'nonsense=false'.",
    ),
}
