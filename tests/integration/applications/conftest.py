# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One migrated database in the strength "signed", two tenants with projects, and a real PgBouncer in front of it."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import importlib.util
import secrets
import types
import typing as t

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.context import intake
from ansible_collections.launch.database.plugins.module_utils._postgres.context.tokens import Key
from tests.integration.sql.migrations import create_groups, migrate
from tests.support.ansible import ROOT
from tests.support.pooled import Pool, start_pool
from tests.support.postgres import Database, running_database

LOGINS = {"launch_app": "launch_rw", "launch_report": "launch_ro"}
PROJECTS = 25
NAMES = "select name from app.projects order by name"
NEW_TENANT = """
select set_config('new.tenant', app.new_entity_id(), true), set_config('new.actor', app.new_entity_id(), true);
set local role launch_platform;
select app.create_tenant(current_setting('new.tenant'), '{name}', '{name}.test', current_setting('new.actor'));
set local role launch_migrator;
select app.assume_context(current_setting('new.tenant'), current_setting('new.actor'));
insert into app.projects (name) select '{name} ' || n from generate_series(1, {count}) n;
"""


def example(path: str) -> types.ModuleType:
    """A module of examples/, which are in no package."""
    file = ROOT / "examples" / path
    spec = importlib.util.spec_from_file_location(f"example_{file.parent.name}_{file.stem}", file)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


issue = example("tokens.py").issue


@dataclasses.dataclass(frozen=True)
class Tenant:
    """A tenant, its name, and who makes its tokens."""

    id: str
    actor: str
    name: str
    token: t.Callable[..., str]


def names(tenant: Tenant) -> set[str]:
    """What its projects are called."""
    return {f"{tenant.name} {number}" for number in range(1, PROJECTS + 1)}


@pytest.fixture(scope="session")
def database() -> t.Iterator[Database]:
    with running_database() as running:
        create_groups(running)
        migrate(running)
        for login, group in LOGINS.items():
            running.create_login(login, group)
        yield running


@pytest.fixture(scope="session")
def key(database: Database) -> str:
    """The key of tokens; from now on nothing but tokens is taken."""
    made = secrets.token_hex(32)
    with contextlib.closing(database.connect()) as connection, connection, connection.cursor() as cursor:
        cursor.execute("set local role launch_key_keeper")
        cursor.copy_expert(intake.statement("seal"), intake.rows([Key(made)]))
        cursor.execute("update seal.strength set strength = 'signed'")
    return made


@pytest.fixture(scope="session")
def tenants(database: Database, key: str) -> tuple[Tenant, Tenant]:
    def make(name: str) -> Tenant:
        with contextlib.closing(database.connect()) as connection, connection, connection.cursor() as cursor:
            cursor.execute("set local role launch_migrator")
            cursor.execute(NEW_TENANT.format(name=name, count=PROJECTS))
            cursor.execute("select current_setting('new.tenant'), current_setting('new.actor')")
            tenant, actor = cursor.fetchone()
        return Tenant(tenant, actor, name, functools.partial(issue, key, database.name, tenant, actor))

    return make("alpha"), make("beta")


@pytest.fixture(scope="session")
def alpha(tenants: tuple[Tenant, Tenant]) -> Tenant:
    return tenants[0]


@pytest.fixture(scope="session")
def beta(tenants: tuple[Tenant, Tenant]) -> Tenant:
    return tenants[1]


@pytest.fixture(scope="session")
def bouncer(database: Database, key: str, tmp_path_factory: pytest.TempPathFactory) -> Pool:
    return start_pool(database, LOGINS, tmp_path_factory.mktemp("pool"))


@pytest.fixture(scope="session")
def strict(bouncer: Pool, tmp_path_factory: pytest.TempPathFactory) -> Pool:
    """Another pool, which knows nothing of prepared statements and lets nobody wait for long."""
    settings = "max_prepared_statements = 0\nquery_wait_timeout = 1\n"
    return start_pool(bouncer.database, LOGINS, tmp_path_factory.mktemp("strict"), bouncer.port + 1, settings)


def end_server_connections(database: Database) -> int:
    """End what the pool holds to the server, as a failover does; return how many there were."""
    # The second argument waits until they are gone.
    return int(database.server.psql("select count(pg_terminate_backend(pid, 5000)) from pg_stat_activity where usename = 'launch_app'"))
