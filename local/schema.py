# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The expected catalog of a system, made by replaying its migrations on a real PostgreSQL.

    python -m local.schema launch        writes sql/expected/launch/<major version>.txt
    python -m local.schema notes         writes tests/systems/notes/expected/<major version>.txt

A system of the tests has its file beside its migrations, which are under tests/systems.
Roles, extensions and migrations are those of the system's inventory, and the modules are those that its playbooks use. The master has
a name that is nobody else's, and stands in the file as a placeholder.
"""

from __future__ import annotations

import argparse
import contextlib
import pathlib
import secrets
import sys
import typing as t

import yaml

from ansible_collections.launch.database.plugins.module_utils._postgres.handed_files import pack_located
from ansible_collections.launch.database.plugins.module_utils._postgres.role.platform import login_roles, platform_roles
from ansible_collections.launch.database.plugins.module_utils._postgres.schema.compare import without
from ansible_collections.launch.database.plugins.module_utils._postgres.schema.facts import Live
from ansible_collections.launch.database.plugins.module_utils._postgres.schema.plan import checksums
from ansible_collections.launch.database.plugins.module_utils._postgres.schema.read import read
from ansible_collections.launch.database.plugins.module_utils._postgres.schema.text import Header, write
from ansible_collections.launch.database.plugins.module_utils._postgres.session import open_session
from local.endpoint.postgres import Server, passing_server
from local.endpoint.scram import verifier
from local.errors import StackError
from local.modules import run_module

ROOT = pathlib.Path(__file__).resolve().parents[1]
MASTER, DATABASE = "replayed_master", "replayed"
# What RDS has in every database, and what it grants to the master.
OF_RDS = ("role rds*", "membership rds* in rds*", "membership rds* in pg_*", "membership ${master} in rds*", "parameter * | acl rds*", "setting of rds*")
_PLAYBOOKS = "{{ playbook_dir }}/.."
# What an inventory leaves to the collection.
_DEFAULTS = ROOT / "roles" / "system" / "defaults" / "main.yml"


class System:
    """What the inventory of a system says about its database."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._of_tests = ROOT / "tests" / "systems" / name
        ours = ROOT / "inventories" / name / "system" / "all"
        files = sorted((ours if ours.is_dir() else self._of_tests / "group_vars" / "all").glob("*.yml"))
        if not files:
            raise StackError(f"{name}: it is no system of inventories/ or tests/systems/")
        self._variables: dict[str, t.Any] = {}
        for path in (_DEFAULTS, *files):
            self._variables.update(yaml.safe_load(path.read_text(encoding="utf-8")) or {})

    @property
    def names(self) -> dict[str, str]:
        return self._variables["system_names"]

    @property
    def roles(self) -> list[dict[str, t.Any]]:
        """Groups and logins. What the secrets hold is not in any catalog that is read."""
        logins = [
            {**{key: value for key, value in login.items() if key != "secret"}, "password_verifier": verifier(secrets.token_urlsafe(16))}
            for login in login_roles(self._variables.get(f"{self._name}_logins") or self._variables["system_logins"])
        ]
        return [*platform_roles(self.names, "system_names"), *self._variables.get("database_schema_group_roles", []), *logins]

    @property
    def placeholders(self) -> dict[str, str]:
        return self._variables.get("database_schema_placeholders", {})

    @property
    def extensions(self) -> list[dict[str, t.Any]]:
        return self._variables["system_extensions"]

    @property
    def preloaded(self) -> str:
        return ",".join(extension["name"] for extension in self.extensions if extension.get("preload"))

    @property
    def migrations(self) -> dict[str, dict[str, bytes]]:
        """Contents by path, by folder."""
        folders = [pathlib.Path(location.replace(_PLAYBOOKS, str(ROOT))) for location in self._variables["database_schema_locations"]]
        return {str(folder): {path.name: path.read_bytes() for path in sorted(folder.glob("*.sql"))} for folder in folders}

    @property
    def foreign(self) -> tuple[str, ...]:
        """What is RDS's, and the versions of extensions where the inventory leaves them to the server."""
        pinned = {extension["name"] for extension in self.extensions if extension.get("version")}
        versions = [f"extension {name} | version" for name in ("plpgsql", *(extension["name"] for extension in self.extensions)) if name not in pinned]
        return (*(OF_RDS if self._variables["system_database"] == "rds" else ()), *versions)

    @property
    def folder(self) -> pathlib.Path:
        """Where its expected catalogs are."""
        return self._of_tests / "expected" if self._of_tests.is_dir() else ROOT / "sql" / "expected" / self._name


def replay(system: System, connection: t.Mapping[str, t.Any]) -> None:
    """Make the system's database, as its playbooks do.

    :arg connection: the options of a database module, as the owner of the empty database.
    """
    migrations = system.migrations
    for module, options in (
        ("postgres_role", {"roles": system.roles}),
        ("postgres_extension", {"extensions": system.extensions}),
        ("postgres_migration", {
            "locations": list(migrations), "scripts": pack_located(migrations), "names": system.names, "placeholders": system.placeholders,
        }),
    ):
        if options.get("extensions") == []:
            continue  # as the role does
        outcome = run_module(module, {**connection, **options})
        if outcome.get("failed"):
            raise StackError(f"{module}: {outcome['msg']}")


def expected_catalog(system: System, live: Live) -> str:
    """The text for a database that was made by replay()."""
    if live.catalogs is None or live.catalogs.unmodelled:
        raise StackError(f"the catalogs are not known: {live.trouble or ', '.join(live.catalogs.unmodelled)}")
    header = Header(live.major, live.encoding, ("master",), checksums(system.migrations), system.foreign)
    foreign = [pattern.replace("${master}", MASTER) for pattern in system.foreign]
    return write(header, without(live.catalogs.facts, foreign), {"master": MASTER})


@contextlib.contextmanager
def replayed(system: System) -> t.Iterator[tuple[Server, dict[str, t.Any]]]:
    """Yield a server that goes away afterwards, and the connection to the system's database on it."""
    password = secrets.token_urlsafe(16)
    with passing_server("schema", MASTER, password, DATABASE, {"shared_preload_libraries": system.preloaded}) as server:
        connection = _connection(server, password)
        replay(system, connection)
        yield server, connection


def _connection(server: Server, password: str) -> dict[str, t.Any]:
    return {
        "login_host": server.address, "login_port": server.port, "login_user": MASTER, "login_password": password, "login_db": DATABASE,
        "ca_cert": str(server.ca_file), "ssl_mode": "verify-full", "connect_timeout": 10,
    }


def main(arguments: list[str] | None = None) -> int:
    """Write the file and return the exit code: 0, or 1 after one sentence on standard error."""
    parser = argparse.ArgumentParser(prog="python -m local.schema", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("system", help="name of a folder of inventories/ or tests/systems/")
    try:
        system = System(parser.parse_args(arguments).system)
        with replayed(system) as (_server, connection), open_session(connection) as session:
            live = read(session)
        text = expected_catalog(system, live)
    except StackError as error:
        print(f"local stack: {error}", file=sys.stderr)
        return 1
    path = system.folder / f"{live.major}.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    print(f"{path.relative_to(ROOT)}: {text.count(chr(10))} lines")
    return 0


if __name__ == "__main__":
    sys.exit(main())
