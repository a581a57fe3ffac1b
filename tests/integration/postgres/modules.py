# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The database modules run as their own programs would be, in this process or, to be killed, in another."""
from __future__ import annotations

import base64
import contextlib
import dataclasses
import json
import os
import pathlib
import subprocess
import sys
import typing as t

from local.modules import PACKAGE, run_module
from tests.support.postgres import MASTER, Database

# The modules that call the platform's things by their names in any case.
ON_THE_PLATFORM = (
    "postgres_audit_archive", "postgres_audit_head", "postgres_audit_partition", "postgres_audit_report", "postgres_backfill", "postgres_check",
    "postgres_context", "postgres_isolation_attack", "postgres_isolation_check", "postgres_tenant", "postgres_tenant_export", "postgres_tenant_restore",
)
ROOT = pathlib.Path(__file__).resolve().parents[3]


@dataclasses.dataclass(frozen=True)
class Target:
    """A database of a server, and the login that modules connect as.

    :arg database: the server with its logins' passwords.
    :arg name: of the database.
    :arg names: what the system in it calls the things of the platform, for the modules that work with it.
    """

    database: Database
    name: str
    user: str = MASTER
    names: t.Mapping[str, str] | None = None

    def connection(self) -> dict[str, t.Any]:
        """The connection options that all the modules share."""
        server = self.database.server
        return {
            "login_host": server.address, "login_port": server.port, "login_user": self.user, "login_password": self.database.passwords[self.user],
            "login_db": self.name, "ca_cert": str(server.ca_file),
        }

    def arguments(self, module: str, given: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        """All arguments of a module: the connection, the names, and what is given."""
        named = {"names": self.names} if self.names and module in ON_THE_PLATFORM else {}
        return {**self.connection(), **named, **given}

    def as_user(self, user: str) -> Target:
        return dataclasses.replace(self, user=user)

    def run(self, module: str, check: bool = False, **arguments: t.Any) -> dict[str, t.Any]:
        """Run a module in this process and return what it printed."""
        return run_module(module, self.arguments(module, arguments), check)

    def start(self, module: str, python_path: str = "", **arguments: t.Any) -> subprocess.Popen:
        """Start a module as a process of its own.

        :arg python_path: a folder of modules that comes before the others.
        """
        process = subprocess.Popen(
            [sys.executable, "-m", PACKAGE + module], cwd=ROOT, env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [python_path, ".collections"]))},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        process.stdin.write(json.dumps({"ANSIBLE_MODULE_ARGS": self.arguments(module, arguments)}))
        process.stdin.close()
        return process

    def rows(self, query: str) -> list[tuple[t.Any, ...]]:
        """Rows that the login sees."""
        return self._cursor(query, lambda cursor: cursor.fetchall())

    def execute(self, statements: str) -> None:
        """Run statements in one transaction as the login."""
        self._cursor(statements, lambda cursor: None)

    def _cursor(self, statements: str, fetch: t.Callable[[t.Any], t.Any]) -> t.Any:
        there = dataclasses.replace(self.database, name=self.name)
        with contextlib.closing(there.connect(self.user)) as connection, connection, connection.cursor() as cursor:
            cursor.execute(statements)
            return fetch(cursor)


def as_scripts(files: t.Mapping[str, str | bytes]) -> list[dict[str, str]]:
    """Files as the action plugin of postgres_check hands them over."""
    contents = {name: content if isinstance(content, bytes) else content.encode() for name, content in files.items()}
    return [{"name": name, "content": base64.b64encode(content).decode()} for name, content in contents.items()]


def located(locations: t.Mapping[str, t.Mapping[str, str | bytes]]) -> dict[str, t.Any]:
    """Options of postgres_migration for files by location, as the action plugin gives them."""
    scripts = [{"location": location, **script} for location, files in locations.items() for script in as_scripts(files)]
    return {"locations": list(locations), "scripts": scripts}


@contextlib.contextmanager
def held(target: Target, statement: str) -> t.Iterator[t.Any]:
    """Another session in the middle of a transaction, rolled back at the end."""
    there = dataclasses.replace(target.database, name=target.name)
    with contextlib.closing(there.connect(target.user)) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        yield connection
