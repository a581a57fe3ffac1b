# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two readings that are alike, and what keeps them from it."""
from __future__ import annotations

import contextlib
import re
import typing as t

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.schema import read as reading
from ansible_collections.launch.database.plugins.module_utils._postgres.schema.queries import PINNED, queries
from ansible_collections.launch.database.plugins.module_utils._postgres.session import DatabaseError

LOCKED = "SQLSTATE 55P03: canceling statement due to lock timeout."


class Changing:
    """A session to a database that is another one from reading to reading.

    :arg owners: of its only role, at each reading; None where the server refuses.
    """

    def __init__(self, *owners: str | None) -> None:
        self._owners = list(owners)
        self.statements: list[str] = []
        self.values: list[t.Any] = []

    @contextlib.contextmanager
    def transaction(self) -> t.Iterator[None]:
        # The first one asks for the server only.
        self.owner = self._owners.pop(0) if self.statements else ""
        yield

    def execute(self, query: str, values: t.Any = None) -> None:
        self.statements.append(query)
        self.values.append(values)

    def rows(self, query: str, values: t.Any = None, doing: str = "") -> list[dict[str, t.Any]]:
        if "server_version_num" in query:
            return [{"version": 170012, "encoding": "UTF8"}]
        if self.owner is None:
            raise DatabaseError(LOCKED, "55P03", None, LOCKED)
        return [{"name": "r", "kind": self.owner}] if query == queries(170012)["role"] else []


@pytest.mark.parametrize(("readings", "kind", "trouble"), [
    (("a", "a"), "a", None),
    (("a", "b", "b"), "b", None),
    (("a", None, "a", "a"), "a", None),
    # The reading before one that failed says nothing any more: what failed may have been a change.
    (("a", None, "a", "b", "a"), None, "No two readings were alike"),
    (("a", "b", "a", "b", "a"), None, "No two readings were alike"),
    ((None, None, None, None, None), None, "55P03"),
])
def test_two_readings_that_are_alike(readings, kind, trouble) -> None:
    live = reading.read(Changing(*readings))
    assert (live.catalogs and live.catalogs.facts) == (kind and {"role r": {"kind": kind}})
    assert (trouble is None) if live.trouble is None else trouble in live.trouble


def test_it_only_reads_and_pins_what_shapes_text() -> None:
    session = Changing("a", "a")
    reading.read(session)
    assert session.statements[::2] == ["SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"] * 3
    assert all("set_config" in each for each in session.statements[1::2])
    assert all(dict(zip(each[::2], each[1::2])) == PINNED for each in session.values[1::2])


@pytest.mark.parametrize("setting", ["lock_timeout", "statement_timeout"])
def test_nobody_is_waited_for_without_end(setting: str) -> None:
    assert re.fullmatch("[1-9][0-9]?s", PINNED[setting])


class Moving:
    """A session to a database whose rows lie on the disk in another order from reading to reading."""

    def __init__(self, rows: list[dict[str, t.Any]]) -> None:
        self._rows = rows

    def rows(self, query: str, doing: str = "") -> list[dict[str, t.Any]]:
        self._rows = self._rows[::-1]
        return self._rows


@pytest.mark.parametrize("rows", [[{"name": "a"}, {"name": "b"}], [{"name": "a", "_rel": 1}, {"name": "a", "_rel": 2}], [{"name": "a", "_rel": None}] * 2])
def test_the_order_of_rows_is_no_difference(rows) -> None:
    session = Moving(rows)
    assert reading.rows_now(session, {"kind": ""}) == reading.rows_now(session, {"kind": ""}) == {"kind": rows}
