# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Attempts made, one after the other, each in a transaction that is rolled back.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import contextlib
import io
import re
import typing as t

from ansible_collections.launch.database.plugins.module_utils._postgres.attack.attempts import BECOME, READERS, RO, Attempt
from ansible_collections.launch.database.plugins.module_utils._postgres.attack.judge import Outcome, Tried
from ansible_collections.launch.database.plugins.module_utils._postgres.attack.targets import (
    ENTRIES,
    FOUND,
    OWN_ROWS,
    Sides,
    Tables,
    filled,
    only_the_others,
    tokens,
    values_of,
    why_not,
)
from ansible_collections.launch.database.plugins.module_utils._postgres.connection import psycopg2
from ansible_collections.launch.database.plugins.module_utils._postgres.identifiers import quoted
from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names

_COPY = re.compile(r"copy .* (?:to stdout|from stdin)", re.DOTALL)
# What somebody else waits for who works with the database: an attempt gives up before a deadlock is looked for, which might end the other.
_LIMIT = "set local lock_timeout = '400ms'; set local statement_timeout = '{}s'"
_SECONDS, _SECONDS_TO_READ = 2, 10
_BEGIN = re.compile(r"begin(?: read write)?(?=;|$)")
_TRIES = 3
# What a driver's connection has for everybody: an attempt must not begin with what the last one left.
_CLEAN = "discard all"


