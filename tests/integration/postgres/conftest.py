# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One server for the folder, an empty database for each test that asks for one, and launch's for those about tenants."""
from __future__ import annotations

import collections.abc
import contextlib
import dataclasses
import pathlib
import secrets

import pytest

from local.endpoint.scram import verifier
from tests.integration.postgres.audit import ACTOR, TENANT, Sealed
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
    """Launch's roles and schema as the playbooks make them; ``launch.as_user("launch_app")`` is the application."""
    return migrated(database, *LOGINS)


LOGINS = {"launch_app": "launch_rw", "launch_archive": "launch_archiver"}


def migrated(database: Database, *logins: str) -> Target:
    """A new database with launch's roles and schema, and logins that are members of their groups."""
    for name in logins:
        database.passwords.setdefault(name, secrets.token_urlsafe(16))
    made = [
        {"name": name, "login": True, "password_verifier": verifier(database.passwords[name]), "member_of": [LOGINS[name]]} for name in logins
    ]
    target = dataclasses.replace(empty_database(database), names=LAUNCH_NAMES)
    for outcome in (
        target.run("postgres_role", roles=[*({"name": group} for group in groups(LAUNCH_NAMES)), *made]),
        target.run("postgres_migration", names=LAUNCH_NAMES, **located(files(*LOCATIONS))),
    ):
        assert not outcome.get("failed"), outcome["msg"]
    return target


@pytest.fixture
def sealed(database: Database, launch: Target, tmp_path: pathlib.Path) -> Sealed:
    """A database of its own with one tenant, whose log has no head yet."""
    target = migrated(database)
    target.execute(f"SET LOCAL ROLE launch_platform; SELECT app.create_tenant('{TENANT}', 'Harbor', 'harbor.test', '{ACTOR}')")
    return Sealed(target, target.as_user("launch_archive"), tmp_path)
