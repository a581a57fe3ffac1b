# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Launch's database as its playbooks make it, with tenants, logins for every role and a pool in front: what is attacked, fuzzed and mutated."""
from __future__ import annotations

import contextlib
import dataclasses
import itertools
import pathlib
import re
import secrets
import tempfile
import typing as t

import psycopg2

from ansible_collections.launch.database.plugins.module_utils._postgres.attack import attempts as roles
from ansible_collections.launch.database.plugins.module_utils._postgres.attack.runner import Attacker
from ansible_collections.launch.database.plugins.module_utils._postgres.attack.targets import Sides, Tables
from ansible_collections.launch.database.plugins.module_utils._postgres.context import intake
from ansible_collections.launch.database.plugins.module_utils._postgres.context.tokens import Issuer, Key
from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names
from local.endpoint.postgres import Server
from local.schema import DATABASE, MASTER, System, replayed
from tests.attacks.protections import Protection
from tests.support.pooled import Pool, start_pool
from tests.support.postgres import Database

SUPERUSER = "tester"
# Those of the inventory, and one of each kind that launch's inventory has nobody of.
LOGINS = {
    roles.RW: "launch_app", roles.RO: "launch_app_read", roles.AUDITOR: "tester_audit", roles.ARCHIVER: "tester_archive", roles.PLATFORM: "tester_ops",
    roles.GATEWAY: "tester_gateway", roles.STRANGER: "tester_nobody",
}
GROUPS = {roles.AUDITOR: "launch_auditor", roles.ARCHIVER: "launch_archiver", roles.PLATFORM: "launch_platform",
          roles.GATEWAY: "launch_gateway"}
A, B, SUSPENDED = (f"01HATTACK0TENANT000000000{letter}" for letter in "ABS")
ACTOR = "01HATTACK0ACT0R0000000000A"
TABLES = Tables("app.projects", "name", "app.tasks", "title", "project_id")
PATTERN = "pattern"
DIRECT, POOL, SHARED = "direct", "pool", "shared"
WAYS = (DIRECT, POOL, SHARED)
NEW_TENANT = """
set local role launch_platform;
select app.create_tenant('{tenant}', '{name}', lower('{name}.test'), '{actor}');
set local role launch_migrator;
select app.assume_context('{tenant}', '{actor}');
insert into app.projects (name) select '{name} ' || n from generate_series(1, 5) n;
insert into app.tasks (project_id, title) select p.id, '{name} task ' || n from app.projects p, generate_series(1, 3) n where p.tenant_id = '{tenant}';
"""
MARKS = {A: "MARKA", B: "MARKB", SUSPENDED: "MARKS"}


