# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One server for the folder, an empty database for each test, and both Flyways."""
from __future__ import annotations

import pathlib
import typing as t

import pytest

from tests.integration.flyway.sides import Side, folder_of
from tests.integration.postgres.conftest import empty_database
from tests.integration.postgres.modules import Target
from tests.support.flyway import ARCHIVES, Flyway, installed
from tests.support.postgres import Database, running_database


@pytest.fixture(scope="session")
def database() -> t.Iterator[Database]:
    with running_database() as running:
        yield running


@pytest.fixture
def target(database: Database) -> Target:
    return empty_database(database)


@pytest.fixture(scope="session")
def flyways(database: Database) -> dict[str, Flyway]:
    """All of them, after the server: it writes what its folder of state needs."""
    return {version: installed(version) for version in ARCHIVES}


@pytest.fixture(params=ARCHIVES)
def flyway(request: pytest.FixtureRequest, flyways: dict[str, Flyway]) -> Flyway:
    return flyways[request.param]


@pytest.fixture
def side(target: Target, flyway: Flyway, tmp_path: pathlib.Path) -> Side:
    """Ours and Flyway on an empty database, with a folder of scripts that both read."""
    return Side(target, flyway, folder_of(tmp_path / "sql", {}))
