# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What docs/applications.md warns of with Prisma; tests/drivers runs it, as it needs npm."""

from __future__ import annotations

import pathlib

from tests.integration.applications import drivers
from tests.integration.applications.conftest import LOGINS, NAMES, Tenant, end_server_connections
from tests.integration.applications.drivers import BY_SCRIPT
from tests.integration.applications.test_drivers import count
from tests.support.pooled import Pool, start_pool
from tests.support.postgres import Database


def test_an_extension_that_wraps_each_operation_commits_each(bouncer: Pool, alpha: Tenant, tmp_path: pathlib.Path) -> None:
    """It needs a second server connection for that, beside the one of the transaction around it."""
    roomy = start_pool(bouncer.database, LOGINS, tmp_path, bouncer.port + 2, "default_pool_size = 2\n")
    with drivers.started(BY_SCRIPT["prisma"], roomy) as client:
        assert "after a write" in client.ask("trap", tokens=[alpha.token()], name="by extension")["text"]
        assert count(client, alpha, "by extension") == 1


def test_a_lost_connection_keeps_its_place_in_prismas_pool(bouncer: Pool, database: Database, alpha: Tenant) -> None:
    """The example's connectionTimeoutMillis makes an error of what would wait for ever."""
    with drivers.started(BY_SCRIPT["prisma"], bouncer, max=1) as client:
        asked = {"end": lambda: end_server_connections(database)}
        client.run(alpha.token(), {"ask": "end"}, NAMES, asked=asked, attempts=1)
        assert "error" in client.run(alpha.token(life=200), NAMES, attempts=1)
