# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.script import load_undo
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.undo import plan_undo
from tests.unit.plugins.module_utils._postgres.migration.histories import BASELINE, ONE, TWO, TWO_GONE, VIEWS, row

SCRIPTS = load_undo({"undo": {"U1__one.sql": b"1", "U2__two.sql": b"2", "U3__three.sql": b"3"}}, lambda path: {})
THREE = row(4, "3.0", "three", "V3__three.sql")
LATE = row(5, "2", "two", "V2__two.sql")


def planned(to, *rows):
    return plan_undo(to, rows, SCRIPTS, (), "public.h").changes


@pytest.mark.parametrize(("to", "rows", "undone"), [
    ("2", (ONE, TWO, VIEWS, THREE), [("V3__three.sql", "U3__three.sql")]),
    ("0", (ONE, TWO), [("V2__two.sql", "U2__two.sql"), ("V1__one.sql", "U1__one.sql")]),
    ("1", (ONE, THREE, LATE), [("V2__two.sql", "U2__two.sql"), ("V3__three.sql", "U3__three.sql")]),
    ("1.0", (ONE, TWO, TWO_GONE), []),
    ("1.5", (BASELINE, TWO), [("V2__two.sql", "U2__two.sql")]),
    ("2", (ONE, TWO), []),
    ("0", (), []),
])
def test_what_was_applied_last_is_undone_first(to, rows, undone):
    changes = planned(to, *rows)
    assert [(change.path, change.payload.name.path) for change in changes] == undone
    assert all(change.destructive and change.payload.undoes.script == change.path for change in changes)


@pytest.mark.parametrize(("to", "rows", "words"), [
    ("1", (ONE, TWO, row(5, "4", "four", "V4__four.sql"), row(6, "5.1", "x", "V5_1__x.sql")), "(?s)Write U5_1__name.*Write U4__name"),
    ("1", (BASELINE, TWO), "below the baseline.*The lowest is 1.5"),
    ("7", (ONE,), "no such version is applied; the current one is 1"),
    ("0", (row(1, "1", "one", "x", success=False),), "failed when it was run before"),
    ("0", (row(1, "1", "one", "x", "UNDO_SQL"),), "Flyway Community stops"),
    ("0", (row(1, "1", "one", "x", "JDBC"),), "of type JDBC"),
])
def test_what_can_not_be_undone_is_refused(to, rows, words):
    with pytest.raises(LaunchError, match=words):
        planned(to, *rows)


def test_only_undo_scripts_are_among_them():
    with pytest.raises(LaunchError, match="undo_locations: 'V1__one.sql': it is no undo script"):
        load_undo({"undo": {"V1__one.sql": b"", "README.md": b""}}, lambda path: {})
    with pytest.raises(LaunchError, match="undo_locations: 'b/U1__y.sql': it has the same version 1"):
        load_undo({"a": {"U1__x.sql": b""}, "b": {"U1__y.sql": b""}}, lambda path: {})
