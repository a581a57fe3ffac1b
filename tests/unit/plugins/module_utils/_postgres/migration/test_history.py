# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.migration.history import History, java_hash
from ansible_collections.launch.database.plugins.module_utils._postgres.patience import pause


@pytest.mark.parametrize(("schema", "table", "key"), [
    ("public", "flyway_schema_history", 77433833903597),
    ("app", "flyway_schema_history", 77431436970681),
    ("public", "schema_version", 77430801598678),
])
def test_the_lock_is_the_one_that_flyway_takes(schema, table, key):
    assert History(schema, table).lock_key == key


def test_java_hashes_utf_16():
    assert java_hash("") == 0
    assert java_hash("\U0001f680") == 0xD83D * 31 + 0xDE80


def test_pauses_grow_up_to_a_limit_and_differ():
    assert [pause(attempt, 1.0) for attempt in (0, 1, 2, 9)] == [1.0, 2.0, 4.0, 30.0]
    assert pause(3, 0.0) == 4.0
