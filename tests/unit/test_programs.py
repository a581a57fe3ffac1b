# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs of the tests that the documents let people start by hand find the collection by themselves."""
from __future__ import annotations

import os
import pathlib
import re
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
NAMED = sorted({*re.findall(r"`python -m (tests\.attacks\.\w+)", (ROOT / "docs" / "attacks.md").read_text(encoding="utf-8"))})


def test_programs_are_named():
    assert NAMED == ["tests.attacks.fuzz", "tests.attacks.soak"]


@pytest.mark.parametrize("name", NAMED)
def test_a_program_finds_what_it_imports(name):
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run([sys.executable, "-c", f"import {name}"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
