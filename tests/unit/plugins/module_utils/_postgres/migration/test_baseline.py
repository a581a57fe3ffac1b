# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.baseline import DESCRIPTION, Baseline, plan_baseline
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.objects import Found, Kind
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.plan import Recorded
from tests.unit.plugins.module_utils._postgres.migration.histories import BASELINE, ONE, SCHEMA, SCRIPTS

SOMETHING = Found((Kind("shop", "table", 1),))


@pytest.mark.parametrize(("rows", "version", "actions"), [
    (None, "1", ["create", "baseline"]),
    ((), "1", ["baseline"]),
    ((SCHEMA,), "1", ["baseline"]),
    ((BASELINE,), "1.5.0", []),
    ((BASELINE, ONE), "1.5", []),
])
def test_a_baseline_is_written_once(rows, version, actions):
    assert [change.action for change in plan_baseline(Baseline(version, DESCRIPTION), Recorded(rows, found=SOMETHING), SCRIPTS, "public.h").changes] == actions


def test_the_plan_lists_what_will_never_run():
    assert plan_baseline(Baseline("1.0", "x"), Recorded((), found=SOMETHING), SCRIPTS, "public.h").changes[0].after["skipped_by_baseline"] == ["V1__one.sql"]


@pytest.mark.parametrize(("rows", "wanted", "words"), [
    ((BASELINE,), Baseline("2", DESCRIPTION), "has a baseline already: 1.5"),
    ((BASELINE,), Baseline("1.5", "other"), "has a baseline already"),
    ((ONE,), Baseline("1", DESCRIPTION), "has migrations already"),
    ((SCHEMA,), Baseline("0.0", DESCRIPTION), "Flyway made the schema itself"),
])
def test_another_history_is_refused(rows, wanted, words):
    with pytest.raises(LaunchError, match=words):
        plan_baseline(wanted, Recorded(rows), SCRIPTS, "public.h")


@pytest.mark.parametrize("history", [None, ()])
@pytest.mark.parametrize(("version", "refused"), [("1", True), ("0.1", True), ("0.0", False)])
def test_where_there_is_nothing_no_version_can_be(version, refused, history):
    if not refused:
        assert plan_baseline(Baseline(version, DESCRIPTION), Recorded(history), SCRIPTS, "public.h").changed
        return
    with pytest.raises(LaunchError, match="there is nothing in this database that it could stand for"):
        plan_baseline(Baseline(version, DESCRIPTION), Recorded(history), SCRIPTS, "public.h")
