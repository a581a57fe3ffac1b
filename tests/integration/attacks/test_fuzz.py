# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Thousands of queries that nobody thought of; the same queries find a leak that was planted."""
from __future__ import annotations

from tests.attacks.fuzz import fuzz, lively
from tests.attacks.world import World

QUERIES = 5000
# The same in each run: a commit is not to be held up by what another one would have been. Others are for the script.
SEED = 1


def test_no_query_that_sqlsmith_makes_up_tells_of_another_tenant(attacked: World) -> None:
    score, planted = fuzz(attacked, QUERIES, SEED)
    assert score.leaks == []
    assert planted.leaks, "a leak that was planted is found"
    assert score.queries > 0.95 * QUERIES and score.own > 0.05 * score.queries


def test_values_take_the_place_of_nulls() -> None:
    made_up = 'select cast(null as int4), cast(null as int4), cast(null as "time"), cast(null as anyrange) from t tablesample system (3.3) where false'
    assert lively(made_up, is_open=False) == (
        "select cast(null as int4), 3, cast(null as \"time\"), '[1,9)'::int4range from t tablesample system (100) where false")
    assert lively("select from t where x = 1", is_open=True) == "select from t where true or x = 1"
