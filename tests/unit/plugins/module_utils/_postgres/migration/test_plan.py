# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.history_row import HistoryRow, current_version
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.plan import Recorded, pending, plan_migrations
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.script import load

FILES = {"V1__one.sql": b"SELECT 1", "V2__two.sql": b"SELECT 2", "R__views.sql": b"SELECT 3"}
SCRIPTS = load({"sql": FILES}, lambda path: {})
CHECKSUMS = {script.name.path: script.checksum for script in SCRIPTS}


def row(rank, version, description, path, kind="SQL", checksum=None, success=True):
    return HistoryRow(rank, version, description, kind, path, CHECKSUMS.get(path) if checksum is None else checksum, success)


ONE = row(1, "1", "one", "V1__one.sql")
TWO = row(2, "2", "two", "V2__two.sql")
VIEWS = row(3, None, "views", "R__views.sql")
BASELINE = row(1, "1.5", "<< Flyway Baseline >>", "<< Flyway Baseline >>", "BASELINE")
SCHEMA = row(0, None, "<< Flyway Schema Creation >>", '"app"', "SCHEMA")


@pytest.mark.parametrize(("rows", "paths"), [
    ((), ["V1__one.sql", "V2__two.sql", "R__views.sql"]),
    ((SCHEMA, ONE), ["V2__two.sql", "R__views.sql"]),
    ((ONE, TWO, VIEWS), []),
    ((ONE, TWO, row(3, None, "views", "R__views.sql", checksum=1)), ["R__views.sql"]),
    ((ONE, TWO, row(3, None, "views", "R__views.sql", checksum=1), row(4, None, "views", "R__views.sql")), []),
    ((BASELINE,), ["V2__two.sql", "R__views.sql"]),
    ((row(1, "1.0", "one", "V1__one.sql"),), ["V2__two.sql", "R__views.sql"]),
    ((ONE, TWO, row(3, "2", "two", "V2__two.sql", "DELETE")), ["V2__two.sql", "R__views.sql"]),
])
def test_what_the_history_lacks_is_pending(rows, paths):
    assert [script.name.path for script in pending(SCRIPTS, rows)] == paths
    assert [change.path for change in plan_migrations(SCRIPTS, Recorded(rows), "public.h").changes] == paths


def test_a_missing_history_table_is_made_first():
    (first, second, *others) = plan_migrations(SCRIPTS, Recorded(None), "public.h").changes
    assert (first.action, first.path) == ("create", "public.h")
    assert (second.action, second.before, second.after) == (
        "apply", None, {"version": "1", "description": "one", "checksum": CHECKSUMS["V1__one.sql"]},
    )


def test_a_repeatable_one_is_shown_with_the_checksum_it_had():
    plan = plan_migrations(SCRIPTS, Recorded((ONE, TWO, row(3, None, "views", "R__views.sql", checksum=1))), "public.h")
    assert plan.changes[0].before == {"checksum": 1}


def test_a_repeatable_one_that_flyway_recorded_without_placeholders_is_current():
    (script,) = load({"sql": {"R__views.sql": b"SELECT '${x}'"}}, lambda path: {"x": "1"})
    assert pending([script], [row(1, None, "views", "R__views.sql", checksum=script.raw_checksum)]) == []


@pytest.mark.parametrize(("rows", "words"), [
    (
        (row(1, "1", "one", "V1__one.sql", checksum=7),),
        f"'V1__one.sql': it was changed after it was applied: checksum {CHECKSUMS['V1__one.sql']}, in the history 7.",
    ),
    ((row(1, "1", "uno", "V1__uno.sql", checksum=CHECKSUMS["V1__one.sql"]),), "was renamed after it was applied"),
    ((ONE, row(2, "3", "three", "V3__three.sql", checksum=7)), "V3__three.sql was applied (rank 2), but the file is missing"),
    ((row(1, None, "gone", "R__gone.sql", checksum=7),), "R__gone.sql was applied (rank 1), but the file is missing"),
    ((row(1, "1", "one", "V1__one.sql", success=False),), "V1__one.sql failed when it was run before"),
    ((row(1, "1", "one", "org.acme.One", "JDBC"),), "of type JDBC"),
    ((TWO,), "'V1__one.sql': it is older than version 2"),
])
def test_a_contradiction_between_history_and_files_is_refused(rows, words):
    with pytest.raises(LaunchError) as refusal:
        plan_migrations(SCRIPTS, Recorded(tuple(rows)), "public.h")
    assert words in refusal.value.message
    assert refusal.value.remedy or len(refusal.value.errors) > 1


def test_what_the_baseline_covers_is_not_compared():
    old = row(2, "1", "uno", "V1__uno.sql", checksum=7)
    assert plan_migrations(SCRIPTS, Recorded((BASELINE, old)), "public.h").changes[0].path == "V2__two.sql"


def test_what_the_parser_refused_is_refused():
    with pytest.raises(LaunchError, match="no SQL"):
        plan_migrations(SCRIPTS, Recorded((), (LaunchError("is no SQL."),)), "public.h")


@pytest.mark.parametrize(("rows", "version"), [
    ((), None),
    ((VIEWS,), None),
    ((BASELINE,), "1.5"),
    ((row(1, "9", "a", "x"), row(2, "10", "b", "y")), "10"),
    ((ONE, TWO, row(3, "2", "two", "V2__two.sql", "DELETE")), "1"),
])
def test_the_current_version_is_the_highest_live_one(rows, version):
    assert current_version(rows) == version
