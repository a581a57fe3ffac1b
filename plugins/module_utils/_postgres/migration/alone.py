# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which statements PostgreSQL runs in no transaction block, and what Flyway takes them for: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.lexemes import Reader, has, lexemes
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.split import Statement

# Those that Flyway runs outside of a transaction.
_FLYWAYS = re.compile(
    r"(CREATE|DROP)( UNIQUE)? INDEX CONCURRENTLY\b|(CREATE|DROP) (DATABASE|TABLESPACE|SUBSCRIPTION)\b|ALTER SYSTEM\b"
    r"|REINDEX( VERBOSE)? (SCHEMA|DATABASE|SYSTEM)\b|VACUUM\b|DISCARD ALL\b"
)
# Not run here: the first is about the whole server, the second ends the session's lock on the history.
_NEVER = re.compile(r"ALTER SYSTEM\b|DISCARD ALL\b")
# Flyway runs these in a transaction, where they fail, unless a file beside the script tells it not to.
_MISSED = re.compile(r"REINDEX( \w+)* CONCURRENTLY\b|ALTER TABLE .*\bDETACH PARTITION .*CONCURRENTLY\b|CLUSTER$")
# What can be run once more, wherever it was ended.
_REPEATABLE = re.compile(r"(CREATE|DROP)( UNIQUE)? INDEX CONCURRENTLY\b|REINDEX\b|VACUUM\b|CLUSTER$|ALTER TABLE .*\bDETACH PARTITION .*CONCURRENTLY\b")
_WAITS_ASIDE = re.compile(r"(CREATE|DROP)( UNIQUE)? INDEX CONCURRENTLY\b|REINDEX( \w+)* CONCURRENTLY\b|ALTER TABLE .*CONCURRENTLY\b")
_IN_TRANSACTION = "executeInTransaction"


def stands_alone(statement: Statement) -> bool:
    """Whether it runs in no transaction block."""
    return bool(_FLYWAYS.match(statement.words) or _MISSED.match(statement.words))


def is_missed(statement: Statement) -> bool:
    """Whether Flyway would run it in a transaction, without a word of its own."""
    return bool(_MISSED.match(statement.words))


def is_refused(statement: Statement) -> bool:
    """Whether it is none of a migration's business."""
    return bool(_NEVER.match(statement.words))


def is_repeatable(statement: Statement) -> bool:
    """Whether a run that was ended within it can be gone on with."""
    return bool(_REPEATABLE.match(statement.words))


def waits_aside(statement: Statement) -> bool:
    """Whether no reader or writer waits behind it while it waits for others."""
    return bool(_WAITS_ASIDE.match(statement.words))


@dataclasses.dataclass(frozen=True)
class IndexBuild:
    """CREATE INDEX CONCURRENTLY.

    :arg name: empty where the server would choose one.
    :arg table: as the script has it.
    """

    name: str
    table: str


@dataclasses.dataclass(frozen=True)
class IndexDrop:
    """DROP INDEX CONCURRENTLY.

    :arg names: as the script has them.
    """

    names: t.Sequence[str]


@dataclasses.dataclass(frozen=True)
class Detaching:
    """ALTER TABLE ... DETACH PARTITION ... CONCURRENTLY."""

    table: str
    partition: str


@dataclasses.dataclass(frozen=True)
class Rebuild:
    """REINDEX ... CONCURRENTLY.

    :arg kind: ``table``, ``index``, ``schema``, or one of those that mean the whole database.
    :arg name: as the script has it; empty where there is none.
    """

    kind: str
    name: str


def act_of(statement: Statement) -> IndexBuild | IndexDrop | Detaching | Rebuild | None:
    """What a statement builds or removes, where an interrupted run may have left it half done; None for all others."""
    reader = Reader(lexemes(statement.text))
    if reader.take("create index concurrently", "create unique index concurrently"):
        reader.take("if not exists")
        name = "" if reader.at("on") else reader.name()
        reader.take("on only", "on")
        return IndexBuild(name, reader.name())
    if reader.take("drop index concurrently"):
        reader.take("if exists")
        return IndexDrop(tuple(reader.names()))
    if reader.take("alter table if exists", "alter table"):
        reader.take("only")
        table = reader.name()
        if reader.take("detach partition"):
            partition = reader.name()
            return Detaching(table, partition) if reader.at("concurrently") else None
    if reader.take("reindex"):
        is_concurrent = has(reader.group(), "concurrently")
        kind = reader.take("table", "index", "schema", "database", "system")
        return Rebuild(kind, reader.name()) if reader.take("concurrently") or is_concurrent else None
    return None


def transaction_setting(path: str, text: str) -> bool | None:
    """What Flyway's file beside a script says of its transaction; None for nothing. LaunchError for what only Flyway does.

    :arg path: of that file.
    """
    said: bool | None = None
    for line in text.splitlines():
        content = line.strip()
        if not content or content.startswith(("#", "!")):
            continue
        name, _sign, value = (part.strip() for part in content.partition("="))
        if name != _IN_TRANSACTION or value.lower() not in ("true", "false"):
            raise LaunchError(
                f"it says {content[:80]!r}.", option="locations", value=path,
                remedy=f"{_IN_TRANSACTION}=false or {_IN_TRANSACTION}=true is all that is known here.",
            )
        said = value.lower() == "true"
    return said
