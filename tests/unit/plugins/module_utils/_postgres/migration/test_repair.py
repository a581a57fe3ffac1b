# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.repair import plan_repairs, repairs
from tests.unit.plugins.module_utils._postgres.migration.histories import CHECKSUMS, FILES, ONE, SCRIPTS, TWO, TWO_GONE, VIEWS, row, scripts_of

EDITED = row(1, "1", "uno", "V1__uno.sql", checksum=7)
NOW = CHECKSUMS["V1__one.sql"]
BROKEN = row(4, "9", "nine", "V9__nine.sql", success=False)
GONE = row(4, "9", "nine", "V9__nine.sql", checksum=9)


def entry(fault, version=None, old=None, new=None, description=None):
    return {"fault": fault, "version": version, "description": description, "old_checksum": old, "new_checksum": new}


def planned(rows, *entries):
    return [(change.action, change.path, change.before, change.after) for change in plan_repairs(repairs(entries), rows, SCRIPTS, "public.h").changes]


@pytest.mark.parametrize(("rows", "wanted", "change"), [
    (
        (EDITED,), entry("changed", "1.0", 7, NOW),
        ("align", "V1__uno.sql", {"checksum": 7, "description": "uno"}, {"checksum": NOW, "description": "one"}),
    ),
    ((ONE,), entry("changed", "1", 7, NOW), None),
    ((BROKEN,), entry("failed", "9"), ("delete", "V9__nine.sql", {"rank": 4, "success": False}, None)),
    ((), entry("failed", "9"), None),
    ((GONE,), entry("missing", "9"), ("mark_deleted", "V9__nine.sql", {"rank": 4, "version": "9", "description": "nine", "checksum": 9}, None)),
    ((TWO, TWO_GONE), entry("missing", "2"), None),
])
def test_what_the_user_names_is_put_right_once(rows, wanted, change):
    assert planned(rows, wanted) == ([] if change is None else [change])


@pytest.mark.parametrize(("kind", "path"), [("SQL", "V2__two.sql"), ("SQL_BASELINE", "B2__base.sql")])
def test_a_version_and_a_baseline_of_the_same_number_are_two(kind, path):
    scripts = scripts_of({"B2__base.sql": b"SELECT 0", **FILES})
    now = {script.name.path: script.checksum for script in scripts}[path]
    plan = plan_repairs(repairs([entry("changed", "2", 7, now)]), (row(1, "2", "old", "old.sql", kind, checksum=7),), scripts, "public.h")
    assert [change.payload[1].name.path for change in plan.changes] == [path]


@pytest.mark.parametrize(("rows", "wanted", "words"), [
    ((EDITED,), entry("changed", "1", 8, NOW), "the history's checksum is 7, not 8"),
    ((EDITED,), entry("changed", "1", 7, 8), f"the file's checksum is {NOW}, not 8"),
    ((ONE,), entry("changed", "7", 7, 8), "the history does not have it"),
    ((GONE,), entry("changed", "9", 9, 8), "there is no such file"),
    ((row(1, "1", "one", "x", "JDBC"),), entry("changed", "1", 7, NOW), "of type JDBC"),
    ((ONE,), entry("failed", "1"), "V1__one.sql did not fail"),
    ((ONE,), entry("missing", "1"), "its file is there: V1__one.sql"),
    ((ONE,), entry("missing", "7"), "the history does not have it"),
    ((BROKEN,), entry("missing", "9"), "Take fault: failed"),
    ((VIEWS,), entry("missing", description="views"), "its file is there"),
])
def test_what_is_not_as_the_user_says_is_refused(rows, wanted, words):
    with pytest.raises(LaunchError) as refusal:
        planned(rows, wanted)
    assert words in refusal.value.message and refusal.value.option == "repairs"


@pytest.mark.parametrize(("entries", "words"), [
    ((), "it names nothing"),
    ((entry("failed"),), "needs either the version or the description"),
    ((entry("failed", "1", description="x"),), "needs either the version or the description"),
    ((entry("failed", "one"),), "'one': it is no version"),
    ((entry("changed", "1", 7),), "needs version, old_checksum and new_checksum"),
    ((entry("changed", None, 7, 8, "views"),), "is simply run again"),
    ((entry("failed", "1", 7),), "only a changed one has checksums"),
    ((entry("failed", "1"), entry("missing", "1.0")), "it is there twice"),
])
def test_entries_that_make_no_sense_are_refused(entries, words):
    with pytest.raises(LaunchError, match=words):
        repairs(entries)
