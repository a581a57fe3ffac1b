# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The formulas that RDS computes parameter values with."""

from __future__ import annotations

import pytest

from local.endpoint.formulas import evaluate, is_formula

VARIABLES = {"DBInstanceClassMemory": 4 * 1024**3, "DBInstanceVCPU": 2, "AllocatedStorage": 400, "EndPointPort": 5432}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on", "on"),
        ("-1", "-1"),
        ("{DBInstanceVCPU}", "2"),
        ("{DBInstanceClassMemory/32768}", "131072"),
        ("{DBInstanceClassMemory*1024/63963136}", "68759"),
        ("LEAST({DBInstanceClassMemory/9531392},5000)", "450"),
        ("GREATEST( {DBInstanceVCPU*4}, 3 )", "8"),
        ("SUM({DBInstanceVCPU},-1,10)", "11"),
        ("LEAST(GREATEST({DBInstanceVCPU},8),100)", "8"),
    ],
)
def test_value(text: str, expected: str) -> None:
    assert evaluate(text, VARIABLES) == expected


@pytest.mark.parametrize(
    "text",
    [
        "{Memory}",
        "{DBInstanceVCPU*x}",
        "LEAST({DBInstanceVCPU},",
        "LEAST(1 2)",
        "{DBInstanceVCPU} 2",
        "MOST({DBInstanceVCPU})",
        "LEAST 1",
    ],
)
def test_what_is_no_formula(text: str) -> None:
    with pytest.raises(ValueError, match="."):
        evaluate(text if "{" in text else f"{text}{{", VARIABLES)


@pytest.mark.parametrize(
    ("text", "expected"), [("16", False), ("on", False), ("LEAST(1,2)", True), ("{DBInstanceVCPU}", True)]
)
def test_recognition(text: str, expected: bool) -> None:
    assert is_formula(text) is expected
