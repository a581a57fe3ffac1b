# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody's empty folder, with settings of their own, into which the package is installed."""
from __future__ import annotations

import pathlib

import pytest

from tests.support.installed import Installed


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return Installed.make(pathlib.Path(tmp_path_factory.mktemp("somebody")))