class Attacker:
    """A login in one role, on a connection in autocommit mode.

    :arg connection: its own; ``other`` is another client's, which works for B: the same one where there is only one.
    """

    def __init__(self, role: str, names: Names, tables: Tables, sides: Sides, connection: t.Any, other: t.Any = None) -> None:
        self.role, self._names, self._sides = role, names, sides
        self._connection, self._other = connection, other or connection
        self._shared = other is not None
        self._values = values_of(names, tables, sides, {})
        self._values.update(self._found())
        self._database = self._values["database"]
        own, others = (self._rows_of(tenant, OWN_ROWS) for tenant in (sides.a, sides.b))
        self._values.update(only_the_others(role, sides, own, others))
        self._values.update({"entries": some for (some,) in self._rows_of(sides.b, ENTRIES)})

    def why_not(self, attempt: Attempt, strength: str) -> str | None:
        """Why it can't be tried; None if it can."""
        return why_not(attempt, {**self._values, **tokens(self._sides, self._database)}, strength)

    def attempt(self, attempt: Attempt) -> Tried:
        """Try it; again, where locks of others are in its way."""
        made = self._once(attempt)
        for _again in range(_TRIES - 1):
            if not made.outcome.hindrance:
                break
            made = self._once(attempt)
        return made

    def _once(self, attempt: Attempt) -> Tried:
        values = {**self._values, **tokens(self._sides, self._database)}
        self._before(attempt, values)
        try:
            outcome = self._outcome([filled(statement, values) for statement in self._statements(attempt)])
        finally:
            self._leave(attempt)
        return Tried(attempt, self.role, outcome)

    def _statements(self, attempt: Attempt) -> list[str]:
        if attempt.raw:
            return [_limited(statement) for statement in attempt.statements]
        # Reading holds nobody up.
        seconds = _SECONDS_TO_READ if attempt.group == "reading" else _SECONDS
        begin = ["begin", _LIMIT.format(seconds), *(["set transaction read write"] if self.role == RO else [])]
        if self.role in BECOME:
            begin.append(f"set local role {quoted(getattr(self._names, self.role))}")
        if attempt.context:
            begin.append(self._context(self._sides.a))
        # In one message: most of an attempt's time is the way there and back.
        return ["; ".join(begin), *attempt.statements]

    def _context(self, tenant: str) -> str:
        """The statement that sets a context."""
        if self._sides.key is None:
            return f"select ${{app_schema}}.set_context('{tenant}', '{self._sides.actor}')"
        return f"select ${{app_schema}}.set_context('${{token_{'a' if tenant == self._sides.a else 'b'}}}')"

    def _before(self, attempt: Attempt, values: t.Mapping[str, str]) -> None:
        """What was done for B. Where two clients share a connection there is always something, and it may be refused."""
        usual = ("begin", self._context(self._sides.b), "select count(*) from ${table}", "commit") if self._shared and self.reads and not attempt.raw else ()
        for statement in attempt.before or usual:
            with contextlib.suppress(psycopg2.Error):
                _run(self._other, filled(_limited(statement), values), "")

    @property
    def reads(self) -> bool:
        """Whether it can set a context."""
        return self.role in READERS

    def _outcome(self, statements: t.Sequence[str]) -> Outcome:
        outcome = Outcome()
        for statement in statements:
            outcome = self._try(statement)
            if outcome.sqlstate:
                break
        return outcome

    def _try(self, statement: str) -> Outcome:
        mark = self._sides.b
        del self._connection.notices[:]
        try:
            rows, touched = _run(self._connection, statement, f"{mark}\tplanted\n")
        except psycopg2.Error as error:
            diagnosis = error.diag
            said = " ".join(str(part) for part in (error, diagnosis.message_detail, diagnosis.message_hint, diagnosis.context))
            # What the statement itself says is not what the server tells.
            return Outcome(error.pgcode or "none", diagnosis.constraint_name, marked=mark in _without(said, statement))
        told = repr(rows) + "".join(self._connection.notices)
        return Outcome(touched=touched, marked=mark in told)

    def _leave(self, attempt: Attempt) -> None:
        """End the transaction, and what the attempt or the other client left in the session."""
        for connection in dict.fromkeys((self._connection, self._other)):
            with contextlib.suppress(psycopg2.Error):
                _run(connection, "rollback", "")
        if attempt.before or attempt.raw or any("prepare " in statement or statement.startswith("set ") for statement in attempt.statements):
            with contextlib.suppress(psycopg2.Error):
                _run(self._connection, _CLEAN, "")

    def _found(self) -> dict[str, str]:
        rows, _touched = _run(self._connection, filled(FOUND, self._values), "")
        known = dict(zip(("partition", "cell", "database", "login", "extension"), rows[0], strict=True))
        return {name: value for name, value in known.items() if value is not None}

    def _rows_of(self, tenant: str, query: str) -> list[tuple[t.Any, ...]]:
        """What a tenant's context shows; nothing where the role has none, or is refused."""
        if not self.reads:
            return []
        values = {**self._values, **tokens(self._sides, self._database)}
        try:
            for statement in ("begin", self._context(tenant), query):
                rows, _touched = _run(self._connection, filled(_limited(statement), values), "")
        except psycopg2.Error:
            return []
        finally:
            _run(self._connection, "rollback", "")
        return rows


def _limited(statement: str) -> str:
    """The statement, and where it begins a transaction, the limits of that."""
    return _BEGIN.sub(lambda match: f"{match[0]}; {_LIMIT.format(_SECONDS)}", statement)


def _run(connection: t.Any, statement: str, copied: str) -> tuple[list[tuple[t.Any, ...]], int]:
    """The rows of a statement, and how many it returned or changed."""
    with connection.cursor() as cursor:
        if _COPY.fullmatch(statement):
            return _copied(cursor, statement, copied)
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else [], max(cursor.rowcount, 0)


def _copied(cursor: t.Any, statement: str, copied: str) -> tuple[list[tuple[t.Any, ...]], int]:
    stream = io.StringIO(copied if statement.endswith("stdin") else "")
    cursor.copy_expert(statement, stream)
    return [(line,) for line in stream.getvalue().splitlines()], max(cursor.rowcount, 0)


def _without(said: str, statement: str) -> str:
    """What was said, but for the statement itself, which an error repeats."""
    for line in statement.splitlines():
        said = said.replace(line, "")
    return re.sub(r"LINE \d+: .*", "", said)
