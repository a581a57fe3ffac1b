# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._pgbouncer.ini import connection, parse

TEXT = """\
; a comment = not a key
[databases]
launch = host=db.example port=5432 dbname='my ''db'''  pool_size=20
other = host=db2.example

[pgbouncer]
# listen_port = 1
pool_mode = session
pool_mode = transaction
auth_file=/etc/pgbouncer/userlist.txt
client_tls_key_file = /etc/pgbouncer/client.key
server_tls_ca_file =
ignore_startup_parameters = extra_float_digits,options
"""


def test_the_last_line_of_a_key_counts_and_comments_do_not():
    settings = parse(TEXT).settings
    assert settings["pool_mode"] == "transaction"
    assert "listen_port" not in settings
    assert not [key for key in settings if "comment" in key]


def test_databases_are_read_as_connection_strings():
    assert parse(TEXT).databases == {
        "launch": {"host": "db.example", "port": "5432", "dbname": "my 'db'", "pool_size": "20"},
        "other": {"host": "db2.example"},
    }


def test_the_files_that_a_load_reads_are_named():
    assert parse(TEXT).files == ("/etc/pgbouncer/client.key", "/etc/pgbouncer/userlist.txt")


def test_an_empty_file_says_nothing():
    assert (parse("").settings, parse("").databases) == ({}, {})


@pytest.mark.parametrize(("text", "expected"), [
    ("", {}),
    ("host=a", {"host": "a"}),
    ("host = a  port= 1", {"host": "a", "port": "1"}),
    ("dbname=''", {"dbname": ""}),
])
def test_connection(text, expected):
    assert connection(text) == expected
