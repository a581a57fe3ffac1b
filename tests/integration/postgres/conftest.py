# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One server for the folder, and an empty database for each test that asks for one."""
from __future__ import annotations

import collections.abc
import secrets

import pytest

from tests.integration.postgres.modules import Target
from tests.support.postgres import MASTER, Database, running_database


@pytest.fixture(scope="session")
def database() -> collections.abc.Iterator[Database]:
    with running_database() as running:
        yield running


@pytest.fixture
def target(database: Database) -> collections.abc.Iterator[Target]:
    """An empty database that the master owns."""
    name = f"test_{secrets.token_hex(4)}"
    database.server.psql(f"CREATE DATABASE {name} OWNER {MASTER}")
    yield Target(database, name)
    database.server.psql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def names(database: Database) -> collections.abc.Iterator[collections.abc.Callable[[str], str]]:
    """Names of roles for one test, since roles belong to the whole server; the roles go away afterwards."""
    prefix = f"t{secrets.token_hex(3)}_"
    yield lambda name: prefix + name
    roles = database.server.psql(f"SELECT rolname FROM pg_roles WHERE rolname LIKE '{prefix[:-1]}%' ORDER BY rolname").split()
    for role in roles:
        database.server.psql(f"DROP OWNED BY {role}; DROP ROLE {role}")
