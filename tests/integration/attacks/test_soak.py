# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A minute of clients with random tenants and faults through the pool; the same kind of run finds a leak that was planted."""
from __future__ import annotations

from tests.attacks.seed import seed
from tests.attacks.soak import both
from tests.attacks.world import World
from tests.support.pooled import Pool

SECONDS = 60


def test_nobody_sees_anothers_row_whatever_fails(attacked: World, pool: Pool) -> None:
    tally, planted = both(attacked, pool, SECONDS, seed())
    assert (tally.leaks, tally.errors, planted.errors) == ([], [], [])
    assert planted.leaks, "a leak that was planted is found"
    assert tally.counts["transactions"] > 200 and tally.counts["rows"] > 5000 and tally.counts["refused"] > 20
    assert {"clients killed", "errors in a transaction", "rollbacks", "savepoints", "server connections killed"} <= set(tally.faults)
