# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._aws.parameter_group.formula import evaluate

FOUR_GIB = {"DBInstanceClassMemory": 4 * 1024**3, "DBInstanceVCPU": 2}

FORMULAS = [
    ("131072", 131072),
    ("{DBInstanceClassMemory/32768}", 131072),
    ("{DBInstanceClassMemory / 32768}", 131072),
    ("LEAST({DBInstanceClassMemory/9531392},5000)", 450),
    ("GREATEST({DBInstanceClassMemory*1024/63963136},65536)", 68759),
    ("SUM({DBInstanceClassMemory/32768},8)", 131080),
    ("GREATEST(LEAST({DBInstanceVCPU},1),0)", 1),
    ("{DBInstanceVCPU*2+1-1}", 4),
    ("{AllocatedStorage}", None),
    ("{log(DBInstanceClassMemory/8187281418)*1000}", None),
    ("{DBInstanceVCPU} > 2", None),
    ("{DBInstanceVCPU/0}", None),
    ("{DBInstanceVCPU", None),
    ("on", None),
    ("", None),
    (None, None),
]


@pytest.mark.parametrize(("value", "expected"), FORMULAS)
def test_evaluate(value, expected):
    assert evaluate(value, FOUR_GIB) == expected
