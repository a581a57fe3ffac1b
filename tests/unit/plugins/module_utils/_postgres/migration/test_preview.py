# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.migration.preview import steps
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.split import split


@pytest.mark.parametrize(("script", "expected"), [
    ("INSERT INTO t VALUES (1, 'a'); INSERT INTO t VALUES (-2.5, NULL), (3, 'b''c'); INSERT INTO u VALUES (1)", [("INSERT", 2), ("INSERT", 1)]),
    ("INSERT INTO t VALUES (1, now()); INSERT INTO t VALUES (22, now())", [("INSERT", 2)]),
    ("INSERT INTO t (a) SELECT 'x' FROM v1; INSERT INTO t (a) SELECT 'y' FROM v1; INSERT INTO t (a) SELECT 'z' FROM v2", [("INSERT", 2), ("INSERT", 1)]),
    ("INSERT INTO t VALUES ('--'); INSERT INTO t VALUES ($$;$$); INSERT INTO \"t\" VALUES (E'\\'')", [("INSERT", 3)]),
    # Of a call, a value may be what it is about.
    ("SELECT protect('a'); SELECT protect('b')", [("SELECT", 1), ("SELECT", 1)]),
    ("UPDATE t SET a = 1; UPDATE t SET a = 1", [("UPDATE", 1), ("UPDATE", 1)]),
    ("", []),
])
def test_inserts_in_a_row_that_do_the_same_are_one_step(script, expected):
    assert [(step.effect.kind, step.count) for step in steps(split(script))] == expected


@pytest.mark.parametrize("again", [
    "INSERT INTO t SELECT set_config ('search_path', 'b', true)", "INSERT INTO t SELECT set_config('search_path', 'b', true)",
])
def test_a_search_path_that_is_set_among_inserts_is_seen(again):
    found = steps(split(f"INSERT INTO t SELECT set_config ('work_mem', 'b', true); {again}; DROP TABLE t"))
    assert [step.path_changed for step in found] == [False, False, True]
