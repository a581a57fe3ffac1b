# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One migrated database with two tenants for the whole folder; what a test writes, it rolls back or owns."""

from __future__ import annotations

import contextlib
import secrets
import time
import typing as t

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.context import intake
from ansible_collections.launch.database.plugins.module_utils._postgres.context.tokens import Issuer, Key
from tests.integration.sql.migrations import create_groups, migrate
from tests.integration.sql.sessions import Session, Tenant
from tests.support.postgres import MASTER, Database, running_database

LOGINS = {
    "launch_app": "launch_rw",
    "launch_report": "launch_ro",
    "launch_audit": "launch_auditor",
    "launch_archive": "launch_archiver",
    "launch_ops": "launch_platform",
    "launch_door": "launch_gateway",
}


@pytest.fixture(scope="session")
def database() -> t.Iterator[Database]:
    with running_database() as running:
        create_groups(running)
        migrate(running)
        for login, group in LOGINS.items():
            running.create_login(login, group)
        yield running


def take_in(connection: t.Any, *keys: Key) -> None:
    """Give the database keys, as the module does, in the open transaction."""
    with connection.cursor() as cursor:
        cursor.execute("set local role launch_key_keeper")
        cursor.copy_expert(intake.statement("seal"), intake.rows(keys))


@pytest.fixture(scope="session")
def key(database: Database) -> Key:
    """A key that the database takes tokens of."""
    made = Key(secrets.token_hex(32))
    with contextlib.closing(database.connect()) as connection, connection:
        take_in(connection, made)
    return made


@pytest.fixture
def issuer_at(database: Database, key: Key) -> t.Callable[..., Issuer]:
    """Make an issuer with another clock, for another database."""
    return lambda clock, database=database.name: Issuer(key, database, clock)


@pytest.fixture
def issuer(issuer_at: t.Callable[..., Issuer]) -> Issuer:
    return issuer_at(time.time)


Connect = t.Callable[[str], Session]


@pytest.fixture
def connect(database: Database) -> t.Iterator[Connect]:
    """Connect as a login; the connections are closed after the test."""
    with contextlib.ExitStack() as stack:

        def open_session(user: str) -> Session:
            return Session(stack.enter_context(contextlib.closing(database.connect(user))))

        yield open_session


@pytest.fixture
def app(connect: Connect) -> Session:
    return connect("launch_app")


@pytest.fixture
def platform(connect: Connect) -> Session:
    return connect("launch_ops")


@pytest.fixture
def master(connect: Connect) -> Session:
    return connect(MASTER)


def register(session: Session, name: str) -> Tenant:
    """Make a tenant with a project and a task, as the application would."""
    tenant, actor, project, task = (new_id(session) for _ in range(4))
    session.run("set local role launch_platform")
    session.run("select app.create_tenant(%s, %s, %s, %s)", tenant, name, f"{name}.test", actor)
    session.run("set local role launch_rw")
    session.run("select app.set_context(%s, %s)", tenant, actor)
    session.run("insert into app.projects (id, name) values (%s, 'first')", project)
    session.run("insert into app.tasks (id, project_id, title) values (%s, %s, 'begin')", task, project)
    session.connection.commit()
    return Tenant(tenant, actor, project, task)


def new_id(session: Session) -> str:
    session.run("set local role launch_rw")
    return session.value("select app.new_entity_id()")


@pytest.fixture(scope="session")
def tenants(database: Database) -> tuple[Tenant, Tenant]:
    with contextlib.closing(database.connect()) as connection:
        session = Session(connection)
        return register(session, "alpha"), register(session, "beta")


@pytest.fixture
def alpha(tenants: tuple[Tenant, Tenant]) -> Tenant:
    return tenants[0]


@pytest.fixture
def beta(tenants: tuple[Tenant, Tenant]) -> Tenant:
    return tenants[1]


def set_strength(database: Database, strength: str) -> None:
    """Decide which forms of set_context() are taken, as the module does."""
    database.execute(f"set local role launch_key_keeper; update seal.strength set strength = '{strength}'")


@pytest.fixture
def signed(database: Database, key: Key) -> t.Iterator[None]:
    """Nothing but tokens is taken while the test runs."""
    set_strength(database, "signed")
    yield
    set_strength(database, "transaction")
