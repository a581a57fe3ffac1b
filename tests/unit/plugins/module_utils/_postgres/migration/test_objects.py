# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.migration.objects import NOTHING, Found, Kind, OtherHistory, refusals
from tests.unit.plugins.module_utils._postgres.migration.histories import CHECKSUMS, SCRIPTS

TABLES, VIEW, PARTITIONED = Kind("app", "table", 3), Kind("public", "view", 1), Kind("app", "partitioned table", 1)
OURS = OtherHistory("public.history", frozenset({("V1__one.sql", CHECKSUMS["V1__one.sql"])}))
OTHERS = OtherHistory("team.history", frozenset({("V1__one.sql", 0), ("V5__x.sql", 5)}))
UNREADABLE = OtherHistory("secret.history", None)


@pytest.mark.parametrize(("found", "words"), [
    (Found((TABLES, VIEW)), ["found non-empty schema(s) app, public (app: 3 tables; public: 1 view).", "baseline_version"]),
    (Found((PARTITIONED,)), ["app: 1 partitioned table", "Flyway takes that for empty"]),
    (Found((VIEW,), (OTHERS, UNREADABLE)), ["There is a history called team.history. There is a history called secret.history."]),
    (Found((), (OURS,)), ["there is no such table, but public.history has these migrations"]),
])
def test_what_is_there_without_a_history_is_refused(found, words):
    (error,) = refusals(found, "app.history", SCRIPTS)
    assert all(word in error.message for word in words)
    assert error.value == "app.history"


@pytest.mark.parametrize("found", [NOTHING, Found((), (OTHERS, UNREADABLE))])
def test_an_empty_database_and_the_history_of_somebody_else_are_fine(found):
    assert refusals(found, "app.history", SCRIPTS) == []
