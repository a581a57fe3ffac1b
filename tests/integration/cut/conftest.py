# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import typing as t

import pytest

from tests.support.postgres import Database, running_database


@pytest.fixture(scope="session")
def database() -> t.Iterator[Database]:
    with running_database() as running:
        yield running
