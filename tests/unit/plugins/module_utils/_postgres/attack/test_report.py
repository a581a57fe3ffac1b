# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import typing as t

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.attack.report import report


def result(role: str, *verdicts: str, not_tried: t.Sequence[dict[str, str]] = ()) -> dict[str, t.Any]:
    attempts = [{"attempt": f"reading: {number}", "verdict": verdict} for number, verdict in enumerate(verdicts)]
    return {"role": role, "attempts": attempts, "not_tried": list(not_tried)}


@pytest.mark.parametrize(("results", "verdict"), [
    ([], "unknown"),
    ([result("read_write")], "unknown"),
    ([result("read_write", "held"), result("auditor", "held")], "held"),
    ([result("read_write", "held", "otherwise")], "otherwise"),
    ([result("read_write", "otherwise"), result("auditor", "held", "succeeded")], "succeeded"),
])
def test_the_worst_decides(results: list[dict[str, t.Any]], verdict: str) -> None:
    assert report(results, "db", "now")["verdict"] == verdict


def test_it_says_what_was_tried_and_what_was_not() -> None:
    not_tried = [{"attempt": "reading: z", "reason": "there is no key"}, {"attempt": "reading: y", "reason": "there is no key"}]
    made = report([result("read_write", "held", "held", not_tried=not_tried), result("auditor", "succeeded")], "db", "now")
    assert made["groups"] == [
        {"group": "reading", "role": "read_write", "tried": 2, "held": 2, "succeeded": 0, "otherwise": 0},
        {"group": "reading", "role": "auditor", "tried": 1, "held": 0, "succeeded": 1, "otherwise": 0},
    ]
    assert made["reasons"] == {"there is no key": 2} and made["roles_not_tried"][0] == "read_only" and "auditor" not in made["roles_not_tried"]
    assert made["sentence"] == (
        "3 attempts were made as read_write, auditor, 2 held; 1 succeeded; 2 could not be made;"
        " none was made as read_only, archiver, platform, gateway, stranger, owner, audit_owner, key_keeper")
    assert report([], "db", "now")["sentence"].startswith("0 attempts were made as nobody, 0 held; none was made as read_write")
