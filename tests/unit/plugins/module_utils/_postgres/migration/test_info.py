# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import time

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.migration.info import migrations
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.plan import Rules
from tests.unit.plugins.module_utils._postgres.migration.histories import BASELINE, FILES, ONE, SCHEMA, SCRIPTS, TWO, TWO_GONE, VIEWS, row, scripts_of

BASED = scripts_of({**FILES, "B2__base.sql": b"b"})
BASE_ROW = row(1, "2", "base", "B2__base.sql", "SQL_BASELINE")


@pytest.mark.parametrize(("scripts", "rows", "rules", "states"), [
    (SCRIPTS, (), Rules(), ["V1 Pending", "V2 Pending", "R Pending"]),
    (SCRIPTS, (SCHEMA, ONE), Rules(target=(1,)), ["SCHEMA Success", "V1 Success", "V2 Above Target", "R Pending"]),
    (SCRIPTS, (TWO,), Rules(), ["V2 Success", "V1 Ignored", "R Pending"]),
    (SCRIPTS, (TWO,), Rules(out_of_order=True), ["V2 Success", "V1 Pending", "R Pending"]),
    (SCRIPTS, (TWO, row(3, "1", "one", "V1__one.sql"), row(4, None, "views", "R__views.sql")), Rules(), ["V2 Success", "V1 Out of Order", "R Success"]),
    (SCRIPTS, (ONE, row(2, "1.5", "x", "V1_5__x.sql"), TWO, VIEWS), Rules(), ["V1 Success", "V1.5 Missing", "V2 Success", "R Success"]),
    (SCRIPTS, (ONE, TWO, VIEWS, row(4, "9", "x", "V9__x.sql")), Rules(), ["V1 Success", "V2 Success", "R Success", "V9 Future"]),
    (SCRIPTS, (ONE, TWO, VIEWS, row(4, "9", "x", "V9__x.sql", success=False)), Rules(), ["V1 Success", "V2 Success", "R Success", "V9 Failed (Future)"]),
    (SCRIPTS, (row(1, "1", "one", "V1__one.sql", success=False),), Rules(), ["V1 Failed", "V2 Pending", "R Pending"]),
    (SCRIPTS, (ONE, TWO, row(3, None, "views", "R__views.sql", checksum=1)), Rules(), ["V1 Success", "V2 Success", "R Outdated", "R Pending"]),
    (
        SCRIPTS, (ONE, TWO, row(3, None, "views", "R__views.sql", checksum=1), row(4, None, "views", "R__views.sql")), Rules(),
        ["V1 Success", "V2 Success", "R Superseded", "R Success"],
    ),
    (SCRIPTS, (TWO, VIEWS, TWO_GONE, row(5, "1", "one", "V1__one.sql")), Rules(), ["V2 Deleted", "R Success", "V1 Success", "V2 Pending"]),
    (SCRIPTS, (ONE, TWO, VIEWS, TWO_GONE), Rules(), ["V1 Success", "V2 Deleted", "R Success", "V2 Pending"]),
    (
        SCRIPTS, (ONE, TWO, VIEWS, row(4, "2", "two", "U2__two.sql", "UNDO_SQL")), Rules(),
        ["V1 Success", "V2 Undone", "R Success", "U2 Success", "V2 Pending"],
    ),
    (SCRIPTS, (BASELINE,), Rules(), ["BASELINE Baseline", "V1 Below Baseline", "V2 Pending", "R Pending"]),
    (SCRIPTS, (row(1, "1.0", "x", "x", "BASELINE"),), Rules(), ["BASELINE Baseline", "V1 Ignored (Baseline)", "V2 Pending", "R Pending"]),
    (BASED, (), Rules(), ["V1 Below Baseline", "B2 Pending", "V2 Ignored (Baseline)", "R Pending"]),
    (BASED, (BASE_ROW,), Rules(), ["B2 Baseline", "V1 Below Baseline", "V2 Ignored (Baseline)", "R Pending"]),
    (BASED, (ONE,), Rules(), ["V1 Success", "B2 Ignored", "V2 Pending", "R Pending"]),
    (SCRIPTS, (BASE_ROW,), Rules(), ["B2 Future", "V1 Below Baseline", "V2 Ignored (Baseline)", "R Pending"]),
])
def test_every_migration_has_flyways_state(scripts, rows, rules, states):
    assert [f"{_name(shown)} {shown['state']}" for shown in migrations(scripts, rows, rules)] == states


def test_a_baseline_script_is_shown_as_one_before_it_is_run():
    assert [shown["type"] for shown in migrations(BASED, ())] == ["SQL", "SQL_BASELINE", "SQL", "SQL"]


def _name(shown):
    return shown["type"] if shown["type"] in ("SCHEMA", "BASELINE") else shown["script"][0] + (shown["version"] or "")


def test_the_work_is_in_proportion_to_the_history():
    files = {f"V{number}__x.sql": b"x" for number in range(1, 3001)}
    rows = [row(number, str(number), "x", f"V{number}__x.sql") for number in range(1, 3001)]
    rows += [row(number, None, "views", "R__views.sql", checksum=number) for number in range(3001, 6001)]
    started = time.monotonic()
    assert len(migrations(scripts_of(files), rows)) == 6000
    assert time.monotonic() - started < 5  # 15 s for the versions alone, where each looks at all
