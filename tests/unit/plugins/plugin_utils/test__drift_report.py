# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a drift report says about a task's result, and what it never says."""
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.plugin_utils._drift.report import HIDDEN, Report, scrub

WHERE = {"host": "launch-pool-1", "play": "Pool", "task": "Configure"}
CHANGE = {"action": "update", "path": "work_mem", "before": "8MB", "after": "4MB"}


def report_of(*results: dict) -> Report:
    report = Report()
    for result in results:
        report.add_result(WHERE, result)
    return report


def test_nothing_found_is_clean() -> None:
    report = report_of({"changed": False, "plan": [], "pending": []})
    assert (report.verdict, report.items) == ("clean", [])


def test_a_change_is_drift_with_its_plan() -> None:
    report = report_of({"changed": True, "plan": [CHANGE], "diff": {"before": "x", "after": "y"}})
    assert report.verdict == "drift"
    assert report.items == [{"kind": "change", **WHERE, "plan": [CHANGE]}]


def test_a_change_without_plan_has_its_diff() -> None:
    report = report_of({"changed": True, "diff": [{"before": "a\n", "after": "b\n"}]})
    assert report.items[0]["diff"] == [{"before": "a\n", "after": "b\n"}]


def test_what_waits_for_a_reboot_is_drift_of_its_own_kind() -> None:
    report = report_of({"changed": False, "pending": [CHANGE]})
    assert (report.verdict, report.counts) == ("drift", {"change": 0, "pending": 1, "unknown": 0})


@pytest.mark.parametrize("pending", [None, "a word", ["V1__x.sql"], {"a": 1}])
def test_another_modules_word_pending_is_not_drift(pending: object) -> None:
    assert report_of({"changed": False, "pending": pending}).verdict == "clean"


def test_what_a_check_found_is_drift_one_by_one() -> None:
    report = Report()
    report.add_findings(WHERE, {"findings": [{}, {}], "msg": "R01: a\nR02: b"})
    assert (report.verdict, [item["reason"] for item in report.items]) == ("drift", ["R01: a", "R02: b"])


def test_unknown_wins_over_drift() -> None:
    report = report_of({"changed": True})
    report.add_unknown(WHERE, "timed out")
    assert (report.verdict, report.counts["change"]) == ("unknown", 1)


def test_the_summary_names_task_path_and_reason() -> None:
    report = report_of({"changed": True, "plan": [CHANGE]})
    report.add_unknown(WHERE | {"item": "launch-pool-2"}, "timed out\nand more")
    assert report.summary() == [
        "drift: unknown (1 change, 0 pending, 1 unknown)",
        "  change: launch-pool-1: Configure: work_mem '8MB' -> '4MB'",
        "  unknown: launch-pool-1: Configure: launch-pool-2: timed out",
    ]


@pytest.mark.parametrize(
    ("value", "scrubbed"),
    [
        pytest.param({"password": "x"}, {"password": HIDDEN}, id="key"),
        pytest.param({"scram_verifier": "x"}, {"scram_verifier": HIDDEN}, id="last word of a key"),
        pytest.param({"a": [{"token": "x"}]}, {"a": [{"token": HIDDEN}]}, id="nested"),
        pytest.param({"password": None}, {"password": None}, id="no value to hide"),
        pytest.param({"password_encryption": "md5"}, {"password_encryption": "md5"}, id="a parameter's name"),
        pytest.param(
            {"path": "fields.password", "before": "x", "after": "y"},
            {"path": "fields.password", "before": HIDDEN, "after": HIDDEN},
            id="a change of a secret",
        ),
        pytest.param('"u" "SCRAM-SHA-256$4096:a$b:c"', f'"u" "{HIDDEN}"', id="verifier in text"),
        pytest.param(
            "a\n-----BEGIN EC PRIVATE KEY-----\nMHc\n-----END EC PRIVATE KEY-----\nb", f"a\n{HIDDEN}\nb", id="key in text"
        ),
        pytest.param(5, 5, id="a number"),
    ],
)
def test_no_secret_is_left(value: object, scrubbed: object) -> None:
    assert scrub(value) == scrubbed
