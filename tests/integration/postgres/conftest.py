# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One server for the folder, an empty database for each test that asks for one, and launch's for those about tenants."""
from __future__ import annotations

import collections.abc
import contextlib
import dataclasses
import secrets

import pytest

from local.endpoint.scram import verifier
from tests.integration.postgres.modules import Target, located
from tests.support.platform import LAUNCH_NAMES, LOCATIONS, files, groups
from tests.support.postgres import Database, running_database
from tests.support.secrets_manager import SecretsManager, running_secrets_manager


@pytest.fixture(scope="session")
def database() -> collections.abc.Iterator[Database]:
    with running_database() as running:
        yield running


@pytest.fixture(scope="session")
def secrets_manager() -> collections.abc.Iterator[SecretsManager]:
    with running_secrets_manager() as running:
        yield running


def empty_database(database: Database) -> Target:
    """A new database that the master owns; it goes away with the server."""
    name = f"test_{secrets.token_hex(4)}"
    with contextlib.closing(database.connect()) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name} STRATEGY file_copy")
    return Target(database, name)


@pytest.fixture
def target(database: Database) -> Target:
    return empty_database(database)


@pytest.fixture
def names() -> collections.abc.Callable[[str], str]:
    """Names of roles for one test, since roles belong to the whole server."""
    prefix = f"t{secrets.token_hex(3)}_"
    return lambda name: prefix + name


@pytest.fixture(scope="session")
def launch(database: Database) -> Target:
    """``launch.as_user("launch_app")`` is the application."""
    return launch_in(database)


def launch_in(database: Database) -> Target:
    """Launch's roles and schema as the playbooks make them, in a new database of a server."""
    password = database.passwords["launch_app"] = secrets.token_urlsafe(16)
    application = {"name": "launch_app", "login": True, "password_verifier": verifier(password), "member_of": ["launch_rw"]}
    target = dataclasses.replace(empty_database(database), names=LAUNCH_NAMES)
    for outcome in (
        target.run("postgres_role", roles=[*({"name": group} for group in groups(LAUNCH_NAMES)), application]),
        target.run("postgres_migration", names=LAUNCH_NAMES, **located(files(*LOCATIONS))),
    ):
        assert not outcome.get("failed"), outcome["msg"]
    return target
