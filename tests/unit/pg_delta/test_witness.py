# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A disagreement between the two witnesses that nobody explained, or that is gone, is told."""
from __future__ import annotations

import pytest

from tests.pg_delta import __main__ as script
from tests.pg_delta.disagreements import DISAGREEMENTS, Disagreement
from tests.pg_delta.witness import OURS, PG_DELTA, Findings


@pytest.mark.parametrize(("reviewed", "ours", "theirs", "told"), [
    (None, ["a"], ["b"], None),
    (None, [], [], None),
    (None, ["a"], [], "ours only, and agreement was expected"),
    (None, [], ["b"], "pg-delta only, and agreement was expected"),
    (OURS, ["a"], [], None),
    (OURS, ["a"], ["b"], "both, and ours only was expected"),
    (OURS, [], ["b"], "pg-delta only, and ours only was expected"),
    (PG_DELTA, [], ["b"], None),
    (PG_DELTA, [], [], "neither, and pg-delta only was expected"),
])
def test_what_nobody_explained_is_told(monkeypatch, reviewed: str | None, ours: list[str], theirs: list[str], told: str | None) -> None:
    monkeypatch.setattr(script, "DISAGREEMENTS", {"mutant": Disagreement(reviewed, "It is so.", ("mutant",))} if reviewed else {})
    words = script.surprise("mutant", Findings({OURS: ours, PG_DELTA: theirs}))
    assert words is None if told is None else words.startswith(f"mutant: {told}.")


def test_each_disagreement_is_about_a_mutant_and_has_a_reason() -> None:
    assert DISAGREEMENTS.keys() <= script.STATEMENTS.keys()
    assert all(each.only in (OURS, PG_DELTA) and each.reason.endswith(".") for each in DISAGREEMENTS.values())
