# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.migration.alone import Detaching, IndexBuild, IndexDrop, Rebuild, act_of
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.split import Statement


@pytest.mark.parametrize(("text", "act"), [
    ("REINDEX TABLE CONCURRENTLY app.t", Rebuild("table", "app.t")),
    ("REINDEX (CONCURRENTLY) TABLE t", Rebuild("table", "t")),
    ("REINDEX DATABASE CONCURRENTLY", Rebuild("database", "")),
    ('reindex (verbose, tablespace x) index concurrently "I"', Rebuild("index", '"I"')),
    ("REINDEX TABLE t", None),
    ("REINDEX SCHEMA CONCURRENTLY app", Rebuild("schema", "app")),
    ("CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON ONLY t (id)", IndexBuild("i", "t")),
    ("DROP INDEX CONCURRENTLY IF EXISTS i, app.j", IndexDrop(("i", "app.j"))),
    ("ALTER TABLE IF EXISTS p DETACH PARTITION p1 CONCURRENTLY", Detaching("p", "p1")),
    ("ALTER TABLE p DETACH PARTITION p1", None),
])
def test_what_an_ended_run_may_have_left_half_done(text, act):
    assert act_of(Statement(text, 1, "", 0, len(text))) == act
