# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Launch's database as its playbooks make it, on a server of this folder's own."""
from __future__ import annotations

import typing as t

import pytest

from tests.support.replayed import Replayed, replayed_launch


@pytest.fixture(scope="session")
def launch() -> t.Iterator[Replayed]:
    with replayed_launch() as launch:
        yield launch
