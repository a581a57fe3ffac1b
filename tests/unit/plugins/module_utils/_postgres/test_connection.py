# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import types

import psycopg2
import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres import connection

PARAMS = {
    "login_host": "db.example.org", "login_port": 5432, "login_user": "master", "login_password": "very-secret", "login_db": "launch",
    "ssl_mode": "verify-full", "ca_cert": None, "connect_timeout": 10,
}


@pytest.fixture
def libpq(monkeypatch):
    """What libpq is asked for; it fails with ``words`` unless that is None."""
    asked = types.SimpleNamespace(words=None)

    def connect(**arguments):
        asked.arguments = arguments
        if asked.words:
            raise psycopg2.OperationalError(asked.words)
        return types.SimpleNamespace(close=lambda: None)

    monkeypatch.setattr(connection.psycopg2, "connect", connect)
    return asked


def test_options_become_libpqs_and_unset_ones_are_left_to_it(libpq):
    assert connection.connect(PARAMS).autocommit is True
    assert libpq.arguments == {
        "host": "db.example.org", "port": 5432, "user": "master", "password": "very-secret", "dbname": "launch",
        "sslmode": "verify-full", "connect_timeout": 10, "application_name": "launch.database", "client_encoding": "UTF8",
    }


def test_a_server_that_is_not_there_is_named_without_the_password(libpq):
    libpq.words = "connection refused\n\tIs the server running?\n"
    with pytest.raises(LaunchError) as refusal:
        connection.connect(PARAMS)
    assert refusal.value.message.startswith("login_host: 'db.example.org:5432': no connection to database 'launch' as 'master': connection refused Is")
    assert "very-secret" not in refusal.value.message


@pytest.mark.parametrize("option", ["login_host", "login_user", "login_password", "login_db", "ca_cert"])
def test_a_nul_is_refused_with_its_option_before_libpq_is_asked(option):
    with pytest.raises(LaunchError) as refusal:
        connection.connect({**PARAMS, option: "very-secret\0x"})
    assert refusal.value.option == option
    assert ("very-secret" in refusal.value.message) is (option != "login_password")


@pytest.mark.parametrize(("words", "accepted"), [
    (None, True),
    ('FATAL:  password authentication failed for user "app"', False),
    ('FATAL:  permission denied for database "launch"', True),
    ('FATAL:  too many connections for role "app"', True),
])
def test_what_the_server_says_tells_whether_a_password_is_current(libpq, words, accepted):
    libpq.words = words
    assert connection.accepts_password(PARAMS, "app", "other") is accepted
    assert (libpq.arguments["user"], libpq.arguments["password"]) == ("app", "other")


def test_a_password_that_could_not_be_tried_is_neither_current_nor_not(libpq):
    libpq.words = "timeout expired"
    with pytest.raises(LaunchError, match="timeout expired"):
        connection.accepts_password(PARAMS, "app", "other")


class Connection:
    """One end says which process it talks to, the other which one it is."""

    def __init__(self, announced, real):
        self.info = types.SimpleNamespace(backend_pid=announced, host="pool")
        self._real = real

    def cursor(self):
        return self

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        return None

    def execute(self, query):
        assert query == "SELECT pg_backend_pid()"

    def fetchone(self):
        return (self._real,)


def test_a_pooler_is_known_by_the_process_it_makes_up():
    connection.refuse_pooler(Connection(7, 7))
    with pytest.raises(LaunchError, match="is a connection pooler"):
        connection.refuse_pooler(Connection(12345, 7))