@dataclasses.dataclass(frozen=True)
class World:
    """A server with launch's database.

    :arg database: the one that copies are made of.
    :arg key: what tokens are made with.
    :arg superuser: a connection to no copy, which makes them.
    """

    system: System
    database: Database
    key: Key
    counter: t.Iterator[int]
    superuser: t.Any

    @property
    def server(self) -> Server:
        return self.database.server

    @property
    def names(self) -> Names:
        return Names.from_options(self.system.names)

    @property
    def sides(self) -> Sides:
        return Sides(A, B, ACTOR, SUSPENDED, self.key)

    def issuer(self, database: Database) -> Issuer:
        return Issuer(self.key, database.name)

    def connect(self, database: Database, user: str = SUPERUSER) -> t.Any:
        """A connection in autocommit mode."""
        connection = database.connect(user)
        connection.autocommit = True
        return connection

    @contextlib.contextmanager
    def copy(self) -> t.Iterator[Database]:
        """A copy of the database, which goes away. What everybody may do there is what they may do in the first."""
        name = f"copy{next(self.counter)}"
        self._do(f"create database {name} template {PATTERN} owner {MASTER}")
        self._do(f"revoke temporary on database {name} from public")
        try:
            yield Database(self.server, name, self.database.passwords)
        finally:
            self._do(f"drop database {name} with (force)")

    def _do(self, statement: str) -> None:
        with self.superuser.cursor() as cursor:
            cursor.execute(statement)

    @contextlib.contextmanager
    def without(self, protection: Protection) -> t.Iterator[Database]:
        """A copy of the database without a protection."""
        with self.copy() as database:
            given = {"database": database.name, "app": LOGINS[roles.RW], "report": LOGINS[roles.RO], "audit": LOGINS[roles.AUDITOR],
                     "ops": LOGINS[roles.PLATFORM]}
            with contextlib.closing(self.connect(database)) as connection, connection.cursor() as cursor:
                try:
                    for statement in protection.remove:
                        cursor.execute(with_names(statement, given))
                    yield database
                finally:
                    for statement in protection.restore:
                        cursor.execute(with_names(statement, given))

    @contextlib.contextmanager
    def attackers(self, database: Database, way: str = DIRECT, pool: Pool | None = None, wanted: t.Iterable[str] = ()) -> t.Iterator[dict[str, Attacker]]:
        """A client for each role; whom nobody logs in as is the database's owner, who is not let through a pool."""
        with contextlib.ExitStack() as stack:

            def client(role: str) -> t.Any:
                user = LOGINS.get(role, MASTER)
                if way == DIRECT or role not in LOGINS:
                    return stack.enter_context(contextlib.closing(self.connect(database, user)))
                assert pool
                connection = stack.enter_context(contextlib.closing(psycopg2.connect(pool.dsn(user, dbname=database.name))))
                connection.autocommit = True
                return connection

            made = {}
            for role in wanted or (*LOGINS, *roles.BECOME):
                other = client(role) if way == SHARED and role in LOGINS else None
                made[role] = Attacker(role, self.names, TABLES, self.sides, client(role), other)
            yield made


def with_names(statement: str, given: t.Mapping[str, str]) -> str:
    """A statement with the names of logins and of the database; other braces stay."""
    return re.sub(r"\{(\w+)\}", lambda match: given.get(match[1], match[0]), statement)


@contextlib.contextmanager
def world() -> t.Iterator[World]:
    """Yield a server with launch's database in the strength signed, three tenants (one is suspended) and their rows."""
    system = System("launch")
    with replayed(system) as (server, connection):
        passwords = {user: secrets.token_urlsafe(16) for user in (SUPERUSER, *LOGINS.values())}
        passwords[MASTER] = connection["login_password"]
        database = Database(server, DATABASE, passwords)
        server.psql(f"create role {SUPERUSER} superuser login")
        for role, login in LOGINS.items():
            if not login.startswith("launch_"):
                server.psql(f"create role {login} login{' in role ' + GROUPS[role] if role in GROUPS else ''}")
        for user, password in passwords.items():
            server.set_password(user, password)
        key = Key(secrets.token_hex(32))
        _furnish(database, key)
        # Copies are made of a database that nobody is connected to.
        server.psql(f"create database {PATTERN} template {DATABASE} owner {MASTER}")
        with contextlib.closing(dataclasses.replace(database, name="postgres").connect(SUPERUSER)) as superuser:
            superuser.autocommit = True
            yield World(system, database, key, itertools.count(1), superuser)


def _furnish(database: Database, key: Key) -> None:
    for tenant, name in MARKS.items():
        database.execute(NEW_TENANT.format(tenant=tenant, name=name, actor=ACTOR), MASTER)
    database.execute(f"set local role launch_platform; select app.set_tenant_status('{SUSPENDED}', 'suspended', '{ACTOR}')", MASTER)
    with contextlib.closing(database.connect(MASTER)) as connection, connection, connection.cursor() as cursor:
        cursor.execute("set local role launch_key_keeper")
        cursor.copy_expert(intake.statement("seal"), intake.rows([key]))
        cursor.execute("update seal.strength set strength = 'signed'")
    database.server.psql("analyze app.projects, app.tasks, app.tenants", database.name)


@contextlib.contextmanager
def pooled(world: World) -> t.Iterator[Pool]:
    """A PgBouncer in front of the database and all its copies, with one connection to the server for each login and database."""
    server = world.server
    with tempfile.TemporaryDirectory() as folder:
        yield start_pool(
            world.database, LOGINS.values(), pathlib.Path(folder), settings=f"\n[databases]\n* = host={server.host} port={server.port}\n")
