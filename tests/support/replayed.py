# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Launch's database as its playbooks make it, on a server of its own, and who looks at it."""
from __future__ import annotations

import contextlib
import dataclasses
import itertools
import secrets
import typing as t
import urllib.parse

import psycopg2

from ansible_collections.launch.database.plugins.module_utils._postgres.handed_files import pack, pack_located
from ansible_collections.launch.database.plugins.module_utils._postgres.schema.plan import load
from ansible_collections.launch.database.plugins.module_utils._postgres.schema.text import Expected
from ansible_collections.launch.database.plugins.module_utils._postgres.session import Session
from local.endpoint.postgres import Server
from local.modules import run_module
from local.schema import DATABASE, MASTER, System, replayed

SUPERUSER, WATCHER = "tester", "watcher"
_NUMBERS = itertools.count(1)
NOT_OURS = [
    {"pattern": pattern.format(name), "reason": "this test's"}
    for name in (SUPERUSER, WATCHER) for pattern in ("role {}", "membership {} in *", "membership * in {}", "setting of {}")
]


@dataclasses.dataclass(frozen=True)
class Replayed:
    """A database made by replaying.

    :arg connection: the options of a database module, as its owner.
    :arg passwords: of the others who may log in.
    """

    system: System
    server: Server
    connection: dict[str, t.Any]
    passwords: dict[str, str]

    def address(self, user: str = SUPERUSER, database: str = DATABASE) -> dict[str, t.Any]:
        """What libpq is told, to reach the database or a copy of it."""
        given = self.connection
        return {
            "host": given["login_host"], "port": given["login_port"], "dbname": database, "user": user, "password": self.passwords[user],
            "sslmode": "verify-full", "sslrootcert": given["ca_cert"],
        }

    def url(self, user: str = SUPERUSER, database: str = DATABASE) -> str:
        """The same as an address, without the password."""
        given = self.address(user, database)
        ends = urllib.parse.urlencode({name: given[name] for name in ("sslmode", "sslrootcert")})
        return f"postgresql://{user}@{given['host']}:{given['port']}/{database}?{ends}"

    def connect(self, user: str = SUPERUSER, database: str = DATABASE) -> t.Any:
        """A connection in autocommit mode."""
        connection = psycopg2.connect(**self.address(user, database))
        connection.autocommit = True
        return connection

    @contextlib.contextmanager
    def session(self, user: str = SUPERUSER, database: str = DATABASE) -> t.Iterator[Session]:
        with contextlib.closing(self.connect(user, database)) as connection:
            yield Session(connection)

    @contextlib.contextmanager
    def copy(self, of: str = DATABASE) -> t.Iterator[str]:
        """The name of a copy, which goes away. What everybody may do there is what they may do in the first."""
        name = f"copy{next(_NUMBERS)}"
        self.server.psql(f"CREATE DATABASE {name} TEMPLATE {of} OWNER {MASTER}")
        self.server.psql(f"REVOKE TEMPORARY ON DATABASE {name} FROM PUBLIC")
        try:
            yield name
        finally:
            self.server.psql(f"DROP DATABASE {name} WITH (FORCE)")

    def expected(self) -> dict[str, Expected]:
        """The catalogs that the repository has."""
        return load(self.files(), {"master": MASTER})

    def files(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.system.folder.glob("*.txt")}

    def compare(self, user: str = WATCHER, **options: t.Any) -> dict[str, t.Any]:
        """What the module answers to a login."""
        files, locations = options.pop("files", self.files()), self.system.migrations
        return run_module("postgres_schema", {
            **self.connection, "login_user": user, "login_password": self.passwords[user], "expected": "17.txt", "catalogs": pack(files),
            "locations": list(locations), "scripts": pack_located(locations), "placeholders": {"master": MASTER}, "not_ours": NOT_OURS, **options,
        })


@contextlib.contextmanager
def replayed_launch() -> t.Iterator[Replayed]:
    """The database on a new server, which goes away afterwards."""
    system = System("launch")
    with replayed(system) as (server, connection):
        passwords = {user: secrets.token_urlsafe(16) for user in (SUPERUSER, WATCHER)}
        server.psql(f"CREATE ROLE {SUPERUSER} SUPERUSER LOGIN PASSWORD '{passwords[SUPERUSER]}'; CREATE ROLE {WATCHER} LOGIN PASSWORD '{passwords[WATCHER]}'")
        yield Replayed(system, server, connection, {**passwords, MASTER: connection["login_password"]})
