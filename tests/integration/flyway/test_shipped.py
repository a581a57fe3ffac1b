# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The migrations that are shipped, with the names of a system as placeholders: by ours, and by Flyway on a server of its own."""
from __future__ import annotations

import pathlib
import secrets
import typing as t

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names
from ansible_collections.launch.database.plugins.module_utils._postgres.schema.read import read
from ansible_collections.launch.database.plugins.module_utils._postgres.session import open_session
from local.endpoint.postgres import Server, passing_server
from local.modules import run_module
from local.schema import DATABASE, MASTER, System, expected_catalog, replayed
from tests.integration.flyway.sides import HISTORY, clean, done, handed
from tests.support.flyway import ARCHIVES, Flyway, installed

SYSTEM = System("launch")
FOLDERS = [pathlib.Path(folder) for folder in SYSTEM.migrations]
SCRIPTS = sum(len(files) for files in SYSTEM.migrations.values())
PLACEHOLDERS = {**Names.from_options(SYSTEM.names).as_placeholders(), **SYSTEM.placeholders}


def options(server: Server, password: str) -> dict[str, t.Any]:
    """Those of a database module, and of a connection."""
    return {
        "login_host": server.address, "login_port": server.port, "login_user": MASTER, "login_password": password, "login_db": DATABASE,
        "ca_cert": str(server.ca_file), "ssl_mode": "verify-full", "connect_timeout": 10,
    }


def ours(connection: dict[str, t.Any], module: str, **given: t.Any) -> dict[str, t.Any]:
    outcome = run_module(module, {**connection, **given})
    assert not outcome.get("failed"), outcome["msg"]
    return outcome


def migrated_by_ours(connection: dict[str, t.Any]) -> dict[str, t.Any]:
    return ours(connection, "postgres_migration", names=SYSTEM.names, placeholders=SYSTEM.placeholders, **handed(*FOLDERS))


def history(connection: dict[str, t.Any]) -> list[tuple[t.Any, ...]]:
    with open_session(connection) as session:
        return [tuple(row.values()) for row in session.rows(HISTORY)]


@pytest.fixture(scope="module")
def by_ours() -> t.Iterator[dict[str, t.Any]]:
    """The connection to the database as the playbooks make it."""
    with replayed(SYSTEM) as (_server, connection):
        yield connection


@pytest.fixture(params=ARCHIVES)
def flyway(request: pytest.FixtureRequest, by_ours: dict[str, t.Any]) -> Flyway:
    return installed(request.param)


def test_flyway_takes_what_ours_made(by_ours: dict[str, t.Any], flyway: Flyway) -> None:
    before = history(by_ours)
    assert len(before) == SCRIPTS
    assert set(flyway.run(by_ours, FOLDERS, "info", placeholders=PLACEHOLDERS).states.values()) == {"Success"}
    assert done(flyway.run(by_ours, FOLDERS, "validate", placeholders=PLACEHOLDERS))["validationSuccessful"]
    assert done(flyway.run(by_ours, FOLDERS, "migrate", placeholders=PLACEHOLDERS))["migrationsExecuted"] == 0
    assert history(by_ours) == before and clean(migrated_by_ours(by_ours))


def test_ours_takes_what_flyway_made(by_ours: dict[str, t.Any], flyway: Flyway) -> None:
    """Its history has nothing pending, and its catalogs are those that are expected."""
    password = secrets.token_urlsafe(16)
    with passing_server("pytest", MASTER, password, DATABASE, {"shared_preload_libraries": SYSTEM.preloaded}) as server:
        connection = options(server, password)
        ours(connection, "postgres_role", roles=SYSTEM.roles)
        ours(connection, "postgres_extension", extensions=SYSTEM.extensions)
        assert done(flyway.run(connection, FOLDERS, "migrate", placeholders=PLACEHOLDERS))["migrationsExecuted"] == SCRIPTS
        assert clean(migrated_by_ours(connection)) and history(connection) == history(by_ours)
        with open_session(connection) as session:
            assert expected_catalog(SYSTEM, read(session)) == (SYSTEM.folder / "17.txt").read_text(encoding="utf-8")
