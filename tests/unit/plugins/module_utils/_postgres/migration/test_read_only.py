# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.migration.read_only import judged


@pytest.mark.parametrize(("standby", "read_only", "source", "words"), [
    (True, True, "default", "login_host: 'db': it is a standby, which takes no writes."),
    (False, True, "database", "login_db: 'shop': its transactions are read-only: default_transaction_read_only is on for the database."),
    (False, True, "user", "is on for the login."),
    (False, True, "database user", "is on for the login in this database."),
    (False, True, "configuration file", "is on for the whole server."),
])
def test_the_cause_is_named(standby, read_only, source, words):
    assert words in judged({"is_standby": standby, "is_read_only": read_only, "source": source}, "db", "shop").message


def test_a_server_that_takes_writes_is_fine():
    assert judged({"is_standby": False, "is_read_only": False, "source": "default"}, "db", "shop") is None
