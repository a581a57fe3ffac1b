# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Beside Flyway: what a run of the site leaves is what Flyway itself takes for its own."""
from __future__ import annotations

import pathlib

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names
from local.containers import address_of
from local.schema import System
from tests.integration.site.account import INSTANCE, PROFILE, Account
from tests.support.flyway import ARCHIVES, installed

SYSTEM = System("launch")


@pytest.mark.usefixtures("first")
@pytest.mark.parametrize("version", ARCHIVES)
def test_flyway_validates_what_a_run_has_made(account: Account, version: str) -> None:
    master = account.secret("/launch/db/credentials")
    connection = {
        # Its name is known in the network of the stack only.
        "login_host": address_of(f"{PROFILE.network}-db-{INSTANCE}"), "login_port": master["port"], "login_db": "launch", "ssl_mode": "verify-ca",
        "login_user": master["username"], "login_password": master["password"], "ca_cert": str(PROFILE.ca_file),
    }
    names = {**Names.from_options(SYSTEM.names).as_placeholders(), **SYSTEM.placeholders}
    folders = [pathlib.Path(folder) for folder in SYSTEM.migrations]
    for command in ("validate", "info"):
        answer = installed(version).run(connection, folders, command, placeholders=names)
        assert answer.code == 0, answer.error
    assert set(answer.states.values()) == {"Success"}
