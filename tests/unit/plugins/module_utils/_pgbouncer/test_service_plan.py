# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import dataclasses

import pytest

from ansible_collections.launch.database.plugins.module_utils._plan import Change, Plan
from ansible_collections.launch.database.plugins.module_utils._pgbouncer.ini import Configuration
from ansible_collections.launch.database.plugins.module_utils._pgbouncer.service_plan import (
    Console, Files, Service, Setting, Unit, plan_service, same, strongest,
)

LOADED = 1000.0
UNIT = Unit(enabled=True, active=True, started=LOADED - 10, loaded=LOADED, pid=7)
FILES = Files(
    configuration=Configuration(
        settings={"pool_mode": "transaction", "listen_port": "6432", "query_wait_timeout": "30"},
        databases={"launch": {"host": "db", "port": "5432", "dbname": "launch"}},
    ),
    changed={"/etc/pgbouncer/pgbouncer.ini": LOADED - 20},
    unit_changed={"/etc/systemd/system/pgbouncer.service.d/service.conf": LOADED - 20},
    version="1.26.1",
)
CONSOLE = Console(
    version="1.26.1",
    settings={
        "pool_mode": Setting("transaction", "session", True),
        "listen_port": Setting("6432", "6432", False),
        "query_wait_timeout": Setting("30", "120", True),
        "default_pool_size": Setting("20", "20", True),
        "conffile": Setting("/etc/pgbouncer/pgbouncer.ini", None, True),
    },
    databases={
        "launch": {"host": "db", "port": "5432", "database": "launch"},
        "pgbouncer": {"host": None, "port": "6432", "database": "pgbouncer"},
    },
)
IN_LINE = Service(UNIT, FILES, CONSOLE)


def planned(service):
    return [(change.action, change.path) for change in plan_service("pgbouncer.service", service).changes]


def with_unit(**changes):
    return dataclasses.replace(IN_LINE, unit=dataclasses.replace(UNIT, **changes))


def with_files(**changes):
    return dataclasses.replace(IN_LINE, files=dataclasses.replace(FILES, **changes))


def with_settings(**settings):
    return with_files(configuration=dataclasses.replace(FILES.configuration, settings=FILES.configuration.settings | settings))


def with_databases(databases):
    return with_files(configuration=dataclasses.replace(FILES.configuration, databases=databases))


def running(**settings):
    return dataclasses.replace(IN_LINE, console=dataclasses.replace(CONSOLE, settings=CONSOLE.settings | settings))


@pytest.mark.parametrize(("service", "expected"), [
    pytest.param(IN_LINE, [], id="in line"),
    pytest.param(Service(Unit()), [("enable", "unit.enabled"), ("start", "unit.active")], id="not installed"),
    pytest.param(with_unit(enabled=False), [("enable", "unit.enabled")], id="not enabled"),
    pytest.param(
        dataclasses.replace(with_unit(active=False, pid=0), console=None), [("start", "unit.active")], id="stopped"),
    pytest.param(dataclasses.replace(IN_LINE, console=None), [("restart", "console")], id="console does not answer"),
    pytest.param(with_files(version="1.26.2"), [("restart", "version")], id="new program"),
    pytest.param(with_files(unit_changed={"/unit": LOADED - 5}), [("restart", "/unit")], id="unit newer than the process"),
    pytest.param(with_files(changed={"/users": LOADED + 1}), [("reload", "/users")], id="file newer than the last load"),
    pytest.param(with_files(changed={"/users": LOADED - 5}), [], id="file newer than the process, but loaded"),
    pytest.param(with_settings(pool_mode="session"), [("reload", "settings.pool_mode")], id="setting not loaded"),
    pytest.param(with_settings(listen_port="6433"), [("restart", "settings.listen_port")], id="restart-only setting"),
    pytest.param(with_settings(nonsense="1"), [("reload", "settings.nonsense")], id="unknown setting"),
    pytest.param(
        running(default_pool_size=Setting("99", "20", True)), [("reload", "settings.default_pool_size")],
        id="set by hand in the console"),
    pytest.param(
        with_databases({"launch": {"host": "db2", "port": "5432", "dbname": "launch"}}),
        [("reload", "databases.launch.host")], id="server moved"),
    pytest.param(
        with_databases({**FILES.configuration.databases, "second": {"host": "db"}}), [("reload", "databases.second")],
        id="database not served yet"),
    pytest.param(with_databases({}), [("reload", "databases.launch")], id="database still served"),
])
def test_plan(service, expected):
    assert planned(service) == expected


def test_a_plan_says_what_runs_and_what_the_file_says():
    (change,) = plan_service("pgbouncer.service", with_settings(pool_mode="session")).changes
    assert (change.before, change.after) == ("transaction", "session")


def test_a_password_in_a_connection_string_is_in_no_plan():
    service = with_databases({"second": {"host": "db", "password": "hunter2"}})
    assert "hunter2" not in str(plan_service("pgbouncer.service", service).as_result())


@pytest.mark.parametrize(("key", "wanted", "shown", "expected"), [
    ("reserve_pool_timeout", "2.50", "2.5", True),
    ("log_stats", "yes", "1", True),
    ("log_stats", "off", "0", True),
    ("unix_socket_mode", "0777", "511", True),
    ("unix_socket_mode", "0770", "511", False),
    ("pool_mode", "session", "transaction", False),
    ("auth_user", "a", None, False),
])
def test_same(key, wanted, shown, expected):
    assert same(key, wanted, shown) is expected


@pytest.mark.parametrize(
    ("actions", "expected"),
    [((), None), (("enable",), None), (("reload",), "reload"), (("reload", "restart"), "restart"), (("enable", "start"), "start")],
)
def test_the_strongest_action_does_what_the_others_do(actions, expected):
    assert strongest(Plan("pgbouncer.service", tuple(Change(action, action) for action in actions))) == expected
