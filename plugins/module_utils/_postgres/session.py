# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Statements on one connection, their rows as plain data, their failures as LaunchError.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import collections
import contextlib
import io
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.connection import connect, psycopg2
from ansible_collections.launch.database.plugins.module_utils._postgres.identifiers import quoted

LOCK_NOT_AVAILABLE = "55P03"
DEADLOCK_DETECTED = "40P01"

_NOTICES = 200

_TABLE = """\
SELECT EXISTS (
  SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = %s AND c.relname = %s AND c.relkind = ANY ('{r,p}'))"""


class DatabaseError(LaunchError):
    """What the server said against a statement.

    :arg sqlstate: five characters; None if the connection broke.
    :arg position: of the character in the statement that the server points at, from 1; None if it points at none.
    :arg words: the server's message without what we were doing.
    :arg constraint: the constraint that was violated; the tenant platform says there why it refuses.
    :arg context: what the server did when it happened, in its words.
    :arg fields: ``option``, ``value`` and ``remedy`` of LaunchError.
    """

    def __init__(
        self, problem: str, sqlstate: str | None, position: int | None, words: str, constraint: str | None = None, context: str | None = None, **fields: t.Any,
    ) -> None:
        self.context = context
        self.sqlstate = sqlstate
        self.position = position
        self.words = words
        self.constraint = constraint
        super().__init__(problem, **fields)


class Session:
    """One connection in autocommit mode."""

    def __init__(self, connection: t.Any) -> None:
        self.connection = connection

    def execute(self, query: t.Any, values: t.Any = None, doing: str = "The database refused a statement") -> None:
        """Run a statement. DatabaseError beginning with ``doing`` if the server refuses it.

        :arg values: None runs a text as it is, percent signs included.
        """
        with self._cursor(doing) as cursor:
            cursor.execute(query, values)

    def copy_in(self, statement: str, content: t.BinaryIO, doing: str) -> None:
        """Run a COPY FROM STDIN. What it reads is in no log and in no refusal."""
        with self._cursor(doing) as cursor:
            cursor.copy_expert(statement, content)

    def copy_text(self, statement: str, content: str) -> None:
        """Run a COPY FROM STDIN that reads a text."""
        self.copy_in(statement, io.BytesIO(content.encode()), "The database refused a statement")

    def copy_out(self, statement: str, sink: t.Any, doing: str) -> int:
        """Run a COPY TO STDOUT into what has a ``write()`` for bytes, called once a row. How many rows it wrote."""
        with self._cursor(doing) as cursor:
            cursor.copy_expert(statement, sink)
            return cursor.rowcount

    def rows(self, query: t.Any, values: t.Any = None, doing: str = "The database refused to be read") -> list[dict[str, t.Any]]:
        """The rows of a query by column name."""
        names, rows = self.table(query, values, doing)
        return [dict(zip(names, row, strict=True)) for row in rows]

    def table(self, query: t.Any, values: t.Any = None, doing: str = "The database refused to be read") -> tuple[list[str], list[tuple[t.Any, ...]]]:
        """The names of a query's columns, which it has without any row too, and its rows."""
        with self._cursor(doing) as cursor:
            cursor.execute(query, values)
            return [column.name for column in cursor.description], cursor.fetchall()

    def value(self, query: t.Any, values: t.Any = None) -> t.Any:
        """The first column of the only row."""
        (row,) = self.rows(query, values)
        return next(iter(row.values()))

    def take_notices(self) -> list[str]:
        """What the server said beside its answers since the last call, each on one line; the last ones if there were very many."""
        texts = [" ".join(notice.split()) for notice in self.connection.notices]
        self.connection.notices = collections.deque(maxlen=_NOTICES)
        return texts

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open, broken or not, as the server's last answer says."""
        return self.connection.info.transaction_status != psycopg2.extensions.TRANSACTION_STATUS_IDLE

    @property
    def is_broken(self) -> bool:
        """Whether nothing can be said to the server any more."""
        return bool(self.connection.closed)

    def reported(self, name: str) -> str | None:
        """One of the settings that the server reports by itself whenever they change."""
        return self.connection.info.parameter_status(name)

    def table_exists(self, schema: str, table: str) -> bool:
        """Whether there is a table of this name, partitioned or not, whoever may read it."""
        return self.value(_TABLE, (schema, table))

    @contextlib.contextmanager
    def transaction(self, role: str | None = None) -> t.Iterator[None]:
        """Everything inside is done, or nothing.

        :arg role: who to become inside; None stays the login.
        """
        self.execute("BEGIN ISOLATION LEVEL READ COMMITTED")
        try:
            if role is not None:
                self.execute(f"SET LOCAL ROLE {quoted(role)}", doing=f"The login can't become {role}")
            yield
        except BaseException:
            self._roll_back()
            raise
        self.execute("COMMIT")

    @contextlib.contextmanager
    def trial(self) -> t.Iterator[None]:
        """A transaction of which nothing stays."""
        self.execute("BEGIN")
        try:
            yield
        finally:
            self._roll_back()

    def _roll_back(self) -> None:
        """The first error is the one to tell; a broken connection has rolled back by itself."""
        with contextlib.suppress(LaunchError):
            self.execute("ROLLBACK")

    @contextlib.contextmanager
    def _cursor(self, doing: str) -> t.Iterator[t.Any]:
        try:
            with self.connection.cursor() as cursor:
                yield cursor
        except psycopg2.Error as error:
            raise _database_error(error, doing, self.is_broken) from error


@contextlib.contextmanager
def open_session(params: t.Mapping[str, t.Any]) -> t.Iterator[Session]:
    """A session as a module's options say, closed at the end."""
    with contextlib.closing(connect(params)) as connection:
        yield Session(connection)


def _database_error(error: t.Any, doing: str, is_broken: bool) -> DatabaseError:
    message = error.diag.message_primary or " ".join(str(error).split()) or "no reason was given"
    if is_broken and error.pgcode is None:
        message = f"the connection broke: {message}"
    parts = [message, error.diag.message_detail, error.diag.message_hint]
    words = " ".join(part.rstrip(".") + "." for part in parts if part)
    position = error.diag.statement_position
    return DatabaseError(
        f"{doing}: {with_state(error.pgcode, words)}", error.pgcode, int(position) if position else None, words, error.diag.constraint_name, error.diag.context,
    )


def with_state(sqlstate: str | None, words: str) -> str:
    """The server's words behind their SQLSTATE; the client's own have none."""
    return words if sqlstate is None else f"SQLSTATE {sqlstate}: {words}"
