# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real PostgreSQL 17, set up the way RDS sets one up, for as long as a test session needs it."""

from __future__ import annotations

import contextlib
import dataclasses
import pathlib
import secrets
import tempfile
import typing as t

import psycopg2
import psycopg2.extensions

from local.endpoint.postgres import BIN, Server, passing_server

MASTER = "launch_admin"
DATABASE = "launch"
_STANDBY_PORT = 5499
_START_STANDBY = f"""
set -e
{BIN}/pg_basebackup --dbname="host={{address}} port={{port}} user=streamer password={{password}} sslmode=require" \\
  --pgdata=/rds/standby --write-recovery-conf --wal-method=stream --checkpoint=fast --create-slot --slot=standby --no-sync
{BIN}/pg_ctl -D /rds/standby -w -t 60 -l /rds/log/standby.log -o '-p {_STANDBY_PORT} -c archive_mode=off -c hot_standby=on' start >/dev/null
"""
_STOP_STANDBY = f"{BIN}/pg_ctl -D /rds/standby -m immediate stop >/dev/null; rm -rf /rds/standby"


@dataclasses.dataclass(frozen=True)
class Database:
    """A database of a running server, and how its logins get in.

    :arg server: the server; ``server.psql()`` runs SQL as its superuser, as nobody else can.
    :arg name: the database's name; its owner is ``MASTER``.
    :arg passwords: password by login.
    """

    server: Server
    name: str
    passwords: dict[str, str]

    def connect(self, user: str = MASTER, **options: t.Any) -> psycopg2.extensions.connection:
        """Connect over TLS, checking the certificate's name."""
        return psycopg2.connect(
            host=self.server.host,
            hostaddr=self.server.address,
            port=self.server.port,
            dbname=self.name,
            user=user,
            password=self.passwords[user],
            sslmode="verify-full",
            sslrootcert=str(self.server.ca_file),
            **options,
        )

    def execute(self, statements: str, user: str = MASTER) -> None:
        """Run statements in one transaction of their own."""
        with contextlib.closing(self.connect(user)) as connection, connection, connection.cursor() as cursor:
            cursor.execute(statements)

    def create_login(self, name: str, group: str) -> None:
        """Create a login that is a member of a group role, with a password of its own."""
        self.passwords[name] = secrets.token_urlsafe(16)
        self.execute(f"create role {name} login password '{self.passwords[name]}' in role {group}")


@contextlib.contextmanager
def running_database(parameters: t.Mapping[str, str] | None = None) -> t.Iterator[Database]:
    """Yield an empty database on a new server, with settings of its own if need be, which goes away afterwards."""
    password = secrets.token_urlsafe(16)
    with passing_server("pytest", MASTER, password, DATABASE, parameters) as server:
        yield Database(server, DATABASE, {MASTER: password})


@contextlib.contextmanager
def another_database(beside: Database) -> t.Iterator[Database]:
    """Yield an empty database on a second server, in the network of the first."""
    password = secrets.token_urlsafe(16)
    with tempfile.TemporaryDirectory() as folder:
        server = Server("other", beside.server.network, pathlib.Path(folder), labels=beside.server.labels)
        try:
            server.create(MASTER, password, DATABASE)
            yield Database(server, DATABASE, {MASTER: password})
        finally:
            server.remove()


@contextlib.contextmanager
def running_standby(server: Server) -> t.Iterator[int]:
    """Yield the port of a standby that streams from the server, in the same container; it goes away afterwards."""
    password = secrets.token_hex(16)
    server.psql(f"create role streamer replication login password '{password}' in role rds_replication")
    try:
        server._shell(_START_STANDBY.format(address=server.address, port=server.port, password=password))
        yield _STANDBY_PORT
    finally:
        server._shell(_STOP_STANDBY)
        server.psql("select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = 'standby' and not active")
        server.psql("drop role streamer")
