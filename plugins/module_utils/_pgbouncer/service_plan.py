# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a running PgBouncer differs from its files, and what it takes to bring them together: pure.

Nothing here depends on what a play did before. A run that was killed between writing a file and
loading it is finished by the next one, because the files are compared with the process.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.launch.database.plugins.module_utils._pgbouncer.ini import Configuration
from ansible_collections.launch.database.plugins.module_utils._plan import Change, Plan

# Connection string key to column of SHOW DATABASES; what has no column is covered by the file's time.
DATABASE_COLUMNS = {
    "host": "host",
    "port": "port",
    "dbname": "database",
    "pool_size": "pool_size",
    "min_pool_size": "min_pool_size",
    "pool_mode": "pool_mode",
    "max_db_connections": "max_connections",
}
_ADMIN_DATABASE = "pgbouncer"
# Each does what the ones after it do: a restart reads everything that a reload reads.
_STRENGTH = ("start", "restart", "reload")
_BOOLEANS = {"true": "1", "yes": "1", "on": "1", "false": "0", "no": "0", "off": "0"}


@dataclasses.dataclass(frozen=True)
class Unit:
    """What systemd knows. Times are seconds since the epoch, None where there is none.

    :arg started: when the process began.
    :arg loaded: when it last finished to start or to reload.
    :arg pid: of the main process, 0 where there is none.
    """

    enabled: bool = False
    active: bool = False
    started: float | None = None
    loaded: float | None = None
    pid: int = 0


@dataclasses.dataclass(frozen=True)
class Files:
    """What is on disk. Times are seconds since the epoch, of the last change of content, owner or mode.

    :arg changed: times of the files that a reload reads.
    :arg unit_changed: times of the unit and its drop-ins, which only a restart brings into force.
    :arg version: of the installed program, as in 1.26.1.
    """

    configuration: Configuration
    changed: t.Mapping[str, float]
    unit_changed: t.Mapping[str, float]
    version: str


@dataclasses.dataclass(frozen=True)
class Setting:
    """One row of SHOW CONFIG."""

    value: str | None
    default: str | None
    reloadable: bool


@dataclasses.dataclass(frozen=True)
class Console:
    """What the running process says of itself."""

    version: str
    settings: t.Mapping[str, Setting]
    databases: t.Mapping[str, t.Mapping[str, str]]


@dataclasses.dataclass(frozen=True)
class Service:
    """All of it. ``files`` is None where nothing is installed, ``console`` where nobody answers."""

    unit: Unit
    files: Files | None = None
    console: Console | None = None


def plan_service(name: str, actual: Service) -> Plan:
    """What brings the running process in line with its files, with the mildest action that does."""
    return Plan(name, tuple(differences(actual)))


def strongest(plan: Plan) -> str | None:
    """The one action that does what all of a plan's do; None where nothing but enabling is left."""
    return next((verb for verb in _STRENGTH if plan.of(verb)), None)


def differences(actual: Service) -> list[Change]:
    """What differs between the process and its files, each with the mildest action that ends it."""
    changes = []
    if not actual.unit.enabled:
        changes.append(Change("enable", "unit.enabled", False, True))
    if actual.files is None or not actual.unit.active:
        changes.append(Change("start", "unit.active", actual.unit.active, True))
    elif actual.console is None:
        changes.append(Change("restart", "console", "does not answer", "answers"))
    else:
        changes += _restarts(actual.unit, actual.files, actual.console)
        changes += _settings(actual.files.configuration, actual.console)
        changes += _databases(actual.files.configuration, actual.console)
        changes += _newer("reload", actual.files.changed, actual.unit.loaded)
    return changes


def _restarts(unit: Unit, files: Files, console: Console) -> list[Change]:
    changes = []
    if files.version != console.version:
        changes.append(Change("restart", "version", console.version, files.version))
    return changes + _newer("restart", files.unit_changed, unit.started)


def _newer(action: str, changed: t.Mapping[str, float], since: float | None) -> list[Change]:
    """Files that changed after the process last looked at them."""
    return [
        Change(action, path, "as last loaded", "as on disk")
        for path, time in sorted(changed.items())
        if since is None or time > since
    ]


def _settings(configuration: Configuration, console: Console) -> list[Change]:
    changes = []
    for key in sorted(set(configuration.settings) | set(console.settings)):
        running = console.settings.get(key, Setting(None, None, True))
        wanted = configuration.settings.get(key, running.default)
        if wanted is None or same(key, wanted, running.value):
            continue
        changes.append(Change("reload" if running.reloadable else "restart", f"settings.{key}", running.value, wanted))
    return changes


def same(key: str, wanted: str, running: str | None) -> bool:
    """Whether both texts mean the same: 2 and 2.0, yes and 1, and a file mode, which PgBouncer shows in decimal."""
    if running is None:
        return False
    if key == "unix_socket_mode":
        return int(wanted, 8) == int(running)
    return _canonical(wanted) == _canonical(running)


def _canonical(text: str) -> t.Any:
    text = _BOOLEANS.get(text.strip().lower(), text.strip())
    try:
        return float(text)
    except ValueError:
        return text


def _databases(configuration: Configuration, console: Console) -> list[Change]:
    changes = []
    running = {name: row for name, row in console.databases.items() if name != _ADMIN_DATABASE}
    for name, wanted in sorted(configuration.databases.items()):
        if name not in running:
            changes.append(Change("reload", f"databases.{name}", None, "served"))
            continue
        changes += _database(name, wanted, running[name])
    gone = sorted(set(running) - set(configuration.databases))
    return changes + [Change("reload", f"databases.{name}", "served", None) for name in gone]


def _database(name: str, wanted: t.Mapping[str, str], running: t.Mapping[str, str]) -> list[Change]:
    return [
        Change("reload", f"databases.{name}.{key}", running.get(column), wanted[key])
        for key, column in DATABASE_COLUMNS.items()
        if key in wanted and not same(key, wanted[key], running.get(column))
    ]
