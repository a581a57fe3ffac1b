# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections as the tests speak of them: transactions for a tenant."""

from __future__ import annotations

import contextlib
import dataclasses
import typing as t

import psycopg2.extensions
import pytest
from psycopg2 import errors

Row = tuple[t.Any, ...]


@dataclasses.dataclass(frozen=True)
class Tenant:
    """A tenant, one of its actors, and a project with a task."""

    id: str
    actor: str
    project: str
    task: str


@contextlib.contextmanager
def refused(reason: str) -> t.Iterator[t.Any]:
    """SQLSTATE 42501, with the reason where programs find it. As with pytest.raises, the error is the value's ``value``."""
    with pytest.raises(errors.InsufficientPrivilege) as caught:
        yield caught
    assert caught.value.diag.constraint_name == reason, caught.value


class Session:
    """One connection; every ``transaction`` begins with the context it is given."""

    def __init__(self, connection: psycopg2.extensions.connection) -> None:
        self.connection = connection

    def run(self, statement: str, *values: t.Any) -> list[Row]:
        """Run one statement in the open transaction and return its rows."""
        with self.connection.cursor() as cursor:
            cursor.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else []

    def value(self, statement: str, *values: t.Any) -> t.Any:
        return self.run(statement, *values)[0][0]

    def rows_touched(self, statement: str) -> int:
        with self.connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.rowcount

    @contextlib.contextmanager
    def transaction(self, tenant: Tenant | None = None, keep: bool = False) -> t.Iterator[Session]:
        """Open a transaction for a tenant; it is rolled back unless it is to be kept."""
        try:
            if tenant:
                self.run("select app.set_context(%s, %s)", tenant.id, tenant.actor)
            yield self
            if keep:
                self.connection.commit()
        finally:
            self.connection.rollback()
