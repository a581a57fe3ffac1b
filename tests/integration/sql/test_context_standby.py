# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The context on a standby: nothing of it needs a write."""

from __future__ import annotations

import contextlib
import typing as t

import psycopg2
import pytest

from local.endpoint.postgres import BIN
from tests.integration.sql.conftest import set_strength
from tests.integration.sql.sessions import Session, Tenant, refused

if t.TYPE_CHECKING:
    from ansible_collections.launch.database.plugins.module_utils._postgres.context.tokens import Issuer
    from tests.support.postgres import Database

PORT = 5499
# A copy of the idle server's files that never leaves recovery.
START = f"""
set -e
cp -a /rds/data /rds/standby
rm -f /rds/standby/postmaster.pid
touch /rds/standby/standby.signal
{BIN}/pg_ctl -D /rds/standby -w -t 60 -l /rds/log/standby.log -o '-p {PORT} -c archive_mode=off' start >/dev/null
"""
STOP = f"{BIN}/pg_ctl -D /rds/standby -m immediate stop >/dev/null; rm -rf /rds/standby"


@pytest.fixture
def standby(database: Database, tenants: tuple[Tenant, Tenant], issuer: Issuer) -> t.Iterator[t.Callable[[], Session]]:
    """Connect to a standby as the application, in the strength that its primary had: both, and a note would be due."""
    set_strength(database, "both")
    database.server.psql("checkpoint")
    database.server._shell(START)
    server = database.server
    options = {"host": server.host, "hostaddr": server.address, "sslmode": "verify-full", "sslrootcert": str(server.ca_file)}
    try:
        with contextlib.ExitStack() as stack:
            yield lambda: Session(stack.enter_context(contextlib.closing(psycopg2.connect(
                **options, port=PORT, dbname=database.name, user="launch_app", password=database.passwords["launch_app"],
            ))))
    finally:
        server._shell(STOP)
        set_strength(database, "transaction")


def test_both_forms_are_taken_and_what_is_refused_is_refused(
    standby: t.Callable[[], Session], issuer: Issuer, alpha: Tenant, beta: Tenant
) -> None:
    app = standby()
    tokens = [issuer.token(tenant.id, tenant.actor) for tenant in (alpha, beta)]
    assert app.value("select pg_is_in_recovery()") is True
    for context in (tokens[:1], [alpha.id, alpha.actor]):
        with app.transaction():
            app.run(f"select app.set_context({', '.join(['%s'] * len(context))})", *context)
            assert app.run("select distinct tenant_id from app.projects") == [(alpha.id,)]
            with refused("context_changed"):
                app.run("select app.set_context(%s)", tokens[1])
    with app.transaction(), refused("context_refused"):
        app.run("select app.set_context(%s)", tokens[0][:64] + tokens[1][64:])
    with app.transaction(), refused("context_missing"):
        app.run("select from app.projects")
