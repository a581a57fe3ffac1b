# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One world for the whole folder; what a test breaks, it breaks in a copy."""
from __future__ import annotations

import typing as t

import pytest

from tests.attacks.seed import VARIABLE, seed
from tests.attacks.world import World, pooled, world
from tests.support.pooled import Pool


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was drawn can be drawn again."""
    terminalreporter.write_line(f"drawn by {VARIABLE}={seed()}")


@pytest.fixture(scope="session")
def attacked() -> t.Iterator[World]:
    with world() as made:
        yield made


@pytest.fixture(scope="session")
def pool(attacked: World) -> t.Iterator[Pool]:
    with pooled(attacked) as made:
        yield made
