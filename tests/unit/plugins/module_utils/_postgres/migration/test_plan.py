# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.history_row import current_version
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.plan import (
    Recorded,
    Rules,
    contradictions,
    pending,
    plan_migrations,
    skipped_by_baseline,
)
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.script import load
from tests.unit.plugins.module_utils._postgres.migration.histories import (
    BASELINE,
    CHECKSUMS,
    ONE,
    SCHEMA,
    SCRIPTS,
    TWO,
    VIEWS,
    row,
    scripts_of,
)


@pytest.mark.parametrize(("rows", "paths"), [
    ((), ["V1__one.sql", "V2__two.sql", "R__views.sql"]),
    ((SCHEMA, ONE), ["V2__two.sql", "R__views.sql"]),
    ((ONE, TWO, VIEWS), []),
    ((ONE, TWO, row(3, None, "views", "R__views.sql", checksum=1)), ["R__views.sql"]),
    ((ONE, TWO, row(3, None, "views", "R__views.sql", checksum=1), row(4, None, "views", "R__views.sql")), []),
    ((BASELINE,), ["V2__two.sql", "R__views.sql"]),
    ((row(1, "1.0", "one", "V1__one.sql"),), ["V2__two.sql", "R__views.sql"]),
    ((ONE, TWO, row(3, "2", "two", "V2__two.sql", "DELETE")), ["V2__two.sql", "R__views.sql"]),
    # Twice is wrong for a version only; Flyway 9 and 11 go on here.
    ((ONE, TWO, VIEWS, row(4, None, "views", "R__views.sql", "DELETE"), row(5, None, "views", "R__views.sql", "DELETE")), ["R__views.sql"]),
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
    ((ONE, row(2, "2", "two", "U2__two.sql", "UNDO_SQL")), "Flyway Community stops at it"),
    (
        (ONE, TWO, row(3, "2", "two", "V2__two.sql", "DELETE"), row(4, "2.0", "two", "V2__two.sql", "DELETE")),
        "rank 4 of the history deletes version 2.0 once more",
    ),
    ((row(1, "3", "base", "B3__base.sql", "SQL_BASELINE"),), "B3__base.sql was applied (rank 1), but the file is missing"),
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


BASED = scripts_of({"B1__old.sql": b"1", "B2__base.sql": b"2", "V1__a.sql": b"a", "V2__b.sql": b"b", "V3__c.sql": b"c", "R__v.sql": b"v"})
BASE_ROW = row(1, "2", "base", "B2__base.sql", "SQL_BASELINE")


@pytest.mark.parametrize(("rows", "rules", "paths", "skipped"), [
    ((), Rules(), ["B2__base.sql", "V3__c.sql", "R__v.sql"], ["V1__a.sql", "V2__b.sql"]),
    ((SCHEMA,), Rules(), ["B2__base.sql", "V3__c.sql", "R__v.sql"], ["V1__a.sql", "V2__b.sql"]),
    ((), Rules(target=(1,)), ["B1__old.sql", "R__v.sql"], ["V1__a.sql"]),
    ((), Rules(target=(0,)), ["R__v.sql"], []),
    ((BASE_ROW,), Rules(), ["V3__c.sql", "R__v.sql"], ["V1__a.sql", "V2__b.sql"]),
    ((row(1, "1", "a", "V1__a.sql"),), Rules(), ["V2__b.sql", "V3__c.sql", "R__v.sql"], []),
    ((BASELINE,), Rules(), ["V2__b.sql", "V3__c.sql", "R__v.sql"], ["V1__a.sql"]),
])
def test_a_baseline_script_begins_a_history_without_versions(rows, rules, paths, skipped):
    assert [script.name.path for script in pending(BASED, rows, rules)] == paths
    assert [script.name.path for script in skipped_by_baseline(BASED, rows, rules)] == skipped


@pytest.mark.parametrize("rows", [(BASE_ROW,), (row(1, "2", "other", "B2__base.sql", "SQL_BASELINE", checksum=1),)])
def test_of_a_baseline_script_only_the_file_has_to_be_there(rows):
    assert contradictions(BASED, rows) == []


def test_out_of_order_is_allowed_by_word():
    rows = (row(1, "2", "two", "V2__two.sql"), row(2, None, "views", "R__views.sql"))
    plan = plan_migrations(SCRIPTS, Recorded(rows), "public.h", Rules(out_of_order=True))
    assert [change.path for change in plan.changes] == ["V1__one.sql"]


def test_a_name_that_differs_by_normalisation_only_is_told_from_another():
    scripts = scripts_of({"V1__caf\u00e9.sql": b"", "R__cr\u00e8me.sql": b""})
    rows = (row(1, "1", "cafe\u0301", "V1__x.sql", checksum=0), row(2, None, "cre\u0300me", "R__y.sql", checksum=0))
    first, second = contradictions(scripts, rows)
    assert "Unicode normalisation" in first.message and "Unicode normalisation" in second.remedy
