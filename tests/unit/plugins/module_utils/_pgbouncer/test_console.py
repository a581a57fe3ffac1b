# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._pgbouncer import console


@pytest.mark.parametrize(("text", "expected"), [
    ("PgBouncer 1.24.1", "1.24.1"),
    ("PgBouncer 1.26.1\nlibevent 2.1.13-stable\n", "1.26.1"),
])
def test_version(text, expected):
    assert console.parse_version(text) == expected


def test_what_has_no_version_is_refused():
    with pytest.raises(LaunchError, match="No version"):
        console.parse_version("pgbouncer: not found")


def test_a_folder_without_sockets_has_no_console(tmp_path):
    assert console.read_console([str(tmp_path)], os.getuid()) is None


def test_a_socket_that_nobody_listens_on_has_no_console(tmp_path):
    (tmp_path / ".s.PGSQL.6432").touch()
    assert console.read_console([str(tmp_path)], os.getuid()) is None


def test_a_missing_library_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(console, "psycopg2", None)
    with pytest.raises(LaunchError, match="python3-psycopg2"):
        console.read_console([str(tmp_path)], os.getuid())
